//! When, and for how long, in the team's time and language.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::language::Language;

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

/// How long something was, in its two largest units: `1 min 12 s`, `1 h 5 min`, `1시간 5분`. From ten
/// minutes on nobody asks for the seconds.
#[must_use]
pub fn duration(duration: SignedDuration, language: Language) -> String {
    const UNITS: [(u64, &str, &str); 4] = [
        (86_400, " d", "일"),
        (3_600, " h", "시간"),
        (60, " min", "분"),
        (1, " s", "초"),
    ];
    let sign = if duration.is_negative() { "-" } else { "" };
    let seconds = duration.as_secs().unsigned_abs();
    let seconds = if seconds < 600 {
        seconds
    } else {
        seconds - seconds % 60
    };
    let largest = UNITS.iter().position(|(length, ..)| seconds >= *length);
    let shown: Vec<String> = UNITS
        .iter()
        .skip(largest.unwrap_or(UNITS.len() - 1))
        .take(2)
        .scan(seconds, |rest, (length, english, korean)| {
            let count = *rest / length;
            *rest %= length;
            let unit = match language {
                Language::English => english,
                Language::Korean => korean,
            };
            Some((count, unit))
        })
        .enumerate()
        .filter(|(index, (count, _))| *index == 0 || *count > 0)
        .map(|(_, (count, unit))| format!("{count}{unit}"))
        .collect();
    format!("{sign}{}", shown.join(" "))
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp, tz::TimeZone};

    use super::{beside, duration, moment};
    use crate::language::Language;

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

    #[test]
    fn a_duration_is_told_in_its_two_largest_units() {
        for (seconds, english, korean) in [
            (0, "0 s", "0초"),
            (59, "59 s", "59초"),
            (60, "1 min", "1분"),
            (599, "9 min 59 s", "9분 59초"),
            (754, "12 min", "12분"),
            (3_600, "1 h", "1시간"),
            (3_900, "1 h 5 min", "1시간 5분"),
            (3_601, "1 h", "1시간"),
            (86_400 * 3 + 3_600, "3 d 1 h", "3일 1시간"),
            (-61, "-1 min 1 s", "-1분 1초"),
        ] {
            let length = SignedDuration::from_secs(seconds);
            assert_eq!(duration(length, Language::English), english);
            assert_eq!(duration(length, Language::Korean), korean);
        }
        assert!(!duration(SignedDuration::MIN, Language::English).is_empty());
    }
}
