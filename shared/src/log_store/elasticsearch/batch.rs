//! Documents on their way to a cluster: each is written into the body of the request at once.

use async_trait::async_trait;
use serde_json::value::RawValue;

use super::{
    ElasticsearchStore,
    bulk::{BODY_LIMIT, BulkLines, read_document},
    bulk_items::BulkItems,
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
    /// The lines until they are sent.
    lines: Option<BulkLines>,
    /// The documents once they are sent.
    items: BulkItems,
}

impl<'s> ClusterBatch<'s> {
    /// A batch that begins with these lines.
    pub(super) fn new(store: &'s ElasticsearchStore, lines: BulkLines) -> Self {
        Self {
            store,
            lines: Some(lines),
            items: BulkItems::default(),
        }
    }
}

#[async_trait]
impl DocumentBatch for ClusterBatch<'_> {
    fn push(&mut self, document: LogDocument) -> Result<Option<LogDocument>, StoreError> {
        let Some(lines) = &mut self.lines else {
            let reason = "a document for a batch that was sent".to_owned();
            return Err(StoreError::Invalid(reason));
        };
        let fits = lines.push(&document, BODY_LIMIT)?;
        Ok((!fits).then_some(document))
    }

    fn count(&self) -> usize {
        let open = self.lines.as_ref().map(BulkLines::count);
        open.unwrap_or_else(|| self.items.count())
    }

    async fn store(&mut self, deadline: Deadline) -> Result<IndexOutcome, StoreError> {
        let ElasticsearchStore { connection, setup } = self.store;
        if let Some(lines) = self.lines.take() {
            self.items = lines.finish()?;
        }
        let stored = writer::store(connection, &self.items, deadline);
        setup.beside(stored, connection, deadline).await
    }

    fn document(&self, position: usize) -> Result<LogDocument, StoreError> {
        let source = self.items.source(position)?;
        let source = source.ok_or_else(|| no_document(position, self.count()))?;
        let source: &RawValue =
            serde_json::from_slice(source).map_err(|error| self.store.unreadable(&error))?;
        read_document(source).map_err(|error| self.store.unreadable(&error))
    }
}
