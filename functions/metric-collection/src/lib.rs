//! metric-collection: CPU, memory, disk and network of services, in eleven fields.
//!
//! Triggered by a schedule (an `EventBridge` rule or `EventBridge` Scheduler), or by hand for any past
//! window; `shared::trigger` has the events. Give the schedule the rate of `METRICS_PERIOD_SECONDS`:
//! more often costs more and changes nothing, less often leaves windows out.
//!
//! Contract of [`handle`]:
//! - Every configured service gets a [`SystemMetrics`] for every window that is read, with every field:
//!   a value, or `null` and the reason. A failure is reported with the fields that it concerns.
//! - A scheduled run reads the last settled window and the two before it again, and replaces their
//!   records, so that late values correct them. A failure never replaces a value.
//! - An alert is published when a value crosses a threshold, when the alarm becomes critical, and when
//!   it ends. Alarms are stored in the records, so they survive restarts and missed runs. Only the newest
//!   window of a schedule is compared with thresholds.
//! - The invocation fails if nothing could be read, records cannot be stored, or an alert cannot be
//!   published. A retry stores the same records and publishes the same alerts.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::SignedDuration;
use shared::{
    alerts::{AlarmRun, AlarmSource, AlertPublisher, PublishError, sns},
    aws,
    invocation::Invocation,
    log_store::{LogStore, RecordKind},
    model::metric::SystemMetrics,
    trigger,
};

pub mod alarm;
pub mod answer;
pub mod assemble;
pub mod cloudwatch;
pub mod config;
pub mod error;
pub mod plan;
pub mod presets;
pub mod record;
pub mod report;
pub mod source;
pub mod span;
pub mod unit;

pub use config::Config;
pub use error::CollectionError;
pub use report::CollectionReport;

use cloudwatch::CloudWatchSource;
use plan::Plan;
use source::MetricSource;
use span::Span;

/// What every invocation uses.
#[derive(Debug)]
pub struct Context {
    store: Arc<dyn LogStore>,
    source: Arc<dyn MetricSource>,
    publisher: Arc<dyn AlertPublisher>,
    config: Config,
    /// The notices that this process has already logged.
    logged: Mutex<BTreeSet<String>>,
}

impl Context {
    /// The context of a store that is ready.
    #[must_use]
    pub fn new(
        store: Arc<dyn LogStore>,
        source: Arc<dyn MetricSource>,
        publisher: Arc<dyn AlertPublisher>,
        config: Config,
    ) -> Self {
        Self {
            store,
            source,
            publisher,
            config,
            logged: Mutex::default(),
        }
    }

    /// The context on AWS: metrics from CloudWatch, alerts to the topic of the settings.
    pub async fn on_aws(store: Arc<dyn LogStore>, config: Config, plan: Plan) -> Self {
        let aws = aws::config().await;
        let publisher = sns::publisher(&aws, config.topic.as_deref());
        let source = Arc::new(CloudWatchSource::new(&aws, plan).await);
        Self::new(store, source, publisher, config)
    }
}

/// Collects the metrics that an event asks for.
///
/// ```
/// use std::{sync::Arc, time::Duration};
///
/// use async_trait::async_trait;
/// use metric_collection::{
///     Config, Context, handle,
///     source::{Measured, MetricSource, SourceError},
///     span::Span,
/// };
/// use shared::{
///     alerts::LogPublisher, deadline::Deadline, env::Settings, invocation::Invocation,
///     log_store::LogStore,
/// };
///
/// /// Watches no service.
/// #[derive(Debug)]
/// struct Nothing;
///
/// #[async_trait]
/// impl MetricSource for Nothing {
///     async fn measure(&self, _: &Span, _: Deadline) -> Result<Measured, SourceError> {
///         Ok(Measured { services: Vec::new(), metrics_requested: 0, calls: 0 })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let deadline = Deadline::after(Duration::from_secs(10));
/// let store = embedded_store::EmbeddedStore::in_memory()?;
/// store.prepare(deadline).await?;
/// let config = Config::read(&mut Settings::from_pairs([]));
/// let context =
///     Context::new(Arc::new(store), Arc::new(Nothing), Arc::new(LogPublisher), config);
///
/// let event = r#"{"scheduledTime": "2026-11-24T00:09:00Z"}"#;
/// let invocation = Invocation {
///     request_id: "scheduled".to_owned(),
///     now: "2026-11-24T00:09:01Z".parse()?,
///     deadline,
/// };
/// let report = handle(event, &context, &invocation).await?;
/// assert_eq!(report.records_stored, 0);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// If the event asks for no window, nothing can be read, or what was read cannot be stored or
/// published.
pub async fn handle(
    payload: &str,
    context: &Context,
    invocation: &Invocation,
) -> Result<CollectionReport, CollectionError> {
    let Config { period, settle, .. } = context.config;
    let task = trigger::read(payload, period, settle)?;
    let span = if task.scheduled {
        Span::scheduled(task.window)
    } else {
        Span::by_hand(task.window, period, settle, invocation.now)?
    };
    let measured = context
        .source
        .measure(&span, invocation.deadline.with_time_to_store())
        .await?;
    let mut report = CollectionReport {
        services: Vec::new(),
        records_stored: 0,
        alerts: 0,
        metrics_requested: measured.metrics_requested,
        calls: measured.calls,
    };
    let mut failed = None;
    for mut windows in measured.services {
        if task.keep {
            let error = store_and_notify(&mut windows, &span, context, invocation, &mut report);
            failed = error.await?.or(failed);
        }
        report.services.extend(windows.pop());
    }
    log(&report, context);
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(report),
    }
}

/// Stores the metrics of one service, and publishes what begins or ends with the newest window. An
/// alert that cannot be published does not keep records from being stored; its error is returned.
async fn store_and_notify(
    windows: &mut [SystemMetrics],
    span: &Span,
    context: &Context,
    invocation: &Invocation,
    report: &mut CollectionReport,
) -> Result<Option<PublishError>, CollectionError> {
    let Some(newest) = windows.last() else {
        return Ok(None);
    };
    let service = newest.service.clone();
    let source = AlarmSource {
        store: &*context.store,
        kind: RecordKind::Metrics,
        service: &service,
        publisher: &*context.publisher,
        settle: context.config.settle,
        members: &[],
    };
    let run = AlarmRun::start(source, newest.window, windows.len(), None, invocation).await?;
    let stored: BTreeMap<_, _> = record::metrics(run.recent())
        .into_iter()
        .map(|metrics| (metrics.window.start, metrics))
        .collect();
    for metrics in windows.iter_mut() {
        if let Some(earlier) = stored.get(&metrics.window.start) {
            record::complete(metrics, earlier);
        }
    }
    let mut failed = None;
    if let Some(newest) = windows.last_mut()
        && span.scheduled
        && newest.alarms.is_none()
        && let Some(before) = run.alarms_before(record::alarms).await?
    {
        let (alarms, alerts) = alarm::step(&context.config.thresholds, &before, newest);
        let published = run.publish(&alerts, alarms).await;
        newest.alarms = published.alarms;
        report.alerts += published.count;
        failed = published.failed;
    }
    for metrics in windows.iter() {
        let record = record::record(metrics)?;
        context
            .store
            .put_record(&record, invocation.deadline)
            .await?;
        report.records_stored += 1;
    }
    Ok(failed)
}

/// Logs the main numbers, and each notice once in a process.
fn log(report: &CollectionReport, context: &Context) {
    for metrics in &report.services {
        for notice in &metrics.notices {
            let text = format!("{}: {notice}", metrics.service);
            let mut logged = context
                .logged
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if logged.insert(text.clone()) {
                tracing::warn!("{text}");
            }
        }
        tracing::info!(
            watched = %metrics.service,
            start = %metrics.window.start,
            end = %metrics.window.end,
            coverage = %metrics.coverage,
            "collected metrics"
        );
    }
    tracing::info!(
        recordsStored = report.records_stored,
        alerts = report.alerts,
        metricsRequested = report.metrics_requested,
        calls = report.calls,
        "collected the metrics of all services"
    );
}

/// A number of seconds from a setting.
pub(crate) fn seconds(number: u64) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(number).unwrap_or(i64::MAX))
}
