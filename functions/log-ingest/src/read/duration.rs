//! Reads durations: numbers in the unit of their format and key, and texts with units.

use crate::trim::trimmed;

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
pub enum DurationUnit {
    /// Nanoseconds.
    #[serde(rename = "ns")]
    Nanoseconds,
    /// Microseconds.
    #[serde(rename = "us", alias = "µs")]
    Microseconds,
    /// Milliseconds.
    #[serde(rename = "ms")]
    Milliseconds,
    /// Seconds.
    #[serde(rename = "s")]
    Seconds,
    /// Not stated by the key. The format may state it; otherwise the number is read as milliseconds
    /// and the entry says so.
    #[serde(skip)]
    Unstated,
}

impl DurationUnit {
    /// How many milliseconds one is.
    pub(super) fn milliseconds(self) -> f64 {
        match self {
            Self::Nanoseconds => 1e-6,
            Self::Microseconds => 1e-3,
            Self::Milliseconds | Self::Unstated => 1.0,
            Self::Seconds => 1e3,
        }
    }

    /// The unit that a word stands for, as in `1.5 seconds`.
    fn of_word(word: &str) -> Option<f64> {
        Some(match word {
            "ns" | "nanos" | "nanoseconds" | "nsec" => 1e-6,
            "us" | "µs" | "μs" | "micros" | "microseconds" | "usec" => 1e-3,
            "ms" | "msec" | "msecs" | "millis" | "millisecond" | "milliseconds" | "밀리초" => {
                1.0
            }
            "s" | "sec" | "secs" | "second" | "seconds" | "초" => 1e3,
            "m" | "min" | "mins" | "minute" | "minutes" | "분" => 60e3,
            "h" | "hr" | "hour" | "hours" | "시간" => 3_600e3,
            _ => return None,
        })
    }
}

/// A duration in milliseconds, and whether its text states the unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReadDuration {
    /// Finite and not negative.
    pub milliseconds: f64,
    /// Whether the text itself has a unit, so that the key's does not matter.
    pub has_unit: bool,
}

impl ReadDuration {
    /// The same in the unit, where it was read in milliseconds.
    pub(super) fn of(self, unit: DurationUnit) -> Option<Self> {
        if self.has_unit {
            return Some(self);
        }
        sane(self.milliseconds * unit.milliseconds(), false)
    }
}

/// Reads a number in `unit`, or a text with units of its own: `12.5`, `12.5ms`, `1.5 s`, `1m30s`,
/// `PT1.5S`, `00:00:01.5`, `1,234.5`.
#[must_use]
pub fn read(text: &str, unit: DurationUnit) -> Option<ReadDuration> {
    let text = trimmed(text);
    // Most are a plain number.
    if let Some(number) = number(text) {
        return sane(number * unit.milliseconds(), false);
    }
    iso(text)
        .or_else(|| clock(text))
        .or_else(|| parts(text))
        .and_then(|milliseconds| sane(milliseconds, true))
}

fn sane(milliseconds: f64, has_unit: bool) -> Option<ReadDuration> {
    let is_sane = milliseconds.is_finite() && milliseconds >= 0.0;
    is_sane.then_some(ReadDuration {
        milliseconds,
        has_unit,
    })
}

/// A number with an exponent, or with separators of thousands.
fn number(text: &str) -> Option<f64> {
    if !text.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    text.parse().ok().or_else(|| {
        let is_grouped = text.bytes().any(|byte| matches!(byte, b',' | b'_'))
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'_' | b'.'));
        let plain = || text.replace([',', '_'], "").parse().ok();
        is_grouped.then(plain).flatten()
    })
}

/// One or more numbers with units: Go's `1h2m3s`, `1.5 seconds`.
fn parts(text: &str) -> Option<f64> {
    let mut rest = text;
    let mut milliseconds = 0.0;
    for _ in 0..6 {
        let digits = rest
            .find(|next: char| !matches!(next, '0'..='9' | '.' | ',' | '_'))
            .unwrap_or(rest.len());
        let (digits, after) = rest.split_at_checked(digits)?;
        let after = after.trim_start_matches(' ');
        let letters = after
            .find(|next: char| !next.is_alphabetic())
            .unwrap_or(after.len());
        let (word, after) = after.split_at_checked(letters)?;
        milliseconds += number(digits)? * DurationUnit::of_word(word)?;
        rest = after.trim_start_matches(' ');
        if rest.is_empty() {
            return Some(milliseconds);
        }
    }
    None
}

/// ISO 8601: `PT1.5S`, `PT1M30S`.
fn iso(text: &str) -> Option<f64> {
    let mut rest = text
        .strip_prefix("PT")
        .or_else(|| text.strip_prefix("pt"))?;
    let mut milliseconds = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|next: char| next.is_ascii_alphabetic())?;
        let (digits, after) = rest.split_at_checked(end)?;
        let factor = match after.as_bytes().first()? {
            b'H' | b'h' => 3_600e3,
            b'M' | b'm' => 60e3,
            b'S' | b's' => 1e3,
            _ => return None,
        };
        milliseconds += number(digits)? * factor;
        rest = after.get(1..)?;
    }
    (text.len() > 2).then_some(milliseconds)
}

/// .NET's `TimeSpan`: `00:00:01.5000000`.
fn clock(text: &str) -> Option<f64> {
    let mut parts = text.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || minutes.len() != 2 {
        return None;
    }
    Some(number(hours)? * 3_600e3 + number(minutes)? * 60e3 + number(seconds)? * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_and_without_units() {
        for (text, milliseconds) in [
            ("12.5", 12.5),
            ("12.5ms", 12.5),
            ("12.5 ms", 12.5),
            ("1.5s", 1500.0),
            ("1.5 s", 1500.0),
            ("1.5sec", 1500.0),
            ("1.5 seconds", 1500.0),
            ("2min", 120_000.0),
            ("1m30s", 90_000.0),
            ("1h2m3s", 3_723_000.0),
            ("250µs", 0.25),
            ("250μs", 0.25),
            ("250us", 0.25),
            ("1500ns", 0.0015),
            ("PT1.5S", 1500.0),
            ("PT1M30S", 90_000.0),
            ("00:00:01.5000000", 1500.0),
            ("1,234.5", 1234.5),
            ("1_000", 1000.0),
            ("1.5e3", 1500.0),
            ("0", 0.0),
            ("1초", 1000.0),
        ] {
            let read =
                read(text, DurationUnit::Milliseconds).unwrap_or_else(|| panic!("unread: {text}"));
            assert!(
                (read.milliseconds - milliseconds).abs() < 1e-9,
                "{text}: {read:?}"
            );
        }
        for text in [
            "-1", "NaN", "inf", "true", "", "PT", "1:2", "5 apples", "ms", "1..2",
        ] {
            assert_eq!(read(text, DurationUnit::Milliseconds), None, "{text}");
        }
    }

    #[test]
    fn a_plain_number_has_the_unit_of_its_key_and_a_unit_in_the_text_wins() {
        let seconds = read("0.312", DurationUnit::Seconds).expect("read");
        assert!((seconds.milliseconds - 312.0).abs() < 1e-9 && !seconds.has_unit);
        let nanoseconds = read("312000000", DurationUnit::Nanoseconds).expect("read");
        assert!((nanoseconds.milliseconds - 312.0).abs() < 1e-9);
        let stated = read("312ms", DurationUnit::Seconds).expect("read");
        assert!((stated.milliseconds - 312.0).abs() < 1e-9 && stated.has_unit);
    }
}
