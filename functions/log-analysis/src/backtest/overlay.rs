//! A store that reads entries from another one, and keeps records in memory.
//!
//! Invariant: no method writes to the store below. A method that would is refused, so that a new one
//! cannot write by accident.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use jiff::Timestamp;
use shared::{
    deadline::Deadline,
    log_store::{
        DeadLetter, DeadLetterPage, DocumentBatch, DocumentList, IndexOutcome, LogSearch, LogStore,
        Record, RecordKind, RecordQuestion, ServiceSummary, StoreError,
        facts::{AnalysisFacts, AnalysisQuestion},
    },
    model::{log::LogDocument, service::ServiceName},
};

/// The place of a record in the order of the contract: by time in milliseconds, then by id.
type RecordOrder = (i64, String);

/// A record in memory. Its body is text, as in a store: a tree of JSON takes several times the memory,
/// and months of records are kept.
#[derive(Debug)]
struct KeptRecord {
    kind: RecordKind,
    service: ServiceName,
    timestamp: Timestamp,
    body: String,
}

/// A store over another one, which is only read.
#[derive(Debug)]
pub(super) struct OverlayStore {
    below: Arc<dyn LogStore>,
    records: Mutex<BTreeMap<RecordOrder, KeptRecord>>,
}

impl OverlayStore {
    pub(super) fn new(below: Arc<dyn LogStore>) -> Self {
        Self {
            below,
            records: Mutex::default(),
        }
    }

    /// The records of a question, oldest first.
    fn newest(
        &self,
        kind: RecordKind,
        service: &ServiceName,
        question: &RecordQuestion,
    ) -> Result<Vec<Record>, StoreError> {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found: BTreeMap<&RecordOrder, &KeptRecord> = BTreeMap::new();
        for window in &question.windows {
            let [start, end] =
                [window.start, window.end].map(|at| (at.as_millisecond(), String::new()));
            if start < end {
                let newest = records.range(start..end).rev();
                let ours = newest.filter(|(_, kept)| kept.kind == kind && kept.service == *service);
                found.extend(ours.take(question.limit));
            }
        }
        let unexpected = |error: serde_json::Error| StoreError::Unexpected {
            location: self.location(),
            reason: error.to_string(),
        };
        let surplus = found.len().saturating_sub(question.limit);
        let newest = found.into_iter().skip(surplus);
        newest
            .map(|((_, id), kept)| {
                Ok(Record {
                    kind,
                    service: kept.service.clone(),
                    id: id.clone(),
                    timestamp: kept.timestamp,
                    body: question.body(&kept.body).map_err(unexpected)?,
                })
            })
            .collect()
    }

    fn refused<T>(&self) -> Result<T, StoreError> {
        let location = self.location();
        Err(StoreError::Invalid(format!(
            "a backtest does not write to {location}"
        )))
    }
}

#[async_trait]
impl LogStore for OverlayStore {
    async fn prepare(&self, _deadline: Deadline) -> Result<(), StoreError> {
        self.refused()
    }

    async fn index(
        &self,
        _service: &ServiceName,
        _documents: &[LogDocument],
        _deadline: Deadline,
    ) -> Result<IndexOutcome, StoreError> {
        self.refused()
    }

    fn batch<'s>(&'s self, service: &ServiceName, expected: usize) -> Box<dyn DocumentBatch + 's> {
        Box::new(DocumentList::new(self, service, expected))
    }

    async fn dead_letter(
        &self,
        _service: &ServiceName,
        _letters: &[DeadLetter],
        _deadline: Deadline,
    ) -> Result<(), StoreError> {
        self.refused()
    }

    async fn dead_letter_services(
        &self,
        deadline: Deadline,
    ) -> Result<Vec<ServiceSummary>, StoreError> {
        self.below.dead_letter_services(deadline).await
    }

    async fn dead_letters(
        &self,
        page: &DeadLetterPage,
        deadline: Deadline,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        self.below.dead_letters(page, deadline).await
    }

    async fn replace_dead_letters(
        &self,
        _service: &ServiceName,
        _letters: &[DeadLetter],
        _deadline: Deadline,
    ) -> Result<(), StoreError> {
        self.refused()
    }

    async fn remove_dead_letters(
        &self,
        _service: &ServiceName,
        _letters: &[DeadLetter],
        _deadline: Deadline,
    ) -> Result<(), StoreError> {
        self.refused()
    }

    async fn refresh(&self, _service: &ServiceName, _deadline: Deadline) -> Result<(), StoreError> {
        self.refused()
    }

    async fn analyse(
        &self,
        question: &AnalysisQuestion,
        deadline: Deadline,
    ) -> Result<AnalysisFacts, StoreError> {
        self.below.analyse(question, deadline).await
    }

    async fn search(
        &self,
        search: &LogSearch,
        deadline: Deadline,
    ) -> Result<Vec<LogDocument>, StoreError> {
        self.below.search(search, deadline).await
    }

    async fn services(&self, deadline: Deadline) -> Result<Vec<ServiceSummary>, StoreError> {
        self.below.services(deadline).await
    }

    async fn put_record(&self, record: &Record, _deadline: Deadline) -> Result<(), StoreError> {
        let place = (record.timestamp.as_millisecond(), record.id.clone());
        let kept = KeptRecord {
            kind: record.kind,
            service: record.service.clone(),
            timestamp: record.timestamp,
            body: record.body.to_string(),
        };
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records.insert(place, kept);
        Ok(())
    }

    async fn record_sets(
        &self,
        kind: RecordKind,
        service: &ServiceName,
        questions: &[RecordQuestion],
        _deadline: Deadline,
    ) -> Result<Vec<Vec<Record>>, StoreError> {
        let questions = questions.iter();
        questions
            .map(|question| self.newest(kind, service, question))
            .collect()
    }

    fn location(&self) -> String {
        self.below.location()
    }
}
