//! A log store that fails on demand, which the real ones do not.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use shared::{
    deadline::Deadline,
    log_store::{
        DeadLetter, DeadLetterPage, DocumentBatch, DocumentList, IndexOutcome, LogSearch, LogStore,
        Record, RecordKind, RecordQuestion, Rejection, ServiceSummary, StoreError,
        facts::{AnalysisFacts, AnalysisQuestion},
    },
    model::{log::LogDocument, service::ServiceName},
};

/// What of a [`FailingStore`] fails, besides documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreFault {
    /// One shard does not answer an analysis.
    Shard,
    /// Records cannot be written.
    Records,
    /// Dead letters cannot be written.
    DeadLetters,
    /// Panics when anything but entries is read, or anything is written: for what may only read entries.
    OnlyEntries,
}

/// Passes everything on to another store, but rejects documents whose message has `refuse`, and fails
/// at the first one with `break down`, after it has stored those before it.
#[derive(Debug)]
pub struct FailingStore {
    inner: Arc<dyn LogStore>,
    fault: Option<StoreFault>,
    letters: Mutex<Vec<DeadLetter>>,
    /// The number of documents of each call.
    calls: Mutex<Vec<usize>>,
}

impl FailingStore {
    /// Fails at documents only.
    pub fn new(inner: Arc<dyn LogStore>) -> Self {
        Self {
            inner,
            fault: None,
            letters: Mutex::default(),
            calls: Mutex::default(),
        }
    }

    /// Fails in this way too.
    pub fn with_fault(inner: Arc<dyn LogStore>, fault: StoreFault) -> Self {
        Self {
            fault: Some(fault),
            ..Self::new(inner)
        }
    }

    /// Panics if only entries may be read.
    fn allow(&self, what: &str) {
        assert!(self.fault != Some(StoreFault::OnlyEntries), "{what}");
    }

    /// The dead letters so far.
    pub fn letters(&self) -> Vec<DeadLetter> {
        self.letters.lock().expect("not poisoned").clone()
    }

    /// The number of documents of each call of [`LogStore::index`].
    pub fn calls(&self) -> Vec<usize> {
        self.calls.lock().expect("not poisoned").clone()
    }
}

#[async_trait]
impl LogStore for FailingStore {
    async fn prepare(&self, deadline: Deadline) -> Result<(), StoreError> {
        self.allow("prepares the store");
        self.inner.prepare(deadline).await
    }

    async fn index(
        &self,
        service: &ServiceName,
        documents: &[LogDocument],
        deadline: Deadline,
    ) -> Result<IndexOutcome, StoreError> {
        self.allow("stores documents");
        self.calls
            .lock()
            .expect("not poisoned")
            .push(documents.len());
        let breaks = |document: &LogDocument| document.message.contains("break down");
        if let Some(position) = documents.iter().position(breaks) {
            let before = documents.get(..position).unwrap_or_default();
            let outcome = self.inner.index(service, before, deadline).await?;
            let failure = StoreError::Unavailable {
                location: self.location(),
                reason: "broken by the test".to_owned(),
            };
            return Err(if before.is_empty() {
                failure
            } else {
                StoreError::Interrupted {
                    created: outcome.created,
                    duplicates: outcome.duplicates,
                    retries: 3,
                    cause: Box::new(failure),
                }
            });
        }
        let (refused, accepted): (Vec<_>, Vec<_>) = documents
            .iter()
            .enumerate()
            .partition(|(_, document)| document.message.contains("refuse"));
        let accepted: Vec<_> = accepted
            .into_iter()
            .map(|(_, document)| document.clone())
            .collect();
        let mut outcome = self.inner.index(service, &accepted, deadline).await?;
        outcome
            .rejected
            .extend(refused.into_iter().map(|(position, _)| Rejection {
                position,
                reason: "refused by the test".to_owned(),
            }));
        Ok(outcome)
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
        self.allow("stores dead letters");
        if self.fault == Some(StoreFault::DeadLetters) {
            return Err(StoreError::Unavailable {
                location: self.location(),
                reason: "the disk is full".to_owned(),
            });
        }
        self.letters
            .lock()
            .expect("not poisoned")
            .extend_from_slice(letters);
        self.inner.dead_letter(service, letters, deadline).await
    }

    async fn dead_letter_services(
        &self,
        deadline: Deadline,
    ) -> Result<Vec<ServiceSummary>, StoreError> {
        self.allow("counts dead letters");
        self.inner.dead_letter_services(deadline).await
    }

    async fn dead_letters(
        &self,
        page: &DeadLetterPage,
        deadline: Deadline,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        self.allow("reads dead letters");
        self.inner.dead_letters(page, deadline).await
    }

    async fn replace_dead_letters(
        &self,
        service: &ServiceName,
        letters: &[DeadLetter],
        deadline: Deadline,
    ) -> Result<(), StoreError> {
        self.allow("replaces dead letters");
        self.inner
            .replace_dead_letters(service, letters, deadline)
            .await
    }

    async fn remove_dead_letters(
        &self,
        service: &ServiceName,
        letters: &[DeadLetter],
        deadline: Deadline,
    ) -> Result<(), StoreError> {
        self.allow("removes dead letters");
        self.inner
            .remove_dead_letters(service, letters, deadline)
            .await
    }

    async fn refresh(&self, service: &ServiceName, deadline: Deadline) -> Result<(), StoreError> {
        self.allow("refreshes the store");
        self.inner.refresh(service, deadline).await
    }

    async fn analyse(
        &self,
        question: &AnalysisQuestion,
        deadline: Deadline,
    ) -> Result<AnalysisFacts, StoreError> {
        let mut facts = self.inner.analyse(question, deadline).await?;
        if self.fault == Some(StoreFault::Shard) {
            facts.failures.push("shard 0: timed out".to_owned());
        }
        Ok(facts)
    }

    async fn search(
        &self,
        search: &LogSearch,
        deadline: Deadline,
    ) -> Result<Vec<LogDocument>, StoreError> {
        self.inner.search(search, deadline).await
    }

    async fn services(&self, deadline: Deadline) -> Result<Vec<ServiceSummary>, StoreError> {
        self.inner.services(deadline).await
    }

    async fn put_record(&self, record: &Record, deadline: Deadline) -> Result<(), StoreError> {
        self.allow("stores a record");
        if self.fault == Some(StoreFault::Records) {
            return Err(StoreError::Unavailable {
                location: self.location(),
                reason: "the disk is full".to_owned(),
            });
        }
        self.inner.put_record(record, deadline).await
    }

    async fn record_sets(
        &self,
        kind: RecordKind,
        service: &ServiceName,
        questions: &[RecordQuestion],
        deadline: Deadline,
    ) -> Result<Vec<Vec<Record>>, StoreError> {
        self.allow("reads records");
        self.inner
            .record_sets(kind, service, questions, deadline)
            .await
    }

    fn location(&self) -> String {
        self.inner.location()
    }
}
