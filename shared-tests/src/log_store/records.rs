//! Records that functions keep for trends.

use serde_json::{Value, json};

use super::fixture::{StoreFixture, deadline, everything, instant, window};
use shared::{
    log_store::{LogStore, Record, RecordKind, RecordQuestion, StoreError},
    model::window::Window,
};

fn record(fixture: &StoreFixture<'_>, id: &str, at: &str, body: Value) -> Record {
    Record {
        kind: RecordKind::Analysis,
        service: fixture.service.clone(),
        id: id.to_owned(),
        timestamp: instant(at),
        body,
    }
}

async fn put(fixture: &StoreFixture<'_>, records: &[Record]) {
    for record in records {
        let done = fixture.store.put_record(record, deadline()).await;
        done.expect("stored");
    }
    fixture.refresh().await;
}

async fn read(
    fixture: &StoreFixture<'_>,
    kind: RecordKind,
    window: Window,
    limit: usize,
) -> Vec<Record> {
    fixture
        .store
        .records(kind, &fixture.service, window, limit, deadline())
        .await
        .expect("records")
}

async fn ids(fixture: &StoreFixture<'_>, window: Window, limit: usize) -> Vec<String> {
    let records = read(fixture, RecordKind::Analysis, window, limit).await;
    records.into_iter().map(|record| record.id).collect()
}

pub async fn records_come_back_oldest_first_within_the_window(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let records = [
        ("before", "2026-11-23T23:59:59.999Z"),
        ("last", "2026-11-25T23:59:59.999Z"),
        ("start", "2026-11-24T00:00:00Z"),
        ("end", "2026-11-26T00:00:00Z"),
        ("middle", "2026-11-24T12:00:00Z"),
        ("middle-2", "2026-11-24T12:00:00Z"),
    ];
    let records = records.map(|(id, at)| record(&fixture, id, at, json!({ "id": id })));
    put(&fixture, &records).await;
    let days = window("2026-11-24T00:00:00Z", "2026-11-26T00:00:00Z");
    assert_eq!(
        ids(&fixture, days, 100).await,
        ["start", "middle", "middle-2", "last"]
    );
    let nothing = window("2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z");
    assert_eq!(ids(&fixture, nothing, 100).await, Vec::<String>::new());
}

pub async fn the_newest_records_are_kept_when_there_are_too_many(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let records: Vec<_> = (10..20)
        .map(|hour| {
            let at = format!("2026-11-24T{hour}:00:00Z");
            record(&fixture, &hour.to_string(), &at, json!({}))
        })
        .collect();
    put(&fixture, &records).await;
    assert_eq!(ids(&fixture, everything(), 3).await, ["17", "18", "19"]);
    assert_eq!(ids(&fixture, everything(), 0).await, Vec::<String>::new());
}

pub async fn several_questions_about_records_are_answered_in_their_order(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let records: Vec<_> = (10..20)
        .map(|hour| {
            let at = format!("2026-11-24T{hour}:00:00Z");
            let body = json!({ "hour": hour, "observed": { "entries": hour }, "other": [1, 2] });
            record(&fixture, &hour.to_string(), &at, body)
        })
        .collect();
    put(&fixture, &records).await;
    let hours = |from: u32, to: u32| {
        let at = |hour| format!("2026-11-24T{hour}:00:00Z");
        window(&at(from), &at(to))
    };
    let question = |windows: &[Window], limit| RecordQuestion {
        windows: windows.to_vec(),
        limit,
        members: &["observed", "missing"],
    };
    let nothing = window("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z");
    let questions = [
        // Windows may overlap, and stand in any order.
        question(&[hours(17, 19), nothing, hours(11, 13), hours(12, 14)], 100),
        question(&[hours(11, 13), hours(17, 19)], 3),
        question(&[nothing], 100),
        question(&[], 100),
        question(&[hours(10, 20)], 0),
        RecordQuestion {
            members: &[],
            ..question(&[hours(12, 13)], 1)
        },
    ];
    let sets = store.record_sets(
        RecordKind::Analysis,
        &fixture.service,
        &questions,
        deadline(),
    );
    let sets = sets.await.expect("records");
    let ids: Vec<Vec<&str>> = sets
        .iter()
        .map(|set| set.iter().map(|record| record.id.as_str()).collect())
        .collect();
    let expected: [&[&str]; 6] = [
        &["11", "12", "13", "17", "18"],
        &["12", "17", "18"],
        &[],
        &[],
        &[],
        &["12"],
    ];
    assert_eq!(ids, expected);
    assert_eq!(sets[0][0].body, json!({ "observed": { "entries": 11 } }));
    assert_eq!(sets[5][0], records[2]);
}

pub async fn a_record_under_the_same_id_is_replaced(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let first = record(
        &fixture,
        "a",
        "2026-11-24T10:00:00Z",
        json!({ "n": 1, "old": true }),
    );
    let second = record(&fixture, "a", "2026-11-24T11:00:00Z", json!({ "n": 2 }));
    let next_day = record(&fixture, "a", "2026-11-25T10:00:00Z", json!({ "n": 3 }));
    put(&fixture, &[first, second.clone(), next_day.clone()]).await;
    let records = read(&fixture, RecordKind::Analysis, everything(), 10).await;
    assert_eq!(records, [second, next_day]);
}

pub async fn kinds_and_services_of_records_never_mix(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let other = StoreFixture {
        store,
        service: format!("{}-2", fixture.service).parse().expect("a service"),
    };
    let at = "2026-11-24T10:00:00Z";
    let analysis = record(&fixture, "a", at, json!({ "n": 1 }));
    let metrics = Record {
        kind: RecordKind::Metrics,
        body: json!({ "n": 2 }),
        ..analysis.clone()
    };
    let others = record(&other, "a", at, json!({ "n": 3 }));
    put(&fixture, &[analysis.clone(), metrics.clone()]).await;
    put(&other, std::slice::from_ref(&others)).await;
    let read = async |fixture, kind| read(fixture, kind, everything(), 10).await;
    assert_eq!(read(&fixture, RecordKind::Analysis).await, [analysis]);
    assert_eq!(read(&fixture, RecordKind::Metrics).await, [metrics]);
    assert_eq!(read(&other, RecordKind::Analysis).await, [others]);
    assert_eq!(read(&other, RecordKind::Metrics).await, []);
    assert!(
        !fixture.analyse(everything()).await.indexed,
        "no record is a document"
    );
}

pub async fn a_record_holds_any_object(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let bodies = [
        json!({}),
        json!({ "totalCount": 84_000, "errorCount": 12, "errorRate": 0.25, "window": {
            "start": "2026-11-24T10:00:00Z", "end": "2026-11-24T10:15:00Z"
        } }),
        json!({ "errorRate": null, "totalCount": null, "errorCount": "text" }),
        json!({ "@timestamp": "no date", "id": { "a": 1 }, "service": [1], "kind": null }),
        json!({ "한국어": { "값": ["🔥", null, true, 1.5, -7] }, "a.b": 1, "a": { "b": 2 } }),
    ];
    let records: Vec<_> = (0..)
        .zip(bodies)
        .map(|(number, body)| {
            let at = format!("2026-11-24T1{number}:00:00Z");
            record(&fixture, &number.to_string(), &at, body)
        })
        .collect();
    put(&fixture, &records).await;
    assert_eq!(
        read(&fixture, RecordKind::Analysis, everything(), 10).await,
        records
    );
}

pub async fn a_record_that_cannot_be_is_refused(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let at = "2026-11-24T10:00:00Z";
    let long = "a".repeat(129);
    let wrong = ["", "a/b", "한국", "a b", "../a", &long];
    let mut wrong: Vec<_> = wrong
        .iter()
        .map(|id| record(&fixture, id, at, json!({})))
        .collect();
    wrong.extend([json!([]), json!(1), Value::Null].map(|body| record(&fixture, "a", at, body)));
    for record in wrong {
        let answer = store.put_record(&record, deadline()).await;
        assert!(
            matches!(answer, Err(StoreError::Invalid(_))),
            "{record:?}: {answer:?}"
        );
    }
    let longest = record(&fixture, &"a".repeat(128), at, json!({}));
    put(&fixture, &[longest]).await;
}
