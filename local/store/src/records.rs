//! Records that functions keep for trends.

use std::collections::BTreeMap;

use rusqlite::{Connection, named_params};
use shared::{
    log_store::{Record, RecordKind, RecordQuestion, StoreError},
    model::{service::ServiceName, window::Window},
};

use crate::{
    clock,
    failure::Failure,
    writing::{begin, known_service, service_key},
};

const PUT: &str = "
    INSERT INTO records (kind, service, day, id, time, instant, body)
    VALUES (:kind, :service, :day, :id, :time, :instant, :body)
    ON CONFLICT (kind, service, day, id) DO UPDATE
    SET time = excluded.time, instant = excluded.instant, body = excluded.body";

const NEWEST: &str = "
    SELECT id, instant, body FROM records
    WHERE kind = :kind AND service = :service AND time >= :start AND time < :end
    ORDER BY time DESC, id DESC LIMIT :limit";

/// Refuses what the contract does not allow.
pub(crate) fn check(record: &Record) -> Result<(), StoreError> {
    let id = &record.id;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if !(1..=128).contains(&id.len()) || !id.bytes().all(fits) {
        return Err(StoreError::Invalid(format!(
            "the id of a record has 1 to 128 letters, digits and hyphens, not {id:?}"
        )));
    }
    if !record.body.is_object() {
        return Err(StoreError::Invalid(
            "the body of a record is a JSON object".to_owned(),
        ));
    }
    Ok(())
}

/// Stores a record, in the place of one with the same identity.
pub(crate) fn put(connection: &mut Connection, record: &Record) -> Result<(), Failure> {
    let transaction = begin(connection)?;
    let service = service_key(&transaction, &record.service)?;
    let time = clock::millisecond(record.timestamp);
    transaction.prepare_cached(PUT)?.execute(named_params! {
        ":kind": record.kind.name(),
        ":service": service,
        ":day": clock::day(time),
        ":id": record.id,
        ":time": time,
        ":instant": record.timestamp.to_string(),
        ":body": record.body.to_string(),
    })?;
    transaction.commit()?;
    Ok(())
}

/// The records of several questions, from one snapshot.
pub(crate) fn sets(
    connection: &mut Connection,
    kind: RecordKind,
    service: &ServiceName,
    questions: &[RecordQuestion],
) -> Result<Vec<Vec<Record>>, Failure> {
    let snapshot = connection.transaction()?;
    let Some(key) = known_service(&snapshot, service)? else {
        return Ok(vec![Vec::new(); questions.len()]);
    };
    let mut sets = Vec::new();
    for question in questions {
        let mut records = BTreeMap::new();
        for window in &question.windows {
            let found = newest(&snapshot, (kind, service), key, *window, question)?;
            records.extend(found.into_iter().map(|record| {
                let time = clock::millisecond(record.timestamp);
                ((time, record.id.clone()), record)
            }));
        }
        let surplus = records.len().saturating_sub(question.limit);
        sets.push(records.into_values().skip(surplus).collect());
    }
    Ok(sets)
}

/// The newest records of a window, the newest first.
fn newest(
    connection: &Connection,
    (kind, service): (RecordKind, &ServiceName),
    key: i64,
    window: Window,
    question: &RecordQuestion,
) -> Result<Vec<Record>, Failure> {
    let (start, end) = clock::milliseconds(window);
    let mut statement = connection.prepare_cached(NEWEST)?;
    let mut rows = statement.query(named_params! {
        ":kind": kind.name(),
        ":service": key,
        ":start": start,
        ":end": end,
        ":limit": i64::try_from(question.limit).unwrap_or(i64::MAX),
    })?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        let text = |column| -> Result<&str, rusqlite::Error> { Ok(row.get_ref(column)?.as_str()?) };
        records.push(Record {
            kind,
            service: service.clone(),
            id: row.get("id")?,
            timestamp: text("instant")?.parse()?,
            body: question.body(text("body")?)?,
        });
    }
    Ok(records)
}
