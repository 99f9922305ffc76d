//! The days of a simulation.

use jiff::{SignedDuration, Timestamp};

/// The minutes of a day.
pub const DAY_MINUTES: i64 = 24 * 60;

/// The holiday: a Tuesday.
const HOLIDAY: u32 = 8;

/// Its share of the usual traffic.
pub const HOLIDAY_SHARE: f64 = 0.5;

/// The days of a simulation. They begin on a Monday, at midnight in Seoul.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    start: Timestamp,
    days: u32,
}

impl Calendar {
    /// A calendar of so many days.
    #[must_use]
    pub fn new(days: u32) -> Self {
        // 2026-11-01T15:00:00Z.
        let start = Timestamp::constant(1_793_545_200, 0);
        Self { start, days }
    }

    /// The number of days.
    #[must_use]
    pub fn days(&self) -> u32 {
        self.days
    }

    /// An instant by its minute.
    #[must_use]
    pub fn at_minute(&self, minute: i64) -> Timestamp {
        self.start + SignedDuration::from_mins(minute)
    }

    /// The first instant after the days.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.at_minute(i64::from(self.days) * DAY_MINUTES)
    }

    /// Whether a day is a Saturday or a Sunday.
    #[must_use]
    pub fn is_weekend(&self, day: u32) -> bool {
        day % 7 >= 5
    }

    /// Whether a day is a holiday: half the traffic of a weekday, on a weekday.
    #[must_use]
    pub fn is_holiday(&self, day: u32) -> bool {
        day == HOLIDAY
    }
}
