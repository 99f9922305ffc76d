//! The seam to those who pass alerts on. A function that finds something hands it to an
//! [`AlertPublisher`] and knows no channel. Beside it is what the functions that watch numbers share:
//! when a number is an alarm ([`threshold`]), how it is told ([`crossing`]), and how what has begun is
//! found again in what is kept ([`memory`]).

use std::fmt::Debug;

use async_trait::async_trait;

use crate::{deadline::Deadline, model::alert::Alert};

pub mod crossing;
pub mod memory;
#[cfg(feature = "aws")]
pub mod sns;
pub mod threshold;

/// Passes alerts on.
///
/// Contract: when [`AlertPublisher::publish`] returns without an error, the alert is in the hands of
/// something that keeps it until it is delivered. A retryable failure was retried inside the deadline
/// before it is returned. An alert may arrive twice; its `dedupKey` says that it is the same.
#[async_trait]
pub trait AlertPublisher: Send + Sync + Debug {
    /// Passes an alert on.
    async fn publish(&self, alert: &Alert, deadline: Deadline) -> Result<(), PublishError>;
}

/// Why an alert was not passed on.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Nobody took it before the deadline; a retry may help.
    #[error("the alert was not taken by {destination}: {reason}")]
    Unavailable {
        /// Who should have taken it.
        destination: String,
        /// What happened at the last try.
        reason: String,
    },
    /// It was refused, and will be again.
    #[error("the alert was refused by {destination}: {reason}")]
    Refused {
        /// Who refused it.
        destination: String,
        /// Why.
        reason: String,
    },
}

impl PublishError {
    /// Whether the same alert may be taken later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}

/// Writes alerts to the function's own log: where no topic is configured, this is all that can be
/// done, and better than nothing.
#[derive(Clone, Copy, Debug)]
pub struct LogPublisher;

#[async_trait]
impl AlertPublisher for LogPublisher {
    async fn publish(&self, alert: &Alert, _deadline: Deadline) -> Result<(), PublishError> {
        let Alert { title, message, .. } = alert;
        tracing::warn!(
            alertType = alert.kind.name(),
            alertStatus = ?alert.status,
            dedupKey = alert.dedup_key,
            "{title}: {message}"
        );
        Ok(())
    }
}
