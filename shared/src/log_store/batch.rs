//! Documents on their way into a store. A store of one machine keeps them until they are stored; a cluster's
//! client writes each into the body of its request at once, so that few documents are in memory.

use std::fmt::Debug;

use async_trait::async_trait;

use super::{IndexOutcome, LogStore, StoreError};
use crate::{
    deadline::Deadline,
    model::{log::LogDocument, metadata::Metadata, service::ServiceName},
};

/// Documents of a service, collected for one call of the store.
///
/// ```
/// use shared::{
///     deadline::Deadline,
///     log_store::{IndexOutcome, LogStore, StoreError},
///     model::{log::LogDocument, service::ServiceName},
/// };
///
/// /// Stores documents without a list of them all in memory.
/// async fn store_each(
///     store: &dyn LogStore,
///     service: &ServiceName,
///     documents: impl Iterator<Item = LogDocument> + Send,
///     deadline: Deadline,
/// ) -> Result<u64, StoreError> {
///     let mut created = 0;
///     let mut batch = store.batch(service, 1_000);
///     for document in documents {
///         if let Some(document) = batch.push(document)? {
///             created += batch.store(deadline).await?.created;
///             batch = store.batch(service, 1_000);
///             batch.push(document)?;
///         }
///     }
///     Ok(created + batch.store(deadline).await?.created)
/// }
/// ```
#[async_trait]
pub trait DocumentBatch: Send + Sync + Debug {
    /// Adds a document. Returns it if it does not fit beside those before it; one always fits.
    ///
    /// # Errors
    ///
    /// When it cannot be written in the store's form. The batch is as it was before.
    fn push(&mut self, document: LogDocument) -> Result<Option<LogDocument>, StoreError>;

    /// The number of documents.
    fn count(&self) -> usize;

    /// Stores the documents, as [`LogStore::index`] does. Nothing is added after it.
    async fn store(&mut self, deadline: Deadline) -> Result<IndexOutcome, StoreError>;

    /// The document at a position, counted from 0, after [`Self::store`].
    ///
    /// # Errors
    ///
    /// When there is none.
    fn document(&self, position: usize) -> Result<LogDocument, StoreError>;
}

/// How many bytes of text a list takes; a payload of a log may unpack to a hundred times as much.
const MOST_BYTES: usize = 5 * 1024 * 1024;

/// A batch that is a list of documents, for stores without a form of their own.
#[derive(Debug)]
pub struct DocumentList<'s> {
    store: &'s dyn LogStore,
    service: ServiceName,
    documents: Vec<LogDocument>,
    bytes: usize,
}

impl<'s> DocumentList<'s> {
    /// An empty list, which `store` is to store, with room for so many documents.
    #[must_use]
    pub fn new(store: &'s dyn LogStore, service: &ServiceName, expected: usize) -> Self {
        Self {
            store,
            service: service.clone(),
            documents: Vec::with_capacity(expected),
            bytes: 0,
        }
    }
}

#[async_trait]
impl DocumentBatch for DocumentList<'_> {
    fn push(&mut self, document: LogDocument) -> Result<Option<LogDocument>, StoreError> {
        let original = document.original.as_deref().map_or(0, str::len);
        let metadata = document.metadata.as_ref().map(Metadata::get);
        let bytes = document.message.len() + original + metadata.map_or(0, str::len);
        if self.bytes + bytes > MOST_BYTES && !self.documents.is_empty() {
            return Ok(Some(document));
        }
        self.bytes += bytes;
        self.documents.push(document);
        Ok(None)
    }

    fn count(&self) -> usize {
        self.documents.len()
    }

    async fn store(&mut self, deadline: Deadline) -> Result<IndexOutcome, StoreError> {
        let stored = self.store.index(&self.service, &self.documents, deadline);
        stored.await
    }

    fn document(&self, position: usize) -> Result<LogDocument, StoreError> {
        let document = self.documents.get(position).cloned();
        document.ok_or_else(|| no_document(position, self.count()))
    }
}

/// The error for a position that a batch does not have.
pub(super) fn no_document(position: usize, count: usize) -> StoreError {
    StoreError::Invalid(format!(
        "a batch of {count} documents has none at the position {position}"
    ))
}
