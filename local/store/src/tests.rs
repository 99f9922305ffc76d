//! Failures of a file, a disk or a deadline, and the errors that callers get.

use std::{fs, path::Path, time::Duration};

use rusqlite::Connection;
use shared::{
    deadline::Deadline,
    log_store::{DeadLetter, LogStore, StoreError},
    model::service::ServiceName,
};

use crate::EmbeddedStore;

fn soon() -> Deadline {
    Deadline::after(Duration::from_mins(1))
}

fn service() -> ServiceName {
    "gm-tool".parse().expect("a service")
}

fn letter(id: &str, length: usize) -> DeadLetter {
    DeadLetter {
        id: id.to_owned(),
        timestamp: "2026-11-24T10:00:00Z".parse().expect("an instant"),
        reason: "거절".to_owned(),
        document: "x".repeat(length),
        event: None,
    }
}

/// How opening and preparing a file fails.
async fn failure(path: &Path) -> StoreError {
    match EmbeddedStore::open(path) {
        Err(error) => error,
        Ok(store) => store.prepare(soon()).await.expect_err("no store"),
    }
}

async fn letters(store: &EmbeddedStore) -> i64 {
    let count = |connection: &mut Connection, _| {
        Ok(connection.query_one("SELECT count(*) FROM dead_letters", [], |row| row.get(0))?)
    };
    store.connections.run(soon(), count).await.expect("a count")
}

#[tokio::test]
async fn a_directory_that_is_not_there_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let error = failure(&directory.path().join("missing").join("store.sqlite")).await;
    assert!(matches!(error, StoreError::Invalid(_)), "{error:?}");
    assert!(
        error.to_string().ends_with("missing does not exist"),
        "{error}"
    );
}

#[tokio::test]
async fn a_directory_or_no_name_is_no_file() {
    let directory = tempfile::tempdir().expect("a directory");
    for path in [directory.path(), Path::new("")] {
        let error = failure(path).await;
        assert!(matches!(error, StoreError::Invalid(_)), "{error:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("notes.txt");
    let text = "한국어 notes, and no database. ".repeat(100);
    fs::write(&path, &text).expect("written");
    let error = failure(&path).await;
    assert!(matches!(error, StoreError::Unexpected { .. }), "{error:?}");
    assert!(error.to_string().contains("not a database"), "{error}");
    assert_eq!(fs::read_to_string(&path).expect("read"), text);
}

#[tokio::test]
async fn the_database_of_another_program_is_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("other.sqlite");
    let other = Connection::open(&path).expect("a database");
    other
        .execute_batch("CREATE TABLE theirs (a)")
        .expect("a table");
    let error = failure(&path).await;
    assert!(error.to_string().contains("of another program"), "{error}");
    let mode: String = other
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .expect("a mode");
    assert_eq!(mode, "delete", "nothing of it was changed");
}

#[tokio::test]
async fn a_file_of_version_5_gets_the_clients_of_new_documents() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("store.sqlite");
    let store = EmbeddedStore::open(&path).expect("a store");
    store.prepare(soon()).await.expect("prepared");
    drop(store);
    let old = Connection::open(&path).expect("a database");
    let back = "ALTER TABLE documents DROP COLUMN client; DROP INDEX dead_letters_by_time;
        ALTER TABLE dead_letters DROP COLUMN event; ALTER TABLE blocks DROP COLUMN metadata;
        PRAGMA user_version = 5";
    old.execute_batch(back).expect("as in version 5");
    let store = EmbeddedStore::open(&path).expect("it is ours");
    store.prepare(soon()).await.expect("brought up to date");
    let columns = "SELECT count(*) FROM pragma_table_info('documents') WHERE name = 'client'";
    let count: i64 = old
        .query_one(columns, [], |row| row.get(0))
        .expect("a count");
    assert_eq!(count, 1);
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused_with_the_reason() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("store.sqlite");
    let store = EmbeddedStore::open(&path).expect("a store");
    store.prepare(soon()).await.expect("prepared");
    let newer = Connection::open(&path).expect("a database");
    newer
        .pragma_update(None, "user_version", 1_000)
        .expect("newer");
    let error = failure(&path).await;
    assert!(matches!(error, StoreError::Unexpected { .. }), "{error:?}");
    assert!(
        error.to_string().contains("written by a newer version"),
        "{error}"
    );
}

#[tokio::test]
async fn a_store_that_was_not_prepared_says_so() {
    let store = EmbeddedStore::in_memory().expect("a store");
    let answer = store
        .dead_letter(&service(), &[letter("1", 1)], soon())
        .await;
    let error = answer.expect_err("no tables");
    assert!(error.to_string().contains("was not prepared"), "{error}");
}

#[tokio::test]
async fn a_dead_letter_is_kept_once_on_its_day() {
    let store = EmbeddedStore::in_memory().expect("a store");
    store.prepare(soon()).await.expect("prepared");
    for _ in 0..2 {
        let both = [letter("1", 10), letter("2", 10)];
        let kept = store.dead_letter(&service(), &both, soon()).await;
        kept.expect("kept");
    }
    assert_eq!(letters(&store).await, 2);
}

#[tokio::test]
async fn a_full_disk_stores_nothing_of_the_call_and_may_be_tried_again() {
    let store = EmbeddedStore::in_memory().expect("a store");
    store.prepare(soon()).await.expect("prepared");
    let set_pages = async |pages: i64| {
        let set = move |connection: &mut Connection, _| {
            let update = |_: &rusqlite::Row<'_>| Ok(());
            Ok(connection.pragma_update_and_check(None, "max_page_count", pages, update)?)
        };
        store.connections.run(soon(), set).await.expect("set");
    };
    set_pages(40).await;
    let batch = [letter("1", 10), letter("2", 1_000_000)];
    let error = store.dead_letter(&service(), &batch, soon()).await;
    let error = error.expect_err("full");
    assert!(
        error.is_retryable() && error.to_string().contains("is full"),
        "{error}"
    );
    assert_eq!(letters(&store).await, 0);
    set_pages(1_000_000).await;
    let kept = store.dead_letter(&service(), &batch, soon()).await;
    kept.expect("kept, now that there is room");
    assert_eq!(letters(&store).await, 2);
}

#[tokio::test]
async fn a_file_that_only_may_be_read_refuses_to_be_written() {
    let store = EmbeddedStore::in_memory().expect("a store");
    store.prepare(soon()).await.expect("prepared");
    let read_only =
        |connection: &mut Connection, _| Ok(connection.pragma_update(None, "query_only", true)?);
    store.connections.run(soon(), read_only).await.expect("set");
    let answer = store
        .dead_letter(&service(), &[letter("1", 1)], soon())
        .await;
    let error = answer.expect_err("read only");
    assert!(matches!(error, StoreError::Forbidden { .. }), "{error:?}");
}

#[tokio::test]
async fn a_file_that_another_writes_to_is_waited_for_until_the_deadline() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("store.sqlite");
    let store = EmbeddedStore::open(&path).expect("a store");
    store.prepare(soon()).await.expect("prepared");
    let other = Connection::open(&path).expect("a database");
    other.execute_batch("BEGIN IMMEDIATE").expect("begun");

    let short = Deadline::after(Duration::from_millis(200));
    let letters_of_one = [letter("1", 1)];
    let answer = store.dead_letter(&service(), &letters_of_one, short).await;
    let error = answer.expect_err("locked");
    assert!(error.is_retryable(), "{error:?}");
    assert!(!short.allows(Duration::ZERO), "it waited");
    assert_eq!(letters(&store).await, 0, "reading does not wait");

    let service = service();
    let waiting = store.dead_letter(&service, &letters_of_one, soon());
    let ending = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        other.execute_batch("COMMIT").expect("committed");
    };
    let (kept, ()) = tokio::join!(waiting, ending);
    kept.expect("kept once the other was done");
}

#[tokio::test]
async fn a_call_ends_at_its_deadline_whatever_the_database_does() {
    const ENDLESS: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
        SELECT count(*) FROM n";
    let store = EmbeddedStore::in_memory().expect("a store");
    let endless = |connection: &mut Connection, _| {
        Ok(connection.query_one(ENDLESS, [], |row| row.get::<_, i64>(0))?)
    };
    let short = Deadline::after(Duration::from_millis(100));
    let error = store.connections.run(short, endless).await;
    let error = error.expect_err("interrupted");
    assert!(error.is_retryable(), "{error:?}");
    assert!(error.to_string().contains("in time"), "{error}");
    store.prepare(soon()).await.expect("it works again");
}
