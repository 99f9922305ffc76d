//! Reads the time that a text begins with, in one pass over its bytes. The first bytes decide which
//! form it is.

use jiff::{Timestamp, civil, tz::Offset};

use super::{Stated, names};

/// The time at the start of a text, and how many bytes it takes: RFC 3339 and its relatives,
/// `2026/11/24 09:00:01`, `24/Nov/2026:09:00:01 +0000`, `24-Nov-2026 09:00:01 UTC`,
/// `Tue Nov 24 09:00:01 2026`, `Nov 24 09:00:01`, `26/11/24 09:00:01`, `2026-11-24 오전 9:00:01`,
/// `09:00:01.123`, `1795510801.123` and others.
#[must_use]
pub fn leading(text: &str) -> Option<(Stated, usize)> {
    if let Some(instant) = text.get(..USUAL).and_then(usual) {
        return Some((Stated::Instant(instant), USUAL));
    }
    let mut scan = TimeScan { text, at: 0 };
    let stated = match scan.peek()? {
        b'0'..=b'9' => scan.numeric()?,
        byte if byte.is_ascii_alphabetic() => scan.named()?,
        _ => return None,
    };
    Some((stated, scan.at))
}

/// How long the usual form is.
const USUAL: usize = 24;

/// `2026-11-24T00:30:55.638Z`, as JavaScript and most libraries write it. jiff reads it too, in
/// several times as long.
pub(super) fn usual(text: &str) -> Option<Timestamp> {
    #[rustfmt::skip]
    let &[
        y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T',
        h1, h2, b':', n1, n2, b':', s1, s2, b'.', f1, f2, f3, b'Z',
    ] = text.as_bytes() else {
        return None;
    };
    let two = |tens, ones| Some(10 * digit(tens)? + digit(ones)?);
    let year = 100 * i16::from(two(y1, y2)?) + i16::from(two(y3, y4)?);
    let date = civil::Date::new(year, two(m1, m2)?, two(d1, d2)?).ok()?;
    let milliseconds = 10 * i32::from(two(f1, f2)?) + i32::from(digit(f3)?);
    let (hour, minute, second) = (two(h1, h2)?, two(n1, n2)?, two(s1, s2)?);
    let time = civil::Time::new(hour, minute, second, milliseconds * 1_000_000).ok()?;
    Offset::UTC.to_timestamp(date.to_datetime(time)).ok()
}

fn digit(byte: u8) -> Option<i8> {
    let digit = byte.wrapping_sub(b'0');
    (digit <= 9).then_some(digit.cast_signed())
}

/// A position in a text.
pub(super) struct TimeScan<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

/// A date, or what there is of one.
#[derive(Clone, Copy)]
enum StatedDay {
    Full(civil::Date),
    NoYear(i8, i8),
}

impl TimeScan<'_> {
    pub(super) fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.rest().get(ahead).copied()
    }

    pub(super) fn skip(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    pub(super) fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// How many digits follow.
    pub(super) fn digits(&self) -> usize {
        let rest = self.rest().iter().take(24);
        rest.take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// A number of `least` to `most` digits, and no more.
    pub(super) fn number<T: TryFrom<u32>>(&mut self, least: usize, most: usize) -> Option<T> {
        let length = self.digits();
        if !(least..=most).contains(&length) || most > 9 {
            return None;
        }
        let digits = self.rest().get(..length)?;
        let number = digits
            .iter()
            .fold(0_u32, |number, byte| 10 * number + u32::from(byte - b'0'));
        self.at += length;
        T::try_from(number).ok()
    }

    /// A form that begins with a digit.
    fn numeric(&mut self) -> Option<Stated> {
        let length = self.digits();
        match (length, self.peek_at(length)) {
            (4, Some(separator @ (b'-' | b'/' | b'.'))) => {
                let year = self.number(4, 4)?;
                self.at += 1;
                if separator == b'.' {
                    self.blanks();
                }
                let month = match self.peek()? {
                    byte if byte.is_ascii_digit() => self.number(1, 2)?,
                    _ => self.month()?,
                };
                self.skip(separator)?;
                if separator == b'.' {
                    self.blanks();
                }
                let day = self.number(1, 2)?;
                if separator == b'.' {
                    let _ = self.skip(b'.');
                }
                self.day_and_time(StatedDay::Full(civil::Date::new(year, month, day).ok()?))
            }
            (4, Some(first)) if !first.is_ascii() => {
                let date = self.korean_date()?;
                self.day_and_time(StatedDay::Full(date))
            }
            (8, Some(b'T' | b' ' | b'-' | b'_')) => self.basic(),
            (6, Some(b' ' | b'\t')) => {
                let number: i32 = self.number(6, 6)?;
                let year = i16::try_from(2000 + number / 10_000).ok()?;
                let month = i8::try_from(number / 100 % 100).ok()?;
                let day = i8::try_from(number % 100).ok()?;
                self.day_and_time(StatedDay::Full(civil::Date::new(year, month, day).ok()?))
            }
            (1 | 2, Some(b':')) => {
                let time = self.time_of_day(b':')?;
                // Hours and minutes alone may count anything.
                (self.at > "9:00:0".len()).then_some(Stated::TimeOfDay(time))
            }
            (1 | 2, Some(separator @ (b'/' | b'-' | b'.' | b' '))) => self.day_first(separator),
            (10, Some(b'.')) | (13 | 16 | 19, None | Some(b' ' | b'\t' | b']')) => {
                let fraction = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
                let number = self
                    .rest()
                    .iter()
                    .take(32)
                    .take_while(|byte| fraction(byte));
                let number = self.text.get(self.at..self.at + number.count())?;
                let number = number.trim_end_matches('.');
                // Ids are as long; their first digit is another than that of our decades.
                if !number.starts_with(['1', '2']) || (length == 10 && number.len() < 12) {
                    return None;
                }
                self.at += number.len();
                super::since_1970(number).map(Stated::Instant)
            }
            _ => None,
        }
    }

    /// `20261124T090001Z`, `20261124 09:00:01`.
    fn basic(&mut self) -> Option<Stated> {
        let number: i32 = self.number(8, 8)?;
        let year = i16::try_from(number / 10_000).ok()?;
        let month = i8::try_from(number / 100 % 100).ok()?;
        let date = civil::Date::new(year, month, i8::try_from(number % 100).ok()?).ok()?;
        if self.rest().get(1..7)?.iter().all(u8::is_ascii_digit) {
            self.at += 1;
            let number: i32 = self.number(6, 6)?;
            let part = |number: i32| i8::try_from(number).ok();
            let (hour, minute) = (part(number / 10_000)?, part(number / 100 % 100)?);
            let nanoseconds = self.fraction().unwrap_or_default();
            let time = civil::Time::new(hour, minute, part(number % 100)?, nanoseconds).ok()?;
            return self.zoned(date.to_datetime(time));
        }
        self.day_and_time(StatedDay::Full(date))
    }

    /// `24/Nov/2026:…`, `24-Nov-2026 …`, `24 Nov 2026 …`, `26/11/24 …`, `11/24/2026, …`, `11-24 …`.
    fn day_first(&mut self, separator: u8) -> Option<Stated> {
        let first: i8 = self.number(1, 2)?;
        self.at += 1;
        if self.peek()?.is_ascii_alphabetic() {
            let month = self.month()?;
            let _ = self.skip(b'.');
            let end = self.at;
            if separator == b' ' {
                self.blanks();
            } else {
                let _ = self.skip(separator);
            }
            let day = if self.digits() == 4 {
                StatedDay::Full(civil::Date::new(self.number(4, 4)?, month, first).ok()?)
            } else if separator == b' ' {
                self.at = end;
                StatedDay::NoYear(month, first)
            } else {
                return None;
            };
            return self.day_and_time(day);
        }
        if separator == b' ' {
            return None;
        }
        let second: i8 = self.number(1, 2)?;
        if separator == b'-' && matches!(self.peek(), Some(b' ')) {
            return self.day_and_time(StatedDay::NoYear(first, second));
        }
        self.skip(separator)?;
        let date = match self.digits() {
            // `11/24/2026` in the USA, `24.11.2026` in Europe. Where both are possible, slashes are
            // American.
            4 => {
                let year = self.number(4, 4)?;
                let (month, day) = if first > 12 || separator != b'/' {
                    (second, first)
                } else {
                    (first, second)
                };
                civil::Date::new(year, month, day).ok()?
            }
            2 if separator == b'/' => {
                let third: i8 = self.number(2, 2)?;
                let century = |year: i8| 2000 + i16::from(year);
                civil::Date::new(century(first), second, third)
                    .or_else(|_| civil::Date::new(century(third), second, first))
                    .ok()?
            }
            _ => return None,
        };
        self.day_and_time(StatedDay::Full(date))
    }

    /// A form that begins with a weekday or a month.
    fn named(&mut self) -> Option<Stated> {
        if names::is_weekday(self.rest()) {
            let letters = self.rest().iter().take(12);
            self.at += letters
                .take_while(|byte| byte.is_ascii_alphabetic())
                .count();
            let _ = self.skip(b',');
            self.blanks();
        }
        if self.peek()?.is_ascii_digit() {
            return self.numeric();
        }
        let month = self.month()?;
        let _ = self.skip(b'.');
        self.blanks();
        let day: i8 = self.number(1, 2)?;
        let has_comma = self.skip(b',').is_some();
        self.blanks();
        if self.digits() == 4 {
            let date = civil::Date::new(self.number(4, 4)?, month, day).ok()?;
            return self.day_and_time(StatedDay::Full(date));
        }
        if has_comma {
            return None;
        }
        let time = self.time_of_day(b':')?;
        // `Tue Nov 24 09:00:01 2026`, perhaps with a zone before the year.
        let end = self.at;
        self.blanks();
        let zone = self.zone_word();
        if zone.is_some() {
            self.blanks();
        }
        if self.digits() == 4 {
            let date = civil::Date::new(self.number(4, 4)?, month, day).ok()?;
            let local = date.to_datetime(time);
            return match zone {
                Some(offset) => offset.to_timestamp(local).ok().map(Stated::Instant),
                None => Some(Stated::Local(local)),
            };
        }
        self.at = end;
        Some(Stated::NoYear { month, day, time })
    }

    /// The name of a month, in full or its first letters.
    fn month(&mut self) -> Option<i8> {
        let month = names::month(self.rest())?;
        let letters = self.rest().iter().take(10);
        let length = letters
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        if length > 9 {
            return None;
        }
        self.at += length;
        Some(month)
    }

    /// The time of day that follows a date, and a zone.
    fn day_and_time(&mut self, day: StatedDay) -> Option<Stated> {
        let mut separator = b':';
        match self.peek()? {
            b'T' | b't' | b':' | b'_' => self.at += 1,
            b'-' => {
                self.at += 1;
                separator = b'.';
            }
            b',' | b' ' | b'\t' => {
                let _ = self.skip(b',');
                self.blanks();
                // gin: `2026/11/24 - 09:00:01`.
                if self.rest().starts_with(b"- ") {
                    self.at += 2;
                }
            }
            _ => return None,
        }
        let time = self.time_of_day(separator)?;
        match day {
            StatedDay::Full(date) => self.zoned(date.to_datetime(time)),
            StatedDay::NoYear(month, day) => {
                civil::Date::new(2000, month, day).ok()?;
                Some(Stated::NoYear { month, day, time })
            }
        }
    }

    /// `09:00`, `09:00:01`, `9:00:01.123 AM`, `오전 9:00:01`, Unreal's `09.00.01:123`.
    fn time_of_day(&mut self, separator: u8) -> Option<civil::Time> {
        let mut half = names::half(self.text.get(self.at..)?);
        if let Some((_, length)) = half {
            self.at += length;
            self.blanks();
        }
        let mut hour: i8 = self.number(1, 2)?;
        if let Some(time) = self.korean_time(hour, half.map(|(is_afternoon, _)| is_afternoon)) {
            return Some(time);
        }
        let separator = match self.peek()? {
            byte if byte == separator || byte == b':' => byte,
            _ => return None,
        };
        self.at += 1;
        let minute = self.number(2, 2)?;
        let mut second: i8 = 0;
        let mut nanoseconds = 0;
        if self.peek() == Some(separator) && self.digits_at(1) == 2 {
            self.at += 1;
            second = self.number(2, 2)?;
            nanoseconds = self.fraction().unwrap_or_default();
        } else if half.is_none() && !matches!(self.peek(), Some(b'Z' | b'+' | b'-' | b' ' | b'\t'))
        {
            return None;
        }
        let end = self.at;
        if half.is_none() {
            self.blanks();
            half = names::half(self.text.get(self.at..)?).filter(|_| hour <= 12);
            self.at = half.map_or(end, |(_, length)| self.at + length);
        }
        hour = names::of_day(hour, half.map(|(is_afternoon, _)| is_afternoon));
        // A leap second counts as the one before.
        civil::Time::new(hour, minute, second.min(59), nanoseconds).ok()
    }

    pub(super) fn digits_at(&self, ahead: usize) -> usize {
        let rest = self.rest().iter().skip(ahead).take(3);
        rest.take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// `.123`, `,123`, `:123`, in nanoseconds.
    fn fraction(&mut self) -> Option<i32> {
        if !matches!(self.peek()?, b'.' | b',' | b':') || self.digits_at(1) == 0 {
            return None;
        }
        self.at += 1;
        let length = self.digits();
        let digits = self.rest().get(..length)?;
        let padded = digits.iter().copied().chain([b'0'; 9]).take(9);
        let nanoseconds = padded.fold(0, |number, byte| 10 * number + i32::from(byte - b'0'));
        self.at += length;
        Some(nanoseconds)
    }
}
