//! Blocks of documents, compressed together: neighbours in a log repeat each other.
//!
//! A block has three parts. The messages and the metadata are compressed fast, because a search reads all
//! of them; the rest is compressed well, because only what is found is read. Each part is a list of texts,
//! preceded by their number and their lengths, four bytes each.

use std::io::{Read as _, Write as _};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use shared::model::{log::LogDocument, metadata::Metadata};

use crate::failure::Failure;

/// The most bytes of one part, unpacked.
const MOST_BYTES: u64 = 1 << 30;

/// A document as it is stored: the message, the metadata, the id, and the rest as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredDocument {
    pub(crate) message: String,
    /// Empty if there is none, or in a block of version 5 to 7, where it is in the rest.
    pub(crate) metadata: String,
    pub(crate) id: String,
    pub(crate) rest: String,
}

impl StoredDocument {
    /// Takes a document apart. In older blocks a NUL and a length stand for an event id at the end of the
    /// document's id. An event id that begins as such a mark is written behind `\0=`.
    pub(crate) fn of(mut document: LogDocument) -> serde_json::Result<Self> {
        let message = std::mem::take(&mut document.message);
        let metadata = document.metadata.take();
        if let Some(event_id) = &mut document.source.event_id
            && event_id.starts_with('\0')
        {
            event_id.insert_str(0, "\0=");
        }
        let rest = serde_json::to_string(&document)?;
        Ok(Self {
            message,
            metadata: metadata.map_or_else(String::new, |text| text.get().to_owned()),
            id: document.id,
            rest,
        })
    }

    /// The document.
    pub(crate) fn document(self) -> serde_json::Result<LogDocument> {
        let mut document: LogDocument = serde_json::from_str(&self.rest)?;
        let event_id = document.source.event_id.as_deref();
        if let Some(mark) = event_id.and_then(|event_id| event_id.strip_prefix('\0')) {
            document.source.event_id = mark.strip_prefix('=').map(str::to_owned);
        }
        if !self.metadata.is_empty() {
            document.metadata = Some(Metadata::read(self.metadata)?);
        }
        Ok(LogDocument {
            message: self.message,
            id: self.id,
            ..document
        })
    }

    /// About how many bytes it has.
    pub(crate) fn len(&self) -> usize {
        self.message.len() + self.metadata.len() + self.id.len() + self.rest.len()
    }
}

/// A packed block.
#[derive(Debug)]
pub(crate) struct PackedBlock {
    pub(crate) messages: Vec<u8>,
    pub(crate) metadata: Vec<u8>,
    pub(crate) rest: Vec<u8>,
}

/// Packs documents.
pub(crate) fn pack(documents: &[StoredDocument]) -> std::io::Result<PackedBlock> {
    let messages = list(documents.iter().map(|document| document.message.as_str()));
    let metadata = list(documents.iter().map(|document| document.metadata.as_str()));
    let ids = documents.iter().map(|document| document.id.as_str());
    let rests = documents.iter().map(|document| document.rest.as_str());
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(2));
    encoder.write_all(&list(ids.chain(rests)))?;
    Ok(PackedBlock {
        messages: lz4_flex::compress_prepend_size(&messages),
        metadata: lz4_flex::compress_prepend_size(&metadata),
        rest: encoder.finish()?,
    })
}

/// The messages of a block, or its metadata.
pub(crate) fn fast(packed: &[u8]) -> Result<TextList, Failure> {
    let bytes = lz4_flex::decompress_size_prepended(packed);
    TextList::read(bytes.map_err(|error| damaged(&error.to_string()))?)
}

/// The ids and the rests of the documents of a block: first all ids, then all rests.
pub(crate) fn rests(packed: &[u8]) -> Result<TextList, Failure> {
    let mut bytes = Vec::new();
    let mut decoder = DeflateDecoder::new(packed).take(MOST_BYTES);
    let read = decoder.read_to_end(&mut bytes);
    read.map_err(|error| damaged(&error.to_string()))?;
    TextList::read(bytes)
}

fn damaged(reason: &str) -> Failure {
    Failure::NotOurs(format!("a block of documents is damaged: {reason}"))
}

fn list<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Vec<u8> {
    let length = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
    let mut bytes = Vec::new();
    bytes.extend(length(texts.clone().count()));
    texts
        .clone()
        .for_each(|text| bytes.extend(length(text.len())));
    texts.for_each(|text| bytes.extend(text.as_bytes()));
    bytes
}

/// A list of texts, unpacked.
#[derive(Debug)]
pub(crate) struct TextList {
    text: String,
    /// The end of each text.
    ends: Vec<usize>,
}

impl TextList {
    fn read(bytes: Vec<u8>) -> Result<Self, Failure> {
        let (words, _) = bytes.as_chunks::<4>();
        let number = |word: &[u8; 4]| u32::from_le_bytes(*word) as usize;
        let count = words.first().map_or(0, number);
        let lengths = words
            .get(1..=count)
            .ok_or_else(|| damaged("it ends early"))?;
        let mut end = 0;
        let ends: Vec<usize> = lengths
            .iter()
            .map(|length| {
                end += number(length);
                end
            })
            .collect();
        let mut bytes = bytes;
        bytes.drain(..4 * (count + 1));
        if bytes.len() != end {
            return Err(damaged("its lengths do not add up"));
        }
        let text = String::from_utf8(bytes).map_err(|_| damaged("it is no text"))?;
        Ok(Self { text, ends })
    }

    /// The number of texts.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// One of the texts; empty for a position behind the last.
    pub(crate) fn get(&self, position: usize) -> &str {
        let start = position
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        let start = start.copied().unwrap_or(0);
        let end = self.ends.get(position).copied().unwrap_or(start);
        self.text.get(start..end).unwrap_or("")
    }

    /// All texts, one after the other.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The position of the text that a byte of [`TextList::text`] is in, and where that text ends.
    pub(crate) fn at(&self, byte: usize) -> (usize, usize) {
        let position = self.ends.partition_point(|end| *end <= byte);
        (
            position,
            self.ends.get(position).copied().unwrap_or(usize::MAX),
        )
    }
}

/// A document of an unpacked block as it is stored. `metadata` is `None` for a block of version 5 to 7.
pub(crate) fn stored(
    messages: &TextList,
    metadata: Option<&TextList>,
    rests: &TextList,
    slot: usize,
) -> StoredDocument {
    StoredDocument {
        message: messages.get(slot).to_owned(),
        metadata: metadata
            .map_or("", |metadata| metadata.get(slot))
            .to_owned(),
        id: rests.get(slot).to_owned(),
        rest: rests.get(messages.len() + slot).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{StoredDocument, fast, pack, rests, stored};

    fn sample() -> Vec<StoredDocument> {
        ["결제가 실패", "", "three\nlines\0"]
            .iter()
            .enumerate()
            .map(|(number, message)| StoredDocument {
                message: (*message).to_owned(),
                metadata: "{}".repeat(number % 2),
                id: format!("id-{number}"),
                rest: "{}".to_owned(),
            })
            .collect()
    }

    #[test]
    fn a_block_comes_back_as_it_was() {
        let documents = sample();
        let packed = pack(&documents).expect("packed");
        let messages = fast(&packed.messages).expect("messages");
        let metadata = fast(&packed.metadata).expect("metadata");
        let rests = rests(&packed.rest).expect("rests");
        assert_eq!((messages.len(), rests.len()), (3, 6));
        for (slot, document) in documents.iter().enumerate() {
            assert_eq!(stored(&messages, Some(&metadata), &rests, slot), *document);
        }
        assert_eq!(messages.at(0), (0, "결제가 실패".len()));
        assert_eq!(messages.at("결제가 실패".len()).0, 2, "the second is empty");
    }

    #[test]
    fn a_damaged_block_is_an_error() {
        let packed = pack(&sample()).expect("packed");
        for bytes in [&[][..], b"abc", &packed.rest, &packed.messages[..9]] {
            fast(bytes).expect_err("damaged");
        }
        rests(&packed.messages).expect_err("damaged");
    }
}
