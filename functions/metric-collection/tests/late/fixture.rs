//! A service whose values a test lets arrive, and its runs.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use embedded_store::EmbeddedStore;
use jiff::{SignedDuration, Timestamp};
use metric_collection::{
    CollectionReport, Config, Context, handle, record,
    source::{Measured, MetricSource, SourceError},
    span::Span,
};
use shared::{
    deadline::Deadline,
    env::{Settings, names},
    invocation::Invocation,
    log_store::{LogStore, RecordKind},
    model::{
        alert::{Alert, AlertStatus},
        metric::{Field, Quality, Scope, Source, Status, SystemMetrics},
        service::ServiceName,
        window::Window,
    },
};
use shared_tests::alerts::RecordingPublisher;

pub(crate) const PERIOD: SignedDuration = SignedDuration::from_mins(5);

/// The start of a window by its number.
pub(crate) fn start(number: i64) -> Timestamp {
    let first: Timestamp = "2026-11-24T00:00:00Z".parse().expect("instant");
    first + SignedDuration::from_mins(5 * number)
}

pub(crate) fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(30))
}

/// What the source knows at the time of a run: CPU usage by the number of the window.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) service: String,
    pub(crate) usage: BTreeMap<i64, f64>,
    pub(crate) fails: bool,
    /// How many windows each call asked for.
    pub(crate) calls: Vec<usize>,
}

#[derive(Debug, Default)]
pub(crate) struct LateSource(pub(crate) Mutex<Known>);

#[async_trait]
impl MetricSource for LateSource {
    async fn measure(&self, span: &Span, _deadline: Deadline) -> Result<Measured, SourceError> {
        let mut known = self.0.lock().expect("no panic");
        known.calls.push(span.buckets.len());
        if known.fails {
            return Err(SourceError::Unavailable {
                source_name: "the source",
                reason: "it is away".to_owned(),
            });
        }
        let service: ServiceName = known.service.parse().expect("a name");
        let measured = span.buckets.iter().map(|bucket| {
            let (source, scope) = (Source::CloudWatch, Scope::PerTaskAverage);
            let mut metrics = SystemMetrics::new(service.clone(), *bucket, source, scope);
            let number = bucket.start.duration_since(start(0)).as_mins() / 5;
            let value = known.usage.get(&number).copied();
            let quality = Quality {
                status: if value.is_some() {
                    Status::Ok
                } else {
                    Status::NoData
                },
                source: None,
                statistic: None,
                unit: "percent".to_owned(),
                time: None,
                reason: None,
            };
            metrics.set(Field::CpuUsage, value, quality);
            metrics
        });
        Ok(Measured {
            services: vec![measured.collect()],
            metrics_requested: 1,
            calls: 1,
        })
    }
}

/// A service whose values a test lets arrive.
pub(crate) struct LateFixture {
    store: Arc<EmbeddedStore>,
    pub(crate) source: Arc<LateSource>,
    publisher: Arc<RecordingPublisher>,
    pub(crate) thresholds: Option<&'static str>,
    pub(crate) alerts: Vec<Alert>,
}

impl LateFixture {
    pub(crate) async fn new() -> Self {
        let store = EmbeddedStore::in_memory().expect("a store");
        store.prepare(soon()).await.expect("prepared");
        let fixture = Self {
            store: Arc::new(store),
            source: Arc::default(),
            publisher: Arc::default(),
            thresholds: None,
            alerts: Vec::new(),
        };
        fixture.rename("gm-tool");
        fixture
    }

    pub(crate) fn rename(&self, service: &str) {
        service.clone_into(&mut self.source.0.lock().expect("no panic").service);
    }

    pub(crate) fn arrives(&self, number: i64, usage: f64) {
        let mut known = self.source.0.lock().expect("no panic");
        known.usage.insert(number, usage);
    }

    /// The scheduled run whose last settled window has this number, in a process of its own.
    async fn try_run(&mut self, number: i64) -> Option<CollectionReport> {
        let thresholds = self
            .thresholds
            .map(|text| (names::METRICS_THRESHOLDS, text));
        let config = Config::read(&mut Settings::from_pairs(thresholds));
        let (store, source) = (self.store.clone(), self.source.clone());
        let context = Context::new(store, source, self.publisher.clone(), config);
        let time = start(number + 1) + SignedDuration::from_mins(4);
        let event = format!(r#"{{"scheduledTime":"{time}"}}"#);
        let invocation = Invocation {
            request_id: "a run".to_owned(),
            now: time,
            deadline: soon(),
        };
        let report = handle(&event, &context, &invocation).await.ok();
        self.alerts.extend(self.publisher.take());
        report
    }

    pub(crate) async fn run(&mut self, number: i64) -> CollectionReport {
        self.try_run(number).await.expect("collected")
    }

    pub(crate) async fn fail(&mut self, number: i64) {
        self.source.0.lock().expect("no panic").fails = true;
        assert!(self.try_run(number).await.is_none(), "the run fails");
        self.source.0.lock().expect("no panic").fails = false;
    }

    /// Each alert as its severity, or `end`, with the number of the window that it began in.
    pub(crate) fn sent(&self) -> Vec<String> {
        let sent = self.alerts.iter().map(|alert| {
            let since = alert.metadata.get("since").and_then(|since| since.as_str());
            let since = since.and_then(|since| since.parse::<Timestamp>().ok());
            let since = since.map_or(-1, |since| since.duration_since(start(0)).as_mins() / 5);
            match alert.status {
                Some(AlertStatus::Resolved) => format!("end of {since}"),
                Some(AlertStatus::Firing) => format!("{} of {since}", alert.kind.name()),
                None => "too late".to_owned(),
            }
        });
        sent.collect()
    }

    pub(crate) async fn stored(&self, service: &str) -> Vec<SystemMetrics> {
        let service = service.parse().expect("a name");
        let window = Window {
            start: start(-100_000),
            end: start(100_000),
        };
        let (kind, limit) = (RecordKind::Metrics, 10_000);
        let records = self.store.records(kind, &service, window, limit, soon());
        record::metrics(&records.await.expect("records"))
    }

    pub(crate) async fn usage(&self) -> BTreeMap<i64, Option<f64>> {
        let stored = self.stored("gm-tool").await.into_iter();
        let by_number = stored.map(|metrics| {
            let number = metrics.window.start.duration_since(start(0)).as_mins() / 5;
            (number, metrics.cpu.usage)
        });
        by_number.collect()
    }
}
