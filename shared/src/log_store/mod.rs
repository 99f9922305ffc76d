//! The trait of log stores. It asks our questions in no database's language: [`elasticsearch`] answers
//! them on a cluster, the `embedded-store` crate on one machine. The crate `shared-tests` checks both
//! against the contract written here.

use std::{collections::BTreeMap, fmt::Debug};

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};

use crate::{
    deadline::Deadline,
    model::{log::LogDocument, service::ServiceName, window::Window},
};

pub mod batch;
mod dead_letter;
pub mod elasticsearch;
pub mod error;
pub mod facts;
pub mod place;
pub mod query;

pub use batch::{DocumentBatch, DocumentList};
pub use dead_letter::{DeadLetter, DeadLetterPage, LetterPosition, OriginalEvent};
pub use error::StoreError;
use facts::{AnalysisFacts, AnalysisQuestion};
pub use place::{OpenFile, StorePlace};
pub use query::{QueryError, SearchQuery};

/// A store of log documents, dead letters and records.
///
/// Contract of every method:
/// - An error means that the store could not do what was asked. An item that it refused is no error; the
///   outcome has it.
/// - A retryable failure was retried before the deadline, and then returned.
/// - Calls may run concurrently, also from several processes.
/// - Times are compared and counted by the millisecond, the finest unit of a cluster. Documents and
///   records keep their whole time.
///
/// ```
/// use shared::{
///     deadline::Deadline,
///     log_store::{IndexOutcome, LogStore, StoreError},
///     model::{log::LogDocument, service::ServiceName},
/// };
///
/// /// Stores documents and makes them visible.
/// async fn store_all(
///     store: &dyn LogStore,
///     service: &ServiceName,
///     documents: &[LogDocument],
///     deadline: Deadline,
/// ) -> Result<IndexOutcome, StoreError> {
///     store.prepare(deadline).await?;
///     let outcome = store.index(service, documents, deadline).await?;
///     store.refresh(service, deadline).await?;
///     Ok(outcome)
/// }
/// ```
#[async_trait]
pub trait LogStore: Send + Sync + Debug {
    /// Prepares the store: templates, tables, retention. Can be called again, and by several processes at
    /// once. A store that is not prepared may refuse every other call.
    async fn prepare(&self, deadline: Deadline) -> Result<(), StoreError>;

    /// Stores documents of a service, each at most once: a document whose id is already stored (on the
    /// UTC day of its timestamp) changes nothing and counts as a duplicate, also within one call. Every
    /// document is created, a duplicate or rejected. A rejected document does not affect the others.
    /// Stored documents are visible after [`LogStore::refresh`].
    async fn index(
        &self,
        service: &ServiceName,
        documents: &[LogDocument],
        deadline: Deadline,
    ) -> Result<IndexOutcome, StoreError>;

    /// An empty batch of documents of a service, with room for about `expected` ones.
    fn batch<'s>(&'s self, service: &ServiceName, expected: usize) -> Box<dyn DocumentBatch + 's>;

    /// Stores what [`LogStore::index`] rejected, in a form that no store refuses. A letter with the same
    /// id is stored once.
    async fn dead_letter(
        &self,
        service: &ServiceName,
        letters: &[DeadLetter],
        deadline: Deadline,
    ) -> Result<(), StoreError>;

    /// The services that have dead letters, by name, with the number of their letters.
    async fn dead_letter_services(
        &self,
        deadline: Deadline,
    ) -> Result<Vec<ServiceSummary>, StoreError>;

    /// A page of dead letters, newest first (equal times: by id, descending).
    async fn dead_letters(
        &self,
        page: &DeadLetterPage,
        deadline: Deadline,
    ) -> Result<Vec<DeadLetter>, StoreError>;

    /// Stores dead letters in the place of those with the same ids and days.
    async fn replace_dead_letters(
        &self,
        service: &ServiceName,
        letters: &[DeadLetter],
        deadline: Deadline,
    ) -> Result<(), StoreError>;

    /// Removes the dead letters with the ids and days of these. A missing one is no error.
    async fn remove_dead_letters(
        &self,
        service: &ServiceName,
        letters: &[DeadLetter],
        deadline: Deadline,
    ) -> Result<(), StoreError>;

    /// Makes everything that was stored visible to searches. A store does this by itself after about a
    /// second.
    async fn refresh(&self, service: &ServiceName, deadline: Deadline) -> Result<(), StoreError>;

    /// Answers the question of an analysis in one round trip. Only documents in the windows of the
    /// question count; windows are half-open. A missing index and a part of the store that did not answer
    /// are no errors; the facts have them.
    async fn analyse(
        &self,
        question: &AnalysisQuestion,
        deadline: Deadline,
    ) -> Result<AnalysisFacts, StoreError>;

    /// The newest documents that match, newest first (equal times: by id, descending). The id of an event
    /// of a file begins with its position, so that this is the file's order.
    async fn search(
        &self,
        search: &LogSearch,
        deadline: Deadline,
    ) -> Result<Vec<LogDocument>, StoreError>;

    /// The services that have documents, by name.
    async fn services(&self, deadline: Deadline) -> Result<Vec<ServiceSummary>, StoreError>;

    /// Stores a record, and replaces one with the same kind, service, day and id.
    async fn put_record(&self, record: &Record, deadline: Deadline) -> Result<(), StoreError>;

    /// Answers several questions about the records of a kind in one round trip: an answer for each
    /// question, in their order, the records of each oldest first (equal times: by id).
    async fn record_sets(
        &self,
        kind: RecordKind,
        service: &ServiceName,
        questions: &[RecordQuestion],
        deadline: Deadline,
    ) -> Result<Vec<Vec<Record>>, StoreError>;

    /// The newest `limit` records of a kind in a window, oldest first.
    async fn records(
        &self,
        kind: RecordKind,
        service: &ServiceName,
        window: Window,
        limit: usize,
        deadline: Deadline,
    ) -> Result<Vec<Record>, StoreError> {
        let questions = [RecordQuestion {
            windows: vec![window],
            limit,
            members: &[],
        }];
        let sets = self.record_sets(kind, service, &questions, deadline);
        Ok(sets.await?.into_iter().flatten().collect())
    }

    /// The location of the store for messages: a URL without credentials, or a file.
    fn location(&self) -> String;
}

/// The outcome of one [`LogStore::index`] call:
/// `created + duplicates + rejected.len()` is their number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexOutcome {
    /// The number of stored documents.
    pub created: u64,
    /// The number that was already stored.
    pub duplicates: u64,
    /// The documents that the store can never accept.
    pub rejected: Vec<Rejection>,
    /// The number of retries, because the store did not answer or did not accept all documents.
    pub retries: u64,
}

/// A document that the store refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Its position in the call.
    pub position: usize,
    /// The store's reason, in its own words.
    pub reason: String,
}

/// A search for documents of a service.
#[derive(Clone, Debug)]
pub struct LogSearch {
    /// The service.
    pub service: ServiceName,
    /// The window.
    pub window: Window,
    /// What they have to match.
    pub query: SearchQuery,
    /// The most documents, 1 to 10,000.
    pub limit: usize,
}

/// The number of documents, or of dead letters, that a store has of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceSummary {
    /// The service.
    pub service: ServiceName,
    /// The number of its documents or letters.
    pub documents: u64,
    /// The time of the newest one, by the millisecond.
    pub newest: Timestamp,
}

/// The kinds of records that functions store for trends.
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

/// A question about records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordQuestion {
    /// The records in any of these windows.
    pub windows: Vec<Window>,
    /// At most so many, the newest ones.
    pub limit: usize,
    /// Only these members of the body; empty for the whole body.
    pub members: &'static [&'static str],
}

impl RecordQuestion {
    /// The members of a stored body that are asked for. The others are not parsed into values.
    ///
    /// # Errors
    ///
    /// If the text is no JSON, or no object.
    pub fn body(&self, text: &str) -> serde_json::Result<Value> {
        if self.members.is_empty() {
            return serde_json::from_str(text);
        }
        let raw: BTreeMap<String, &RawValue> = serde_json::from_str(text)?;
        let mut body = Map::new();
        for member in self.members {
            if let Some(value) = raw.get(*member) {
                body.insert((*member).to_owned(), serde_json::from_str(value.get())?);
            }
        }
        Ok(Value::Object(body))
    }
}

/// A JSON document that a function stores, under an id that a second run uses again.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its kind.
    pub kind: RecordKind,
    /// Its service.
    pub service: ServiceName,
    /// Its id: 1 to 128 characters of `0-9`, `a-z`, `A-Z` and `-`.
    pub id: String,
    /// The instant that it is about. It decides the daily index.
    pub timestamp: Timestamp,
    /// The document: a JSON object.
    pub body: Value,
}
