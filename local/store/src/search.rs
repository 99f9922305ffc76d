//! Finds documents, the newest first: block by block, as long as a block may have one of the newest.

use rusqlite::{Connection, named_params};
use shared::{
    deadline::Deadline,
    log_store::{LogSearch, ServiceSummary, StoreError, query::QueryNode},
    model::{log::LogDocument, service::ServiceName},
};

use crate::{
    candidates::{BlockScan, CandidateRows, ReadParts},
    clock,
    failure::Failure,
    packed::{self, TextList},
    writing::known_service,
};

/// The blocks of a window, those with the newest documents first.
const BLOCKS: &str = "
    SELECT first_key, count, last_time FROM blocks
    WHERE service = :service AND last_time >= :start AND first_time < :end
    ORDER BY last_time DESC, first_key DESC";

const SERVICES: &str = "
    SELECT name, count(*), max(time) FROM documents JOIN services ON services.key = service
    GROUP BY service ORDER BY name";

/// The parts of a block.
const MESSAGES: &str = "SELECT messages FROM blocks WHERE first_key = ?1";
const METADATA: &str = "SELECT metadata FROM blocks WHERE first_key = ?1";
const REST: &str = "SELECT rest FROM blocks WHERE first_key = ?1";

/// Refuses what the contract does not allow.
pub(crate) fn check(search: &LogSearch) -> Result<(), StoreError> {
    const MOST: usize = 10_000;
    if (1..=MOST).contains(&search.limit) {
        Ok(())
    } else {
        Err(StoreError::Invalid(format!(
            "a search has a limit from 1 to {MOST}, not {}",
            search.limit
        )))
    }
}

/// A block that may have documents of a search.
#[derive(Clone, Copy, Debug)]
struct SearchedBlock {
    first_key: i64,
    count: i64,
    last_time: i64,
}

/// The documents that a search finds.
pub(crate) fn documents(
    connection: &mut Connection,
    search: &LogSearch,
    deadline: Deadline,
) -> Result<Vec<LogDocument>, Failure> {
    // A reading transaction: a block may be packed again meanwhile.
    let snapshot = connection.transaction()?;
    let Some(service) = known_service(&snapshot, &search.service)? else {
        return Ok(Vec::new());
    };
    let scan = BlockScan::new(search.query.root());
    let rows = CandidateRows::new(search);
    let mut found: Vec<(i64, LogDocument)> = Vec::new();
    for block in blocks(&snapshot, service, search)? {
        if deadline.remaining().is_zero() {
            return Err(Failure::OutOfTime);
        }
        let is_full = found.len() >= search.limit;
        if is_full
            && found
                .last()
                .is_some_and(|(oldest, _)| *oldest > block.last_time)
        {
            break;
        }
        add(&snapshot, block, &scan, &rows, search, &mut found)?;
        found.sort_by(|(time, one), (other_time, other)| {
            (other_time, &other.id).cmp(&(time, &one.id))
        });
        found.truncate(search.limit);
    }
    Ok(found.into_iter().map(|(_, document)| document).collect())
}

fn blocks(
    connection: &Connection,
    service: i64,
    search: &LogSearch,
) -> Result<Vec<SearchedBlock>, Failure> {
    let (start, end) = clock::milliseconds(search.window);
    let mut statement = connection.prepare_cached(BLOCKS)?;
    let blocks = statement.query_map(
        named_params! { ":service": service, ":start": start, ":end": end },
        |row| {
            Ok(SearchedBlock {
                first_key: row.get(0)?,
                count: row.get(1)?,
                last_time: row.get(2)?,
            })
        },
    )?;
    Ok(blocks.collect::<Result<_, _>>()?)
}

/// The services that have documents.
pub(crate) fn services(connection: &mut Connection) -> Result<Vec<ServiceSummary>, Failure> {
    summaries(connection, SERVICES)
}

/// The rows of a query for names, counts and newest times.
pub(crate) fn summaries(
    connection: &Connection,
    query: &str,
) -> Result<Vec<ServiceSummary>, Failure> {
    let mut statement = connection.prepare_cached(query)?;
    let mut rows = statement.query([])?;
    let mut services = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        services.push(ServiceSummary {
            service: ServiceName::from_text(&name),
            documents: row.get::<_, i64>(1)?.unsigned_abs(),
            newest: clock::instant(row.get(2)?)?,
        });
    }
    Ok(services)
}

/// Reads a part of a block; `None` if the block does not have it.
fn part(
    connection: &Connection,
    sql: &str,
    first_key: i64,
    unpack: fn(&[u8]) -> Result<TextList, Failure>,
) -> Result<Option<TextList>, Failure> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([first_key])?;
    let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let packed = row.get_ref(0)?.as_blob_or_null();
    packed
        .map_err(rusqlite::Error::from)?
        .map(unpack)
        .transpose()
}

/// Adds the documents of a block that match. The cheapest test comes first: the messages and the metadata,
/// if the query asks for them, then the columns. Only what may still match is unpacked and read.
fn add(
    connection: &Connection,
    block: SearchedBlock,
    scan: &BlockScan<'_>,
    rows: &CandidateRows<'_>,
    search: &LogSearch,
    found: &mut Vec<(i64, LogDocument)>,
) -> Result<(), Failure> {
    let key = block.first_key;
    let read = |is_wanted: bool, sql: &str| {
        if is_wanted {
            part(connection, sql, key, packed::fast)
        } else {
            Ok(None)
        }
    };
    let mut parts = ReadParts {
        messages: read(scan.asks_for_messages(), MESSAGES)?,
        metadata: read(scan.asks_for_metadata(), METADATA)?,
        rests: None,
    };
    let count = usize::try_from(block.count).unwrap_or(0);
    let mut slots = scan.slots(count, &parts);
    if scan.asks_for_rest() && !rows.asks_for_columns() && !is_empty(slots.as_ref()) {
        // To search the rest is faster than to read all rows.
        parts.rests = part(connection, REST, key, packed::rests)?;
        slots = Some(scan.slots_by_rest(count, slots, &parts));
    }
    if is_empty(slots.as_ref()) {
        return Ok(());
    }
    let mut slots = rows.matching(
        connection,
        key,
        block.count,
        slots.as_deref(),
        |leaf, slot| scan.known(leaf, slot, &parts),
    )?;
    if slots.is_empty() {
        return Ok(());
    }
    if matches!(search.query.root(), QueryNode::Every(parts) if parts.is_empty()) {
        // Everything matches: only the newest have to be read.
        slots.sort_unstable_by(|one, other| other.cmp(one));
        let least = slots
            .get(search.limit.saturating_sub(1))
            .map(|(time, _)| *time);
        slots.retain(|(time, _)| least.is_none_or(|least| *time >= least));
    }
    if parts.rests.is_none() {
        parts.rests = part(connection, REST, key, packed::rests)?;
    }
    slots.retain(|(_, slot)| scan.may_match(*slot, &parts));
    if slots.is_empty() {
        return Ok(());
    }
    if parts.messages.is_none() {
        parts.messages = part(connection, MESSAGES, key, packed::fast)?;
    }
    if parts.metadata.is_none() {
        parts.metadata = part(connection, METADATA, key, packed::fast)?;
    }
    let (Some(messages), Some(rests)) = (&parts.messages, &parts.rests) else {
        return Err(Failure::NotOurs("a block has no documents".to_owned()));
    };
    for (time, slot) in slots {
        let stored = packed::stored(messages, parts.metadata.as_ref(), rests, slot);
        let document = stored.document()?;
        if search.query.matches(&document) {
            found.push((time, document));
        }
    }
    Ok(())
}

/// True if no place is left.
fn is_empty(slots: Option<&Vec<usize>>) -> bool {
    slots.is_some_and(Vec::is_empty)
}
