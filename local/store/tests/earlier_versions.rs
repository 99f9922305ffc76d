//! Files that earlier versions of this program wrote: nothing of them is lost.
//!
//! `stores/v3.sqlite.gz` has 120 entries of a log of a game's back office and was written with one row per
//! document; `v5` has 150 entries of docs/examples/shop.log, in blocks whose metadata is in the rest; `v2`
//! has entries of the ledger alone.

#![allow(clippy::expect_used, reason = "a test that cannot go on stops")]

use std::{fs, io::Read as _, path::PathBuf, time::Duration};

use embedded_store::{EmbeddedLedger, EmbeddedStore};
use flate2::read::GzDecoder;
use jiff::Timestamp;
use shared::{
    deadline::Deadline,
    ledger::Ledger as _,
    log_store::{LogSearch, LogStore as _, SearchQuery},
    model::{log::LogDocument, window::Window},
};

fn soon() -> Deadline {
    Deadline::after(Duration::from_mins(1))
}

/// A copy of a file in a directory that goes with it.
fn file(version: u8) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("store.sqlite");
    let packed = format!(
        "{}/tests/stores/v{version}.sqlite.gz",
        env!("CARGO_MANIFEST_DIR")
    );
    let mut bytes = Vec::new();
    let packed = fs::File::open(packed).expect("a file");
    GzDecoder::new(packed)
        .read_to_end(&mut bytes)
        .expect("gzip");
    fs::write(&path, bytes).expect("written");
    (directory, path)
}

async fn found(store: &EmbeddedStore, service: &str, query: &str) -> Vec<LogDocument> {
    let at = |text: &str| text.parse().expect("an instant");
    let search = LogSearch {
        service: service.parse().expect("a service"),
        window: Window::new(at("2026-11-01T00:00:00Z"), at("2026-12-01T00:00:00Z"))
            .expect("a window"),
        query: SearchQuery::parse(query).expect("a query"),
        limit: 1_000,
    };
    store.search(&search, soon()).await.expect("found")
}

/// Checks how many documents queries find, and that storing the documents again stores nothing.
async fn check(store: &EmbeddedStore, service: &str, counts: &[(&str, usize)]) {
    for (query, count) in counts {
        let found = found(store, service, query).await.len();
        assert_eq!(found, *count, "{query}");
    }
    let all = found(store, service, "").await;
    let again = store
        .index(&service.parse().expect("a service"), &all, soon())
        .await
        .expect("stored");
    assert_eq!((again.created, again.duplicates), (0, all.len() as u64));
}

#[tokio::test]
async fn a_file_of_version_3_keeps_its_documents() {
    let (_directory, path) = file(3);
    let refused = EmbeddedStore::open_for_reading(&path).expect_err("old tables");
    assert!(refused.to_string().contains("version 3"), "{refused}");
    let store = EmbeddedStore::open(&path).expect("a store");
    store.prepare(soon()).await.expect("moved");
    let counts = [
        ("", 120),
        ("level:error", 6),
        ("ip:10.0.27.51", 1),
        ("statusCode:200", 80),
        ("duration:>10ms", 50),
        ("ip:nowhere", 0),
    ];
    check(&store, "gm-tool", &counts).await;
    let newest = found(&store, "gm-tool", "attachments:2").await;
    let newest = newest.first().expect("a document");
    assert_eq!(
        newest.message,
        "mail queued for player-763 with 2 attachments"
    );
    let metadata = newest.metadata.as_ref().expect("metadata");
    assert_eq!(metadata.get(), r#"{"attachments":[1,2],"to":"player-763"}"#);
    EmbeddedStore::open_for_reading(&path).expect("up to date");
}

#[tokio::test]
async fn a_file_of_version_5_keeps_its_documents_also_in_a_block_that_grows() {
    let (_directory, path) = file(5);
    let store = EmbeddedStore::open(&path).expect("a store");
    store.prepare(soon()).await.expect("prepared");
    let counts = [
        ("", 150),
        ("durationMs:5", 6),
        ("durationMs:>100", 17),
        ("path:/api/products/334", 1),
        ("path:/api/products/335x", 0),
        ("nothing:x", 0),
    ];
    check(&store, "shop", &counts).await;
    let before = found(&store, "shop", "").await;
    // The last block takes more documents, and is packed again for that.
    let mut one = before.first().expect("a document").clone();
    one.id = one.id.replace(|digit: char| digit.is_ascii_digit(), "7");
    let service = "shop".parse().expect("a service");
    let outcome = store
        .index(&service, std::slice::from_ref(&one), soon())
        .await;
    assert_eq!(outcome.expect("stored").created, 1);
    let after = found(&store, "shop", "").await;
    assert_eq!(after.len(), 151);
    let mut same = after;
    same.retain(|document| document.id != one.id);
    assert_eq!(
        format!("{same:?}"),
        format!("{before:?}"),
        "the others stay"
    );
    check(&store, "shop", &[("durationMs:>100", 18), ("nothing:x", 0)]).await;
}

#[tokio::test]
async fn a_file_of_version_2_keeps_its_ledger() {
    let (_directory, path) = file(2);
    let ledger = EmbeddedLedger::open(&path, soon()).await.expect("a ledger");
    let key = "delivery notice:event/9cb4b551-a811-5342-abb8-dd63f8c9a525 slack/#alerts";
    let now: Timestamp = "2026-11-24T00:00:00Z".parse().expect("an instant");
    let entry = ledger.get(key, now, soon()).await.expect("read");
    let body = entry.expect("an entry").body;
    assert_eq!(body, serde_json::json!({"state": "done"}));
}
