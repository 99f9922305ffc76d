//! The memory of a function between its runs, so that it does nothing twice: small JSON documents under
//! keys, each changed by one writer at a time.
//!
//! A ledger does not interpret its documents. Its users build leases, incidents and silences from them.
//! An entry may be in one named list, by which it is found without its key.

use std::{fmt::Debug, path::PathBuf, pin::Pin, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

use crate::deadline::Deadline;

/// The longest key, in bytes.
pub const LONGEST_KEY: usize = 1_024;

/// The longest body that every ledger stores, in bytes of its JSON.
pub const LONGEST_BODY: usize = 256 * 1_024;

/// Opens the ledger in a file, before a deadline. This crate does not link the embedded store; a process
/// that does passes this function.
pub type OpenFile = fn(PathBuf, Deadline) -> Opening;

/// A ledger that is being opened.
pub type Opening = Pin<Box<dyn Future<Output = Result<Arc<dyn Ledger>, LedgerError>> + Send>>;

/// Stores entries.
///
/// ```
/// use jiff::{SignedDuration, Timestamp};
/// use serde_json::json;
/// use shared::{
///     deadline::Deadline,
///     ledger::{Document, Ledger, LedgerError, Put},
/// };
///
/// /// Whether this is the first run today: of several runs at once, one is.
/// async fn is_first(
///     ledger: &dyn Ledger,
///     now: Timestamp,
///     deadline: Deadline,
/// ) -> Result<bool, LedgerError> {
///     let document = Document {
///         body: json!({}),
///         list: None,
///         expires: now + SignedDuration::from_hours(24),
///     };
///     let put = ledger.put("a run", &document, None, now, deadline).await?;
///     Ok(matches!(put, Put::Stored(_)))
/// }
/// ```
///
/// Contract, which the crate `shared-tests` checks:
/// - A key is 1 to [`LONGEST_KEY`] bytes of any text; every byte of it counts.
///   Another is [`LedgerError::Refused`].
/// - A body is any JSON up to [`LONGEST_BODY`] bytes, and comes back equal. Longer ones may be
///   [`LedgerError::Refused`].
/// - An entry that has expired (`expires <= now`) does not exist for any method, whether or not the
///   store has deleted it. `now` is the caller's clock.
/// - [`Ledger::put`] and [`Ledger::remove`] act only if the entry is as the caller saw it last; of any
///   number of callers that saw the same, one succeeds, and the others get what is there now.
/// - What one process stored, another reads. [`Ledger::get`] and [`Ledger::get_many`] see every earlier
///   write; [`Ledger::list`] may miss the writes of the last seconds.
/// - An entry is in the list that its last [`Ledger::put`] names, and in no other.
/// - A retryable failure was retried before the deadline, and then returned.
#[async_trait]
pub trait Ledger: Send + Sync + Debug {
    /// The entries of several keys, in the order of the keys; `None` where there is none.
    ///
    /// # Errors
    ///
    /// See [`LedgerError`]; the other methods fail in the same ways.
    async fn get_many(
        &self,
        keys: &[String],
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Vec<Option<Entry>>, LedgerError>;

    /// The entry of a key, if there is one.
    async fn get(
        &self,
        key: &str,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Option<Entry>, LedgerError> {
        let entries = self.get_many(&[key.to_owned()], now, deadline).await?;
        Ok(entries.into_iter().next().flatten())
    }

    /// The keys and entries of a list, in the order of the keys.
    async fn list(
        &self,
        list: &str,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Vec<(String, Entry)>, LedgerError>;

    /// Stores a document. `seen` is the version that the caller saw last; `None` when it saw no entry.
    async fn put(
        &self,
        key: &str,
        document: &Document,
        seen: Option<Version>,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Put, LedgerError>;

    /// Removes the entry if its version is `seen`. Another version stays, and that is no error: another
    /// caller has changed it.
    async fn remove(&self, key: &str, seen: Version, deadline: Deadline)
    -> Result<(), LedgerError>;

    /// The location for messages: a table or a file.
    fn location(&self) -> String;
}

/// A document to store.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Any JSON.
    pub body: Value,
    /// The list that the entry is in: a name of 1 to [`LONGEST_KEY`] bytes.
    pub list: Option<String>,
    /// When the entry ceases to exist.
    pub expires: Timestamp,
}

/// Identifies one state of an entry among all states that its key ever had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(pub String);

/// The entry of a key.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The document.
    pub body: Value,
    /// Its version.
    pub version: Version,
}

/// The outcome of [`Ledger::put`].
#[derive(Clone, Debug, PartialEq)]
pub enum Put {
    /// It is stored, under this version.
    Stored(Version),
    /// It is not stored: this entry is there instead, or none although the caller had seen one.
    Changed(Option<Entry>),
}

/// Why a call of a ledger failed.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// It did not answer before the deadline; a retry may help.
    #[error("the ledger {location} did not answer: {reason}")]
    Unavailable {
        /// The location.
        location: String,
        /// The failure of the last try.
        reason: String,
    },
    /// It refuses, until its configuration changes.
    #[error("the ledger {location} refused: {reason}")]
    Refused {
        /// The location.
        location: String,
        /// The reason.
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

/// Checks a key, or the name of a list.
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
