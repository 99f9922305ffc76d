//! The time that a log line claims for itself, and whether it is to be believed.
//!
//! It is judged against CloudWatch's timestamp of the same event, never against the clock: the same
//! event must have the same timestamp, and so the same index, whenever it is delivered.

use jiff::{SignedDuration, Timestamp, civil, tz::Offset};

/// How far before CloudWatch's timestamp a line's own may lie: what `PutLogEvents` accepts.
const MOST_BEHIND: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How far after it.
const MOST_AHEAD: SignedDuration = SignedDuration::from_hours(2);
/// How far a time without a zone may lie from CloudWatch's. It is read as UTC; a service that logs
/// local time is hours away, and would otherwise be believed where it is behind UTC.
const MOST_WITHOUT_ZONE: SignedDuration = SignedDuration::from_mins(15);

/// A time as a line states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated {
    /// An instant.
    Instant(Timestamp),
    /// A date and time of day without a zone, read as UTC.
    WithoutZone(Timestamp),
}

impl Stated {
    /// The instant, if it is sane beside CloudWatch's timestamp of the same event.
    #[must_use]
    pub fn believed(self, cloudwatch: Timestamp) -> Option<Timestamp> {
        let (instant, behind, ahead) = match self {
            Self::Instant(instant) => (instant, MOST_BEHIND, MOST_AHEAD),
            Self::WithoutZone(instant) => (instant, MOST_WITHOUT_ZONE, MOST_WITHOUT_ZONE),
        };
        let difference = instant.duration_since(cloudwatch);
        (difference >= -behind && difference <= ahead).then_some(instant)
    }
}

/// Reads a time: RFC 3339 and its relatives, `2026-11-24 00:30:55,123` (Python), and seconds,
/// milliseconds, microseconds or nanoseconds since 1970, told apart by their size.
#[must_use]
pub fn read(text: &str) -> Option<Stated> {
    let text = text.trim();
    let first = text.bytes().next()?;
    if !first.is_ascii_digit() {
        return None;
    }
    if let Some(instant) = usual(text).or_else(|| text.parse().ok()) {
        return Some(Stated::Instant(instant));
    }
    if text.len() >= 10
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return since_1970(text).map(Stated::Instant);
    }
    let with_point = text.replacen(',', ".", 1);
    if let Ok(instant) = with_point.parse() {
        return Some(Stated::Instant(instant));
    }
    // A date alone is no time of day; `civil::DateTime` would read it as midnight.
    if !text.contains(':') {
        return None;
    }
    let local: civil::DateTime = with_point.parse().ok()?;
    Offset::UTC
        .to_timestamp(local)
        .ok()
        .map(Stated::WithoutZone)
}

/// `2026-11-24T00:30:55.638Z`, as JavaScript and most libraries write it. jiff reads it too, in
/// several times as long.
fn usual(text: &str) -> Option<Timestamp> {
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

fn since_1970(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        ..=11 => {
            let digits: String = fraction
                .chars()
                .chain("000000000".chars())
                .take(9)
                .collect();
            Timestamp::new(number, digits.parse().ok()?).ok()
        }
        12..=14 => Timestamp::from_millisecond(number).ok(),
        15..=17 => Timestamp::from_microsecond(number).ok(),
        _ => Timestamp::from_nanosecond(number.into()).ok(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn times_of_every_library_are_read() {
        let instant = Stated::Instant(at("2026-11-24T00:30:55.638Z"));
        for text in [
            "2026-11-24T00:30:55.638Z",
            "2026-11-24T09:30:55.638+09:00",
            "2026-11-24T09:30:55.638+0900",
            "2026-11-24 00:30:55.638Z",
            "2026-11-24 00:30:55,638Z",
            "1795480255.638",
            "1795480255638",
            "1795480255638000",
            "1795480255638000000",
        ] {
            assert_eq!(read(text), Some(instant), "{text}");
        }
        for text in ["2026-11-24 00:30:55,638", "2026-11-24T00:30:55.638"] {
            let stated = Stated::WithoutZone(at("2026-11-24T00:30:55.638Z"));
            assert_eq!(read(text), Some(stated), "{text}");
        }
        for text in [
            "",
            "soon",
            "2026-11-24",
            "12",
            "24/Nov/2026:00:30:55 +0000",
            "99999999999999999999",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_usual_form_is_read_as_jiff_reads_it(
            text in "[0-2][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]\\.[0-9]{3}Z",
            place in 0_usize..24, other in proptest::char::range(' ', '~'),
        ) {
            let expected = text.parse().ok();
            // jiff takes a leap second for the one before.
            prop_assert!(usual(&text) == expected || usual(&text).is_none() && text.contains(":60."));
            let mut broken = text;
            broken.replace_range(place..=place, &other.to_string());
            prop_assert!(usual(&broken).is_none() || usual(&broken) == broken.parse().ok());
        }
    }

    #[test]
    fn a_time_is_believed_from_14_days_before_to_2_hours_after_cloudwatch() {
        let cloudwatch = at("2026-11-24T00:00:00Z");
        for (stated, believed) in [
            ("2026-11-10T00:00:00Z", true),
            ("2026-11-09T23:59:59Z", false),
            ("2026-11-24T02:00:00Z", true),
            ("2026-11-24T02:00:01Z", false),
            ("1970-01-01T00:00:00Z", false),
        ] {
            let result = Stated::Instant(at(stated)).believed(cloudwatch);
            assert_eq!(result.is_some(), believed, "{stated}");
        }
    }

    #[test]
    fn a_time_without_a_zone_is_believed_only_where_it_agrees_with_cloudwatch() {
        let cloudwatch = at("2026-11-24T00:00:00Z");
        let seoul = Stated::WithoutZone(at("2026-11-24T09:00:00Z"));
        let new_york = Stated::WithoutZone(at("2026-11-23T19:00:00Z"));
        let utc = Stated::WithoutZone(at("2026-11-23T23:59:58Z"));
        assert_eq!(seoul.believed(cloudwatch), None);
        assert_eq!(new_york.believed(cloudwatch), None);
        assert!(utc.believed(cloudwatch).is_some());
    }
}
