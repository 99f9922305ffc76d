//! Reads the header `Retry-After`, by which a busy cluster or a proxy says how long to wait.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;

/// How long `Retry-After` asks to wait: seconds, or a date
/// (<https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>), which counts from the `Date` of the
/// answer, since the clock here may differ.
pub(super) fn read(header: &str, date: Option<&str>, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let instant = |text: &str| {
        let zoned = jiff::fmt::rfc2822::parse(text.trim()).ok()?;
        Some(zoned.timestamp())
    };
    let from = date.and_then(instant);
    let from = from.or_else(|| Timestamp::try_from(now).ok())?;
    // A date that has passed asks for no wait.
    let wait = instant(header)?.duration_since(from);
    Some(Duration::try_from(wait).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use proptest::prelude::*;

    use super::read;

    #[test]
    fn retry_after_is_read_in_seconds_and_as_a_date() {
        // 2026-11-24T00:00:00Z
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(498_744);
        let own = Some("Tue, 24 Nov 2026 01:00:00 GMT");
        for (header, date, seconds) in [
            (" 7 ", None, Some(7)),
            ("Tue, 24 Nov 2026 00:00:30 GMT", None, Some(30)),
            ("Tue, 24 Nov 2026 01:00:09 GMT", own, Some(9)),
            ("Mon, 23 Nov 2026 23:59:59 GMT", None, Some(0)),
            ("Tue, 24 Nov 2026 00:00:30 GMT", Some("?"), Some(30)),
            ("soon", own, None),
            ("-1", None, None),
        ] {
            let wait = read(header, date, now);
            assert_eq!(wait, seconds.map(Duration::from_secs), "{header}");
        }
    }

    proptest! {
        #[test]
        fn no_header_makes_the_reading_panic(header in ".{0,60}", date in ".{0,60}") {
            let _ = read(&header, Some(&date), SystemTime::UNIX_EPOCH);
        }
    }
}
