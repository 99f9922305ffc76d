//! What becomes of the ledger's rows, and of a file that was made before there was a ledger.

use std::{path::Path, time::Duration};

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use serde_json::json;
use shared::{
    deadline::Deadline,
    ledger::{Document, Ledger, LedgerError, Put},
    log_store::{DeadLetter, LogStore},
};

use crate::{EmbeddedLedger, EmbeddedStore, schema};

fn soon() -> Deadline {
    Deadline::after(Duration::from_mins(1))
}

fn now() -> Timestamp {
    "2026-11-24T10:00:00Z".parse().expect("an instant")
}

fn document(expires: Timestamp) -> Document {
    Document {
        body: json!({}),
        list: None,
        expires,
    }
}

async fn put(ledger: &EmbeddedLedger, key: &str, now: Timestamp) {
    let document = document(now + SignedDuration::from_secs(55));
    let put = ledger.put(key, &document, None, now, soon()).await;
    assert!(matches!(put.expect("an answer"), Put::Stored(_)));
}

async fn rows(ledger: &EmbeddedLedger) -> i64 {
    let count = |connection: &mut Connection, _| {
        Ok(connection.query_one("SELECT count(*) FROM ledger", [], |row| row.get(0))?)
    };
    ledger
        .connections
        .run(soon(), count)
        .await
        .expect("a count")
}

#[tokio::test]
async fn rows_that_expired_long_ago_are_deleted_by_those_who_come_later() {
    let ledger = EmbeddedLedger::in_memory(soon()).await.expect("a ledger");
    for number in 0..150 {
        put(&ledger, &format!("old {number}"), now()).await;
    }
    // Those of an hour ago may be somebody's whose clock is slow.
    put(
        &ledger,
        "an hour later",
        now() + SignedDuration::from_hours(1),
    )
    .await;
    assert_eq!(rows(&ledger).await, 151);
    for day in [2, 3] {
        let later = now() + SignedDuration::from_hours(24 * day);
        put(&ledger, &format!("day {day}"), later).await;
    }
    assert_eq!(rows(&ledger).await, 2);
}

#[tokio::test]
async fn a_file_of_the_first_version_keeps_what_it_has_and_gets_a_ledger() {
    let directory = tempfile::tempdir().expect("a directory");
    let path: &Path = &directory.path().join("store.sqlite");
    let old = Connection::open(path).expect("a database");
    schema::make_first_version(&old).expect("made");
    let store = EmbeddedStore::open(path).expect("it is ours");
    let letter = |id: &str| DeadLetter {
        id: id.to_owned(),
        timestamp: now(),
        reason: "거절".to_owned(),
        document: "{}".to_owned(),
        event: None,
    };
    let service = "gm-tool".parse().expect("a service");
    let earlier = "INSERT INTO services (key, name) VALUES (1, 'gm-tool');
        INSERT INTO dead_letters (service, day, id, time, reason, document)
        VALUES (1, 20781, '1', 1795514400000, '거절', '{}');";
    old.execute_batch(earlier).expect("kept");

    let ledger = EmbeddedLedger::open(path, soon()).await.expect("a ledger");
    put(&ledger, "a", now()).await;
    // Twice is as good as once, and the logs are written to as before.
    store.prepare(soon()).await.expect("prepared");
    let kept = store.dead_letter(&service, &[letter("2")], soon()).await;
    kept.expect("kept");
    let count = |table: &str| -> i64 {
        let count = format!("SELECT count(*) FROM {table}");
        old.query_one(&count, [], |row| row.get(0))
            .expect("a count")
    };
    assert_eq!((count("dead_letters"), count("ledger")), (2, 1));
    let version: i64 = old
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .expect("a version");
    assert_eq!(version, 8);
}

#[tokio::test]
async fn a_file_that_another_writes_to_all_the_time_may_be_tried_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("store.sqlite");
    let ledger = EmbeddedLedger::open(&path, soon()).await.expect("a ledger");
    let other = Connection::open(&path).expect("a database");
    other.execute_batch("BEGIN IMMEDIATE").expect("begun");
    let short = Deadline::after(Duration::from_millis(100));
    let document = document(now() + SignedDuration::from_secs(55));
    let put = ledger.put("a", &document, None, now(), short);
    let error = put.await.expect_err("locked");
    assert!(
        matches!(error, LedgerError::Unavailable { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn what_is_stored_and_cannot_be_read_is_no_reason_to_try_again() {
    let ledger = EmbeddedLedger::in_memory(soon()).await.expect("a ledger");
    put(&ledger, "a", now()).await;
    let spoil = |connection: &mut Connection, _| {
        connection.execute("UPDATE ledger SET body = '{'", [])?;
        Ok(())
    };
    ledger.connections.run(soon(), spoil).await.expect("spoilt");
    let error = ledger.get("a", now(), soon()).await.expect_err("no JSON");
    assert!(matches!(error, LedgerError::Refused { .. }), "{error:?}");
    assert!(error.to_string().contains("cannot be read"), "{error}");
}
