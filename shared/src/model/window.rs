//! A half-open span of time.

use jiff::{SignedDuration, Timestamp, tz::Offset};
use serde::{Deserialize, Serialize};

/// The span from `start` (included) to `end` (excluded).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Window {
    /// The first instant of the window.
    pub start: Timestamp,
    /// The first instant after the window.
    pub end: Timestamp,
}

/// A window that ends before it starts, or is empty.
#[derive(Debug, thiserror::Error)]
#[error("the window must end after it starts, but starts at {start} and ends at {end}")]
pub struct EmptyWindow {
    start: Timestamp,
    end: Timestamp,
}

impl Window {
    /// The window from `start` to `end`.
    ///
    /// # Errors
    ///
    /// When it would be empty.
    pub fn new(start: Timestamp, end: Timestamp) -> Result<Self, EmptyWindow> {
        if start < end {
            Ok(Self { start, end })
        } else {
            Err(EmptyWindow { start, end })
        }
    }

    /// How long the window is.
    #[must_use]
    pub fn length(&self) -> SignedDuration {
        self.end.duration_since(self.start)
    }

    /// The window of the same length that ends where this one starts. At the beginning of
    /// representable time it is cut short.
    #[must_use]
    pub fn previous(&self) -> Self {
        let start = self
            .start
            .saturating_sub(self.length())
            .unwrap_or(Timestamp::MIN);
        Self {
            start,
            end: self.start,
        }
    }

    /// A name for the window, made of letters, digits and a hyphen:
    /// `20261124T001500Z-20261124T003000Z`. Fractions of seconds are written as far as there are
    /// any, so that other windows have other names.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}-{}", compact(self.start), compact(self.end))
    }

    /// Whether `instant` lies in the window.
    #[must_use]
    pub fn contains(&self, instant: Timestamp) -> bool {
        self.start <= instant && instant < self.end
    }

    /// The UTC days that the window touches, in order, as `YYYY.MM.DD`: the days of the daily
    /// indices that can hold its entries.
    #[must_use]
    pub fn days(&self) -> Vec<String> {
        let mut days = Vec::new();
        let mut instant = self.start;
        while instant < self.end {
            days.push(utc_day(instant));
            let date = Offset::UTC.to_datetime(instant).date();
            let next = date
                .tomorrow()
                .and_then(|day| Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)));
            match next {
                Ok(midnight) => instant = midnight,
                Err(_) => break,
            }
        }
        days
    }
}

/// The UTC day of an instant, as `YYYY.MM.DD`.
#[must_use]
pub fn utc_day(instant: Timestamp) -> String {
    let date = Offset::UTC.to_datetime(instant).date();
    format!("{:04}.{:02}.{:02}", date.year(), date.month(), date.day())
}

/// `20261124T001500Z`, or with a fraction `20261124T001500250Z`.
fn compact(instant: Timestamp) -> String {
    let at = Offset::UTC.to_datetime(instant);
    let mut text = format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    );
    let fraction = at.subsec_nanosecond();
    if fraction != 0 {
        let digits = format!("{fraction:09}");
        text.push_str(digits.trim_end_matches('0'));
    }
    text.push('Z');
    text
}

#[cfg(test)]
mod tests {
    use super::Window;

    fn window(start: &str, end: &str) -> Window {
        Window::new(start.parse().expect("start"), end.parse().expect("end")).expect("window")
    }

    #[test]
    fn a_window_knows_the_days_it_touches_and_not_the_day_it_ends_before() {
        let days = window("2026-11-23T23:59:59.999Z", "2026-11-25T00:00:00Z").days();
        assert_eq!(days, ["2026.11.23", "2026.11.24"]);
        assert_eq!(
            window("2026-12-31T12:00:00Z", "2027-01-01T00:00:01Z")
                .days()
                .len(),
            2
        );
    }

    #[test]
    fn the_previous_window_is_as_long_and_touches_this_one() {
        let this = window("2026-11-24T00:05:00Z", "2026-11-24T00:10:00Z");
        assert_eq!(
            this.previous(),
            window("2026-11-24T00:00:00Z", "2026-11-24T00:05:00Z")
        );
        assert!(this.contains(this.start) && !this.contains(this.end));
    }

    #[test]
    fn an_empty_window_is_refused() {
        let instant = "2026-11-24T00:00:00Z".parse().expect("instant");
        let error = Window::new(instant, instant).expect_err("empty");
        assert!(error.to_string().contains("must end after it starts"));
    }
}
