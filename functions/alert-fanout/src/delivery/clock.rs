//! The clock of a run: the time of its invocation, and what has passed since.

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// The clock of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    at_start: Timestamp,
    started: Instant,
}

impl Clock {
    pub(super) fn starting_at(now: Timestamp) -> Self {
        Self {
            at_start: now,
            started: Instant::now(),
        }
    }

    pub(super) fn now(self) -> Timestamp {
        let passed = SignedDuration::try_from(self.started.elapsed());
        let passed = passed.unwrap_or(SignedDuration::ZERO);
        self.at_start
            .saturating_add(passed)
            .unwrap_or(Timestamp::MAX)
    }
}
