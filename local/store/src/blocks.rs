//! The table of blocks. The documents of a block have the keys from `first_key` on, in order; a block is
//! never changed but to take more documents, and a document that is removed leaves its place empty.

use std::ops::{Range, RangeInclusive};

use rusqlite::{Connection, OptionalExtension as _, named_params};
use shared::model::log::LogDocument;

use crate::{
    failure::Failure,
    packed::{self, StoredDocument, TextList},
};

/// How many documents a block has at most.
const MOST_DOCUMENTS: usize = 1_024;
/// From how many bytes on a block takes no more.
const MOST_BYTES: usize = 1 << 20;
/// Up to how many documents, and packed bytes, the last block is packed again with those that follow.
const SMALL: i64 = 256;
const SMALL_BYTES: i64 = 128 * 1024;

const INSERT: &str = "
    INSERT INTO blocks (first_key, service, count, first_time, last_time, messages, metadata, rest)
    VALUES (:first_key, :service, :count, :first_time, :last_time, :messages, :metadata, :rest)";

const LAST: &str = "
    SELECT first_key, service, count, first_time, last_time,
        length(messages) + length(rest) + coalesce(length(metadata), 0)
    FROM blocks ORDER BY first_key DESC LIMIT 1";

const OF_KEY: &str = "
    SELECT first_key, messages, metadata, rest FROM blocks WHERE first_key <= ?1
    ORDER BY first_key DESC LIMIT 1";

const WITHIN: &str = "
    SELECT first_key, count, first_time, last_time FROM blocks
    WHERE service = :service AND last_time >= :start AND first_time < :end ORDER BY first_key";

/// The keys of the blocks that have documents of a window.
#[derive(Debug, Default)]
pub(crate) struct BlockKeys {
    /// In order, and as few as possible.
    pub(crate) ranges: Vec<RangeInclusive<i64>>,
    /// How many documents are in blocks that are wholly in the window, and in others.
    pub(crate) inside: i64,
    pub(crate) outside: i64,
}

/// The keys of the blocks of a service that have documents of a window.
pub(crate) fn keys_within(
    connection: &Connection,
    service: i64,
    window: Range<i64>,
) -> Result<BlockKeys, Failure> {
    let mut keys = BlockKeys::default();
    let mut statement = connection.prepare_cached(WITHIN)?;
    let (start, end) = (window.start, window.end);
    let mut rows =
        statement.query(named_params! { ":service": service, ":start": start, ":end": end })?;
    while let Some(row) = rows.next()? {
        let (first, count): (i64, i64) = (row.get(0)?, row.get(1)?);
        let (oldest, newest): (i64, i64) = (row.get(2)?, row.get(3)?);
        if window.contains(&oldest) && window.contains(&newest) {
            keys.inside += count;
        } else {
            keys.outside += count;
        }
        let last = first + count - 1;
        match keys.ranges.last_mut() {
            Some(range) if range.end() + 1 == first => *range = *range.start()..=last,
            _ => keys.ranges.push(first..=last),
        }
    }
    Ok(keys)
}

/// A document with its time, to be stored.
#[derive(Clone, Debug)]
pub(crate) struct TimedDocument {
    pub(crate) time: i64,
    pub(crate) document: StoredDocument,
}

/// The last block of the store.
#[derive(Debug)]
struct LastBlock {
    first_key: i64,
    service: i64,
    count: i64,
    first_time: i64,
    last_time: i64,
    packed_bytes: i64,
}

impl LastBlock {
    fn is_small(&self) -> bool {
        self.count < SMALL && self.packed_bytes < SMALL_BYTES
    }
}

fn last(connection: &Connection) -> rusqlite::Result<Option<LastBlock>> {
    let read = |row: &rusqlite::Row<'_>| {
        Ok(LastBlock {
            first_key: row.get(0)?,
            service: row.get(1)?,
            count: row.get(2)?,
            first_time: row.get(3)?,
            last_time: row.get(4)?,
            packed_bytes: row.get(5)?,
        })
    };
    connection
        .prepare_cached(LAST)?
        .query_one([], read)
        .optional()
}

/// The key of the next document. No key is used twice, also after the last documents were removed.
pub(crate) fn next_key(connection: &Connection) -> rusqlite::Result<i64> {
    let last = last(connection)?;
    Ok(last.map_or(1, |last| last.first_key + last.count))
}

/// Stores documents whose keys begin with `first_key`, the next key.
pub(crate) fn append(
    connection: &Connection,
    service: i64,
    first_key: i64,
    documents: Vec<TimedDocument>,
) -> Result<(), Failure> {
    let last = last(connection)?.filter(|last| last.service == service && last.is_small());
    let (mut waiting, mut key, mut times) = (Vec::new(), first_key, None::<(i64, i64)>);
    if let Some(last) = last {
        // Few documents at a time, as they come while a log is followed, would pack badly.
        waiting = unpacked(connection, last.first_key)?;
        key = last.first_key;
        times = Some((last.first_time, last.last_time));
        let mut delete = connection.prepare_cached("DELETE FROM blocks WHERE first_key = ?1")?;
        delete.execute([last.first_key])?;
    }
    let mut bytes: usize = waiting.iter().map(StoredDocument::len).sum();
    for TimedDocument { time, document } in documents {
        if waiting.len() >= MOST_DOCUMENTS || bytes >= MOST_BYTES {
            insert(connection, service, key, times, &waiting)?;
            key += i64::try_from(waiting.len()).unwrap_or(i64::MAX);
            waiting.clear();
            (bytes, times) = (0, None);
        }
        bytes += document.len();
        let (first, last) = times.unwrap_or((time, time));
        times = Some((first.min(time), last.max(time)));
        waiting.push(document);
    }
    insert(connection, service, key, times, &waiting)
}

fn insert(
    connection: &Connection,
    service: i64,
    first_key: i64,
    times: Option<(i64, i64)>,
    documents: &[StoredDocument],
) -> Result<(), Failure> {
    let Some((first_time, last_time)) = times else {
        return Ok(());
    };
    let packed = packed::pack(documents)
        .map_err(|error| Failure::NotOurs(format!("documents cannot be packed: {error}")))?;
    connection.prepare_cached(INSERT)?.execute(named_params! {
        ":first_key": first_key,
        ":service": service,
        ":count": i64::try_from(documents.len()).unwrap_or(i64::MAX),
        ":first_time": first_time,
        ":last_time": last_time,
        ":messages": packed.messages,
        ":metadata": packed.metadata,
        ":rest": packed.rest,
    })?;
    Ok(())
}

fn unpacked(connection: &Connection, first_key: i64) -> Result<Vec<StoredDocument>, Failure> {
    let block = of_key(connection, first_key)?;
    let stored = (0..block.messages.len()).map(|slot| block.stored(slot));
    if block.metadata.is_some() {
        return Ok(stored.collect());
    }
    // Versions 5 to 7 kept metadata in the rest.
    let again = stored.map(|stored| StoredDocument::of(stored.document()?));
    Ok(again.collect::<serde_json::Result<_>>()?)
}

/// A block, unpacked.
#[derive(Debug)]
struct UnpackedBlock {
    first_key: i64,
    messages: TextList,
    metadata: Option<TextList>,
    rests: TextList,
}

impl UnpackedBlock {
    fn stored(&self, slot: usize) -> StoredDocument {
        packed::stored(&self.messages, self.metadata.as_ref(), &self.rests, slot)
    }
}

fn of_key(connection: &Connection, key: i64) -> Result<UnpackedBlock, Failure> {
    let mut statement = connection.prepare_cached(OF_KEY)?;
    let mut rows = statement.query([key])?;
    let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let blob = |column| -> Result<Option<&[u8]>, rusqlite::Error> {
        Ok(row.get_ref(column)?.as_blob_or_null()?)
    };
    Ok(UnpackedBlock {
        first_key: row.get(0)?,
        messages: packed::fast(blob(1)?.unwrap_or_default())?,
        metadata: blob(2)?.map(packed::fast).transpose()?,
        rests: packed::rests(blob(3)?.unwrap_or_default())?,
    })
}

/// The document with a key.
pub(crate) fn document(connection: &Connection, key: i64) -> Result<LogDocument, Failure> {
    let block = of_key(connection, key)?;
    let slot = usize::try_from(key - block.first_key).unwrap_or(usize::MAX);
    Ok(block.stored(slot).document()?)
}
