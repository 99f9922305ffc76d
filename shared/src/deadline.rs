//! The moment by which an invocation must have answered. Every call that can wait takes one, so
//! that retries end before Lambda kills the process and the failure is still reported as one.

use std::time::{Duration, Instant};

/// A point in time after which there is no use in going on.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// The deadline `duration` from now.
    #[must_use]
    pub fn after(duration: Duration) -> Self {
        Self(Instant::now() + duration)
    }

    /// The time that is left; zero when there is none.
    #[must_use]
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether `duration` still fits before the deadline.
    #[must_use]
    pub fn allows(self, duration: Duration) -> bool {
        self.remaining() > duration
    }

    /// The same deadline, `margin` earlier: what is kept back for the answer itself.
    #[must_use]
    pub fn earlier_by(self, margin: Duration) -> Self {
        Self(self.0.checked_sub(margin).unwrap_or(self.0))
    }
}
