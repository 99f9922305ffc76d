//! Retries within the deadline.

use std::time::Duration;

use shared::{
    deadline::Deadline,
    retry::{self, Backoff},
};

use super::SendError;
use crate::notice::FailureReason;

/// A few quick tries: what takes longer than that is for the next run, which Lambda starts a minute
/// later.
const BACKOFF: Backoff = Backoff {
    first: Duration::from_millis(200),
    most: Duration::from_secs(5),
    tries: 4,
};

/// The tries of one sending.
#[derive(Debug)]
pub(super) struct Tries {
    deadline: Deadline,
    tried: u32,
}

impl Tries {
    /// None yet.
    pub(super) fn new(deadline: Deadline) -> Self {
        Self { deadline, tried: 0 }
    }

    /// Waits before the next try, after one that failed for `reason`. `asked` is how long the other
    /// side asks to wait.
    ///
    /// # Errors
    ///
    /// [`SendError::Retryable`] after the last try, or when the wait would end after the deadline.
    pub(super) async fn again(
        &mut self,
        reason: FailureReason,
        asked: Option<Duration>,
    ) -> Result<(), SendError> {
        self.tried += 1;
        match BACKOFF.wait(self.tried, retry::chance(), asked) {
            Some(wait) if self.deadline.allows(wait) => {
                tracing::debug!(tried = self.tried, wait = ?wait, %reason, "a request is retried");
                tokio::time::sleep(wait).await;
                Ok(())
            }
            _ => Err(SendError::Retryable {
                reason: FailureReason {
                    tries: self.tried,
                    ..reason
                },
                after: asked,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use shared::deadline::Deadline;

    use super::Tries;
    use crate::channel::SendError;

    #[tokio::test]
    async fn a_wait_that_would_end_after_the_deadline_is_not_begun() {
        let asked = Some(Duration::from_secs(30));
        let mut tries = Tries::new(Deadline::after(Duration::from_secs(20)));
        let error = tries.again("slow down".into(), asked).await;
        let expected = SendError::Retryable {
            reason: "slow down".into(),
            after: asked,
        };
        assert_eq!(error, Err(expected));
    }

    #[tokio::test]
    async fn the_last_try_is_the_fourth() {
        let mut tries = Tries::new(Deadline::after(Duration::from_mins(1)));
        for _ in 0..3 {
            tries.again("no".into(), None).await.expect("a try");
        }
        let error = tries.again("no".into(), None).await.expect_err("over");
        assert_eq!(error.to_string(), "no (tried 4 times)");
    }
}
