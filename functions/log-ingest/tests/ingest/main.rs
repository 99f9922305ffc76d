//! log-ingest from the payload to the store: nothing is lost, nothing is doubled, and the report
//! says what became of each event.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

use std::{sync::Arc, time::Duration};

use embedded_store::EmbeddedStore;
use jiff::Timestamp;
use log_ingest::{Config, Context, IngestError, IngestReport};
use proptest::prelude::*;
use serde_json::Value;
use shared::{
    deadline::Deadline,
    env::{Settings, names},
    invocation::Invocation,
    log_store::{LogSearch, LogStore, SearchQuery},
    model::{level::Level, log::LogDocument, window::Window},
};
use shared_tests::{log_store::failing::FailingStore, subscription};

mod read_batch;

const NOW: &str = "2026-11-24T01:00:00Z";

fn invocation() -> Invocation {
    Invocation {
        request_id: "test".to_owned(),
        now: NOW.parse().expect("instant"),
        deadline: Deadline::after(Duration::from_mins(1)),
    }
}

/// The payload of these events.
fn payload_of(events: &[Value]) -> String {
    subscription::payload("/ecs/gm-tool", "task/1", events)
}

/// What becomes of the event of a subscription.
async fn handle(
    payload: &str,
    context: &Context,
    invocation: &Invocation,
) -> Result<IngestReport, IngestError> {
    let answer = log_ingest::handle(payload, context, invocation).await?;
    assert_eq!(answer.batch, None);
    Ok(answer.report)
}

/// A payload of events with ids of their own, a second apart.
fn payload<T: AsRef<str>>(messages: &[T]) -> String {
    let start: Timestamp = "2026-11-24T00:00:00Z".parse().expect("instant");
    let events: Vec<_> = (0_i64..)
        .zip(messages)
        .map(|(number, message)| {
            let time = start.as_millisecond() + number * 1000;
            subscription::log_event(&format!("event-{number}"), time, message.as_ref())
        })
        .collect();
    payload_of(&events)
}

fn context_on(store: Arc<dyn LogStore>, settings: &[(&str, &str)]) -> Context {
    let mut settings = Settings::from_pairs(settings.iter().copied());
    let config = Config::read(&mut settings);
    settings.finish().expect("valid settings");
    Context::new(store, config).expect("valid rules")
}

async fn new_store() -> Arc<dyn LogStore> {
    let store = EmbeddedStore::in_memory().expect("a store");
    store
        .prepare(invocation().deadline)
        .await
        .expect("prepared");
    Arc::new(store)
}

/// All documents of the service, in the order of their times.
async fn stored(store: &dyn LogStore) -> Vec<LogDocument> {
    let deadline = invocation().deadline;
    let service = "gm-tool".parse().expect("service");
    store.refresh(&service, deadline).await.expect("refreshed");
    let at = |text: &str| text.parse().expect("instant");
    let search = LogSearch {
        service,
        window: Window::new(at("2026-11-01T00:00:00Z"), at("2026-12-01T00:00:00Z"))
            .expect("window"),
        query: SearchQuery::all(),
        limit: 10_000,
    };
    let mut found = store.search(&search, deadline).await.expect("found");
    found.reverse();
    found
}

#[tokio::test]
async fn a_second_delivery_changes_nothing() {
    let store = new_store().await;
    let context = context_on(store.clone(), &[]);
    let payload = payload(&["[ERROR] one", "two", "two"]);
    let first = handle(&payload, &context, &invocation())
        .await
        .expect("ingested");
    let second = handle(&payload, &context, &invocation())
        .await
        .expect("ingested");
    assert_eq!((first.received, first.indexed, first.duplicates), (3, 3, 0));
    assert_eq!(
        (second.received, second.indexed, second.duplicates),
        (3, 0, 3)
    );
    let documents = stored(&*store).await;
    assert_eq!(documents.len(), 3);
    let first = &documents.first().expect("a document");
    assert_eq!((first.level, first.message.as_str()), (Level::Error, "one"));
    assert_eq!(first.original.as_deref(), Some("[ERROR] one"));
    assert_eq!(first.timestamp.to_string(), "2026-11-24T00:00:00Z");
    assert_eq!(first.ingested_at.to_string(), NOW);
    assert_eq!(&*first.source.log_group, "/ecs/gm-tool");
}

#[tokio::test]
async fn events_with_one_id_and_different_messages_are_all_stored() {
    let store = new_store().await;
    let context = context_on(store.clone(), &[]);
    let event = |message| subscription::log_event("", 1_795_480_255_638, message);
    let payload = payload_of(&[event("a"), event("b")]);
    let report = handle(&payload, &context, &invocation()).await;
    assert_eq!(report.expect("ingested").indexed, 2);
}

#[tokio::test]
async fn what_the_settings_do_not_want_is_filtered_and_counted() {
    let store = new_store().await;
    let settings = [
        (names::INGEST_MIN_LEVEL, "info"),
        (names::INGEST_EXCLUDE, "^GET /health"),
    ];
    let context = context_on(store.clone(), &settings);
    let payload = payload(&["[DEBUG] x", "GET /health 200", "[WARN] kept"]);
    let report = handle(&payload, &context, &invocation())
        .await
        .expect("ingested");
    assert_eq!(
        (report.received, report.indexed, report.filtered),
        (3, 1, 2)
    );
    assert_eq!(stored(&*store).await.first().expect("one").message, "kept");
}

#[tokio::test]
async fn the_own_log_group_is_never_stored() {
    let store = new_store().await;
    let context = context_on(
        store.clone(),
        &[(names::AWS_LAMBDA_LOG_GROUP_NAME, "/ecs/gm-tool")],
    );
    let report = handle(&payload(&["one"]), &context, &invocation())
        .await
        .expect("answered");
    assert_eq!((report.received, report.filtered), (1, 1));
    assert!(stored(&*store).await.is_empty());
}

#[tokio::test]
async fn what_the_store_refuses_is_kept_as_a_dead_letter() {
    let store = Arc::new(FailingStore::new(new_store().await));
    let context = context_on(store.clone(), &[]);
    let payload = payload(&["fine", "refuse this", "fine too"]);
    let report = handle(&payload, &context, &invocation())
        .await
        .expect("ingested");
    let expected = IngestReport {
        received: 3,
        indexed: 2,
        dead_lettered: 1,
        without_level: 3,
        without_time: 3,
        unrecognised: 3,
        ..IngestReport::default()
    };
    assert_eq!(report, expected);
    let letters = store.letters();
    let letter = letters.first().expect("a letter");
    assert!(letter.document.contains("refuse this"), "{letter:?}");
    assert_eq!(letter.reason, "refused by the test");
}

#[tokio::test]
async fn a_store_that_fails_fails_the_invocation() {
    let store = Arc::new(FailingStore::new(new_store().await));
    let context = context_on(store.clone(), &[]);
    let error = handle(&payload(&["break down"]), &context, &invocation()).await;
    let error = error.expect_err("the store is down");
    assert!(error.is_retryable(), "{error}");
    let error = handle("{}", &context, &invocation())
        .await
        .expect_err("no event");
    assert!(!error.is_retryable(), "{error}");
}

#[tokio::test]
async fn a_message_that_is_too_long_is_cut_at_a_character_and_says_so() {
    let store = new_store().await;
    let context = context_on(store.clone(), &[(names::INGEST_MAX_MESSAGE_BYTES, "256")]);
    let long = "가".repeat(1000);
    let payload = payload(&[long.clone(), format!("[ERROR] {long}")]);
    handle(&payload, &context, &invocation())
        .await
        .expect("ingested");
    let documents = stored(&*store).await;
    for document in &documents {
        assert_eq!(document.message.chars().count(), 85);
        assert_eq!(document.message_bytes, Some(3000));
    }
    let last = documents.last().expect("two");
    assert!(last.original.as_ref().is_some_and(|text| text.len() <= 256));
    assert_eq!(last.remarks, ["the original was cut; it had 3008 bytes"]);
}

#[tokio::test]
async fn secrets_are_redacted_wherever_a_line_holds_them() {
    let store = new_store().await;
    let context = context_on(store.clone(), &[(names::REDACT_EMAILS, "true")]);
    let key = "AKIAIOSFODNN7EXAMPLE";
    let lines = [
        format!(
            r#"{{"level":"info","message":"key {key}","timestamp":"2026-11-24T00:00:00Z","metadata":{{"password":"hunter2","deep":[{{"x":"{key}"}}]}}}}"#
        ),
        format!("[ERROR] \u{1b}[31mkey\u{1b}[0m {key} password=hunter2"),
        format!("level=info msg=\"key {key}\" password=hunter2"),
        format!(
            r#"2026-11-24T00:00:00.000Z	79b4f56e-95b1-4643-9700-2807f4e68189	INFO	{{"message":"{{\"password\":\"hunter2\",\"k\":\"{key}\"}}"}}"#
        ),
        format!(
            r#"{{"msg":"x","userId":"{key}","path":"/a/{key}","duration":1,"url":"/x?password=hunter2"}}"#
        ),
        "mail gm-001@gm.example.com, 이메일 a@b.kr".to_owned(),
    ];
    let report = handle(&payload(&lines), &context, &invocation())
        .await
        .expect("ingested");
    assert!(report.redactions >= 12, "{report:?}");
    for document in stored(&*store).await {
        let text = serde_json::to_string(&document).expect("JSON");
        for secret in [key, "hunter2", "gm.example.com", "@b.kr"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert!(document.redactions > 0, "{text}");
    }
}

#[tokio::test]
async fn a_time_that_cannot_be_is_replaced_by_cloudwatchs_and_noted() {
    let store = new_store().await;
    let context = context_on(store.clone(), &[]);
    let lines = [r#"{"level":"loud","message":"x","timestamp":"1999-01-01T00:00:00Z"}"#];
    handle(&payload(&lines), &context, &invocation())
        .await
        .expect("ingested");
    let documents = stored(&*store).await;
    let document = documents.first().expect("one");
    assert_eq!(document.timestamp.to_string(), "2026-11-24T00:00:00Z");
    assert_eq!(
        (document.level, document.level_original.as_deref()),
        (Level::Unknown, Some("loud"))
    );
    assert_eq!(
        document.remarks,
        [
            "the level \"loud\" is unknown",
            "the entry's own time \"1999-01-01T00:00:00Z\" is too far from CloudWatch's, which is \
             taken instead",
        ]
    );
}

#[tokio::test]
async fn a_duration_that_counts_in_no_statistics_is_noted() {
    let store = new_store().await;
    let context = context_on(store.clone(), &[]);
    let line = |duration| format!(r#"{{"method":"GET","path":"/a","durationMs":{duration}}}"#);
    handle(
        &payload(&["0", "12.5", "1e12", "1e-9"].map(line)),
        &context,
        &invocation(),
    )
    .await
    .expect("ingested");
    let documents = stored(&*store).await;
    assert_eq!(documents.len(), 4);
    for document in documents {
        let duration = document
            .request
            .expect("a request")
            .duration
            .expect("a duration");
        let is_plausible = duration == 0.0 || (duration - 12.5).abs() < f64::EPSILON;
        let said =
            format!("the duration of {duration:e} ms is implausible and counts in no statistics");
        let expected = if is_plausible { vec![] } else { vec![said] };
        assert_eq!(document.remarks, expected);
    }
}

#[tokio::test]
async fn a_large_payload_is_stored_whole_in_parts_of_bounded_size() {
    let lines: Vec<String> = (0..12_345).map(|number| format!("line {number}")).collect();
    let long = ["x".repeat(8 * 1024 * 1024 + 1), "short".to_owned()];
    for (messages, calls) in [(lines.as_slice(), &[10_000, 2_345][..]), (&long, &[2])] {
        let store = Arc::new(FailingStore::new(new_store().await));
        let context = context_on(store.clone(), &[]);
        let report = handle(&payload(messages), &context, &invocation())
            .await
            .expect("ingested");
        let count = messages.len() as u64;
        assert_eq!((report.received, report.indexed), (count, count));
        assert_eq!(store.calls(), calls);
    }
}

/// Any bytes as CloudWatch would carry them, and the beginnings of all that is parsed.
fn any_message() -> impl Strategy<Value = String> {
    let bytes = proptest::collection::vec(any::<u8>(), 0..200)
        .prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text = any::<String>();
    let json = r#"\{"(level|message|msg|metadata|time|log|type|record)":("x"|1|null|\{\}|\[1\]|"\{\\"a\\":1\}")(,"(a|level|metadata)":("\\ud800"|\{"b":\[\]\}|-1e400))?\}?"#;
    let beginnings = r"(\[ERROR\] |REPORT RequestId: |level=info |2026-11-24T00:30:55.638Z|\x1b\[31m|\t|START |E1124 |error: ){0,4}.{0,30}";
    prop_oneof![bytes, text, json, beginnings]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_event_is_lost_and_none_is_doubled(
        messages in proptest::collection::vec(any_message(), 1..40), twice in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let store = new_store().await;
            let context = context_on(store.clone(), &[]);
            let payload = payload(&messages);
            for _ in 0..=u8::from(twice) {
                let report = handle(&payload, &context, &invocation()).await.expect("ingested");
                assert_eq!(report.received, messages.len() as u64);
                let dealt_with =
                    report.indexed + report.duplicates + report.joined + report.dead_lettered;
                assert_eq!(report.received, dealt_with);
                assert_eq!((report.filtered, report.dead_lettered), (0, 0));
            }
            assert_eq!(stored(&*store).await.len(), messages.len());
        });
    }
}
