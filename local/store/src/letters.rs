//! Dead letters: kept once, listed, replaced and removed.

use rusqlite::{Connection, Row, named_params};
use shared::{
    deadline::Deadline,
    log_store::{DeadLetter, DeadLetterPage, ServiceSummary, StoreError},
    model::service::ServiceName,
};

use crate::{
    clock,
    failure::Failure,
    search,
    writing::{begin, known_service, service_key},
};

const INSERT: &str = "
    INSERT INTO dead_letters (service, day, id, time, reason, document, event)
    VALUES (:service, :day, :id, :time, :reason, :document, :event)
    ON CONFLICT (service, day, id) DO NOTHING";

const REPLACE: &str = "
    INSERT INTO dead_letters (service, day, id, time, reason, document, event)
    VALUES (:service, :day, :id, :time, :reason, :document, :event)
    ON CONFLICT (service, day, id) DO UPDATE
    SET time = excluded.time, reason = excluded.reason, document = excluded.document,
        event = excluded.event";

const REMOVE: &str = "
    DELETE FROM dead_letters WHERE service = :service AND day = :day AND id = :id";

const PAGE: &str = "
    SELECT id, time, reason, document, event FROM dead_letters
    WHERE service = :service AND time >= :start AND time < :end
        AND (:after_id IS NULL OR (time, id) < (:after_time, :after_id))
    ORDER BY time DESC, id DESC LIMIT :limit";

const SERVICES: &str = "
    SELECT name, count(*), max(time) FROM dead_letters JOIN services ON services.key = service
    GROUP BY service ORDER BY name";

/// The most letters of a page.
const MOST: usize = 10_000;

/// Refuses a page that the contract does not allow.
pub(crate) fn check(page: &DeadLetterPage) -> Result<(), StoreError> {
    if (1..=MOST).contains(&page.limit) {
        Ok(())
    } else {
        Err(StoreError::Invalid(format!(
            "a page of dead letters has a limit from 1 to {MOST}, not {}",
            page.limit
        )))
    }
}

/// Stores letters; those that are stored already stay as they are.
pub(crate) fn add(
    connection: &mut Connection,
    service: &ServiceName,
    letters: &[DeadLetter],
    deadline: Deadline,
) -> Result<(), Failure> {
    write(connection, INSERT, service, letters, deadline)
}

/// Stores letters in the place of those with the same ids and days.
pub(crate) fn replace(
    connection: &mut Connection,
    service: &ServiceName,
    letters: &[DeadLetter],
    deadline: Deadline,
) -> Result<(), Failure> {
    write(connection, REPLACE, service, letters, deadline)
}

fn write(
    connection: &mut Connection,
    statement: &str,
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
        let event = letter.event.as_ref().map(serde_json::to_string);
        transaction
            .prepare_cached(statement)?
            .execute(named_params! {
                ":service": service,
                ":day": clock::day(time),
                ":id": letter.id,
                ":time": time,
                ":reason": letter.reason,
                ":document": letter.document,
                ":event": event.transpose()?,
            })?;
    }
    transaction.commit()?;
    Ok(())
}

/// Removes letters.
pub(crate) fn remove(
    connection: &mut Connection,
    service: &ServiceName,
    letters: &[DeadLetter],
    _: Deadline,
) -> Result<(), Failure> {
    let transaction = begin(connection)?;
    if let Some(service) = known_service(&transaction, service)? {
        for letter in letters {
            let day = clock::day(clock::millisecond(letter.timestamp));
            let values = named_params! { ":service": service, ":day": day, ":id": letter.id };
            transaction.prepare_cached(REMOVE)?.execute(values)?;
        }
    }
    transaction.commit()?;
    Ok(())
}

/// The letters of a page.
pub(crate) fn page(
    connection: &mut Connection,
    page: &DeadLetterPage,
) -> Result<Vec<DeadLetter>, Failure> {
    let Some(service) = known_service(connection, &page.service)? else {
        return Ok(Vec::new());
    };
    let (start, end) = clock::milliseconds(page.window);
    let after = page.after.as_ref();
    let mut statement = connection.prepare_cached(PAGE)?;
    let mut rows = statement.query(named_params! {
        ":service": service,
        ":start": start,
        ":end": end,
        ":after_time": after.map(|after| clock::millisecond(after.timestamp)),
        ":after_id": after.map(|after| &after.id),
        ":limit": i64::try_from(page.limit).unwrap_or(i64::MAX),
    })?;
    let mut letters = Vec::new();
    while let Some(row) = rows.next()? {
        letters.push(letter(row)?);
    }
    Ok(letters)
}

fn letter(row: &Row<'_>) -> Result<DeadLetter, Failure> {
    let event: Option<String> = row.get("event")?;
    let event = event.as_deref().map(serde_json::from_str);
    Ok(DeadLetter {
        id: row.get("id")?,
        timestamp: clock::instant(row.get("time")?)?,
        reason: row.get("reason")?,
        document: row.get("document")?,
        event: event.transpose()?,
    })
}

/// The services that have letters.
pub(crate) fn services(connection: &mut Connection) -> Result<Vec<ServiceSummary>, Failure> {
    search::summaries(connection, SERVICES)
}
