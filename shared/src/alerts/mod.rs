//! Alerts: what functions that watch numbers share, and the seam to what delivers alerts.
//!
//! A function that finds something hands an alert to an [`AlertPublisher`] and knows no channel.
//! [`threshold`] decides when a number is an alarm, [`threshold_alert`] writes the alert of it,
//! [`AlarmRun`] keeps alarms alive from one run to the next.

use std::fmt::Debug;

use async_trait::async_trait;

use crate::{
    deadline::Deadline,
    model::alert::{Alert, AlertStatus},
};

pub mod history;
mod run;
#[cfg(feature = "aws")]
pub mod sns;
pub mod threshold;
pub mod threshold_alert;

pub use run::{AlarmRun, AlarmSource, Published, publish};

/// Publishes alerts.
///
/// Contract: if [`AlertPublisher::publish`] returns no error, the alert is held by something that keeps
/// it until it is delivered. A retryable failure was retried before the deadline, and then returned. An
/// alert may arrive twice; its `dedupKey` shows that it is the same.
///
/// ```
/// use async_trait::async_trait;
/// use shared::{
///     alerts::{AlertPublisher, PublishError},
///     deadline::Deadline,
///     model::alert::Alert,
/// };
///
/// /// Prints the titles of alerts.
/// #[derive(Debug)]
/// struct Printer;
///
/// #[async_trait]
/// impl AlertPublisher for Printer {
///     async fn publish(&self, alert: &Alert, _deadline: Deadline) -> Result<(), PublishError> {
///         println!("{}", alert.title);
///         Ok(())
///     }
/// }
/// ```
#[async_trait]
pub trait AlertPublisher: Send + Sync + Debug {
    /// Publishes an alert.
    async fn publish(&self, alert: &Alert, deadline: Deadline) -> Result<(), PublishError>;
}

/// Why an alert was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The destination did not accept it before the deadline; a retry may help.
    #[error("{destination} did not accept the alert: {reason}")]
    Unavailable {
        /// The destination.
        destination: String,
        /// The failure of the last try.
        reason: String,
    },
    /// The destination refused it, and will refuse it again.
    #[error("{destination} refused the alert: {reason}")]
    Refused {
        /// The destination.
        destination: String,
        /// Why.
        reason: String,
    },
}

impl PublishError {
    /// Whether the same alert may be accepted later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}

/// Writes alerts to the function's own log, where no topic is configured.
#[derive(Clone, Copy, Debug)]
pub struct LogPublisher;

#[async_trait]
impl AlertPublisher for LogPublisher {
    async fn publish(&self, alert: &Alert, _deadline: Deadline) -> Result<(), PublishError> {
        let Alert { title, message, .. } = alert;
        tracing::warn!(
            alertType = alert.kind.name(),
            alertStatus = alert.status.map(AlertStatus::name),
            dedupKey = alert.dedup_key,
            "{title}: {message}"
        );
        Ok(())
    }
}
