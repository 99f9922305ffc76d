//! The time of a line, from the usual places: it replaces the timestamp that CloudWatch gives an event.
//! `log-ingest` reads the line's own time again, thoroughly.

use jiff::{Timestamp, tz::TimeZone};
use log_ingest::read::time::{Stated, read};
use serde::Deserialize;

/// The keys under which logging libraries write the time.
#[derive(Default, Deserialize)]
#[serde(default)]
struct TimeKeys<'a> {
    #[serde(borrow)]
    timestamp: Option<&'a serde_json::value::RawValue>,
    #[serde(borrow, rename = "@timestamp")]
    at_timestamp: Option<&'a serde_json::value::RawValue>,
    #[serde(borrow)]
    time: Option<&'a serde_json::value::RawValue>,
    #[serde(borrow)]
    ts: Option<&'a serde_json::value::RawValue>,
    #[serde(borrow)]
    asctime: Option<&'a serde_json::value::RawValue>,
    #[serde(borrow)]
    datetime: Option<&'a serde_json::value::RawValue>,
}

/// The time that a line states: in the keys of a JSON object, the first words of a text, `time=` or
/// `ts=`. A time without a zone is in `zone`.
#[must_use]
pub fn of_line(line: &str, zone: &TimeZone) -> Option<Timestamp> {
    let line = line.trim_start();
    let stated = if line.starts_with('{') {
        in_json(line)
    } else {
        in_text(line)
    };
    match stated? {
        Stated::Instant(instant) => Some(instant),
        Stated::Local(local) => zone.to_timestamp(local).ok(),
        Stated::NoYear { .. } | Stated::TimeOfDay(_) => None,
    }
}

fn in_json(line: &str) -> Option<Stated> {
    let keys: TimeKeys<'_> = serde_json::from_str(line).ok()?;
    [
        keys.timestamp,
        keys.at_timestamp,
        keys.time,
        keys.ts,
        keys.asctime,
        keys.datetime,
    ]
    .into_iter()
    .flatten()
    .find_map(|value| read(value.get().trim_matches('"')))
}

fn in_text(line: &str) -> Option<Stated> {
    let mut words = line.split_whitespace().map(bare);
    let first = words.next()?;
    let leading = match words.next() {
        // `2026-11-24 00:30:55,123`: date and time are two words.
        Some(second) => read(&format!("{first} {second}")).or_else(|| read(first)),
        None => read(first),
    };
    leading.or_else(|| {
        line.split_whitespace()
            .filter_map(|word| {
                let (key, value) = word.split_once('=')?;
                ["time", "ts", "timestamp"]
                    .contains(&key)
                    .then(|| bare(value))
            })
            .find_map(read)
    })
}

/// A word without the brackets, quotes and commas around it.
fn bare(word: &str) -> &str {
    word.trim_matches(['[', ']', '(', ')', '"', ','])
}

#[cfg(test)]
mod tests {
    use jiff::tz::{TimeZone, offset};

    use super::of_line;

    #[test]
    fn times_are_found_where_logs_have_them() {
        let expected = "2026-11-24T00:30:55.638Z".parse().ok();
        for line in [
            r#"{"level":"info","timestamp":"2026-11-24T00:30:55.638Z","message":"x"}"#,
            r#"{"level":30,"time":1795480255638,"msg":"x"}"#,
            r#"{"@timestamp":"2026-11-24T09:30:55.638+09:00"}"#,
            "2026-11-24T00:30:55.638Z INFO started",
            "[2026-11-24T00:30:55.638Z] ERROR: no",
            "2026-11-24 00:30:55,638 ERROR app: no",
            "level=info ts=2026-11-24T00:30:55.638Z msg=\"x\"",
            "2026-11-24T00:30:55.638Z\t6f9b\tINFO\t게임",
        ] {
            assert_eq!(of_line(line, &TimeZone::UTC), expected, "{line}");
        }
    }

    #[test]
    fn a_time_without_a_zone_is_in_the_given_zone() {
        let seoul = TimeZone::fixed(offset(9));
        let time = |line| of_line(line, &seoul).map(|time| time.to_string());
        assert_eq!(
            time("2026-11-24 09:30:55 ERROR x").as_deref(),
            Some("2026-11-24T00:30:55Z")
        );
        assert_eq!(
            time("2026-11-24T00:30:55Z INFO x").as_deref(),
            Some("2026-11-24T00:30:55Z")
        );
    }

    #[test]
    fn a_line_without_a_time_has_none() {
        for line in [
            "",
            "    at Object.<anonymous> (/app/server.js:62:32)",
            "12 players are online",
            r#"{"message":"no time"}"#,
            r#"{"timestamp":"#,
            "START RequestId: 6f9b Version: 3",
        ] {
            assert_eq!(of_line(line, &TimeZone::UTC), None, "{line}");
        }
    }
}
