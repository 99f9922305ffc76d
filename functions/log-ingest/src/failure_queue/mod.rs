//! The queue of failed events, which Lambda delivers to this function again until they are stored.
//!
//! A message is received at most 1,000 times before the queue sets it aside. An outage of the cluster
//! must not use them up: each message that fails waits longer than before, up to 20 minutes, so that
//! 1,000 attempts take about ten days.
//!
//! A message that cannot be read, or has failed for a week, moves to a second queue, where it waits for a
//! person. There it is new, and is kept for another two weeks.

use std::{fmt::Debug, time::Duration};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use shared::{
    deadline::Deadline,
    env::{Settings, names},
    retry::{self, Backoff},
};

pub mod sqs;

/// The waits between the attempts of a message.
const WAITS: Backoff = Backoff {
    first: Duration::from_secs(30),
    most: Duration::from_mins(20),
    tries: u32::MAX,
};

/// The age at which a message that fails is set aside.
const LONGEST_REPLAY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The locations of the queues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueUrls {
    /// The queue of failed events.
    pub failures: String,
    /// The queue for messages that are set aside. Without it, such messages stay in the first queue.
    pub set_aside: Option<String>,
}

impl QueueUrls {
    /// Reads the settings; `None` without a queue.
    pub fn read(settings: &Settings) -> Option<Self> {
        let set_aside = settings.text(names::INGEST_SET_ASIDE_QUEUE_URL);
        Some(Self {
            failures: settings.text(names::INGEST_FAILURES_QUEUE_URL)?.to_owned(),
            set_aside: set_aside.map(str::to_owned),
        })
    }
}

/// The queue of failed events.
#[async_trait]
pub trait FailureQueue: Send + Sync + Debug {
    /// Delivers messages again after these waits, instead of the queue's visibility timeout.
    ///
    /// # Errors
    ///
    /// If the queue refuses or does not answer: the visibility timeout applies.
    async fn delay(&self, messages: &[DelayedMessage], deadline: Deadline) -> Result<(), String>;

    /// Stores a message in the second queue; false if there is none.
    ///
    /// # Errors
    ///
    /// If the second queue refuses it or does not answer.
    async fn set_aside(&self, body: &str, reason: &str, deadline: Deadline)
    -> Result<bool, String>;
}

/// A message that is delivered again after a wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelayedMessage {
    /// What identifies this delivery of the message.
    pub receipt_handle: String,
    /// The wait; at most 12 hours.
    pub wait: Duration,
}

/// A delivery of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueDelivery {
    /// What identifies this delivery of the message.
    pub receipt_handle: String,
    /// The number of deliveries so far, this one included.
    pub receives: u32,
    /// The time at which the message came into the queue.
    pub sent: Option<Timestamp>,
}

impl QueueDelivery {
    /// The wait before the next delivery. `chance` is a random number in `0.0..1.0`.
    #[must_use]
    pub fn wait(&self, chance: f64) -> Duration {
        WAITS
            .wait(self.receives.max(1), chance, None)
            .unwrap_or(WAITS.most)
    }

    /// Whether the message has failed for so long that it is set aside.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.sent
            .is_some_and(|sent| now.duration_since(sent) >= LONGEST_REPLAY)
    }
}

/// A message that failed.
#[derive(Debug)]
pub(crate) struct FailedMessage {
    pub(crate) id: String,
    pub(crate) delivery: QueueDelivery,
    pub(crate) body: String,
    /// Why it failed.
    pub(crate) reason: String,
    /// Whether another attempt may succeed.
    pub(crate) is_retryable: bool,
}

/// Decides about failed messages. Returns the ids of those that were set aside.
pub(crate) async fn settle(
    queue: &dyn FailureQueue,
    messages: Vec<FailedMessage>,
    now: Timestamp,
    deadline: Deadline,
) -> Vec<String> {
    let (mut set_aside, mut delayed) = (Vec::new(), Vec::new());
    for message in messages {
        if !message.is_retryable || message.delivery.is_overdue(now) {
            match queue
                .set_aside(&message.body, &message.reason, deadline)
                .await
            {
                Ok(true) => {
                    tracing::error!(
                        messageId = message.id,
                        receives = message.delivery.receives,
                        "a failed event is set aside: {}",
                        message.reason
                    );
                    set_aside.push(message.id);
                    continue;
                }
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(
                        messageId = message.id,
                        "a failed event cannot be set aside and stays in the queue: {error}"
                    );
                }
            }
        }
        delayed.push(DelayedMessage {
            wait: message.delivery.wait(retry::chance()),
            receipt_handle: message.delivery.receipt_handle,
        });
    }
    if !delayed.is_empty()
        && let Err(error) = queue.delay(&delayed, deadline).await
    {
        tracing::warn!(
            messages = delayed.len(),
            "the next attempts cannot be delayed; the queue's visibility timeout applies: {error}"
        );
    }
    set_aside
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::QueueDelivery;

    fn delivery(receives: u32) -> QueueDelivery {
        QueueDelivery {
            receipt_handle: "r".to_owned(),
            receives,
            sent: Some("2026-11-24T00:00:00Z".parse().expect("an instant")),
        }
    }

    #[test]
    fn an_outage_of_a_week_does_not_use_up_the_receives_of_a_message() {
        let all = |chance| -> Duration {
            (1..=1_000)
                .map(|receives| delivery(receives).wait(chance))
                .sum()
        };
        let days = |days: u64| Duration::from_hours(days * 24);
        // Waits are random, from half to the whole.
        assert!(all(0.5) > days(10), "{:?}", all(0.5));
        assert!(all(0.0) > days(6), "{:?}", all(0.0));
    }

    #[test]
    fn a_short_outage_is_followed_by_an_attempt_within_a_minute() {
        assert!(delivery(1).wait(1.0) <= Duration::from_secs(30));
        assert!(delivery(2).wait(1.0) <= Duration::from_mins(1));
        assert_eq!(delivery(u32::MAX).wait(1.0), Duration::from_mins(20));
        // A queue that does not count.
        assert!(delivery(0).wait(1.0) <= Duration::from_secs(30));
    }

    #[test]
    fn a_message_is_overdue_after_a_week() {
        let at = |text: &str| text.parse().expect("an instant");
        assert!(!delivery(1).is_overdue(at("2026-11-30T23:59:59Z")));
        assert!(delivery(1).is_overdue(at("2026-12-01T00:00:00Z")));
        let unknown = QueueDelivery {
            sent: None,
            ..delivery(1)
        };
        assert!(!unknown.is_overdue(at("2027-12-01T00:00:00Z")));
    }
}
