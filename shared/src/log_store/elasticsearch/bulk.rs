//! The bodies of bulk requests, as bytes: every document is written once, into the buffer that is
//! sent.
//!
//! Each is a `create` action with the document's own id
//! (<https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk>), so that a second
//! delivery changes nothing.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    index_name::IndexKind,
    source::{self, key},
};
use crate::{
    json_text::push_string,
    model::{log::LogDocument, metadata::Metadata, service::ServiceName},
};

/// The most bytes of one body, before compression. Small Amazon OpenSearch domains refuse requests
/// of more than 10 MiB:
/// <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/limits.html>.
pub const BODY_LIMIT: usize = 5 * 1024 * 1024;

/// The longest metadata that is indexed, in bytes of JSON. A term has at most 32,766 bytes; in a
/// shorter text no key path with its value can be longer.
const LONGEST_METADATA: usize = 32_000;

/// The most digits of a number that a cluster reads.
const LONGEST_NUMBER: usize = 1_000;

/// About how long a document is with its action.
const USUAL_LENGTH: usize = 1_024;

/// The body of one bulk request.
#[derive(Debug)]
pub struct BulkBody {
    /// JSON lines; never empty.
    pub bytes: Vec<u8>,
    /// The positions of its documents in the call, in the order of its lines.
    pub positions: Vec<usize>,
}

/// The bodies that store these documents, each of at most `limit` bytes unless a single document is
/// longer.
///
/// # Errors
///
/// An item is an error where a document cannot be written as JSON.
pub fn log_bodies<'a>(
    service: &ServiceName,
    documents: &'a [LogDocument],
    limit: usize,
) -> impl Iterator<Item = serde_json::Result<BulkBody>> + use<'a> {
    let positions = (0..documents.len()).collect();
    Bodies::new(service, documents, positions, limit, true)
}

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
    fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Index => "index",
            Self::Delete => "delete",
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
    fn write(&self, buffer: &mut Vec<u8>) -> serde_json::Result<()>;
}

impl BulkItem for LogDocument {
    const KIND: IndexKind = IndexKind::Logs;

    fn id(&self) -> &str {
        &self.id
    }

    fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    fn write(&self, buffer: &mut Vec<u8>) -> serde_json::Result<()> {
        let start = buffer.len();
        let metadata = self.metadata.as_ref();
        let write_metadata = |object: &mut source::ObjectWriter<'_>| match metadata {
            Some(metadata) if is_indexable(metadata) => {
                object.raw(key!("metadata"), metadata.get());
            }
            Some(metadata) => object.text(key!("metadataText"), metadata.get()),
            None => {}
        };
        source::write(self, write_metadata, buffer)?;
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

/// The bodies that store the items at some positions.
pub(super) struct Bodies<'a, T> {
    service: ServiceName,
    items: &'a [T],
    positions: std::vec::IntoIter<usize>,
    limit: usize,
    has_ids: bool,
    /// What did not fit into the body before.
    carried: Option<(usize, Vec<u8>)>,
    /// The last day with its index name: documents of one call are mostly of one day.
    index: (i64, String),
}

impl<'a, T: BulkItem> Bodies<'a, T> {
    pub(super) fn new(
        service: &ServiceName,
        items: &'a [T],
        positions: Vec<usize>,
        limit: usize,
        has_ids: bool,
    ) -> Self {
        Self {
            service: service.clone(),
            items,
            positions: positions.into_iter(),
            limit,
            has_ids,
            carried: None,
            index: (i64::MIN, String::new()),
        }
    }

    fn write(&mut self, item: &T, buffer: &mut Vec<u8>) -> serde_json::Result<()> {
        const DAY: i64 = 24 * 60 * 60;
        let day = item.timestamp().as_second().div_euclid(DAY);
        if self.index.0 != day {
            self.index = (day, T::KIND.index(&self.service, item.timestamp()));
        }
        // The index name needs no escapes: a service name has letters, digits and `-_.` only.
        buffer.extend_from_slice(b"{\"");
        buffer.extend_from_slice(T::ACTION.name().as_bytes());
        buffer.extend_from_slice(br#"":{"_index":""#);
        buffer.extend_from_slice(self.index.1.as_bytes());
        buffer.push(b'"');
        if self.has_ids {
            buffer.extend_from_slice(br#","_id":"#);
            push_string(item.id(), buffer);
        }
        buffer.extend_from_slice(b"}}\n");
        if T::ACTION != BulkAction::Delete {
            item.write(buffer)?;
            buffer.push(b'\n');
        }
        Ok(())
    }
}

impl<T: BulkItem> Iterator for Bodies<'_, T> {
    type Item = serde_json::Result<BulkBody>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut positions = Vec::new();
        let mut bytes = Vec::new();
        if let Some((position, carried)) = self.carried.take() {
            positions.push(position);
            bytes = carried;
        }
        // About what is to come, but no more than fits: most of the doublings are saved.
        bytes.reserve(self.limit.min(self.positions.len() * USUAL_LENGTH));
        while bytes.len() < self.limit || positions.is_empty() {
            let Some(position) = self.positions.next() else {
                break;
            };
            let Some(item) = self.items.get(position) else {
                continue;
            };
            let before = bytes.len();
            if let Err(error) = self.write(item, &mut bytes) {
                return Some(Err(error));
            }
            if bytes.len() > self.limit && !positions.is_empty() {
                self.carried = Some((position, bytes.split_off(before)));
                break;
            }
            positions.push(position);
        }
        (!positions.is_empty()).then_some(Ok(BulkBody { bytes, positions }))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    use super::{BODY_LIMIT, BulkBody, is_indexable, log_bodies, read_document};
    use crate::model::{log::LogDocument, metadata::Metadata};

    fn document(id: &str, millisecond: i64, message: &str) -> LogDocument {
        LogDocument {
            ingested_at: Timestamp::UNIX_EPOCH,
            level: crate::model::level::Level::Error,
            metadata: Some(metadata(r#"{"a":{"b":[1,null]}}"#)),
            ..LogDocument::new(
                "gm-tool",
                id,
                Timestamp::from_millisecond(millisecond).expect("instant"),
                message,
            )
        }
    }

    fn metadata(json: &str) -> Metadata {
        Metadata::read(json.to_owned()).expect("JSON")
    }

    fn bodies(documents: &[LogDocument], limit: usize) -> Vec<BulkBody> {
        log_bodies(&"gm-tool".parse().expect("service"), documents, limit)
            .map(|body| body.expect("a body"))
            .collect()
    }

    /// The source line of the only document.
    fn source(document: LogDocument) -> Box<RawValue> {
        let bodies = bodies(&[document], BODY_LIMIT);
        let text = std::str::from_utf8(&bodies[0].bytes).expect("UTF-8");
        RawValue::from_string(text.lines().nth(1).expect("a source line").to_owned()).expect("JSON")
    }

    #[test]
    fn a_body_is_lines_of_action_and_source_in_the_index_of_each_day() {
        let documents = [
            document("a-1", 1_795_478_399_999, "한국어 \"quoted\"\nline"),
            document("a-2", 1_795_478_400_000, "next day"),
        ];
        let bodies = bodies(&documents, BODY_LIMIT);
        assert_eq!(bodies.len(), 1);
        insta::assert_snapshot!(String::from_utf8_lossy(&bodies[0].bytes));
    }

    #[test]
    fn nothing_to_store_gives_no_body() {
        assert!(bodies(&[], BODY_LIMIT).is_empty());
    }

    #[test]
    fn metadata_that_no_cluster_takes_is_kept_as_text_and_read_again() {
        let long_key = format!(r#"{{"{}":1}}"#, "k".repeat(33_000));
        let long_number = format!(r#"{{"n":{}}}"#, "9".repeat(1_001));
        for text in [long_key, long_number] {
            let mut long = document("a", 0, "m");
            long.metadata = Some(metadata(&text));
            let stored = source(long);
            assert!(!stored.get().contains("\"metadata\":"), "not as metadata");
            let read = read_document(&stored).expect("a document");
            assert_eq!(read.metadata.expect("metadata").get(), text);
            assert_eq!(read.id, "a");
        }
        assert!(is_indexable(&metadata(&format!(
            r#""{}""#,
            "x".repeat(20_000)
        ))));
    }

    #[test]
    fn metadata_on_several_lines_does_not_end_the_document() {
        let mut document = document("a", 0, "line\nline");
        document.metadata = Some(metadata("{\n  \"a\": \"b\\n\"\r\n}"));
        let read = read_document(&source(document)).expect("a document");
        assert_eq!(read.message, "line\nline");
        let metadata = read.metadata.expect("metadata");
        assert_eq!(metadata.get(), "{   \"a\": \"b\\n\"\r }");
    }

    #[test]
    fn a_stored_document_reads_itself_with_id_and_metadata() {
        let read = read_document(&source(document("a", 0, "\"metadataText\""))).expect("document");
        assert_eq!(read.id, "a");
        assert_eq!(
            read.metadata.expect("metadata").get(),
            r#"{"a":{"b":[1,null]}}"#
        );
    }

    proptest! {
        #[test]
        fn bodies_hold_every_document_once_in_order_and_respect_the_limit(
            sizes in proptest::collection::vec(0_usize..3_000, 0..40), limit in 1_usize..8_000,
        ) {
            let documents: Vec<_> = sizes
                .iter()
                .enumerate()
                .map(|(number, size)| document(&number.to_string(), 0, &"가".repeat(*size)))
                .collect();
            let bodies = bodies(&documents, limit);
            let positions: Vec<usize> =
                bodies.iter().flat_map(|body| body.positions.clone()).collect();
            prop_assert_eq!(positions, (0..documents.len()).collect::<Vec<_>>());
            for body in &bodies {
                prop_assert!(!body.positions.is_empty());
                prop_assert!(body.bytes.len() <= limit || body.positions.len() == 1);
                let lines = body.bytes.split(|byte| *byte == b'\n').count() - 1;
                prop_assert_eq!(lines, 2 * body.positions.len());
            }
        }
    }
}
