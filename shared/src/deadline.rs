//! The instant by which an invocation must have answered. Every call that can wait takes one, so that
//! retries end before Lambda kills the process and the failure is still reported.

use std::time::{Duration, Instant};

/// The instant after which an answer comes too late.
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

    /// Whether more than `duration` is left.
    #[must_use]
    pub fn allows(self, duration: Duration) -> bool {
        self.remaining() > duration
    }

    /// The same deadline, `margin` earlier.
    #[must_use]
    pub fn earlier_by(self, margin: Duration) -> Self {
        Self(self.0.checked_sub(margin).unwrap_or(self.0))
    }

    /// The deadline for work whose result is stored afterwards: keeps back a fifth of the time that is
    /// left.
    #[must_use]
    pub fn with_time_to_store(self) -> Self {
        self.earlier_by(self.remaining() / 5)
    }
}
