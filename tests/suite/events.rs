//! Gives every event in `events/` to the real handlers, since the documentation and
//! `cargo lambda invoke --data-file` use these files.

use std::{collections::BTreeSet, error::Error, fs, io::Read as _, path::PathBuf, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use embedded_store::EmbeddedStore;
use flate2::read::GzDecoder;
use serde_json::Value;
use shared::{
    env::{Settings, names},
    invocation::Invocation,
    log_store::{LogSearch, LogStore, SearchQuery},
    model::{log::LogDocument, window::Window},
};

use crate::documents::{instant, soon};

mod alerts;
mod batches;
mod dashboard;
mod metrics;
mod mixed;

/// The result of log-ingest for each event: the number of stored log events, or words of the error.
const INGESTED: [(&str, Result<u64, &str>); 11] = [
    ("cloudwatch-logs", Ok(6)),
    ("control-message", Ok(0)),
    ("mixed-formats", Ok(mixed::EXPECTED.len() as u64)),
    ("empty-batch", Err("has no log events")),
    ("impossible-timestamp", Err("outside of representable time")),
    ("not-base64", Err("not base64")),
    ("not-gzip", Err("not a whole gzip stream")),
    ("not-json", Err("no CloudWatch Logs message")),
    ("truncated", Err("not a whole gzip stream")),
    (
        "unknown-message-type",
        Err("messageType is \"PARTY_MESSAGE\""),
    ),
    ("unknown-trigger", Err("no CloudWatch Logs subscription")),
];

/// The last settled quarter of an hour at 00:47:24.
const SETTLED: (&str, &str) = ("2026-11-24T00:30:00Z", "2026-11-24T00:45:00Z");
/// The window of the manual event.
const BY_HAND: (&str, &str) = ("2026-11-24T00:33:24Z", "2026-11-24T00:34:24Z");

/// A window and its number of entries from `cloudwatch-logs`, or words of the error.
type Analysed = Result<((&'static str, &'static str), u64), &'static str>;

/// The result of log-analysis for each event, after `cloudwatch-logs` was ingested.
const ANALYSED: [(&str, Analysed); 8] = [
    ("eventbridge-rule", Ok((SETTLED, 6))),
    ("scheduler", Ok((SETTLED, 6))),
    ("scheduler-input", Ok((SETTLED, 6))),
    ("window", Ok((BY_HAND, 5))),
    ("backwards-window", Err("must end after it starts")),
    ("half-window", Err("`end` of the event is missing")),
    (
        "impossible-time",
        Err("`scheduledTime` of the event is \"teatime\""),
    ),
    (
        "unknown-trigger",
        Err("an object with the keys \"awslogs\""),
    ),
];

fn directory() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../events"))
}

/// The names of all events, without `.json`.
fn events() -> BTreeSet<String> {
    let entries = fs::read_dir(directory()).expect("events/");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    names
        .filter_map(|name| Some(name.to_str()?.strip_suffix(".json")?.to_owned()))
        .collect()
}

fn read(event: &str) -> String {
    let path = directory().join(format!("{event}.json"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The unpacked JSON in the data of a subscription event, if there is any.
fn unpacked(event: &str) -> Option<Value> {
    let event: Value = serde_json::from_str(event).ok()?;
    let packed = STANDARD.decode(event["awslogs"]["data"].as_str()?).ok()?;
    let mut text = String::new();
    GzDecoder::new(packed.as_slice())
        .read_to_string(&mut text)
        .ok()?;
    serde_json::from_str(&text).ok()
}

#[test]
fn every_event_has_a_test() {
    let ingested = INGESTED
        .iter()
        .map(|(case, _)| format!("log-ingest.{case}"));
    let batches = batches::INGESTED
        .iter()
        .map(|batch| format!("log-ingest.{}", batch.case));
    let analysed = ANALYSED
        .iter()
        .map(|(case, _)| format!("log-analysis.{case}"));
    let deployed = dashboard::DEPLOYED
        .iter()
        .map(|(case, _)| format!("dashboard-deployment.{case}"));
    let collected = metrics::COLLECTED
        .iter()
        .map(|(case, _)| format!("metric-collection.{case}"));
    let sent = alerts::SENT
        .iter()
        .map(|(case, _)| format!("alert-fanout.{case}"))
        .chain(["alert-fanout.sweep".to_owned()]);
    let tested = ingested
        .chain(batches)
        .chain(analysed)
        .chain(deployed)
        .chain(collected)
        .chain(sent);
    let tested: BTreeSet<String> = tested.collect();
    let there: BTreeSet<String> = events()
        .into_iter()
        .filter(|event| !event.ends_with(".decoded"))
        .collect();
    assert_eq!(there, tested);
}

#[test]
fn an_encoded_event_equals_its_decoded_file() {
    let names = events();
    let is_twin = |name: &&String| name.ends_with(".decoded");
    for event in names.iter().filter(|name| !is_twin(name)) {
        let twin = format!("{event}.decoded");
        match unpacked(&read(event)) {
            Some(message) => {
                assert!(names.contains(&twin), "{event} has no decoded file");
                let readable: Value = serde_json::from_str(&read(&twin)).expect("JSON");
                assert_eq!(
                    message, readable,
                    "{event} differs from its decoded file: run `python3 events/encode.py`"
                );
            }
            None => assert!(!names.contains(&twin), "{event} is not encoded JSON"),
        }
    }
    for twin in names.iter().filter(is_twin) {
        let event = twin.trim_end_matches(".decoded");
        assert!(names.contains(event), "{twin} has no encoded event");
    }
}

async fn empty_store() -> Arc<dyn LogStore> {
    let store = EmbeddedStore::in_memory().expect("a store");
    store.prepare(soon()).await.expect("prepared");
    Arc::new(store)
}

fn config<C>(service: &str, read: impl Fn(&mut Settings) -> C) -> C {
    let mut settings = Settings::from_pairs([(names::SERVICE_NAME, service)]);
    let config = read(&mut settings);
    settings.finish().expect("valid settings");
    config
}

fn ingest_context(store: &Arc<dyn LogStore>, service: &str) -> log_ingest::Context {
    let config = config(service, log_ingest::Config::read);
    log_ingest::Context::new(store.clone(), config).expect("valid rules")
}

fn invocation() -> Invocation {
    Invocation {
        request_id: "event".to_owned(),
        now: instant("2026-11-24T00:47:25Z"),
        deadline: soon(),
    }
}

/// Every document of a service, in the order of the events.
async fn documents(store: &dyn LogStore, service: &str) -> Vec<LogDocument> {
    let window = Window::new(
        instant("2026-11-24T00:00:00Z"),
        instant("2026-11-25T00:00:00Z"),
    );
    let search = LogSearch {
        service: service.parse().expect("a service"),
        window: window.expect("a window"),
        query: SearchQuery::all(),
        limit: 1_000,
    };
    let found = store.search(&search, soon()).await;
    let mut documents = found.expect("documents");
    documents.sort_by(|a, b| a.event_id().cmp(b.event_id()));
    documents
}

#[tokio::test]
async fn log_ingest_accepts_or_refuses_each_event_as_expected() {
    for (case, expected) in INGESTED {
        let store = empty_store().await;
        let context = ingest_context(&store, "events");
        let event = read(&format!("log-ingest.{case}"));
        let answer = log_ingest::handle(&event, &context, &invocation()).await;
        match (answer, expected) {
            (Ok(answer), Ok(count)) => {
                let report = answer.report;
                assert_eq!((report.received, report.indexed), (count, count), "{case}");
                let again = log_ingest::handle(&event, &context, &invocation()).await;
                let again = again.expect("ingested again").report;
                assert_eq!((again.indexed, again.duplicates), (0, count), "{case}");
                let stored = documents(store.as_ref(), "events").await;
                assert_eq!(stored.len() as u64, count, "{case}");
            }
            (Err(error), Err(words)) => {
                let text = error_text(&error);
                assert!(text.contains(words), "{case}: {text}");
                assert!(documents(store.as_ref(), "events").await.is_empty());
            }
            (Ok(report), Err(words)) => {
                panic!("{case}: expected the error {words}, got {report:?}")
            }
            (Err(error), Ok(_)) => panic!("{case}: {}", error_text(&error)),
        }
    }
}

#[tokio::test]
async fn log_analysis_accepts_or_refuses_each_event_as_expected() {
    let store = empty_store().await;
    let context = ingest_context(&store, "gm-tool");
    let logs = read("log-ingest.cloudwatch-logs");
    let ingested = log_ingest::handle(&logs, &context, &invocation()).await;
    ingested.expect("ingested");
    let config = config("gm-tool", log_analysis::Config::read);
    let context = log_analysis::Context::new(store, config);
    for (case, expected) in ANALYSED {
        let event = read(&format!("log-analysis.{case}"));
        let answer = log_analysis::handle(&event, &context, &invocation()).await;
        match (answer, expected) {
            (Ok(analysis), Ok(((start, end), count))) => {
                let window = Window::new(instant(start), instant(end));
                assert_eq!(analysis.window, window.expect("a window"), "{case}");
                assert_eq!(analysis.total_count, count, "{case}");
                assert_eq!(analysis.error_count, 2, "{case}");
            }
            (Err(error), Err(words)) => {
                let text = error_text(&error);
                assert!(text.contains(words), "{case}: {text}");
            }
            (Ok(_), Err(words)) => panic!("{case}: expected the error {words}"),
            (Err(error), Ok(_)) => panic!("{case}: {}", error_text(&error)),
        }
    }
}

/// The text of an error with all its causes.
fn error_text(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
