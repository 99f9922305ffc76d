//! Keeps the store within an age and a size: the oldest documents go first.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, named_params};

use crate::{clock, failure::Failure, writing::begin};

/// The time of the newest document of the oldest block.
const OLDEST: &str = "SELECT last_time FROM blocks ORDER BY last_time LIMIT 1";

const DELETE: &str = "DELETE FROM documents WHERE time < :time";
/// A block goes when none of its documents can be there.
const DELETE_BLOCKS: &str = "DELETE FROM blocks WHERE last_time < :time AND first_key <
    (SELECT max(first_key) FROM blocks)";

/// How much later the bound is set with each step, as long as the file is too large: a 32nd of the time
/// that the store covers.
const STEPS: i64 = 32;

/// The size of a page: SQLite's usual one.
const PAGE_BYTES: u64 = 4_096;

/// Removes documents, and returns their number.
pub(crate) fn trim(
    connection: &mut Connection,
    keep_from: Option<Timestamp>,
    most_bytes: Option<u64>,
) -> Result<u64, Failure> {
    let mut removed = 0;
    if let Some(keep_from) = keep_from {
        removed += delete_before(connection, clock::millisecond(keep_from))?;
    }
    while let Some(most_bytes) = most_bytes {
        if used_bytes(connection)? <= most_bytes {
            break;
        }
        let Some(bound) = next_bound(connection)? else {
            break;
        };
        let count = delete_before(connection, bound)?;
        removed += count;
        if count == 0 {
            break;
        }
    }
    if removed > 0 && wastes_pages(connection, most_bytes)? {
        // Gives the free pages back, which copies all others; the write-ahead log is emptied with it.
        connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?;
    }
    Ok(removed)
}

/// The bytes of the pages that hold something.
fn used_bytes(connection: &Connection) -> Result<u64, Failure> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let used = number("page_count")? - number("freelist_count")?;
    Ok(used.unsigned_abs() * PAGE_BYTES)
}

/// True if the file is larger than it may be, or a quarter of it is free.
fn wastes_pages(connection: &Connection, most_bytes: Option<u64>) -> Result<bool, Failure> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (pages, free) = (
        number("page_count")?.unsigned_abs(),
        number("freelist_count")?.unsigned_abs(),
    );
    let is_large = most_bytes.is_some_and(|most| pages * PAGE_BYTES > most);
    Ok(free > 0 && (is_large || free * 4 > pages))
}

/// The end of the oldest part of the store; `None` if only the newest documents are left.
fn next_bound(connection: &Connection) -> Result<Option<i64>, Failure> {
    let oldest: Option<i64> = connection
        .query_one(OLDEST, [], |row| row.get(0))
        .optional()?;
    let newest: Option<i64> =
        connection.query_one("SELECT max(last_time) FROM blocks", [], |row| row.get(0))?;
    Ok(oldest.zip(newest).and_then(|(oldest, newest)| {
        let step = ((newest - oldest) / STEPS).max(1);
        (oldest < newest).then_some(oldest + step)
    }))
}

fn delete_before(connection: &mut Connection, time: i64) -> Result<u64, Failure> {
    let transaction = begin(connection)?;
    let removed = transaction.execute(DELETE, named_params! { ":time": time })?;
    transaction.execute(DELETE_BLOCKS, named_params! { ":time": time })?;
    transaction.commit()?;
    Ok(removed as u64)
}
