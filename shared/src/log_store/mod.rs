//! The seam to the store of logs. It asks our questions and knows no database's language:
//! [`elasticsearch`] answers them on a cluster, the `embedded-store` crate on one machine, and
//! [`suite`] holds both to the contract written here.

use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    deadline::Deadline,
    model::{level::Level, log::LogDocument, service::ServiceName, window::Window},
};

pub mod elasticsearch;
pub mod error;
pub mod facts;
pub mod place;
#[cfg(feature = "suite")]
pub mod suite;

pub use error::StoreError;
use facts::{AnalysisFacts, AnalysisQuestion};
pub use place::{OpenFile, StorePlace};

/// A store of log documents, dead letters and records.
///
/// Contract, for every method: an error is returned only when the store could not do what was
/// asked, never for an item that it refused (that is in the outcome); a retryable failure was
/// retried inside the deadline before it is returned; calls may run side by side, from several
/// processes too. Times are compared and counted by the millisecond, which is the finest that a
/// cluster knows; documents and records keep theirs whole.
#[async_trait]
pub trait LogStore: Send + Sync + Debug {
    /// Makes the store ready: templates, tables, retention. Safe to call again, and from several
    /// processes at once. A store that is not prepared may refuse everything else.
    async fn prepare(&self, deadline: Deadline) -> Result<(), StoreError>;

    /// Stores documents of a service, each at most once: a document whose id is already there (on
    /// the UTC day of its timestamp) changes nothing and counts as a duplicate, also within one
    /// call. Every document is created, a duplicate or rejected; a document that can never be
    /// stored as it is does not keep the others out. What was stored is visible to every question
    /// asked after [`LogStore::refresh`].
    async fn index(
        &self,
        service: &ServiceName,
        documents: &[LogDocument],
        deadline: Deadline,
    ) -> Result<IndexOutcome, StoreError>;

    /// Keeps what [`LogStore::index`] rejected, in a form that no store refuses. A letter with the
    /// same id is kept once.
    async fn dead_letter(
        &self,
        service: &ServiceName,
        letters: &[DeadLetter],
        deadline: Deadline,
    ) -> Result<(), StoreError>;

    /// Makes everything that was stored visible to questions. What a store does by itself after a
    /// second or so; for those who cannot wait.
    async fn refresh(&self, service: &ServiceName, deadline: Deadline) -> Result<(), StoreError>;

    /// Answers everything that an analysis asks, in one round trip. Only documents in the windows
    /// of the question count; windows are half-open. That no day of the window has an index, or
    /// that a part of the store did not answer, is in the facts and is no error.
    async fn analyse(
        &self,
        question: &AnalysisQuestion,
        deadline: Deadline,
    ) -> Result<AnalysisFacts, StoreError>;

    /// The newest documents that match, newest first (equal times: by id, descending).
    async fn search(
        &self,
        search: &LogSearch,
        deadline: Deadline,
    ) -> Result<Vec<LogDocument>, StoreError>;

    /// Stores a record; one with the same kind, service, day and id is replaced.
    async fn put_record(&self, record: &Record, deadline: Deadline) -> Result<(), StoreError>;

    /// The newest `limit` records of a kind in a window, oldest first.
    async fn records(
        &self,
        kind: RecordKind,
        service: &ServiceName,
        window: Window,
        limit: usize,
        deadline: Deadline,
    ) -> Result<Vec<Record>, StoreError>;

    /// Where the store is, for people: a URL without credentials, or a file.
    fn location(&self) -> String;
}

/// What became of the documents of one [`LogStore::index`] call:
/// `created + duplicates + rejected.len()` is their number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexOutcome {
    /// How many were stored.
    pub created: u64,
    /// How many were there already.
    pub duplicates: u64,
    /// Those that the store can never take as they are.
    pub rejected: Vec<Rejection>,
    /// How often the store was asked again, since it could not answer or take them all.
    pub retries: u64,
}

/// A document that the store refused for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Its position in the call.
    pub position: usize,
    /// The store's reason, in its own words.
    pub reason: String,
}

/// What is kept of an event that could not be stored as a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeadLetter {
    /// The id that the document would have had.
    #[serde(skip_serializing, default)]
    pub id: String,
    /// The timestamp that the document would have had.
    #[serde(rename = "@timestamp")]
    pub timestamp: Timestamp,
    /// Why it was refused.
    pub reason: String,
    /// The document as JSON text, whole.
    pub document: String,
}

/// What to look for among the documents of a service.
#[derive(Clone, Debug)]
pub struct LogSearch {
    /// Whose documents.
    pub service: ServiceName,
    /// When.
    pub window: Window,
    /// At least this severe.
    pub level: Option<Level>,
    /// Every word of this text occurs in the message as a word, in any order and case.
    pub text: Option<String>,
    /// This route exactly, such as `/api/players/{id}`.
    pub route: Option<String>,
    /// This user exactly.
    pub user_id: Option<String>,
    /// This correlation id exactly.
    pub correlation_id: Option<String>,
    /// How many at most, 1 to 10,000.
    pub limit: usize,
}

/// The kinds of record that functions keep for trends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordKind {
    /// A `LogAnalysis`.
    Analysis,
    /// A `SystemMetrics`.
    Metrics,
}

impl RecordKind {
    /// The kind's name: the first part of its index names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Analysis => "analysis",
            Self::Metrics => "metrics",
        }
    }
}

/// A JSON document that a function keeps, under an id that makes a second run harmless.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What it is.
    pub kind: RecordKind,
    /// Whose it is.
    pub service: ServiceName,
    /// Its id: 1 to 128 characters of `0-9`, `a-z`, `A-Z` and `-`.
    pub id: String,
    /// The instant that it is about, which decides its daily index and its place in a trend.
    pub timestamp: Timestamp,
    /// The document: a JSON object.
    pub body: serde_json::Value,
}
