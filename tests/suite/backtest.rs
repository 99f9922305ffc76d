//! A backtest reads each store, writes to none, and finds the same alerts on all of them.

use std::{fs, process::Command, sync::Arc, time::Duration};

use bongsu_tests::{packages, servers};
use embedded_store::EmbeddedStore;
use incident_benchmark::{history::SimulatedHistory, profile::SERVICES};
use jiff::Timestamp;
use log_analysis::{
    Config, Context,
    backtest::{self, Backtest},
};
use serde_json::Value;
use shared::{
    env::{Settings, names},
    log_store::LogStore,
    model::{
        alert::{AlertStatus, AlertType},
        service::ServiceName,
        window::Window,
    },
};

use crate::documents::{new_service, soon, store};

/// What is compared of an alert: an estimate may be in its text.
type Found = (Timestamp, AlertType, Option<AlertStatus>, Option<String>);

/// Three days of a service, with incidents on the third.
fn history() -> SimulatedHistory {
    let game = SERVICES.into_iter().find(|profile| profile.name == "game");
    SimulatedHistory::new(game.expect("the service"), 1, 3)
}

async fn fill(store: &dyn LogStore, service: &ServiceName) -> Window {
    let mut documents = Vec::new();
    let history = history();
    let span = Window::new(history.calendar.at_minute(0), history.calendar.end());
    for (_, window) in history {
        documents.extend(window);
        if documents.len() > 2_000 {
            store
                .index(service, &documents, soon())
                .await
                .expect("stored");
            documents.clear();
        }
    }
    store
        .index(service, &documents, soon())
        .await
        .expect("stored");
    store.refresh(service, soon()).await.expect("refreshed");
    span.expect("some days")
}

async fn found(store: Arc<dyn LogStore>, service: &ServiceName, span: Window) -> Vec<Found> {
    let pairs = [(names::SERVICE_NAME, service.as_str())];
    let config = Config::read(&mut Settings::from_pairs(pairs));
    let windows = backtest::windows(span, config.window, config.settle, Timestamp::MAX);
    let backtest = Backtest::new(&Context::new(store, config));
    let mut found = Vec::new();
    for window in windows {
        let run = backtest.run(window, Duration::from_mins(1)).await;
        let run = run.expect("analysed");
        for alert in run.alerts {
            let key = alert.dedup_key.map(|key| key.replace(service.as_str(), ""));
            found.push((run.at, alert.kind, alert.status, key));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_store_gives_the_same_alerts_to_a_user_who_may_only_read() {
    let service = new_service("backtest");
    let embedded = EmbeddedStore::in_memory().expect("a store");
    embedded.prepare(soon()).await.expect("prepared");
    let span = fill(&embedded, &service).await;
    let expected = found(Arc::new(embedded), &service, span).await;
    assert!(!expected.is_empty());
    let servers = [servers::elasticsearch(), servers::opensearch()];
    for server in servers.into_iter().flatten() {
        let prepared = store(&server.settings());
        prepared.prepare(soon()).await.expect("prepared");
        fill(&prepared, &service).await;
        let reader = match &server.reader {
            Some((user, password)) => {
                let mut settings = server.address();
                settings.push((names::ELASTICSEARCH_USERNAME, user));
                settings.push((names::ELASTICSEARCH_PASSWORD, password.expose()));
                store(&settings)
            }
            None => prepared,
        };
        let found = found(Arc::new(reader), &service, span).await;
        assert_eq!(found, expected, "{}", server.url);
    }
}

#[tokio::test]
async fn the_command_leaves_the_file_as_it_is_and_creates_none() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("store.sqlite");
    let run = |arguments: &[&str]| {
        let output = Command::new(packages::bongsu())
            .arg("--store")
            .arg(&path)
            .args([
                "backtest",
                "--service",
                "game",
                "--from",
                "2026-11-01T15:00:00Z",
            ])
            .args(arguments)
            .env_clear()
            .output()
            .expect("run");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        (output.status.code(), text, errors)
    };
    let to = ["--to", "2026-11-04T15:00:00Z"];
    let (code, text, _) = run(&to);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("There were no entries"), "{text}");
    assert_eq!(directory.path().read_dir().expect("readable").count(), 0);

    let service = "game".parse().expect("a name");
    {
        let store = EmbeddedStore::open(&path).expect("a store");
        store.prepare(soon()).await.expect("prepared");
        fill(&store, &service).await;
    }
    let before = fs::read(&path).expect("the file");
    let (code, text, _) = run(&to);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("288 runs over 3 days"), "{text}");
    let (code, lines, errors) = run(&[&to[..], &["--json"]].concat());
    assert_eq!(code, Some(0), "{errors}");
    assert!(errors.contains("288 runs over 3 days"), "{errors}");
    assert!(
        fs::read(&path).expect("the file") == before,
        "the file has changed"
    );
    assert_eq!(directory.path().read_dir().expect("readable").count(), 1);

    let keys = [
        "at", "dedupKey", "kind", "status", "title", "type", "window",
    ];
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let mut found: Vec<&String> = line.as_object().expect("an object").keys().collect();
        found.sort();
        assert_eq!(found, keys, "{line}");
    }
    assert!(lines.lines().count() > 0);

    for (arguments, code) in [
        (&["--to", "2026-11-01T15:10:00Z"][..], Some(2)),
        (&["--to", "2026-10-01"], Some(2)),
        (&["--to", "soon"], Some(2)),
    ] {
        assert_eq!(run(arguments).0, code, "{arguments:?}");
    }
}
