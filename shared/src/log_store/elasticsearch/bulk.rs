//! The lines of bulk requests: every item is written once, into what is sent.
//!
//! Each is a `create` action with the document's own id
//! (<https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk>), so that a second
//! delivery changes nothing.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    bulk_items::{BulkItems, ID},
    index_name::IndexKind,
    packed_lines::LinePacker,
    shared_text::WrittenTexts,
    source::{self, key},
};
use crate::{
    json_text::push_string,
    log_store::StoreError,
    model::{log::LogDocument, metadata::Metadata, service::ServiceName},
};

/// The most bytes of one body, before compression. Small Amazon OpenSearch domains refuse requests
/// of more than 10 MiB:
/// <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/limits.html>.
pub(super) const BODY_LIMIT: usize = 5 * 1024 * 1024;

/// The longest metadata that is indexed, in bytes of JSON. A term has at most 32,766 bytes; in a
/// shorter text no key path with its value can be longer.
const LONGEST_METADATA: usize = 32_000;

/// The most digits of a number that a cluster reads.
const LONGEST_NUMBER: usize = 1_000;

/// About how long a document is with its action.
const USUAL_LENGTH: usize = 1_024;

/// The action of a bulk request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BulkAction {
    /// Stores an item, unless its id is stored already.
    Create,
    /// Stores an item, in the place of one with its id.
    Index,
    /// Removes an item.
    Delete,
}

impl BulkAction {
    /// The line of the action up to the name of the index.
    fn start(self) -> &'static str {
        match self {
            Self::Create => r#"{"create":{"_index":""#,
            Self::Index => r#"{"index":{"_index":""#,
            Self::Delete => r#"{"delete":{"_index":""#,
        }
    }
}

/// What is stored by bulk requests.
pub(super) trait BulkItem {
    /// The kind of index that it goes to.
    const KIND: IndexKind;
    /// The action of the request.
    const ACTION: BulkAction = BulkAction::Create;
    /// What makes a second delivery harmless.
    fn id(&self) -> &str;
    /// What decides the daily index.
    fn timestamp(&self) -> Timestamp;
    /// Writes the stored body: a JSON object in one line, with the id as a field.
    fn write(&self, written: &mut WrittenTexts, buffer: &mut Vec<u8>) -> serde_json::Result<()>;
}

impl BulkItem for LogDocument {
    const KIND: IndexKind = IndexKind::Logs;

    fn id(&self) -> &str {
        &self.id
    }

    fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    fn write(&self, written: &mut WrittenTexts, buffer: &mut Vec<u8>) -> serde_json::Result<()> {
        let start = buffer.len();
        let metadata = self.metadata.as_ref();
        let write_metadata = |object: &mut source::ObjectWriter<'_>| match metadata {
            Some(metadata) if is_indexable(metadata) => {
                object.raw(key!("metadata"), metadata.get());
            }
            Some(metadata) => object.text(key!("metadataText"), metadata.get()),
            None => {}
        };
        source::write(self, write_metadata, written, buffer)?;
        if let Some(metadata) = metadata {
            join_lines(metadata, buffer.iter_mut().skip(start));
        }
        Ok(())
    }
}

/// The field for metadata that no field type takes: as text, which is only stored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MetadataText {
    metadata_text: String,
}

/// Metadata is written as it came, on several lines perhaps, and a line feed would end the document.
/// Outside of strings, where JSON has none, it is as good as a space.
fn join_lines<'a>(metadata: &Metadata, written: impl Iterator<Item = &'a mut u8>) {
    if metadata.get().as_bytes().contains(&b'\n') {
        written
            .filter(|byte| **byte == b'\n')
            .for_each(|byte| *byte = b' ');
    }
}

/// Whether a cluster can index this metadata. What it refuses was found by trying Elasticsearch
/// 8.19 and OpenSearch 2.19 with JSON of every shape: terms that are too long (also by their key)
/// and numbers of more than 1,000 digits.
fn is_indexable(metadata: &Metadata) -> bool {
    let text = metadata.get();
    let of_number = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    text.len() <= LONGEST_NUMBER
        || text.len() <= LONGEST_METADATA
            && text
                .as_bytes()
                .split(|byte| !of_number(byte))
                .all(|number| number.len() <= LONGEST_NUMBER)
}

/// The document of a stored source.
pub(super) fn read_document(source: &RawValue) -> serde_json::Result<LogDocument> {
    let mut document: LogDocument = serde_json::from_str(source.get())?;
    if document.metadata.is_none() && source.get().contains("\"metadataText\"") {
        let text: Option<MetadataText> = serde_json::from_str(source.get()).ok();
        document.metadata = text
            .map(|text| Metadata::read(text.metadata_text))
            .transpose()?;
    }
    Ok(document)
}

/// Items as the lines of bulk requests: each is written once, however often it is sent.
#[derive(Debug)]
pub(super) struct BulkLines {
    service: ServiceName,
    packer: LinePacker,
    /// Where the lines of each item end, in bytes of all lines.
    ends: Vec<usize>,
    /// The last day with its index name: items of one call are mostly of one day.
    index: (i64, String),
    written: WrittenTexts,
    may_lack_ids: bool,
}

impl BulkLines {
    /// No lines yet, with room for about `expected` items of a service, but for no more than fit into
    /// one body: most of the doublings are saved.
    pub(super) fn new(service: &ServiceName, expected: usize) -> Self {
        Self {
            service: service.clone(),
            packer: LinePacker::new((expected * USUAL_LENGTH).min(BODY_LIMIT)),
            ends: Vec::with_capacity(expected),
            index: (i64::MIN, String::new()),
            written: WrittenTexts::default(),
            may_lack_ids: false,
        }
    }

    /// Items of a service.
    ///
    /// # Errors
    ///
    /// When one is no JSON.
    pub(super) fn items<T: BulkItem>(
        service: &ServiceName,
        items: &[T],
    ) -> Result<BulkItems, StoreError> {
        let mut lines = Self::new(service, items.len());
        for item in items {
            lines.push(item, usize::MAX)?;
        }
        lines.finish()
    }

    /// Writes an item. Returns whether it fits into a body of `limit` bytes with those before it; one always
    /// fits.
    ///
    /// # Errors
    ///
    /// When it is no JSON. Nothing is written then.
    pub(super) fn push<T: BulkItem>(&mut self, item: &T, limit: usize) -> Result<bool, StoreError> {
        let length = self.ends.last().copied().unwrap_or_default();
        self.may_lack_ids = T::ACTION == BulkAction::Create;
        self.set_index(T::KIND, item.timestamp());
        let buffer = self.packer.open()?;
        let start = buffer.len();
        let result = write(item, &self.index.1, &mut self.written, buffer);
        let end = length + buffer.len() - start;
        let fits = end <= limit || length == 0;
        if result.is_err() || !fits {
            buffer.truncate(start);
        }
        result.map_err(|error| StoreError::Invalid(error.to_string()))?;
        if fits {
            self.ends.push(end);
        }
        Ok(fits)
    }

    /// How many items there are.
    pub(super) fn count(&self) -> usize {
        self.ends.len()
    }

    /// The items, to send them.
    pub(super) fn finish(self) -> Result<BulkItems, StoreError> {
        let packed = self.packer.finish()?;
        Ok(BulkItems::new(packed, self.ends, self.may_lack_ids))
    }

    fn set_index(&mut self, kind: IndexKind, timestamp: Timestamp) {
        const DAY: i64 = 24 * 60 * 60;
        let day = timestamp.as_second().div_euclid(DAY);
        if self.index.0 != day {
            self.index = (day, kind.index(&self.service, timestamp));
        }
    }
}

/// Writes the lines of an item.
fn write<T: BulkItem>(
    item: &T,
    index: &str,
    written: &mut WrittenTexts,
    buffer: &mut Vec<u8>,
) -> serde_json::Result<()> {
    // The index name needs no escapes: a service name has letters, digits and `-_.` only.
    buffer.extend_from_slice(T::ACTION.start().as_bytes());
    buffer.extend_from_slice(index.as_bytes());
    buffer.extend_from_slice(ID.as_bytes());
    push_string(item.id(), buffer);
    buffer.extend_from_slice(b"}}\n");
    if T::ACTION != BulkAction::Delete {
        item.write(written, buffer)?;
        buffer.push(b'\n');
    }
    Ok(())
}

#[cfg(test)]
mod tests;
