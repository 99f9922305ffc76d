//! What several callers may do at once.

use super::{
    fixture::{StoreFixture, deadline, everything, instant},
    sample::{document, document_at},
};
use shared::{log_store::LogStore, model::log::LogDocument};

pub async fn a_store_is_prepared_again_without_harm(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[document("before", "2026-11-24T10:00:00Z")])
        .await;
    for _ in 0..2 {
        store.prepare(deadline()).await.expect("prepared");
    }
    assert_eq!(fixture.ids(&fixture.any()).await, ["before"]);
    fixture
        .given(&[document("after", "2026-11-24T11:00:00Z")])
        .await;
    assert_eq!(fixture.ids(&fixture.any()).await, ["after", "before"]);
}

pub async fn a_store_is_prepared_by_several_at_once(store: &dyn LogStore) {
    let (first, second, third) = tokio::join!(
        store.prepare(deadline()),
        store.prepare(deadline()),
        store.prepare(deadline())
    );
    first.and(second).and(third).expect("prepared");
}

fn hundred(prefix: &str) -> Vec<LogDocument> {
    let start = instant("2026-11-24T23:59:59.950Z").as_millisecond();
    (0..100)
        .map(|number| {
            let time = jiff::Timestamp::from_millisecond(start + number).expect("instant");
            document_at(&format!("{prefix}-{number}"), time)
        })
        .collect()
}

pub async fn the_same_documents_stored_by_several_at_once_are_created_once(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let documents = hundred("same");
    let (a, b, c, d) = tokio::join!(
        fixture.index(&documents),
        fixture.index(&documents),
        fixture.index(&documents),
        fixture.index(&documents)
    );
    let outcomes = [a, b, c, d];
    let created: u64 = outcomes.iter().map(|outcome| outcome.created).sum();
    let duplicates: u64 = outcomes.iter().map(|outcome| outcome.duplicates).sum();
    assert_eq!((created, duplicates), (100, 300));
    fixture.refresh().await;
    assert_eq!(
        fixture.analyse(everything()).await.current.totals.total,
        100
    );
}

pub async fn different_documents_stored_by_several_at_once_are_all_there(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let documents = ["a", "b", "c", "d"].map(hundred);
    let [a, b, c, d] = &documents;
    let (a, b, c, d) = tokio::join!(
        fixture.index(a),
        fixture.index(b),
        fixture.index(c),
        fixture.index(d)
    );
    let created: u64 = [a, b, c, d].iter().map(|outcome| outcome.created).sum();
    assert_eq!(created, 400);
    fixture.refresh().await;
    assert_eq!(fixture.ids(&fixture.any()).await.len(), 400);
}
