//! Dead letters are replayed: stored once, under their ids, by the present parser.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops"
)]

use std::{sync::Arc, time::Duration};

use embedded_store::EmbeddedStore;
use log_ingest::{
    Config, Context, handle,
    letters::{ReplayCounts, document, replay},
};
use shared::{
    deadline::Deadline,
    env::{Settings, names},
    invocation::Invocation,
    log_store::{DeadLetter, DeadLetterPage, LogSearch, LogStore, SearchQuery},
    model::{level::Level, log::LogDocument, service::ServiceName, window::Window},
};
use shared_tests::{log_store::failing::FailingStore, subscription};

fn invocation() -> Invocation {
    Invocation {
        request_id: "test".to_owned(),
        now: "2026-11-24T00:00:10Z".parse().expect("an instant"),
        deadline: Deadline::after(Duration::from_mins(1)),
    }
}

fn service() -> ServiceName {
    "shop".parse().expect("a service")
}

fn day() -> Window {
    let at = |text: &str| text.parse().expect("an instant");
    Window::new(at("2026-11-24T00:00:00Z"), at("2026-11-25T00:00:00Z")).expect("a window")
}

fn context_on(store: Arc<dyn LogStore>, settings: &[(&str, &str)]) -> Context {
    let config = Config::read(&mut Settings::from_pairs(settings.iter().copied()));
    Context::new(store, config).expect("valid rules")
}

/// A store, and one over it that refuses messages with `refuse`.
async fn stores() -> (Arc<dyn LogStore>, Arc<dyn LogStore>) {
    let store = EmbeddedStore::in_memory().expect("a store");
    store
        .prepare(invocation().deadline)
        .await
        .expect("prepared");
    let store: Arc<dyn LogStore> = Arc::new(store);
    (store.clone(), Arc::new(FailingStore::new(store)))
}

/// Ingests lines of the first seconds of the day.
async fn ingest(store: Arc<dyn LogStore>, lines: &[&str]) {
    let events: Vec<_> = (0_i64..)
        .zip(lines)
        .map(|(number, line)| {
            let time = 1_795_478_400_000 + number * 1_000;
            subscription::log_event(&number.to_string(), time, line)
        })
        .collect();
    let payload = subscription::payload("/ecs/shop", "s", &events);
    let context = context_on(store, &[(names::ENVIRONMENT, "production")]);
    let answer = handle(&payload, &context, &invocation()).await;
    let report = answer.expect("an answer").report;
    assert_eq!(report.received, lines.len() as u64);
}

async fn letters(store: &dyn LogStore) -> Vec<DeadLetter> {
    let page = DeadLetterPage {
        service: service(),
        window: day(),
        after: None,
        limit: 100,
    };
    let letters = store.dead_letters(&page, invocation().deadline).await;
    letters.expect("letters")
}

async fn documents(store: &dyn LogStore) -> Vec<LogDocument> {
    let search = LogSearch {
        service: service(),
        window: day(),
        query: SearchQuery::all(),
        limit: 100,
    };
    let found = store.search(&search, invocation().deadline).await;
    found.expect("documents")
}

const LINES: [&str; 3] = [
    "2026-11-24T00:00:01Z ERROR refuse 결제 17",
    "2026-11-24T00:00:02Z INFO fine",
    r#"{"level":"warn","message":"refuse too","userId":"gm-7","password":"hunter2secret"}"#,
];

#[tokio::test]
async fn a_replay_stores_each_event_once_under_its_id_and_removes_its_letter() {
    let (store, refusing) = stores().await;
    ingest(refusing, &LINES).await;
    let kept = letters(&*store).await;
    assert_eq!(kept.len(), 2);
    let context = context_on(store.clone(), &[]);
    let replayed = replay(&service(), &kept, &context, &invocation()).await;
    let expected = ReplayCounts {
        stored: 2,
        ..ReplayCounts::default()
    };
    assert_eq!(replayed.expect("stored"), expected);
    assert_eq!(letters(&*store).await, []);
    let found = documents(&*store).await;
    assert_eq!(found.len(), 3);
    for letter in &kept {
        let document = found.iter().find(|document| document.id == letter.id);
        let document = document.expect("under its id");
        assert_eq!(document.timestamp, letter.timestamp);
        assert_eq!(document.environment.as_deref(), Some("production"));
    }
    // An interruption before the letters are removed: they are replayed again.
    let replayed = replay(&service(), &kept, &context, &invocation()).await;
    let expected = ReplayCounts {
        duplicates: 2,
        ..ReplayCounts::default()
    };
    assert_eq!(replayed.expect("stored"), expected);
    assert_eq!(documents(&*store).await.len(), 3);
}

#[tokio::test]
async fn a_replay_parses_the_line_with_the_present_settings() {
    let (store, refusing) = stores().await;
    ingest(refusing, &["refuse|결제|severe"]).await;
    let kept = letters(&*store).await;
    assert_eq!(
        kept[0].event.as_ref().map(|event| event.message.as_str()),
        Some("refuse|결제|severe")
    );
    let format = r#"[{"name":"pipes","pattern":"^(?<message>[^|]+\\|[^|]+)\\|(?<level>\\w+)$",
        "levels":{"severe":"fatal"}}]"#;
    let context = context_on(
        store.clone(),
        &[
            (names::INGEST_FORMATS, format),
            // What was accepted before is not filtered.
            (names::INGEST_EXCLUDE, "결제"),
        ],
    );
    let built = document(&kept[0], &service(), &context, &invocation()).expect("a document");
    // The filter sees the new message, and the stored document is kept.
    assert_eq!(built.message, "refuse|결제|severe");
    let context = context_on(store.clone(), &[(names::INGEST_FORMATS, format)]);
    let built = document(&kept[0], &service(), &context, &invocation()).expect("a document");
    assert_eq!(
        (built.message.as_str(), built.level),
        ("refuse|결제", Level::Fatal)
    );
}

#[tokio::test]
async fn what_fails_again_stays_with_its_new_reason() {
    let (store, refusing) = stores().await;
    ingest(refusing.clone(), &LINES).await;
    let mut kept = letters(&*store).await;
    "no JSON".clone_into(&mut kept[0].document);
    "an old reason".clone_into(&mut kept[1].reason);
    let service = service();
    let changed = store.replace_dead_letters(&service, &kept, invocation().deadline);
    changed.await.expect("replaced");
    let context = context_on(refusing, &[]);
    let replayed = replay(&service, &kept, &context, &invocation()).await;
    assert_eq!(replayed.expect("an answer").failed, 2);
    let after = letters(&*store).await;
    let reasons: Vec<&str> = after.iter().map(|letter| letter.reason.as_str()).collect();
    assert!(
        reasons[0].starts_with("the dead letter cannot be read: "),
        "{reasons:?}"
    );
    assert_eq!(reasons[1], "refused by the test");
    assert_eq!(after[1].event, kept[1].event, "the line is kept");
    assert_eq!(documents(&*store).await.len(), 1);
}

#[tokio::test]
async fn a_letter_holds_no_secret_of_its_line() {
    let (store, refusing) = stores().await;
    let lines = [
        "refuse password=hunter2secret",
        r#"{"message":"refuse","password":"hunter2secret","nested":{"api_key":"hunter2secret"}}"#,
        r#"2026-11-24T00:00:02Z INFO refuse {"password": "hunter2secret"}"#,
        "refuse \u{1b}[31mpass\u{1b}[0mword=hunter2secret",
        "refuse https://user:hunter2secret@example.com/",
    ];
    ingest(refusing, &lines).await;
    let kept = letters(&*store).await;
    assert_eq!(kept.len(), lines.len());
    for letter in kept {
        let text = serde_json::to_string(&letter).expect("JSON");
        assert!(!text.contains("hunter2secret"), "{text}");
    }
}
