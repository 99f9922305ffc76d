//! Why an invocation of log-ingest failed.

use shared::log_store::StoreError;

use crate::read::decode::DecodeError;

/// Why the events of a payload were not all dealt with.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The payload cannot be read. It never can be: the failure destination keeps it for a person.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The log store failed. Those events that it had stored already are found again.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A document cannot be written as JSON.
    #[error("a document cannot be written as JSON: {0}")]
    Unwritable(serde_json::Error),
    /// There was not enough time to parse all events. Those before them are stored.
    #[error("{unparsed} events were not parsed: the time of the invocation ran out")]
    OutOfTime {
        /// How many.
        unparsed: usize,
    },
}

impl IngestError {
    /// Whether the same payload may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Decode(_) | Self::Unwritable(_) => false,
            Self::Store(error) => error.is_retryable(),
            Self::OutOfTime { .. } => true,
        }
    }
}
