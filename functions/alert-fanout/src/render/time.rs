//! Moments and spans of time in the team's time zone.

use jiff::{Timestamp, tz::TimeZone};

use super::Locale;
use crate::language::Language;

/// A moment with its date: `2026-11-24 09:33:24 KST`, in Korean `2026-11-24 09:33:24(KST)`.
#[must_use]
pub fn moment(at: Timestamp, style: &Locale) -> String {
    let format = match style.language {
        Language::English => "%Y-%m-%d %H:%M:%S %Z",
        Language::Korean => "%Y-%m-%d %H:%M:%S(%Z)",
    };
    at.to_zoned_datetime(style.zone.clone())
        .strftime(format)
        .to_string()
}

/// A moment beside another one: without the date if it is on the same day.
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

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, tz::TimeZone};

    use super::{Language, Locale, beside, moment};

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn a_moment_is_in_the_time_zone_and_form_of_the_team() {
        let shown = |at, zone: &str, language| {
            let zone = TimeZone::get(zone).expect("a zone");
            moment(at, &Locale { language, zone })
        };
        let noon = at("2026-07-24T12:33:24.123Z");
        for (zone, language, expected) in [
            ("Asia/Seoul", Language::English, "2026-07-24 21:33:24 KST"),
            ("Asia/Seoul", Language::Korean, "2026-07-24 21:33:24(KST)"),
            (
                "Europe/Berlin",
                Language::English,
                "2026-07-24 14:33:24 CEST",
            ),
            ("UTC", Language::English, "2026-07-24 12:33:24 UTC"),
        ] {
            assert_eq!(shown(noon, zone, language), expected);
        }
        for extreme in [Timestamp::MIN, Timestamp::MAX] {
            assert!(!shown(extreme, "Asia/Seoul", Language::Korean).is_empty());
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
