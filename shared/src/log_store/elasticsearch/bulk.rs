//! The bodies of bulk requests, as bytes: every document is written once, into the buffer that is
//! sent.
//!
//! Each is a `create` action with the document's own id
//! (<https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk>), so that a second
//! delivery changes nothing.

use std::{mem, ops::Range};

use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    index_name::IndexKind,
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
/// Room behind a full body for the document that turns out not to fit: without it, the memory would double.
const LONGEST_USUAL: usize = 64 * 1_024;

/// What stands between the index and the id in the line of an action.
const ID: &str = r#"","_id":"#;

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
    bytes: Vec<u8>,
    /// Where the lines of each item end.
    ends: Vec<usize>,
    /// The last day with its index name: items of one call are mostly of one day.
    index: (i64, String),
    written: WrittenTexts,
}

impl BulkLines {
    /// No lines yet, with room for about `expected` items of a service, but for no more than fit into
    /// one body: most of the doublings are saved.
    pub(super) fn new(service: &ServiceName, expected: usize) -> Self {
        let room = (expected * USUAL_LENGTH).min(BODY_LIMIT + LONGEST_USUAL);
        Self {
            service: service.clone(),
            bytes: Vec::with_capacity(room),
            ends: Vec::with_capacity(expected),
            index: (i64::MIN, String::new()),
            written: WrittenTexts::default(),
        }
    }

    /// The lines of items of a service.
    ///
    /// # Errors
    ///
    /// When one is no JSON.
    pub(super) fn of<T: BulkItem>(service: &ServiceName, items: &[T]) -> Result<Self, StoreError> {
        let mut lines = Self::new(service, items.len());
        for item in items {
            lines.push(item)?;
        }
        Ok(lines)
    }

    /// Writes an item.
    ///
    /// # Errors
    ///
    /// When it is no JSON. Nothing is written then.
    pub(super) fn push<T: BulkItem>(&mut self, item: &T) -> Result<(), StoreError> {
        let start = self.length();
        if let Err(error) = self.write(item) {
            self.bytes.truncate(start);
            return Err(StoreError::Invalid(error.to_string()));
        }
        self.ends.push(self.bytes.len());
        Ok(())
    }

    /// Removes the last item.
    pub(super) fn remove_last(&mut self) {
        self.ends.pop();
        self.bytes.truncate(self.length());
    }

    /// How many bytes the items have.
    pub(super) fn length(&self) -> usize {
        self.ends.last().copied().unwrap_or_default()
    }

    /// How many items there are.
    pub(super) fn count(&self) -> usize {
        self.ends.len()
    }

    /// Takes out the items, to send them.
    pub(super) fn finished(&mut self) -> BulkItems {
        BulkItems {
            bytes: Bytes::from(mem::take(&mut self.bytes)),
            ends: mem::take(&mut self.ends),
        }
    }

    fn write<T: BulkItem>(&mut self, item: &T) -> serde_json::Result<()> {
        const DAY: i64 = 24 * 60 * 60;
        let Self { bytes, index, .. } = self;
        let day = item.timestamp().as_second().div_euclid(DAY);
        if index.0 != day {
            *index = (day, T::KIND.index(&self.service, item.timestamp()));
        }
        // The index name needs no escapes: a service name has letters, digits and `-_.` only.
        bytes.extend_from_slice(T::ACTION.start().as_bytes());
        bytes.extend_from_slice(index.1.as_bytes());
        bytes.extend_from_slice(ID.as_bytes());
        push_string(item.id(), bytes);
        bytes.extend_from_slice(b"}}\n");
        if T::ACTION != BulkAction::Delete {
            item.write(&mut self.written, bytes)?;
            bytes.push(b'\n');
        }
        Ok(())
    }
}

/// Items that are being sent.
#[derive(Debug, Default)]
pub(super) struct BulkItems {
    bytes: Bytes,
    ends: Vec<usize>,
}

impl BulkItems {
    /// How many items there are.
    pub(super) fn count(&self) -> usize {
        self.ends.len()
    }

    /// Whether a cluster may give the items ids of its own: only those that are created.
    pub(super) fn may_lack_ids(&self) -> bool {
        self.bytes
            .starts_with(BulkAction::Create.start().as_bytes())
    }

    /// The stored body of an item that has one.
    pub(super) fn source(&self, position: usize) -> Option<&[u8]> {
        let mut lines = self
            .bytes
            .get(self.range(position)?)?
            .split(|byte| *byte == b'\n');
        lines.nth(1)
    }

    /// The bodies that store the items at some positions, each of at most `limit` bytes unless a single
    /// item is longer. Without ids, the cluster gives each item one.
    pub(super) fn bodies(&self, positions: &[usize], limit: usize, has_ids: bool) -> Vec<BulkBody> {
        let mut bodies = Vec::new();
        let mut rest = positions;
        while !rest.is_empty() {
            let mut length = 0;
            let lengths = rest
                .iter()
                .map(|position| self.range(*position).map_or(0, |it| it.len()));
            let fitting = lengths.take_while(|item| {
                length += item;
                length <= limit
            });
            let (of_body, after) = rest.split_at(fitting.count().clamp(1, rest.len()));
            bodies.push(BulkBody {
                bytes: self.body(of_body, has_ids),
                positions: of_body.to_vec(),
            });
            rest = after;
        }
        bodies
    }

    /// The lines of some items. Neighbours are not copied.
    fn body(&self, positions: &[usize], has_ids: bool) -> Bytes {
        let ranges = || {
            positions
                .iter()
                .filter_map(|position| self.range(*position))
        };
        let are_neighbours = ranges()
            .zip(ranges().skip(1))
            .all(|(one, next)| one.end == next.start);
        if has_ids && are_neighbours {
            let start = ranges().next().map_or(0, |range| range.start);
            let end = ranges().last().map_or(0, |range| range.end);
            return self.bytes.slice(start..end);
        }
        let mut body = Vec::with_capacity(ranges().map(|range| range.len()).sum());
        for lines in ranges().filter_map(|range| self.bytes.get(range)) {
            if has_ids {
                body.extend_from_slice(lines);
            } else {
                push_without_id(lines, &mut body);
            }
        }
        Bytes::from(body)
    }

    fn range(&self, position: usize) -> Option<Range<usize>> {
        let start = position
            .checked_sub(1)
            .map_or(Some(0), |before| self.ends.get(before).copied());
        Some(start?..*self.ends.get(position)?)
    }
}

/// Writes the lines of an item without the id in its action, which stands at the end of that line.
fn push_without_id(lines: &[u8], body: &mut Vec<u8>) {
    let end = memchr::memchr(b'\n', lines).unwrap_or(lines.len());
    let (action, rest) = lines.split_at(end);
    match memchr::memmem::find(action, ID.as_bytes()) {
        Some(id) => {
            body.extend_from_slice(action.get(..id).unwrap_or_default());
            body.extend_from_slice(b"\"}}");
        }
        None => body.extend_from_slice(action),
    }
    body.extend_from_slice(rest);
}

/// The body of one bulk request.
#[derive(Debug)]
pub(super) struct BulkBody {
    /// JSON lines; never empty.
    pub(super) bytes: Bytes,
    /// The positions of its items, in the order of its lines.
    pub(super) positions: Vec<usize>,
}

#[cfg(test)]
mod tests;
