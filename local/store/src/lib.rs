//! The log store on one machine: SQLite, in one file that several processes may use at once, or in
//! memory. The ledger is a table beside it.
//!
//! - Documents are kept whole in compressed blocks, beside the columns that questions are asked about.
//! - Everything is exact: counts, percentiles, distinct users, what is new.
//! - Times count by the millisecond, as they do on a cluster; documents keep theirs whole.
//! - An analysis reads one snapshot, whatever is written meanwhile.
//!
//! `connections` is the only module that opens a file, `failure` the only one that knows what
//! SQLite's errors mean to a caller.

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::Connection;
use shared::{
    deadline::Deadline,
    log_store::{
        DeadLetter, DeadLetterPage, DocumentBatch, DocumentList, IndexOutcome, LogSearch, LogStore,
        OpenFile, Record, RecordKind, RecordQuestion, ServiceSummary, StoreError,
        facts::{AnalysisFacts, AnalysisQuestion},
    },
    model::{log::LogDocument, service::ServiceName},
};

mod analysis;
mod blocks;
mod candidates;
mod clock;
mod connections;
mod correlations;
mod counted_document;
mod counts;
mod durations;
mod failure;
mod identity;
mod ledger;
mod letters;
mod migration;
mod packed;
mod records;
mod schema;
mod search;
#[cfg(test)]
mod tests;
mod timeline;
mod trim;
mod writing;

use connections::Connections;
use failure::Failure;
pub use ledger::{EmbeddedLedger, OPEN_LEDGER};

/// Opens the store in a file, for a process that chooses its store by its settings.
pub const OPEN_FILE: OpenFile = |path| Ok(Arc::new(EmbeddedStore::open(path)?));

/// A log store on one machine. Cheap to clone; clones are the same store.
#[derive(Clone, Debug)]
pub struct EmbeddedStore {
    connections: Arc<Connections>,
}

impl EmbeddedStore {
    /// The store in a file, which is made if it is not there. Its directory has to be there.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened, is no database, is the database of another program, or was
    /// written by a newer version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            connections: Arc::new(Connections::file(path)?),
        })
    }

    /// The store in a file that exists, for reading: every writing statement fails.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened, is no store, or has the tables of another version.
    pub fn open_for_reading(path: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            connections: Arc::new(Connections::file_for_reading(path)?),
        })
    }

    /// A new store in memory, which is gone with its last clone.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn in_memory() -> Result<Self, StoreError> {
        Ok(Self {
            connections: Arc::new(Connections::memory()?),
        })
    }

    /// Removes the oldest documents: those before `keep_from`, and as many as it takes for the file to have
    /// at most `most_bytes`. Returns how many were removed.
    ///
    /// # Errors
    ///
    /// If the store fails.
    pub async fn trim(
        &self,
        keep_from: Option<Timestamp>,
        most_bytes: Option<u64>,
        deadline: Deadline,
    ) -> Result<u64, StoreError> {
        self.connections
            .run(deadline, move |connection, _| {
                trim::trim(connection, keep_from, most_bytes)
            })
            .await
    }

    /// Removes the documents of an event that was stored before all of its lines were there. `time` is
    /// about the document's time: its day, the day before and the day after are searched. Returns
    /// their number.
    ///
    /// # Errors
    ///
    /// If the store fails.
    pub async fn remove_event(
        &self,
        service: &ServiceName,
        event_id: &str,
        time: Timestamp,
        deadline: Deadline,
    ) -> Result<u64, StoreError> {
        let (service, event_id) = (service.clone(), event_id.to_owned());
        self.connections
            .run(deadline, move |connection, _| {
                writing::remove_event(connection, &service, &event_id, time)
            })
            .await
    }

    /// Does something with letters of a service, if there are any.
    async fn with_letters(
        &self,
        service: &ServiceName,
        letters: &[DeadLetter],
        deadline: Deadline,
        work: fn(&mut Connection, &ServiceName, &[DeadLetter], Deadline) -> Result<(), Failure>,
    ) -> Result<(), StoreError> {
        if letters.is_empty() {
            return Ok(());
        }
        let service = service.clone();
        let letters = letters.to_vec();
        self.connections
            .run(deadline, move |connection, deadline| {
                work(connection, &service, &letters, deadline)
            })
            .await
    }
}

#[async_trait]
impl LogStore for EmbeddedStore {
    async fn prepare(&self, deadline: Deadline) -> Result<(), StoreError> {
        self.connections.run(deadline, schema::prepare).await
    }

    async fn index(
        &self,
        service: &ServiceName,
        documents: &[LogDocument],
        deadline: Deadline,
    ) -> Result<IndexOutcome, StoreError> {
        if documents.is_empty() {
            return Ok(IndexOutcome::default());
        }
        let service = service.clone();
        let documents = documents.to_vec();
        self.connections
            .run(deadline, move |connection, deadline| {
                writing::documents(connection, &service, documents, deadline)
            })
            .await
    }

    fn batch<'s>(&'s self, service: &ServiceName, expected: usize) -> Box<dyn DocumentBatch + 's> {
        Box::new(DocumentList::new(self, service, expected))
    }

    async fn dead_letter(
        &self,
        service: &ServiceName,
        letters: &[DeadLetter],
        deadline: Deadline,
    ) -> Result<(), StoreError> {
        self.with_letters(service, letters, deadline, letters::add)
            .await
    }

    async fn dead_letter_services(
        &self,
        deadline: Deadline,
    ) -> Result<Vec<ServiceSummary>, StoreError> {
        self.connections
            .run(deadline, |connection, _| letters::services(connection))
            .await
    }

    async fn dead_letters(
        &self,
        page: &DeadLetterPage,
        deadline: Deadline,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        letters::check(page)?;
        let page = page.clone();
        self.connections
            .run(deadline, move |connection, _| {
                letters::page(connection, &page)
            })
            .await
    }

    async fn replace_dead_letters(
        &self,
        service: &ServiceName,
        letters: &[DeadLetter],
        deadline: Deadline,
    ) -> Result<(), StoreError> {
        self.with_letters(service, letters, deadline, letters::replace)
            .await
    }

    async fn remove_dead_letters(
        &self,
        service: &ServiceName,
        letters: &[DeadLetter],
        deadline: Deadline,
    ) -> Result<(), StoreError> {
        self.with_letters(service, letters, deadline, letters::remove)
            .await
    }

    /// Nothing to do: what was committed is visible.
    async fn refresh(&self, _service: &ServiceName, _deadline: Deadline) -> Result<(), StoreError> {
        Ok(())
    }

    async fn analyse(
        &self,
        question: &AnalysisQuestion,
        deadline: Deadline,
    ) -> Result<AnalysisFacts, StoreError> {
        let question = question.clone();
        self.connections
            .run(deadline, move |connection, _| {
                analysis::facts(connection, &question)
            })
            .await
    }

    async fn search(
        &self,
        search: &LogSearch,
        deadline: Deadline,
    ) -> Result<Vec<LogDocument>, StoreError> {
        search::check(search)?;
        let search = search.clone();
        self.connections
            .run(deadline, move |connection, deadline| {
                search::documents(connection, &search, deadline)
            })
            .await
    }

    async fn services(&self, deadline: Deadline) -> Result<Vec<ServiceSummary>, StoreError> {
        self.connections
            .run(deadline, |connection, _| search::services(connection))
            .await
    }

    async fn put_record(&self, record: &Record, deadline: Deadline) -> Result<(), StoreError> {
        records::check(record)?;
        let record = record.clone();
        self.connections
            .run(deadline, move |connection, _| {
                records::put(connection, &record)
            })
            .await
    }

    async fn record_sets(
        &self,
        kind: RecordKind,
        service: &ServiceName,
        questions: &[RecordQuestion],
        deadline: Deadline,
    ) -> Result<Vec<Vec<Record>>, StoreError> {
        let service = service.clone();
        let questions = questions.to_vec();
        self.connections
            .run(deadline, move |connection, _| {
                records::sets(connection, kind, &service, &questions)
            })
            .await
    }

    fn location(&self) -> String {
        self.connections.location().to_owned()
    }
}
