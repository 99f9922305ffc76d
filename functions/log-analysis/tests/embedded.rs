//! log-analysis over a store that really counts.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use embedded_store::EmbeddedStore;
use jiff::Timestamp;
use log_analysis::{AnalysisError, Config, Context, handle};
use shared::{
    deadline::Deadline,
    env::{Settings, names},
    invocation::Invocation,
    log_store::{LogStore, Record, RecordKind},
    model::{
        analysis::{AnalysisStatus, LogAnalysis, NoveltyUnknown},
        level::Level,
        log::{LogDocument, Request},
        own_metrics,
        service::ServiceName,
        window::Window,
    },
};
use shared_tests::log_store::failing::{FailingStore, StoreFault};

/// The run of 00:32 looks at 00:15 to 00:30.
const EVENT: &str =
    r#"{"source":"aws.events","detail-type":"Scheduled Event","time":"2026-11-24T00:32:10Z"}"#;
const BY_HAND: &str = r#"{"start":"2026-11-24T00:15:00Z","end":"2026-11-24T00:30:00Z"}"#;

fn deadline() -> Deadline {
    Deadline::after(Duration::from_secs(30))
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("instant")
}

fn service() -> ServiceName {
    "gm-tool".parse().expect("service")
}

async fn store() -> Arc<EmbeddedStore> {
    let store = EmbeddedStore::in_memory().expect("a store");
    store.prepare(deadline()).await.expect("prepared");
    Arc::new(store)
}

fn context(store: Arc<dyn LogStore>, environment: Option<&str>) -> Context {
    let pairs = [
        (names::SERVICE_NAME, "gm-tool"),
        (names::ENVIRONMENT, environment.unwrap_or_default()),
    ];
    let mut settings = Settings::from_pairs(pairs);
    let config = Config::read(&mut settings);
    settings.finish().expect("valid settings");
    Context::new(store, config)
}

async fn run(event: &str, context: &Context) -> Result<LogAnalysis, AnalysisError> {
    let invocation = Invocation {
        request_id: "a run".to_owned(),
        now: at("2026-11-24T00:32:11Z"),
        deadline: deadline(),
    };
    handle(event, context, &invocation).await
}

fn document(time: &str, level: Level, message: &str) -> LogDocument {
    LogDocument {
        level,
        pattern: message.replace(|c: char| c.is_ascii_digit(), "#"),
        environment: Some("production".into()),
        correlation_id: Some("c7ce".to_owned()),
        user_id: Some("gm-027".to_owned()),
        ..LogDocument::new(
            "gm-tool",
            format!("{time}-{message}").replace(|c: char| !c.is_ascii_alphanumeric(), "-"),
            at(time),
            message,
        )
    }
}

fn request(time: &str, path: &str, duration: f64) -> LogDocument {
    LogDocument {
        request: Some(Request {
            method: Some("GET".into()),
            path: Some(path.to_owned()),
            route: Some(path.to_owned()),
            endpoint: Some(format!("GET {path}")),
            status_code: Some(200),
            duration: Some(duration),
            client: None,
        }),
        ..document(time, Level::Info, &format!("GET {path}"))
    }
}

async fn index(store: &dyn LogStore, documents: &[LogDocument]) {
    let outcome = store
        .index(&service(), documents, deadline())
        .await
        .expect("indexed");
    assert_eq!(outcome.created, documents.len() as u64);
}

async fn records(store: &dyn LogStore) -> Vec<Record> {
    let all = Window {
        start: at("2026-11-01T00:00:00Z"),
        end: at("2026-12-01T00:00:00Z"),
    };
    let found = store
        .records(RecordKind::Analysis, &service(), all, 100, deadline())
        .await;
    found.expect("records")
}

/// Two errors, one of them known, and a slow request.
fn busy() -> Vec<LogDocument> {
    vec![
        document("2026-11-23T12:00:00Z", Level::Error, "player 7 not found"),
        document("2026-11-24T00:14:59.999Z", Level::Info, "before"),
        document("2026-11-24T00:15:00Z", Level::Error, "player 8 not found"),
        document("2026-11-24T00:20:00Z", Level::Fatal, "pool exhausted"),
        request("2026-11-24T00:21:00Z", "/api/slow", 1_500.0),
        request("2026-11-24T00:22:00Z", "/api/fast", 5.0),
        document("2026-11-24T00:30:00Z", Level::Error, "after"),
    ]
}

#[tokio::test]
async fn a_scheduled_run_counts_its_window_and_keeps_the_analysis() {
    let store = store().await;
    index(&*store, &busy()).await;
    let analysis = run(EVENT, &context(store.clone(), None))
        .await
        .expect("analysed");
    assert_eq!(analysis.status, AnalysisStatus::Answered);
    assert_eq!((analysis.total_count, analysis.error_count), (4, 2));
    assert_eq!(analysis.error_rate, Some(0.5));
    assert!(analysis.settled && analysis.below_min_sample);
    let shown: Vec<_> = analysis
        .top_errors
        .iter()
        .map(|error| (error.message.as_str(), error.example.as_str(), error.is_new))
        .collect();
    assert_eq!(
        shown,
        [
            ("player # not found", "player 8 not found", Some(false)),
            ("pool exhausted", "pool exhausted", Some(true)),
        ]
    );
    assert_eq!(analysis.new_error_count, Some(1));
    let slow = analysis.slow_requests.first().expect("a slow route");
    assert_eq!(
        (slow.path.as_str(), slow.below_min_sample),
        ("/api/slow", true)
    );
    assert_eq!(analysis.previous.total_count, 1);
    assert_eq!(
        analysis.change.expect("a change").total_count.relative,
        Some(3.0)
    );
    assert_eq!(
        analysis.timeline.iter().map(|part| part.total).sum::<u64>(),
        4
    );

    let kept = records(&*store).await;
    let [record] = &kept[..] else {
        panic!("one record, not {kept:?}");
    };
    assert_eq!(record.id, "20261124T001500Z-20261124T003000Z");
    assert_eq!(analysis.record_id.as_deref(), Some(record.id.as_str()));
    assert_eq!(record.timestamp, analysis.window.start);
    let body: LogAnalysis = serde_json::from_value(record.body.clone()).expect("an analysis");
    assert_eq!(body, analysis);
}

#[tokio::test]
async fn a_second_run_replaces_what_the_first_one_kept() {
    let store = store().await;
    index(&*store, &busy()).await;
    let context = context(store.clone(), None);
    run(EVENT, &context).await.expect("analysed");
    index(
        &*store,
        &[document("2026-11-24T00:25:00Z", Level::Info, "late")],
    )
    .await;
    run(EVENT, &context).await.expect("analysed again");
    let kept = records(&*store).await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].body["totalCount"], 5);
}

/// The lines of metrics that were published, of the only test that publishes.
static PUBLISHED: Mutex<Vec<String>> = Mutex::new(Vec::new());

#[tokio::test]
async fn the_metrics_of_a_window_are_published_once() {
    let store = store().await;
    index(&*store, &busy()).await;
    let publish = |line: &str| {
        PUBLISHED
            .lock()
            .expect("not poisoned")
            .push(line.to_owned());
    };
    let context = context(store.clone(), Some("production")).with_metrics(publish);
    run(EVENT, &context).await.expect("analysed");
    run(EVENT, &context).await.expect("analysed again");
    let by_hand = r#"{"start":"2026-11-24T00:15:00Z","end":"2026-11-24T00:20:00Z"}"#;
    run(by_hand, &context).await.expect("analysed by hand");
    let lines = PUBLISHED.lock().expect("not poisoned").clone();
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line: serde_json::Value = serde_json::from_str(&lines[0]).expect("JSON");
    insta::assert_json_snapshot!(line);
    let definition = &line["_aws"]["CloudWatchMetrics"][0];
    for name in own_metrics::ALL {
        let metrics = definition["Metrics"].as_array().expect("metrics");
        let is_defined = metrics.iter().any(|metric| metric["Name"] == name);
        // A window without requests has counts and nothing else.
        assert_eq!(is_defined, line[name].is_number(), "{name}");
    }
    assert_eq!(
        definition["Dimensions"][0],
        serde_json::json!(own_metrics::DIMENSIONS)
    );
}

#[tokio::test]
async fn by_hand_nothing_is_kept_unless_it_is_asked_for() {
    let store = store().await;
    index(&*store, &busy()).await;
    let context = context(store.clone(), None);
    let analysis = run(BY_HAND, &context).await.expect("analysed");
    assert_eq!((analysis.total_count, analysis.record_id), (4, None));
    assert!(records(&*store).await.is_empty());

    let unsettled = r#"{"start":"2026-11-24T00:20:00Z","end":"2026-11-24T00:32:00Z","store":true}"#;
    let analysis = run(unsettled, &context).await.expect("analysed");
    assert!(!analysis.settled);
    assert_eq!(records(&*store).await.len(), 1);
}

#[tokio::test]
async fn environments_are_analysed_and_kept_apart() {
    let store = store().await;
    index(&*store, &busy()).await;
    let production = context(store.clone(), Some("production"));
    let staging = context(store.clone(), Some("staging"));
    assert_eq!(
        run(EVENT, &production).await.expect("analysed").total_count,
        4
    );
    let quiet = run(EVENT, &staging).await.expect("analysed");
    assert_eq!(
        (quiet.status, quiet.total_count),
        (AnalysisStatus::NoLogs, 0)
    );
    assert_eq!(records(&*store).await.len(), 2);
}

#[tokio::test]
async fn four_kinds_of_nothing_are_four_answers() {
    let store = store().await;
    let context = context(store.clone(), None);
    let status = async || run(EVENT, &context).await.expect("analysed").status;
    assert_eq!(status().await, AnalysisStatus::MissingIndex);
    index(
        &*store,
        &[document(
            "2026-11-24T09:00:00Z",
            Level::Info,
            "later that day",
        )],
    )
    .await;
    assert_eq!(status().await, AnalysisStatus::NoLogs);
    index(
        &*store,
        &[document("2026-11-24T00:20:00Z", Level::Info, "hello")],
    )
    .await;
    let analysis = run(EVENT, &context).await.expect("analysed");
    assert_eq!(analysis.status, AnalysisStatus::NoRequests);
    assert_eq!(analysis.new_errors_unknown, Some(NoveltyUnknown::NoHistory));
    index(&*store, &[request("2026-11-24T00:21:00Z", "/", 5.0)]).await;
    assert_eq!(status().await, AnalysisStatus::Answered);

    let limping = self::context(
        Arc::new(FailingStore::with_fault(store.clone(), StoreFault::Shard)),
        None,
    );
    let analysis = run(EVENT, &limping).await.expect("analysed");
    assert_eq!(analysis.status, AnalysisStatus::Incomplete);
    assert_eq!(analysis.failures, ["shard 0: timed out"]);
    assert_eq!(analysis.record_id, None);
    // The whole analysis that an earlier run kept is still there.
    let kept = records(&*store).await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].body["status"], "answered");
}

#[tokio::test]
async fn an_analysis_that_cannot_be_kept_fails_and_a_retry_may_help() {
    let store = store().await;
    let full = context(
        Arc::new(FailingStore::with_fault(store, StoreFault::Records)),
        None,
    );
    let error = run(EVENT, &full).await.expect_err("not kept");
    assert!(matches!(error, AnalysisError::Record(_)), "{error:?}");
    assert!(error.is_retryable());
    let error = run("{}", &full).await.expect_err("no event");
    assert!(matches!(error, AnalysisError::Event(_)), "{error:?}");
    assert!(!error.is_retryable());
}
