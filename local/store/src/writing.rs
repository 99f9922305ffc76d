//! Storing documents: each once, all of a call in one transaction.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, named_params};
use shared::{
    deadline::Deadline,
    log_store::{IndexOutcome, Rejection},
    model::{
        level::Level,
        log::{LogDocument, Request, Unread},
        service::ServiceName,
    },
};

use crate::{
    blocks::{self, TimedDocument},
    clock,
    failure::Failure,
    identity,
    packed::StoredDocument,
};

const INSERT: &str = "
    INSERT INTO documents (
        key, service, day, id, time, level, environment, pattern, user_id, correlation_id,
        method, route, endpoint, status, duration, unread, client
    ) VALUES (
        :key, :service, :day, :id, :time, :level, :environment, :pattern, :user_id, :correlation_id,
        :method, :route, :endpoint, :status, :duration, :unread, :client
    ) ON CONFLICT (service, day, id) DO NOTHING";

const OF_EVENT: &str = "
    SELECT key FROM documents
    WHERE service = :service AND day BETWEEN :first AND :last AND substr(id, 9, 8) = :position";

/// The longest document, in bytes: half of SQLite's longest value.
const MOST_BYTES: usize = 500_000_000;

/// Stores documents, none of them if the deadline comes before the last.
pub(crate) fn documents(
    connection: &mut Connection,
    service: &ServiceName,
    documents: Vec<LogDocument>,
    deadline: Deadline,
) -> Result<IndexOutcome, Failure> {
    let transaction = begin(connection)?;
    let service = service_key(&transaction, service)?;
    let mut outcome = IndexOutcome::default();
    let first_key = blocks::next_key(&transaction)?;
    let (mut key, mut kept) = (first_key, Vec::with_capacity(documents.len()));
    for (position, document) in documents.into_iter().enumerate() {
        if deadline.remaining().is_zero() {
            return Err(Failure::OutOfTime);
        }
        let time = clock::millisecond(document.timestamp);
        if !insert(&transaction, service, key, &document)? {
            outcome.duplicates += 1;
            continue;
        }
        let stored = StoredDocument::of(document).map_err(|error| error.to_string());
        match stored {
            Ok(document) if document.len() <= MOST_BYTES => {
                outcome.created += 1;
                key += 1;
                kept.push(TimedDocument { time, document });
            }
            refused => {
                let delete = "DELETE FROM documents WHERE key = ?1";
                transaction.prepare_cached(delete)?.execute([key])?;
                let reason = refused.err();
                outcome.rejected.push(Rejection {
                    position,
                    reason: reason.unwrap_or_else(|| "it is too large".to_owned()),
                });
            }
        }
    }
    blocks::append(&transaction, service, first_key, kept)?;
    transaction.commit()?;
    Ok(outcome)
}

/// Stores the columns of a document under a key; false if the document was there already.
pub(crate) fn insert(
    connection: &Connection,
    service: i64,
    key: i64,
    document: &LogDocument,
) -> Result<bool, Failure> {
    let nothing = Request::default();
    let request = document.request.as_ref().unwrap_or(&nothing);
    let time = clock::millisecond(document.timestamp);
    let is_error = document.level.is_error();
    let changed = connection.prepare_cached(INSERT)?.execute(named_params! {
        ":key": key,
        ":service": service,
        ":day": clock::day(time),
        ":id": identity::short(&document.id),
        ":time": time,
        ":level": number(document.level),
        ":environment": document.environment,
        ":pattern": is_error.then_some(&document.pattern),
        ":user_id": document.user_id,
        ":correlation_id": document.correlation_id,
        ":method": request.method,
        ":route": request.route,
        ":endpoint": request.endpoint,
        ":status": request.status_code,
        ":duration": request.duration,
        ":unread": unread(&document.unread),
        ":client": request.client,
    })?;
    Ok(changed > 0)
}

/// The number of a level in the table: pino's, which are ordered and leave room between; 0 is unknown.
pub(crate) fn number(level: Level) -> i64 {
    match level {
        Level::Unknown => 0,
        Level::Trace => 10,
        Level::Debug => 20,
        Level::Info => 30,
        Level::Warn => 40,
        Level::Error => 50,
        Level::Fatal => 60,
    }
}

/// The level that a number in the table stands for.
pub(crate) fn level(stored: i64) -> Option<Level> {
    let mut levels = [Level::Unknown].into_iter().chain(Level::ALL);
    levels.find(|level| number(*level) == stored)
}

/// What could not be read from a document's line, a bit for each.
pub(crate) fn unread(unread: &[Unread]) -> u8 {
    unread.iter().fold(0, |bits, unread| bits | unread.bit())
}

/// Removes the documents whose ids end with the id of an event, as `CloudWatch` or the command `bongsu`
/// gives it, and returns their number.
pub(crate) fn remove_event(
    connection: &mut Connection,
    service: &ServiceName,
    event_id: &str,
    time: Timestamp,
) -> Result<u64, Failure> {
    let Some(service) = known_service(connection, service)? else {
        return Ok(0);
    };
    let Some(position) = identity::position(event_id) else {
        return Ok(0);
    };
    let day = clock::day(clock::millisecond(time));
    let transaction = begin(connection)?;
    let mut statement = transaction.prepare_cached(OF_EVENT)?;
    let keys = statement.query_map(
        named_params! {
            ":service": service,
            ":first": day - 1,
            ":last": day + 1,
            ":position": position,
        },
        |row| row.get::<_, i64>(0),
    )?;
    let keys: Vec<i64> = keys.collect::<Result<_, _>>()?;
    drop(statement);
    let mut removed = 0;
    for key in keys {
        if blocks::document(&transaction, key)?.id.ends_with(event_id) {
            let delete = "DELETE FROM documents WHERE key = ?1";
            removed += transaction.prepare_cached(delete)?.execute([key])?;
        }
    }
    transaction.commit()?;
    Ok(removed as u64)
}

/// Begins to write. Taking the lock at once is what lets SQLite wait for it: a transaction that
/// began by reading cannot.
pub(crate) fn begin(connection: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// The key of a service, which gets one if it has none.
pub(crate) fn service_key(
    transaction: &Transaction<'_>,
    service: &ServiceName,
) -> rusqlite::Result<i64> {
    if let Some(key) = known_service(transaction, service)? {
        return Ok(key);
    }
    transaction
        .prepare_cached("INSERT INTO services (name) VALUES (?1)")?
        .insert([service.as_str()])
}

/// The key of a service that something was stored of.
pub(crate) fn known_service(
    connection: &Connection,
    service: &ServiceName,
) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT key FROM services WHERE name = ?1")?
        .query_one([service.as_str()], |row| row.get(0))
        .optional()
}

#[cfg(test)]
mod tests {
    use shared::model::level::Level;

    use super::{level, number};

    #[test]
    fn the_number_of_a_level_reads_as_that_level() {
        for known in [Level::Unknown].into_iter().chain(Level::ALL) {
            assert_eq!(level(number(known)), Some(known));
        }
        assert_eq!(level(7), None);
    }
}
