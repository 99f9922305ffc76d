//! Documents that are collected one by one are stored as those of a list.

use super::{
    fixture::{StoreFixture, deadline},
    sample::document,
};
use shared::log_store::{IndexOutcome, LogStore};

pub async fn a_batch_stores_its_documents_and_gives_them_back(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let ids = ["a", "b", "a", "c"];
    let documents = ids.map(|id| document(id, "2026-11-24T10:00:00.5Z"));
    fixture.given(&documents[3..]).await;
    let mut batch = store.batch(&fixture.service, 1);
    for document in &documents {
        assert!(batch.push(document.clone()).expect("taken").is_none());
    }
    assert_eq!(batch.count(), 4);
    let outcome = batch.store(deadline()).await.expect("stored");
    assert_eq!((outcome.created, outcome.duplicates), (2, 2));
    assert_eq!(outcome.rejected, []);
    for (position, expected) in documents.iter().enumerate() {
        let document = batch.document(position).expect("a document");
        assert_eq!(document.id, expected.id);
        let json = |document| serde_json::to_value(document).expect("JSON");
        assert_eq!(json(&document), json(expected));
    }
    let error = batch.document(4).expect_err("none").to_string();
    assert!(
        error.contains("4 documents has none at the position 4"),
        "{error}"
    );
    fixture.refresh().await;
    assert_eq!(fixture.ids(&fixture.any()).await, ["c", "b", "a"]);
}

pub async fn an_empty_batch_stores_nothing(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let mut batch = store.batch(&fixture.service, 0);
    let outcome = batch.store(deadline()).await.expect("stored");
    assert_eq!(outcome, IndexOutcome::default());
    assert!(batch.document(0).is_err());
}

pub async fn a_full_batch_returns_the_document_that_does_not_fit(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let mut longest = document("longest", "2026-11-24T10:00:00Z");
    longest.message = "결제 ".repeat(900_000);
    let mut batch = store.batch(&fixture.service, 3);
    assert!(
        batch.push(longest.clone()).expect("taken").is_none(),
        "one always fits"
    );
    let refused = batch.push(longest).expect("written").expect("refused");
    assert_eq!((refused.id.as_str(), batch.count()), ("longest", 1));
    assert_eq!(refused.message.len(), 900_000 * 7);
    let outcome = batch.store(deadline()).await.expect("stored");
    assert_eq!(outcome.created, 1);
}
