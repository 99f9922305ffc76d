//! The trait of sources of metrics: CloudWatch, or the host that the program runs on.

use std::fmt::Debug;

use async_trait::async_trait;
use shared::{deadline::Deadline, model::metric::SystemMetrics};

use crate::span::Span;

#[cfg(feature = "suite")]
pub mod suite;

/// Measures services.
///
/// Contract: the answer has every service with every field, whether it was measured or not; a value that
/// was not measured is `None`. An error means that nothing could be read. The same window has the same
/// values whenever it is measured, except for late ones. A retryable failure was retried before the
/// deadline. [`handle`](crate::handle) has an example of a source.
#[async_trait]
pub trait MetricSource: Send + Sync + Debug {
    /// Measures every service in the buckets of a span. A source that knows only the present measures that
    /// in a window of its own.
    async fn measure(&self, span: &Span, deadline: Deadline) -> Result<Measured, SourceError>;
}

/// The measurements of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The metrics of each service, oldest first.
    pub services: Vec<Vec<SystemMetrics>>,
    /// The number of requested metrics, as AWS bills them; retries count again.
    pub metrics_requested: u64,
    /// The number of calls.
    pub calls: u64,
}

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The source did not answer before the deadline; a retry may help.
    #[error("{source_name} is not available: {reason}")]
    Unavailable {
        /// The source.
        source_name: &'static str,
        /// The failure of the last try.
        reason: String,
    },
    /// The source refuses access.
    #[error("{source_name} refuses access: {reason}")]
    Forbidden {
        /// The source.
        source_name: &'static str,
        /// Its message.
        reason: String,
    },
    /// The source cannot answer any of the configured queries.
    #[error("{source_name} cannot answer: {reason}")]
    Rejected {
        /// The source.
        source_name: &'static str,
        /// Its message.
        reason: String,
    },
}

impl SourceError {
    /// Whether asking again may help.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}
