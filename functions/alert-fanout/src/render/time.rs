//! Moments and spans of time in the team's time zone.

use jiff::{Timestamp, tz::TimeZone};

/// A moment with its date: `2026-11-24 09:33:24 KST`.
#[must_use]
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S %Z")
        .to_string()
}

/// A moment that is told beside another one: only its time, if it is on the same day.
#[must_use]
pub fn beside(at: Timestamp, other: Timestamp, zone: &TimeZone) -> String {
    let (at, other) = (
        at.to_zoned_datetime(zone.clone()),
        other.to_zoned_datetime(zone.clone()),
    );
    let format = if at.date() == other.date() {
        "%H:%M:%S"
    } else {
        "%Y-%m-%d %H:%M:%S"
    };
    at.strftime(format).to_string()
}

/// A span of time with its date: `2026-11-24 09:33:00 KST – 09:33:30`.
#[must_use]
pub fn span(start: Timestamp, end: Timestamp, zone: &TimeZone) -> String {
    format!("{} – {}", moment(start, zone), beside(end, start, zone))
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, tz::TimeZone};

    use super::{beside, moment};

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn a_moment_is_told_in_the_time_of_the_team() {
        let seoul = TimeZone::get("Asia/Seoul").expect("a zone");
        let berlin = TimeZone::get("Europe/Berlin").expect("a zone");
        let noon = at("2026-07-24T12:33:24.123Z");
        assert_eq!(moment(noon, &seoul), "2026-07-24 21:33:24 KST");
        assert_eq!(moment(noon, &berlin), "2026-07-24 14:33:24 CEST");
        assert_eq!(moment(noon, &TimeZone::UTC), "2026-07-24 12:33:24 UTC");
        for extreme in [Timestamp::MIN, Timestamp::MAX] {
            assert!(!moment(extreme, &seoul).is_empty());
        }
    }

    #[test]
    fn a_second_moment_has_no_date_where_it_is_the_same() {
        let seoul = TimeZone::get("Asia/Seoul").expect("a zone");
        let first = at("2026-11-24T14:50:00Z");
        assert_eq!(
            beside(at("2026-11-24T14:59:59Z"), first, &seoul),
            "23:59:59"
        );
        assert_eq!(
            beside(at("2026-11-24T15:00:00Z"), first, &seoul),
            "2026-11-25 00:00:00"
        );
    }
}
