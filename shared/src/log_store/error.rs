//! What can go wrong with a log store, and whether trying again helps.

/// Why a log store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store did not answer, or asked to come back later, until the deadline.
    #[error("the log store at {location} is not available: {reason}")]
    Unavailable {
        /// Where the store is.
        location: String,
        /// What happened at the last try.
        reason: String,
    },
    /// The store refused the credentials, or they do not suffice.
    #[error("the log store at {location} refuses access: {reason}")]
    Forbidden {
        /// Where the store is.
        location: String,
        /// The store's words, and what to do.
        reason: String,
    },
    /// The store answered with something else than it promises.
    #[error("the log store at {location} answered unexpectedly: {reason}")]
    Unexpected {
        /// Where the store is.
        location: String,
        /// What it answered, shortened.
        reason: String,
    },
    /// What was asked can never be answered.
    #[error("invalid request to the log store: {0}")]
    Invalid(String),
}

impl StoreError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}
