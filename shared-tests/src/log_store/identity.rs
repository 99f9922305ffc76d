//! One event is one document, and whose it is.

use super::{
    fixture::{StoreFixture, everything},
    sample::document,
};
use shared::log_store::{IndexOutcome, LogStore};

fn outcome(created: u64, duplicates: u64) -> IndexOutcome {
    IndexOutcome {
        created,
        duplicates,
        ..IndexOutcome::default()
    }
}

pub async fn nothing_to_store_is_no_error(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    assert_eq!(fixture.index(&[]).await, outcome(0, 0));
    fixture.refresh().await;
    assert!(!fixture.analyse(everything()).await.indexed);
}

pub async fn a_document_delivered_twice_is_stored_once(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let first = document("1", "2026-11-24T10:00:00Z");
    let mut second = first.clone();
    "changed".clone_into(&mut second.message);
    assert_eq!(fixture.index(&[first]).await, outcome(1, 0));
    assert_eq!(fixture.index(&[second]).await, outcome(0, 1));
    fixture.refresh().await;
    let found = fixture.find(&fixture.any()).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "entry 1", "the first stays");
}

pub async fn a_document_twice_in_one_call_is_stored_once(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let documents = [
        document("1", "2026-11-24T10:00:00Z"),
        document("2", "2026-11-24T10:00:00Z"),
        document("1", "2026-11-24T10:00:00Z"),
    ];
    assert_eq!(fixture.index(&documents).await, outcome(2, 1));
    fixture.refresh().await;
    assert_eq!(fixture.ids(&fixture.any()).await, ["2", "1"]);
}

pub async fn an_id_counts_once_on_a_day_whatever_the_time(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let documents = [
        document("1", "2026-11-24T00:00:00Z"),
        document("1", "2026-11-24T23:59:59.999Z"),
    ];
    assert_eq!(fixture.index(&documents).await, outcome(1, 1));
    fixture.refresh().await;
    let found = fixture.find(&fixture.any()).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].timestamp, documents[0].timestamp);
}

pub async fn an_id_counts_again_on_another_day(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("1", "2026-11-24T23:59:59.999Z"),
            document("1", "2026-11-25T00:00:00Z"),
        ])
        .await;
    assert_eq!(fixture.analyse(everything()).await.current.totals.total, 2);
}

pub async fn an_id_counts_again_for_another_service(store: &dyn LogStore) {
    for _ in 0..2 {
        let fixture = StoreFixture::new(store);
        fixture
            .given(&[document("1", "2026-11-24T10:00:00Z")])
            .await;
    }
}

pub async fn every_document_of_a_call_has_one_outcome(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let ids = ["a", "b", "c", "d", "e"];
    let documents = ids.map(|id| document(id, "2026-11-24T10:00:00Z"));
    assert_eq!(fixture.index(&documents[..2]).await, outcome(2, 0));
    assert_eq!(fixture.index(&documents).await, outcome(3, 2));
    assert_eq!(fixture.index(&documents).await, outcome(0, 5));
}

pub async fn services_whose_names_begin_alike_never_mix(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let longer = StoreFixture {
        store,
        service: format!("{}-2", fixture.service).parse().expect("a service"),
    };
    let dated = StoreFixture {
        store,
        service: format!("{}-2026.11.24", fixture.service)
            .parse()
            .expect("a service"),
    };
    let at = "2026-11-24T10:00:00Z";
    fixture.given(&[document("shorter", at)]).await;
    longer.given(&[document("longer", at)]).await;
    dated.given(&[document("dated", at)]).await;
    for (fixture, id) in [
        (&fixture, "shorter"),
        (&longer, "longer"),
        (&dated, "dated"),
    ] {
        assert_eq!(fixture.ids(&fixture.any()).await, [id]);
        assert_eq!(fixture.analyse(everything()).await.current.totals.total, 1);
    }
}
