//! The seam to what measures: CloudWatch, or the host that the program runs on.

use std::fmt::Debug;

use async_trait::async_trait;
use shared::{deadline::Deadline, model::metric::SystemMetrics};

use crate::span::Span;

#[cfg(feature = "suite")]
pub mod suite;

/// What measures services.
///
/// Contract: every service is in the answer, with every field, whatever became of its measurement;
/// an error means that nothing could be read at all. A value that was not measured is `None`. What
/// was measured in the past comes out the same whenever it is asked for, but for what arrived late.
/// Retryable failures were retried inside the deadline.
#[async_trait]
pub trait MetricSource: Send + Sync + Debug {
    /// Measures every service in the buckets of a span. A source that knows only the present
    /// measures that, in a window of its own.
    async fn measure(&self, span: &Span, deadline: Deadline) -> Result<Measured, SourceError>;
}

/// What a source measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// For each service its metrics, oldest first.
    pub services: Vec<Vec<SystemMetrics>>,
    /// How many metrics were asked for, as AWS bills them; repetitions count again.
    pub metrics_requested: u64,
    /// How many calls that took.
    pub calls: u64,
}

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The source did not answer before the deadline; a retry may help.
    #[error("{source_name} is not available: {reason}")]
    Unavailable {
        /// Which source.
        source_name: &'static str,
        /// What happened at the last try.
        reason: String,
    },
    /// The source refuses all of it.
    #[error("{source_name} refuses access: {reason}")]
    Forbidden {
        /// Which source.
        source_name: &'static str,
        /// Its words.
        reason: String,
    },
    /// The source can answer nothing of what is configured.
    #[error("{source_name} cannot answer: {reason}")]
    Rejected {
        /// Which source.
        source_name: &'static str,
        /// Its words.
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
