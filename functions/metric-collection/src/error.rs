//! Why metrics were not collected, and whether trying again helps.

use shared::{alerts::PublishError, log_store::StoreError, trigger::TriggerError};

use crate::{source::SourceError, span::SpanError};

/// Why metric-collection failed.
#[derive(Debug, thiserror::Error)]
pub enum CollectionError {
    /// The event asks for nothing that can be done.
    #[error("the event cannot be understood")]
    Event(#[from] TriggerError),
    /// The event asks for a window that cannot be read.
    #[error("the event asks for a window that cannot be read")]
    Span(#[from] SpanError),
    /// Nothing could be read at all.
    #[error("no metric can be read")]
    Source(#[from] SourceError),
    /// The store did not answer, or does not keep the metrics.
    #[error("the metrics cannot be stored")]
    Store(#[from] StoreError),
    /// The metrics are stored, but an alert was not passed on.
    #[error("the metrics are stored, but an alert was not passed on")]
    Alert(#[from] PublishError),
    /// The metrics cannot be written as JSON.
    #[error("the metrics cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

impl CollectionError {
    /// Whether the same event may succeed later. Lambda tries again whatever this says; it is for
    /// those who look at a failure.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Source(error) => error.is_retryable(),
            Self::Store(error) => error.is_retryable(),
            Self::Alert(error) => error.is_retryable(),
            Self::Event(_) | Self::Span(_) | Self::Json(_) => false,
        }
    }
}
