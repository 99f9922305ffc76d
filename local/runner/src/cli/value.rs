//! Parsers of values on the command line. Errors are messages for the user.

use encoding_rs::Encoding;
use jiff::{Timestamp, tz::TimeZone};
use shared::model::alert::AlertType;

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

/// A time, in the local zone unless it names one.
pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    window::read_time(text, &TimeZone::system(), Timestamp::now())
}

/// The severity of an alert.
pub(super) fn alert_type(text: &str) -> Result<AlertType, String> {
    let of_type = |kind: &AlertType| kind.name() == text;
    let kinds = [
        AlertType::Info,
        AlertType::Warning,
        AlertType::Error,
        AlertType::Critical,
    ];
    let kind = kinds.into_iter().find(of_type);
    kind.ok_or_else(|| "must be info, warning, error or critical".to_owned())
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
    use super::{encoding, zone};

    #[test]
    fn zones_are_names_or_offsets() {
        for name in ["UTC", "Asia/Seoul", "+09:00", "-03:30"] {
            zone(name).expect(name);
        }
        zone("Seoul?").expect_err("unknown");
        assert_eq!(encoding("CP949"), Ok(encoding_rs::EUC_KR));
    }
}
