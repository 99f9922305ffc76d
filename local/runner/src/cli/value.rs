//! Parsers of values on the command line. Errors are messages for the user.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};
use encoding_rs::Encoding;
use jiff::{Timestamp, tz::TimeZone};
use shared::model::{alert::AlertType, level::Level};

use crate::window;

/// The encoding with this name.
pub(super) fn encoding(text: &str) -> Result<&'static Encoding, String> {
    // The encoding standard calls it euc-kr, and means all of CP949.
    let label = match text.to_ascii_lowercase().as_str() {
        "cp949" | "uhc" => "euc-kr".to_owned(),
        other => other.to_owned(),
    };
    let found = Encoding::for_label(label.as_bytes());
    found.ok_or_else(|| "unknown; try utf-8, utf-16le, cp949, euc-kr or windows-1252".to_owned())
}

/// The time zone with this name or offset.
pub(super) fn zone(text: &str) -> Result<TimeZone, String> {
    let named = TimeZone::get(text);
    let fixed = || {
        let time = format!("2000-01-01T00:00:00{text}");
        let parsed = time.parse::<Timestamp>();
        let utc: Timestamp = "2000-01-01T00:00:00Z".parse().ok()?;
        let seconds = utc.duration_since(parsed.ok()?).as_secs();
        let offset = jiff::tz::Offset::from_seconds(i32::try_from(seconds).ok()?).ok()?;
        Some(TimeZone::fixed(offset))
    };
    let unknown = || "unknown; write it as UTC, Asia/Seoul or +09:00".to_owned();
    named.ok().or_else(fixed).ok_or_else(unknown)
}

/// A size in bytes: `2G`, `500M`, `1.5GB`.
pub(super) fn size(text: &str) -> Result<u64, String> {
    const UNITS: [(char, f64); 4] = [('k', 1e3), ('m', 1e6), ('g', 1e9), ('t', 1e12)];
    let folded = text.trim().to_ascii_lowercase();
    let number = folded.trim_end_matches('b');
    let unit = UNITS.iter().find(|(unit, _)| number.ends_with(*unit));
    let digits = unit.map_or(number, |(unit, _)| number.trim_end_matches(*unit));
    let factor = unit.map_or(1.0, |(_, factor)| *factor);
    let bytes = digits
        .trim()
        .parse::<f64>()
        .ok()
        .map(|number| number * factor);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is in range"
    )]
    let size = bytes
        .filter(|bytes| (1e5..1e15).contains(bytes))
        .map(|bytes| bytes as u64);
    size.ok_or_else(|| "write it as 2G or 500M; at least 100K".to_owned())
}

/// A time, in the local zone unless it names one.
pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    window::read_time(text, &TimeZone::system(), Timestamp::now())
}

/// Parses the severity of an alert.
pub(super) fn alert_type() -> impl TypedValueParser<Value = AlertType> {
    let kinds = [
        AlertType::Info,
        AlertType::Warning,
        AlertType::Error,
        AlertType::Critical,
    ];
    let kind = move |text: String| kinds.into_iter().find(|kind| kind.name() == text);
    PossibleValuesParser::new(kinds.map(AlertType::name))
        .try_map(move |text| kind(text).ok_or("is not a severity"))
}

/// Parses a level in any of its spellings, and suggests one each.
#[derive(Clone, Copy, Debug)]
pub(super) struct LevelParser;

impl TypedValueParser for LevelParser {
    type Value = Level;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Level, clap::Error> {
        let parser = StringValueParser::new().try_map(|text| text.parse::<Level>());
        parser.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names = Level::ALL.into_iter().map(Level::name);
        Some(Box::new(names.map(PossibleValue::new)))
    }
}

/// A `name=value`.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("must be like name=value".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{encoding, size, zone};

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("2G"), Ok(2_000_000_000));
        assert_eq!(size("1.5 MB"), Ok(1_500_000));
        for text in ["", "2", "G", "-1G", "2X", "nan"] {
            size(text).expect_err(text);
        }
    }

    #[test]
    fn zones_are_names_or_offsets() {
        for name in ["UTC", "Asia/Seoul", "+09:00", "-03:30"] {
            zone(name).expect(name);
        }
        zone("Seoul?").expect_err("unknown");
        assert_eq!(encoding("CP949"), Ok(encoding_rs::EUC_KR));
    }
}
