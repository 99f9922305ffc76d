//! Storing documents and dead letters: each once, all of a call in one transaction.

use jiff::Timestamp;
use rusqlite::{
    Connection, ErrorCode, OptionalExtension, Transaction, TransactionBehavior, named_params,
};
use shared::{
    deadline::Deadline,
    log_store::{DeadLetter, IndexOutcome, Rejection},
    model::{
        level::Level,
        log::{LogDocument, Request, Unread},
        service::ServiceName,
    },
};

use crate::{clock, failure::Failure};

const INSERT: &str = "
    INSERT INTO documents (
        service, day, id, time, level, environment, pattern, user_id, correlation_id,
        method, route, endpoint, status, duration, unread, body
    ) VALUES (
        :service, :day, :id, :time, :level, :environment, :pattern, :user_id, :correlation_id,
        :method, :route, :endpoint, :status, :duration, :unread, :body
    ) ON CONFLICT (service, day, id) DO NOTHING";

const REMOVE: &str = "
    DELETE FROM documents
    WHERE service = :service AND day BETWEEN :first AND :last
        AND substr(id, -length(:event)) = :event";

const INSERT_LETTER: &str = "
    INSERT INTO dead_letters (service, day, id, time, reason, document)
    VALUES (:service, :day, :id, :time, :reason, :document)
    ON CONFLICT (service, day, id) DO NOTHING";

/// Stores documents, none of them if the deadline comes before the last.
pub(crate) fn documents(
    connection: &mut Connection,
    service: &ServiceName,
    documents: &[LogDocument],
    deadline: Deadline,
) -> Result<IndexOutcome, Failure> {
    // Written before the transaction begins: others wait for it.
    let bodies: Vec<_> = documents.iter().map(serde_json::to_string).collect();
    let transaction = begin(connection)?;
    let service = service_key(&transaction, service)?;
    let mut outcome = IndexOutcome::default();
    for (position, (document, body)) in documents.iter().zip(bodies).enumerate() {
        if deadline.remaining().is_zero() {
            return Err(Failure::OutOfTime);
        }
        let stored = body
            .map_err(Failure::from)
            .and_then(|body| insert(&transaction, service, document, &body));
        match stored {
            Ok(true) => outcome.created += 1,
            Ok(false) => outcome.duplicates += 1,
            Err(failure) if is_permanent(&failure) => outcome.rejected.push(Rejection {
                position,
                reason: failure.to_string(),
            }),
            Err(failure) => return Err(failure),
        }
    }
    transaction.commit()?;
    Ok(outcome)
}

/// Whether a failure lies in the document: it cannot be written as JSON, or is longer than SQLite's
/// longest text, a gigabyte.
fn is_permanent(failure: &Failure) -> bool {
    match failure {
        Failure::Json(_) => true,
        Failure::Sqlite(error) => error.sqlite_error_code() == Some(ErrorCode::TooBig),
        _ => false,
    }
}

/// Whether the document was not there yet.
fn insert(
    transaction: &Transaction<'_>,
    service: i64,
    document: &LogDocument,
    body: &str,
) -> Result<bool, Failure> {
    let nothing = Request::default();
    let request = document.request.as_ref().unwrap_or(&nothing);
    let time = clock::millisecond(document.timestamp);
    let is_error = document.level.is_error();
    let changed = transaction.prepare_cached(INSERT)?.execute(named_params! {
        ":service": service,
        ":day": clock::day(time),
        ":id": document.id,
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
        ":body": body,
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

/// Removes the documents whose ids end with the id of an event, and returns their number.
pub(crate) fn remove_event(
    connection: &mut Connection,
    service: &ServiceName,
    event_id: &str,
    time: Timestamp,
) -> Result<u64, Failure> {
    let Some(service) = known_service(connection, service)? else {
        return Ok(0);
    };
    let day = clock::day(clock::millisecond(time));
    let removed = connection.prepare_cached(REMOVE)?.execute(named_params! {
        ":service": service,
        ":first": day - 1,
        ":last": day + 1,
        ":event": event_id,
    })?;
    Ok(removed as u64)
}

/// Stores dead letters.
pub(crate) fn dead_letters(
    connection: &mut Connection,
    service: &ServiceName,
    letters: &[DeadLetter],
    deadline: Deadline,
) -> Result<(), Failure> {
    let transaction = begin(connection)?;
    let service = service_key(&transaction, service)?;
    for letter in letters {
        if deadline.remaining().is_zero() {
            return Err(Failure::OutOfTime);
        }
        let time = clock::millisecond(letter.timestamp);
        transaction
            .prepare_cached(INSERT_LETTER)?
            .execute(named_params! {
                ":service": service,
                ":day": clock::day(time),
                ":id": letter.id,
                ":time": time,
                ":reason": letter.reason,
                ":document": letter.document,
            })?;
    }
    transaction.commit()?;
    Ok(())
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
