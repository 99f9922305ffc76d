//! Documents on their way to a cluster: each is written into the body of the request at once.

use async_trait::async_trait;
use serde_json::value::RawValue;

use super::{
    ElasticsearchStore,
    bulk::{BODY_LIMIT, BulkItems, BulkLines, read_document},
    writer,
};
use crate::{
    deadline::Deadline,
    log_store::{DocumentBatch, IndexOutcome, StoreError, batch::no_document},
    model::log::LogDocument,
};

/// Documents as the lines of one request.
#[derive(Debug)]
pub(super) struct ClusterBatch<'s> {
    store: &'s ElasticsearchStore,
    lines: BulkLines,
    /// The lines once they are sent.
    items: BulkItems,
}

impl<'s> ClusterBatch<'s> {
    /// A batch that begins with these lines.
    pub(super) fn new(store: &'s ElasticsearchStore, lines: BulkLines) -> Self {
        Self {
            store,
            lines,
            items: BulkItems::default(),
        }
    }
}

#[async_trait]
impl DocumentBatch for ClusterBatch<'_> {
    fn push(&mut self, document: LogDocument) -> Result<Option<LogDocument>, StoreError> {
        self.lines.push(&document)?;
        if self.lines.length() > BODY_LIMIT && self.lines.count() > 1 {
            self.lines.remove_last();
            return Ok(Some(document));
        }
        Ok(None)
    }

    fn count(&self) -> usize {
        self.lines.count().max(self.items.count())
    }

    async fn store(&mut self, deadline: Deadline) -> Result<IndexOutcome, StoreError> {
        let ElasticsearchStore { connection, setup } = self.store;
        self.items = self.lines.finished();
        let stored = writer::store(connection, &self.items, deadline);
        setup.beside(stored, connection, deadline).await
    }

    fn document(&self, position: usize) -> Result<LogDocument, StoreError> {
        let source = self.items.source(position);
        let source = source.ok_or_else(|| no_document(position, self.count()))?;
        let source: &RawValue =
            serde_json::from_slice(source).map_err(|error| self.store.unreadable(&error))?;
        read_document(source).map_err(|error| self.store.unreadable(&error))
    }
}
