//! The table of blocks. The documents of a block have the keys from `first_key` on, in order; a block is
//! never changed but to take more documents, and a document that is removed leaves its place empty.

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
    INSERT INTO blocks (first_key, service, count, first_time, last_time, messages, rest)
    VALUES (:first_key, :service, :count, :first_time, :last_time, :messages, :rest)";

const LAST: &str = "
    SELECT first_key, service, count, first_time, last_time, length(messages) + length(rest)
    FROM blocks ORDER BY first_key DESC LIMIT 1";

const OF_KEY: &str = "
    SELECT first_key, messages, rest FROM blocks WHERE first_key <= ?1
    ORDER BY first_key DESC LIMIT 1";

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
        ":rest": packed.rest,
    })?;
    Ok(())
}

fn unpacked(connection: &Connection, first_key: i64) -> Result<Vec<StoredDocument>, Failure> {
    let (_, messages, rests) = of_key(connection, first_key)?;
    let stored = |slot| packed::stored(&messages, &rests, slot);
    Ok((0..messages.len()).map(stored).collect())
}

fn of_key(connection: &Connection, key: i64) -> Result<(i64, TextList, TextList), Failure> {
    let mut statement = connection.prepare_cached(OF_KEY)?;
    let mut rows = statement.query([key])?;
    let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let blob = |column| -> Result<&[u8], rusqlite::Error> { Ok(row.get_ref(column)?.as_blob()?) };
    Ok((
        row.get(0)?,
        packed::messages(blob(1)?)?,
        packed::rests(blob(2)?)?,
    ))
}

/// The document with a key.
pub(crate) fn document(connection: &Connection, key: i64) -> Result<LogDocument, Failure> {
    let (first_key, messages, rests) = of_key(connection, key)?;
    let slot = usize::try_from(key - first_key).unwrap_or(usize::MAX);
    Ok(packed::document(&messages, &rests, slot)?)
}
