//! The time that a log line states for itself, and whether to believe it.
//!
//! It is judged against the time of the log event (CloudWatch's), never against the clock: the same
//! event must have the same timestamp, and so the same index, whenever it is delivered.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};

use crate::trim::trimmed;

mod korean;
mod names;
mod scan;
#[cfg(test)]
mod tests;
mod zone;

pub use scan::leading;
use scan::usual;

/// How far before the log event's time a line's own may lie: what `PutLogEvents` accepts.
const MOST_BEHIND: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How far after it.
const MOST_AHEAD: SignedDuration = SignedDuration::from_hours(2);
/// Time zones differ by whole quarters of an hour.
const QUARTER_SECONDS: i64 = 15 * 60;
/// How close to a whole number of quarters a difference must be to look like a time zone's.
const QUARTER_TOLERANCE: i64 = 30;

/// A time as a line states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated {
    /// An instant.
    Instant(Timestamp),
    /// A date and a time of day without a zone.
    Local(civil::DateTime),
    /// The same without a year, as RFC 3164 writes it.
    NoYear {
        /// The month, from 1.
        month: i8,
        /// The day of the month, from 1.
        day: i8,
        /// The time of day.
        time: civil::Time,
    },
    /// A time of day alone.
    TimeOfDay(civil::Time),
}

/// The time zone of lines that state none.
#[derive(Clone, Debug)]
pub struct LogZone {
    zone: TimeZone,
    is_configured: bool,
}

impl Default for LogZone {
    /// UTC, which nobody configured: a line that disagrees by what looks like a time zone is not
    /// believed.
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            is_configured: false,
        }
    }
}

/// A name that is no time zone.
#[derive(Debug, thiserror::Error)]
#[error("is no time zone; use an IANA name such as Asia/Seoul, or UTC")]
pub struct UnknownZone;

impl LogZone {
    /// A zone that the user chose.
    #[must_use]
    pub fn configured(zone: TimeZone) -> Self {
        Self {
            zone,
            is_configured: true,
        }
    }
}

impl std::str::FromStr for LogZone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        let zone = TimeZone::get(name.trim()).map_err(|_| UnknownZone)?;
        Ok(Self::configured(zone))
    }
}

impl Stated {
    /// The instant. What the line leaves out (zone, year, date) comes from `zone` and from `near`,
    /// the time of the log event or of the file.
    #[must_use]
    pub fn resolve(self, zone: &LogZone, near: Timestamp) -> Option<Timestamp> {
        let instant = |local: civil::DateTime| {
            let ambiguous = zone.zone.to_ambiguous_timestamp(local);
            ambiguous.compatible().ok()
        };
        match self {
            Self::Instant(instant) => Some(instant),
            Self::Local(local) => instant(local),
            Self::NoYear { month, day, time } => {
                let latest = near.checked_add(SignedDuration::from_hours(48)).ok()?;
                let year = zone.zone.to_datetime(near).year();
                // February 29 may be up to eight years back.
                (-1..=8).find_map(|back| {
                    let date = civil::Date::new(year - back, month, day).ok()?;
                    instant(date.to_datetime(time)).filter(|instant| *instant <= latest)
                })
            }
            Self::TimeOfDay(time) => {
                let latest = near.checked_add(MOST_AHEAD).ok()?;
                let today = zone.zone.to_datetime(near).date();
                let days = [today.tomorrow().ok(), Some(today), today.yesterday().ok()];
                days.into_iter().flatten().find_map(|date| {
                    instant(date.to_datetime(time)).filter(|instant| *instant <= latest)
                })
            }
        }
    }

    /// The instant, if it is plausible beside the time of the log event. A time without a zone that
    /// differs from the event's by what looks like a time zone is not believed, unless the zone was
    /// configured.
    #[must_use]
    pub fn believed(self, zone: &LogZone, event: Timestamp) -> Option<Timestamp> {
        let instant = self.resolve(zone, event)?;
        let difference = instant.duration_since(event);
        let is_plausible = difference >= -MOST_BEHIND && difference <= MOST_AHEAD;
        let is_sure = zone.is_configured || matches!(self, Self::Instant(_));
        (is_plausible && (is_sure || !looks_like_zone(difference))).then_some(instant)
    }
}

/// Whether a difference is about a whole number of quarters of an hour, up to a day.
fn looks_like_zone(difference: SignedDuration) -> bool {
    let seconds = difference.as_secs().abs();
    let rest = seconds % QUARTER_SECONDS;
    let distance = rest.min(QUARTER_SECONDS - rest);
    distance <= QUARTER_TOLERANCE
        && (QUARTER_SECONDS - QUARTER_TOLERANCE..=24 * 3600).contains(&seconds)
}

/// Reads a text that is a time and nothing else: any form that [`leading`] knows, RFC 3339 and its
/// relatives, and seconds, milliseconds, microseconds or nanoseconds since 1970, distinguished by their
/// size.
#[must_use]
pub fn read(text: &str) -> Option<Stated> {
    let text = trimmed(text);
    let first = text.bytes().next()?;
    if let Some(instant) = usual(text) {
        return Some(Stated::Instant(instant));
    }
    if !first.is_ascii_digit() && !first.is_ascii_alphabetic() {
        return None;
    }
    if first.is_ascii_digit() && text.bytes().all(is_of_number) {
        return since_1970(text).map(Stated::Instant);
    }
    match leading(text) {
        Some((stated, length)) if length == text.len() => Some(stated),
        // A zone in brackets, as Java writes it, repeats the offset.
        Some((stated, length)) if text.get(length..)?.starts_with('[') => Some(stated),
        _ => text.parse().ok().map(Stated::Instant),
    }
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+')
}

/// An instant as a number of seconds or of smaller units since 1970.
fn since_1970(text: &str) -> Option<Timestamp> {
    if text.len() < 10 {
        return None;
    }
    if text.contains(['e', 'E']) {
        return of_seconds(text.parse().ok()?);
    }
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

/// Seconds since 1970 as Go's float encoders write them, `1.795510801123e9`. Microseconds are all
/// that such a number holds.
#[expect(clippy::cast_possible_truncation, reason = "bounded before the cast")]
fn of_seconds(seconds: f64) -> Option<Timestamp> {
    let is_sane = (1e8..1e11).contains(&seconds);
    let microseconds = is_sane.then(|| (seconds * 1e6).round() as i64)?;
    Timestamp::from_microsecond(microseconds).ok()
}

/// `{"seconds": 1795510801, "nanos": 123000000}`.
#[must_use]
pub fn of_parts(seconds: i64, nanoseconds: i32) -> Option<Stated> {
    Timestamp::new(seconds, nanoseconds)
        .ok()
        .map(Stated::Instant)
}

/// The name of the zone, for messages.
impl std::fmt::Display for LogZone {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.zone.iana_name().map(Arc::<str>::from);
        formatter.write_str(name.as_deref().unwrap_or("UTC"))
    }
}
