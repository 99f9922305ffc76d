//! The contract of every log store, in a file and in memory.

#![allow(clippy::expect_used, reason = "a test that cannot go on stops")]

use std::{ops::Deref, path::Path, time::Duration};

use embedded_store::EmbeddedStore;
use shared::{deadline::Deadline, log_store::LogStore};

fn soon() -> Deadline {
    Deadline::after(Duration::from_mins(1))
}

async fn prepared(store: EmbeddedStore) -> EmbeddedStore {
    store.prepare(soon()).await.expect("prepared");
    store
}

/// A store in a directory that goes with it.
struct StoreInFile {
    store: EmbeddedStore,
    _directory: tempfile::TempDir,
}

impl Deref for StoreInFile {
    type Target = EmbeddedStore;

    fn deref(&self) -> &EmbeddedStore {
        &self.store
    }
}

async fn file() -> Option<StoreInFile> {
    let directory = tempfile::tempdir().expect("a directory");
    // What SQLite would read a meaning into, were it a URI.
    let path = directory.path().join("봉수 100%?mode=ro#.sqlite");
    let store = EmbeddedStore::open(&path).expect("a store");
    Some(StoreInFile {
        store: prepared(store).await,
        _directory: directory,
    })
}

async fn memory() -> Option<Box<EmbeddedStore>> {
    let store = EmbeddedStore::in_memory().expect("a store");
    Some(Box::new(prepared(store).await))
}

mod in_a_file {
    shared_tests::log_store_suite!(super::file);
}

mod in_memory {
    shared_tests::log_store_suite!(super::memory);
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_equal_a_straightforward_count_of_many_random_sets() {
    let store = memory().await.expect("a store");
    shared_tests::log_store::random::check(&*store, 150);
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_equal_naive_ones_of_many_random_sets() {
    let store = memory().await.expect("a store");
    shared_tests::log_store::queries::check(&*store, 60, 40);
}

#[tokio::test]
async fn what_a_file_holds_is_there_when_it_is_opened_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let path: &Path = &directory.path().join("store.sqlite");
    let open = || prepared(EmbeddedStore::open(path).expect("a store"));
    let service = "gm-tool".parse().expect("a service");
    let record = shared::log_store::Record {
        kind: shared::log_store::RecordKind::Analysis,
        service,
        id: "a".to_owned(),
        timestamp: "2026-11-24T10:00:00.123456789Z".parse().expect("instant"),
        body: serde_json::json!({ "n": 1 }),
    };
    open().await.put_record(&record, soon()).await.expect("put");
    let window = shared::model::window::Window::new(
        record.timestamp,
        "2026-11-25T00:00:00Z".parse().expect("instant"),
    );
    let window = window.expect("a window");
    let records = open()
        .await
        .records(record.kind, &record.service, window, 10, soon())
        .await;
    assert_eq!(records.expect("records"), [record]);
}
