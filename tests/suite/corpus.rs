//! Ingests and analyses a real log on every store and compares every number with
//! `oracle/count.py`, an independent implementation in Python.
//!
//! The log is the runner's sample, and also the longer one of the same service that `BONGSU_CORPUS`
//! names, if it is set.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bongsu::source::{event::Events, identity::EventIds, input::LogInput, stamp::EventStamps};
use bongsu_tests::{
    say,
    servers::{self, Server},
};
use embedded_store::EmbeddedStore;
use log_ingest::{IngestReport, read::ansi};
use serde_json::{Value, json};
use shared::{
    deadline::Deadline,
    env::{Settings, names},
    invocation::Invocation,
    log_store::LogStore,
    model::{analysis::LogAnalysis, service::ServiceName, window::Window},
};
use shared_tests::subscription;

use self::oracle::OracleCount;
use crate::documents::{instant, new_service, soon, store};

mod oracle;

/// The setting with the path of a longer log.
const CORPUS: &str = "BONGSU_CORPUS";

/// The whole log, the minute of the incident, and the minute before it.
const WINDOWS: [(&str, &str); 3] = [
    ("2026-11-24T00:30:00Z", "2026-11-24T00:36:00Z"),
    ("2026-11-24T00:33:24Z", "2026-11-24T00:34:24Z"),
    ("2026-11-24T00:32:24Z", "2026-11-24T00:33:24Z"),
];

/// The number of events in a payload of CloudWatch for a busy service.
const EVENTS_OF_A_PAYLOAD: usize = 2_000;

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_store_agrees_with_the_oracle_on_a_real_log() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = EmbeddedStore::open(&directory.path().join("store.sqlite")).expect("a store");
    store.prepare(soon()).await.expect("prepared");
    check_all_logs(Arc::new(store)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn elasticsearch_agrees_with_the_oracle_on_a_real_log() {
    on(servers::elasticsearch()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn opensearch_agrees_with_the_oracle_on_a_real_log() {
    on(servers::opensearch()).await;
}

async fn on(server: Option<&Server>) {
    let Some(server) = server else { return };
    let store = store(&server.settings());
    store.prepare(soon()).await.expect("prepared");
    check_all_logs(Arc::new(store)).await;
}

/// The logs to count.
fn logs() -> Vec<PathBuf> {
    let sample = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../local/runner/sample/gm-tool.jsonl.gz"
    );
    let mut logs = vec![PathBuf::from(sample)];
    let settings = Settings::from_process();
    if let Some(corpus) = settings.text(CORPUS) {
        assert!(
            Path::new(corpus).is_file(),
            "{CORPUS}={corpus}: the file does not exist"
        );
        logs.push(corpus.into());
    }
    logs
}

async fn check_all_logs(store: Arc<dyn LogStore>) {
    for log in logs() {
        let location = store.location();
        say(format_args!("counting {} in {location}", log.display()));
        Check::new(store.clone(), &log).run().await;
    }
}

/// One log in one store.
struct Check<'a> {
    store: Arc<dyn LogStore>,
    service: ServiceName,
    log: &'a Path,
}

impl<'a> Check<'a> {
    fn new(store: Arc<dyn LogStore>, log: &'a Path) -> Self {
        Self {
            store,
            service: new_service("corpus"),
            log,
        }
    }

    async fn run(&self) {
        let lines = oracle::count(self.log, None).total;
        assert!(lines > 9_000, "{} is too short", self.log.display());

        let report = self.ingest().await;
        assert_eq!((report.received, report.indexed), (lines, lines));
        let first = self.analyses().await;

        let report = self.ingest().await;
        assert_eq!((report.received, report.duplicates), (lines, lines));
        let second = self.analyses().await;
        assert_eq!(first, second, "ingesting again changed something");
    }

    /// Ingests the log in payloads of CloudWatch Logs.
    async fn ingest(&self) -> IngestReport {
        let context =
            log_ingest::Context::new(self.store.clone(), self.config(log_ingest::Config::read))
                .expect("valid rules");
        let input = LogInput::from(self.log.to_owned());
        let log_stream = input.base_name();
        let mut events = Events::new(input.open(None).expect("the log").reader);
        let otherwise = instant("2026-11-24T00:00:00Z");
        let mut stamps = EventStamps::new(EventIds::by_offset(&log_stream), otherwise);
        let mut all = Vec::new();
        while let Some(event) = events.next_event().expect("a line") {
            let line = ansi::strip(event.message.as_str().into());
            let stamp = stamps.next(&event, &context.line_reader().read(&line));
            all.push(subscription::log_event(
                &stamp.id,
                stamp.timestamp.as_millisecond(),
                &event.message,
            ));
        }
        let mut report = IngestReport::default();
        for part in all.chunks(EVENTS_OF_A_PAYLOAD) {
            let payload = subscription::payload("/ecs/gm-tool", &log_stream, part);
            let answer = log_ingest::handle(&payload, &context, &invocation()).await;
            report.merge(&answer.expect("ingested").report);
        }
        let accounted = report.indexed + report.duplicates + report.filtered + report.dead_lettered;
        assert_eq!(report.received, accounted, "{report:?}");
        let refreshed = self.store.refresh(&self.service, soon()).await;
        refreshed.expect("refreshed");
        report
    }

    /// Analyses every window and checks each analysis.
    async fn analyses(&self) -> Vec<Value> {
        let config = self.config(log_analysis::Config::read);
        let context = log_analysis::Context::new(self.store.clone(), config);
        let mut found = Vec::new();
        for (start, end) in WINDOWS {
            let event = json!({ "start": start, "end": end }).to_string();
            let answer = log_analysis::handle(&event, &context, &invocation()).await;
            let analysis = answer.expect("analysed");
            let window = Window::new(instant(start), instant(end)).expect("a window");
            self.check(window, &analysis);
            let analysis = serde_json::to_value(&analysis).expect("JSON");
            found.push(without_estimates(analysis));
        }
        found
    }

    fn check(&self, window: Window, analysis: &LogAnalysis) {
        assert_eq!(analysis.window, window);
        let count = oracle::count(self.log, Some(window));
        let previous = oracle::count(self.log, Some(window.previous()));
        count.assert_matches(analysis);
        previous.assert_is_previous_of(analysis);
        assert_is_filled(&count);
    }

    fn config<C>(&self, read: impl Fn(&mut Settings) -> C) -> C {
        let mut settings = Settings::from_pairs([(names::SERVICE_NAME, self.service.as_str())]);
        let config = read(&mut settings);
        settings.finish().expect("valid settings");
        config
    }
}

/// Checks that the oracle found something: it must not agree with a function that finds nothing.
fn assert_is_filled(count: &OracleCount) {
    assert!(count.total > 500 && count.errors > 10, "{count:?}");
    assert!(count.endpoints.len() > 5 && count.patterns.len() > 5);
    assert_eq!((count.distinct_users, count.users.len()), (60, 60));
}

/// An hour after the log, with a deadline for a development build.
fn invocation() -> Invocation {
    Invocation {
        request_id: "corpus".to_owned(),
        now: instant("2026-11-24T01:36:00Z"),
        deadline: Deadline::after(Duration::from_mins(2)),
    }
}

/// Removes the percentiles from an analysis, also those that are compared with a baseline: a cluster may
/// estimate them differently after it has merged segments.
fn without_estimates(analysis: Value) -> Value {
    const ESTIMATES: [&str; 7] = [
        "p50",
        "p95",
        "p99",
        "p50Duration",
        "p95Duration",
        "p99Duration",
        "approximate",
    ];
    match analysis {
        Value::Object(members) => {
            let is_latency = members.get("number") == Some(&json!("latency"));
            let is_estimate =
                |name: &str| ESTIMATES.contains(&name) || is_latency && name == "value";
            members
                .into_iter()
                .filter(|(name, _)| !is_estimate(name))
                .map(|(name, value)| (name, without_estimates(value)))
                .collect()
        }
        Value::Array(values) => values.into_iter().map(without_estimates).collect(),
        value => value,
    }
}
