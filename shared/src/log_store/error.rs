//! The errors of a log store, and whether a retry helps.

/// Why a call of a log store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store did not answer, or asked to come back later, until the deadline.
    #[error("the log store at {location} is not available: {reason}")]
    Unavailable {
        /// The location of the store.
        location: String,
        /// The failure of the last try.
        reason: String,
    },
    /// The store refused the credentials, or they do not suffice.
    #[error("the log store at {location} refuses access: {reason}")]
    Forbidden {
        /// The location of the store.
        location: String,
        /// The message of the store, and what to do.
        reason: String,
    },
    /// The store cannot be reached with these settings, such as the certificate that they trust.
    #[error("the log store at {location} cannot be used: {reason}")]
    Unusable {
        /// The location of the store.
        location: String,
        /// What is wrong, and what to set.
        reason: String,
    },
    /// The answer of the store is not as documented.
    #[error("the log store at {location} answered unexpectedly: {reason}")]
    Unexpected {
        /// The location of the store.
        location: String,
        /// The answer, shortened.
        reason: String,
    },
    /// The call failed after a part of it was done.
    #[error("{cause}; {}", progress(*.created, *.duplicates))]
    Interrupted {
        /// How many documents were created before.
        created: u64,
        /// How many were found to be stored already.
        duplicates: u64,
        /// How often requests were repeated.
        retries: u64,
        /// What ended the call. No `source`, as the message contains it.
        cause: Box<StoreError>,
    },
    /// The call is invalid.
    #[error("invalid request to the log store: {0}")]
    Invalid(String),
}

impl StoreError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unavailable { .. } => true,
            Self::Interrupted { cause, .. } => cause.is_retryable(),
            Self::Forbidden { .. }
            | Self::Unusable { .. }
            | Self::Unexpected { .. }
            | Self::Invalid(_) => false,
        }
    }
}

/// What was done before a failure, in words.
fn progress(created: u64, duplicates: u64) -> String {
    let found = match duplicates {
        0 => String::new(),
        _ => format!(" and {duplicates} found"),
    };
    match created {
        1 => format!("1 document was stored{found} before"),
        _ => format!("{created} documents were stored{found} before"),
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::StoreError;

    #[test]
    fn the_cause_of_an_interruption_is_in_its_message_once() {
        let error = |created, duplicates| StoreError::Interrupted {
            created,
            duplicates,
            retries: 1,
            cause: Box::new(StoreError::Invalid("x".to_owned())),
        };
        let cause = "invalid request to the log store: x";
        for (created, duplicates, words) in [
            (0, 0, "0 documents were stored before"),
            (1, 0, "1 document was stored before"),
            (5, 3, "5 documents were stored and 3 found before"),
        ] {
            let error = error(created, duplicates);
            assert_eq!(error.to_string(), format!("{cause}; {words}"));
            // Where the causes follow a message, it would be there twice.
            assert!(error.source().is_none());
        }
    }
}
