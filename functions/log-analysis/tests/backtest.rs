//! A backtest sends what the schedule has sent, and writes nothing.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::{sync::Arc, time::Duration};

use embedded_store::EmbeddedStore;
use jiff::{SignedDuration, Timestamp};
use log_analysis::{
    Config, Context,
    backtest::{self, Backtest},
    handle,
};
use shared::{
    deadline::Deadline,
    env::{Settings, names},
    invocation::Invocation,
    log_store::LogStore,
    model::{alert::Alert, level::Level, log::LogDocument, service::ServiceName, window::Window},
};
use shared_tests::{
    alerts::RecordingPublisher,
    log_store::failing::{FailingStore, StoreFault},
};

const PATIENCE: Duration = Duration::from_secs(30);
const WINDOWS: i64 = 120;

fn soon() -> Deadline {
    Deadline::after(PATIENCE)
}

fn service() -> ServiceName {
    "gm-tool".parse().expect("a name")
}

fn config() -> Config {
    let mut settings = Settings::from_pairs([(names::SERVICE_NAME, "gm-tool")]);
    Config::read(&mut settings)
}

/// The start of a window by its number.
fn start(number: i64) -> Timestamp {
    let first: Timestamp = "2026-11-23T06:00:00Z".parse().expect("instant");
    first + SignedDuration::from_mins(15 * number)
}

fn span() -> Window {
    Window::new(start(0), start(WINDOWS)).expect("a span")
}

/// A store with thirty hours of logs: many errors for two hours, silence for one, a new error.
async fn history() -> Arc<EmbeddedStore> {
    let store = EmbeddedStore::in_memory().expect("a store");
    store.prepare(soon()).await.expect("prepared");
    let mut documents = Vec::new();
    for number in 0..WINDOWS {
        let (errors, total) = match number {
            40..48 => (20, 50),
            70..74 => (0, 0),
            100 => (3, 50),
            _ => (0, 50),
        };
        for position in 0..total {
            let at = start(number) + SignedDuration::from_secs(position * 7);
            let error = position < errors;
            documents.push(document(at, error, number));
        }
    }
    let indexed = store.index(&service(), &documents, soon()).await;
    assert_eq!(indexed.expect("indexed").created, documents.len() as u64);
    Arc::new(store)
}

fn document(at: Timestamp, error: bool, number: i64) -> LogDocument {
    let message = if error && number == 100 {
        "a new error"
    } else if error {
        "connection pool exhausted"
    } else {
        "all is well"
    };
    LogDocument {
        level: if error { Level::Error } else { Level::Info },
        ..LogDocument::new("gm-tool", at.as_millisecond().to_string(), at, message)
    }
}

/// The alerts of a backtest, with the number of its entries.
async fn backtested(store: Arc<dyn LogStore>) -> (Vec<Alert>, u64) {
    let config = config();
    let windows = backtest::windows(span(), config.window, config.settle, Timestamp::MAX);
    let backtest = Backtest::new(&Context::new(store, config.clone()));
    let (mut alerts, mut entries) = (Vec::new(), 0);
    for window in windows {
        let run = backtest.run(window, PATIENCE).await.expect("a run");
        assert_eq!(run.analysis.window, window);
        assert_eq!(run.at, window.end + config.settle);
        entries += run.analysis.total_count;
        alerts.extend(run.alerts);
    }
    (alerts, entries)
}

/// The schedule with its own records.
async fn scheduled(store: Arc<dyn LogStore>) -> Vec<Alert> {
    let config = config();
    let publisher = Arc::new(RecordingPublisher::default());
    let context = Context::new(store, config).with_publisher(publisher.clone());
    for number in 0..WINDOWS {
        let now = start(number + 1) + SignedDuration::from_mins(2);
        let invocation = Invocation {
            request_id: "a run".to_owned(),
            now,
            deadline: soon(),
        };
        let event = format!(r#"{{"scheduledTime":"{now}"}}"#);
        let run = handle(&event, &context, &invocation).await;
        run.expect("analysed");
    }
    publisher.take()
}

#[tokio::test]
async fn a_backtest_finds_the_alerts_that_the_schedule_has_sent() {
    let store = history().await;
    let (before, entries) = backtested(store.clone()).await;
    let sent = scheduled(store.clone()).await;
    assert!(sent.len() >= 4, "{sent:?}");
    assert_eq!(before, sent);
    assert_eq!(entries, 50 * (120 - 4));
    // The records of the schedule change nothing.
    assert_eq!(backtested(store).await.0, sent);
}

#[tokio::test]
async fn a_backtest_only_reads_entries() {
    let store = history().await;
    let reader = FailingStore::with_fault(store.clone(), StoreFault::OnlyEntries);
    let (alerts, _) = backtested(Arc::new(reader)).await;
    assert_eq!(alerts, backtested(store).await.0);
}
