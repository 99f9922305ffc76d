//! Waiting for another run that delivers the same.

use std::time::Duration;

use shared::deadline::Deadline;

const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(2);

/// Pauses that grow, until a deadline.
#[derive(Debug)]
pub(super) struct Wait {
    next: Duration,
    deadline: Deadline,
}

impl Wait {
    pub(super) fn until(deadline: Deadline) -> Self {
        Self {
            next: FIRST,
            deadline,
        }
    }

    /// Waits a little; `false` when there is no time left for it.
    pub(super) async fn pause(&mut self) -> bool {
        if !self.deadline.allows(self.next) {
            return false;
        }
        tokio::time::sleep(self.next).await;
        self.next = (self.next * 2).min(LONGEST);
        true
    }
}
