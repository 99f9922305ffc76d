//! What a function remembers between its runs, so that what was done once is not done again: small
//! JSON documents under keys, each changed by one at a time.
//!
//! A ledger knows nothing of what is in its documents. Leases, deliveries and episodes are made of
//! them by those who use it.

use std::{fmt::Debug, path::PathBuf, pin::Pin, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

use crate::deadline::Deadline;

#[cfg(feature = "suite")]
pub mod suite;

/// The longest key, in bytes.
pub const LONGEST_KEY: usize = 1_024;

/// The longest body that every ledger stores, in bytes of its JSON.
pub const LONGEST_BODY: usize = 256 * 1_024;

/// Opens the ledger that lies in a file, before a deadline. This crate does not know the embedded
/// store; a process that links it hands it in.
pub type OpenFile = fn(PathBuf, Deadline) -> Opening;

/// A ledger that is being opened.
pub type Opening = Pin<Box<dyn Future<Output = Result<Arc<dyn Ledger>, LedgerError>> + Send>>;

/// Keeps entries.
///
/// Contract, which [`suite`] holds every implementation to:
/// - A key is 1 to [`LONGEST_KEY`] bytes of any text, and tells entries apart by every byte of it.
///   Another is [`LedgerError::Refused`].
/// - A body is any JSON up to [`LONGEST_BODY`] bytes, and comes back equal. Longer ones may be
///   [`LedgerError::Refused`].
/// - An entry whose `expires` has come (`expires <= now`) is as good as gone for every method,
///   whether or not the store has deleted it already. `now` is the caller's clock.
/// - [`Ledger::put`] and [`Ledger::remove`] act only if the entry is as the caller saw it last; of any
///   number of callers that saw the same, one succeeds, and the others are told what is there now.
/// - What one process was told is stored, another reads. Reads see every earlier write.
/// - Failures that may pass were retried inside the deadline before they are returned.
#[async_trait]
pub trait Ledger: Send + Sync + Debug {
    /// The entry of a key, if there is one.
    ///
    /// # Errors
    ///
    /// See [`LedgerError`]; the other methods fail in the same ways.
    async fn get(
        &self,
        key: &str,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Option<Entry>, LedgerError>;

    /// Stores `body` until `expires`. `seen` is the version that the caller saw last; `None` when
    /// it saw no entry.
    async fn put(
        &self,
        key: &str,
        body: &Value,
        seen: Option<Version>,
        expires: Timestamp,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Put, LedgerError>;

    /// Removes the entry that the caller saw as `seen`. Another version is left alone, and that is
    /// no error: somebody else has gone on with it.
    async fn remove(&self, key: &str, seen: Version, deadline: Deadline)
    -> Result<(), LedgerError>;

    /// Where it is, for people: a table, or a file.
    fn location(&self) -> String;
}

/// Tells one state of an entry from every other state that its key ever had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(pub String);

/// What is stored under a key.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The document.
    pub body: Value,
    /// Its version.
    pub version: Version,
}

/// What became of [`Ledger::put`].
#[derive(Clone, Debug, PartialEq)]
pub enum Put {
    /// It is stored, under this version.
    Stored(Version),
    /// It is not: this is there instead, or nothing where the caller had seen an entry.
    Changed(Option<Entry>),
}

/// Why a ledger did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// It did not answer before the deadline; a retry may help.
    #[error("the ledger {location} did not answer: {reason}")]
    Unavailable {
        /// Where it is.
        location: String,
        /// What happened at the last try.
        reason: String,
    },
    /// It refuses, and will again until somebody changes its configuration.
    #[error("the ledger {location} refused: {reason}")]
    Refused {
        /// Where it is.
        location: String,
        /// Why.
        reason: String,
    },
}

impl LedgerError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}

/// What is wrong with a key, if anything is.
///
/// # Errors
///
/// When it is empty or longer than [`LONGEST_KEY`].
pub fn check_key(key: &str, location: &str) -> Result<(), LedgerError> {
    if (1..=LONGEST_KEY).contains(&key.len()) {
        return Ok(());
    }
    Err(LedgerError::Refused {
        location: location.to_owned(),
        reason: format!("a key has 1 to {LONGEST_KEY} bytes, not {}", key.len()),
    })
}
