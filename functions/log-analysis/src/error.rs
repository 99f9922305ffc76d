//! Why a window was not analysed, and whether trying again helps.

use crate::report_mail::SendReportError;
use shared::{alerts::PublishError, log_store::StoreError, trigger::TriggerError};

/// Why log-analysis failed.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// The event asks for nothing that can be done.
    #[error("the event cannot be understood")]
    Event(#[from] TriggerError),
    /// The store did not answer the question.
    #[error("the logs of the window cannot be counted")]
    Store(#[source] StoreError),
    /// The analysis was made and is not kept.
    #[error("the analysis cannot be stored")]
    Record(#[source] StoreError),
    /// The analysis is stored, but an alert was not passed on.
    #[error("the analysis is stored, but an alert was not passed on")]
    Alert(#[from] PublishError),
    /// The analysis is stored, but its report was not sent.
    #[error("the analysis is stored, but its report was not sent")]
    Report(#[from] SendReportError),
    /// The analysis cannot be written as JSON.
    #[error("the analysis cannot be written as JSON")]
    Json(#[source] serde_json::Error),
}

impl AnalysisError {
    /// Whether the same event may succeed later. Lambda tries again whatever this says; it is for
    /// those who look at a failure.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Store(error) | Self::Record(error) => error.is_retryable(),
            Self::Alert(error) => error.is_retryable(),
            Self::Report(error) => error.retryable,
            Self::Event(_) | Self::Json(_) => false,
        }
    }
}
