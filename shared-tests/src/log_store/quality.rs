//! Documents that could not be read completely.

use std::collections::BTreeMap;

use shared::{
    log_store::LogStore,
    model::{
        level::Level,
        log::{LogDocument, Unread},
    },
};

use super::{
    fixture::{StoreFixture, everything},
    sample::{Particular, document},
};

fn unread(id: &str, level: Level, unread: &[Unread]) -> LogDocument {
    let at = format!("2026-11-2{id}T10:00:00Z");
    LogDocument {
        unread: unread.to_vec(),
        ..document(id, &at).level(level)
    }
}

pub async fn what_could_not_be_read_is_counted(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            unread("1", Level::Unknown, &Unread::ALL),
            unread("2", Level::Unknown, &[Unread::Level]),
            unread("3", Level::Error, &[Unread::Time]),
            // As documents were stored before these fields.
            unread("4", Level::Info, &[]),
        ])
        .await;
    let facts = fixture.analyse(everything()).await;
    let expected = [(Unread::Level, 2), (Unread::Time, 2), (Unread::Format, 1)];
    assert_eq!(facts.current.unread, BTreeMap::from(expected));
    let documents = fixture.find(&fixture.any()).await;
    let stored: Vec<_> = documents
        .into_iter()
        .map(|found| found.unread.len())
        .collect();
    assert_eq!(stored, [0, 1, 1, 3]);
}

pub async fn an_unknown_level_is_neither_an_error_nor_a_known_one(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let request = |id: &str, code| {
        let unknown = unread(id, Level::Unknown, &[Unread::Level]);
        unknown.endpoint("GET /x").status(code)
    };
    let mut without_status = unread("3", Level::Unknown, &[Unread::Level]).endpoint("GET /x");
    without_status = without_status.duration(1.0);
    fixture
        .given(&[
            request("1", 200),
            request("2", 500),
            without_status,
            unread("4", Level::Error, &[]),
            unread("5", Level::Info, &[]),
        ])
        .await;
    let facts = fixture.analyse(everything()).await.current;
    assert_eq!((facts.totals.errors(), facts.totals.with_level()), (1, 2));
    assert_eq!(facts.totals.levels[&Level::Unknown], 3);
    let requests = &facts.totals.requests;
    assert_eq!((requests.count, requests.failed), (3, 1));
    let search = fixture.query("level:>=trace");
    assert_eq!(fixture.ids(&search).await, ["5", "4"]);
}
