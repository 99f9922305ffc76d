//! Reads the zone that follows a time: an offset, an abbreviation, or the name of a region.

use jiff::{
    Timestamp, civil,
    tz::{Offset, TimeZone},
};

use super::{Stated, names, scan::TimeScan};

impl TimeScan<'_> {
    /// The instant of a local time if a zone follows, else the local time.
    pub(super) fn zoned(&mut self, local: civil::DateTime) -> Option<Stated> {
        let end = self.at;
        if matches!(self.peek(), Some(b'Z' | b'z')) {
            self.at += 1;
            return Offset::UTC.to_timestamp(local).ok().map(Stated::Instant);
        }
        let has_blank = self.skip(b' ').is_some();
        if let Some(offset) = self.offset(has_blank).or_else(|| self.zone_word()) {
            return offset.to_timestamp(local).ok().map(Stated::Instant);
        }
        if let Some(instant) = self.region(local) {
            return Some(Stated::Instant(instant));
        }
        self.at = end;
        Some(Stated::Local(local))
    }

    /// `+09:00`, `+0900`, `+09`, `+9`. After a blank only the first two: a dash may be a separator.
    fn offset(&mut self, has_blank: bool) -> Option<Offset> {
        let is_negative = match self.peek()? {
            b'+' => false,
            b'-' => true,
            _ => return None,
        };
        let start = self.at;
        self.at += 1;
        let minutes = match self.digits() {
            4 => {
                let number: i32 = self.number(4, 4)?;
                Some(number / 100 * 60 + number % 100)
            }
            2 => {
                let hours: i32 = self.number(2, 2)?;
                if self.peek() == Some(b':') && self.digits_at(1) == 2 {
                    self.at += 1;
                    let minutes: i32 = self.number(2, 2)?;
                    Some(hours * 60 + minutes)
                } else {
                    (!has_blank).then_some(hours * 60)
                }
            }
            1 if !has_blank => {
                let hours: i32 = self.number(1, 1)?;
                Some(hours * 60)
            }
            _ => None,
        };
        let offset = minutes.and_then(|minutes| {
            let minutes = if is_negative { -minutes } else { minutes };
            Offset::from_seconds(minutes * 60).ok()
        });
        if offset.is_none() {
            self.at = start;
        }
        offset
    }

    /// `UTC`, `KST`, and JavaScript's `GMT+0900`.
    pub(super) fn zone_word(&mut self) -> Option<Offset> {
        let letters = self.rest().iter().take(6);
        let length = letters.take_while(|byte| byte.is_ascii_uppercase()).count();
        if !(3..=4).contains(&length) {
            return None;
        }
        let minutes = names::offset(self.text.get(self.at..self.at + length)?)?;
        self.at += length;
        let offset = (minutes == 0).then(|| self.offset(false)).flatten();
        offset.or_else(|| Offset::from_seconds(minutes * 60).ok())
    }

    /// `Asia/Seoul`, as PHP writes it.
    fn region(&mut self, local: civil::DateTime) -> Option<Timestamp> {
        if !self.peek()?.is_ascii_uppercase() {
            return None;
        }
        let is_of_name = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'_');
        let letters = self.rest().iter().take(40);
        let length = letters.take_while(|byte| is_of_name(byte)).count();
        let name = self.text.get(self.at..self.at + length)?;
        if !name.contains('/') {
            return None;
        }
        let zone = TimeZone::get(name).ok()?;
        self.at += length;
        zone.to_ambiguous_timestamp(local).compatible().ok()
    }
}
