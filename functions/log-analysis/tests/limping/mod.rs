//! A store of which a part does not work, which a real one does not do on demand.

use std::sync::Arc;

use async_trait::async_trait;
use embedded_store::EmbeddedStore;
use shared::{
    deadline::Deadline,
    log_store::{
        DeadLetter, IndexOutcome, LogSearch, LogStore, Record, RecordKind, StoreError,
        facts::{AnalysisFacts, AnalysisQuestion},
    },
    model::{log::LogDocument, service::ServiceName, window::Window},
};

/// What does not work.
#[derive(Debug)]
pub(crate) enum Limp {
    /// One shard does not answer.
    Shard,
    /// Records cannot be written.
    Records,
}

/// A store of which a part does not work.
#[derive(Debug)]
pub(crate) struct Limping(pub(crate) Arc<EmbeddedStore>, pub(crate) Limp);

#[async_trait]
impl LogStore for Limping {
    async fn prepare(&self, deadline: Deadline) -> Result<(), StoreError> {
        self.0.prepare(deadline).await
    }

    async fn index(
        &self,
        service: &ServiceName,
        documents: &[LogDocument],
        deadline: Deadline,
    ) -> Result<IndexOutcome, StoreError> {
        self.0.index(service, documents, deadline).await
    }

    async fn dead_letter(
        &self,
        service: &ServiceName,
        letters: &[DeadLetter],
        deadline: Deadline,
    ) -> Result<(), StoreError> {
        self.0.dead_letter(service, letters, deadline).await
    }

    async fn refresh(&self, service: &ServiceName, deadline: Deadline) -> Result<(), StoreError> {
        self.0.refresh(service, deadline).await
    }

    async fn analyse(
        &self,
        question: &AnalysisQuestion,
        deadline: Deadline,
    ) -> Result<AnalysisFacts, StoreError> {
        let mut facts = self.0.analyse(question, deadline).await?;
        if matches!(self.1, Limp::Shard) {
            facts.failures.push("shard 0: timed out".to_owned());
        }
        Ok(facts)
    }

    async fn search(
        &self,
        search: &LogSearch,
        deadline: Deadline,
    ) -> Result<Vec<LogDocument>, StoreError> {
        self.0.search(search, deadline).await
    }

    async fn put_record(&self, record: &Record, deadline: Deadline) -> Result<(), StoreError> {
        match self.1 {
            Limp::Records => Err(StoreError::Unavailable {
                location: self.location(),
                reason: "the disk is full".to_owned(),
            }),
            Limp::Shard => self.0.put_record(record, deadline).await,
        }
    }

    async fn records(
        &self,
        kind: RecordKind,
        service: &ServiceName,
        window: Window,
        limit: usize,
        deadline: Deadline,
    ) -> Result<Vec<Record>, StoreError> {
        self.0.records(kind, service, window, limit, deadline).await
    }

    fn location(&self) -> String {
        self.0.location()
    }
}
