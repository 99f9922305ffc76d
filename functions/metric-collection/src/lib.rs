//! metric-collection: what services use, in eleven numbers.
//!
//! Triggered by a schedule (an `EventBridge` rule or `EventBridge` Scheduler), or by hand for any
//! window of the past; `shared::trigger` has the shapes. Give the schedule the rate of
//! `METRICS_PERIOD_SECONDS`: more often costs more and changes nothing, less often leaves windows
//! out.
//!
//! Contract of [`handle`]:
//! - Every configured service has a [`SystemMetrics`] for every window that is read, with every field:
//!   a value, or `null` and the reason. What failed is told of the fields that suffered.
//! - A scheduled run reads the last settled window and two before it once more, and replaces what is
//!   stored of them, so that late values correct it. A failure replaces no value.
//! - Where a threshold is crossed, an alert is passed on when it begins, when it becomes critical and
//!   when it ends. What has begun is kept in the records, so that it survives restarts and missed
//!   runs. Thresholds are held to the newest window of a schedule alone.
//! - The invocation fails when nothing could be read, when records cannot be stored, and when an
//!   alert cannot be passed on. Run again, it stores the same records and passes on the same alerts.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::SignedDuration;
use shared::{
    alerts::{
        AlertPublisher, PublishError,
        memory::{self, Memory},
        sns,
    },
    aws,
    deadline::Deadline,
    invocation::Invocation,
    log_store::{LogStore, Record, RecordKind},
    model::{metric::SystemMetrics, service::ServiceName},
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
    /// The notices that this process has logged already.
    said: Mutex<BTreeSet<String>>,
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
            said: Mutex::default(),
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
/// # Errors
///
/// When the event asks for nothing, nothing can be read, or what was read cannot be kept or told.
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
        .measure(&span, with_time_to_store(invocation.deadline))
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
            let kept = keep(&mut windows, &span, context, invocation).await?;
            report.records_stored += kept.records;
            report.alerts += kept.alerts;
            failed = failed.or(kept.failed);
        }
        report.services.extend(windows.pop());
    }
    log(&report, context);
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(report),
    }
}

/// What became of the metrics of one service.
struct Kept {
    records: u64,
    alerts: u64,
    failed: Option<PublishError>,
}

/// Stores the metrics of one service, and passes on what begins or ends with the newest window.
/// That an alert cannot be passed on keeps no record from being stored.
async fn keep(
    windows: &mut [SystemMetrics],
    span: &Span,
    context: &Context,
    invocation: &Invocation,
) -> Result<Kept, CollectionError> {
    let deadline = invocation.deadline;
    let mut kept = Kept {
        records: 0,
        alerts: 0,
        failed: None,
    };
    let Some(newest) = windows.last() else {
        return Ok(kept);
    };
    let service = newest.service.clone();
    let memory = memory(context, &service, deadline);
    let limit = windows.len() + memory::FEW;
    let records = memory.before(newest.window.end, limit).await?;
    let stored: BTreeMap<_, _> = record::metrics(&records)
        .into_iter()
        .map(|metrics| (metrics.window.start, metrics))
        .collect();
    for metrics in windows.iter_mut() {
        if let Some(earlier) = stored.get(&metrics.window.start) {
            record::complete(metrics, earlier);
        }
    }
    if let Some(newest) = windows.last_mut()
        && span.scheduled
        && newest.alarms.is_none()
    {
        alarm(newest, &records, limit, context, invocation, &mut kept).await?;
    }
    for metrics in windows.iter() {
        let record = record::record(metrics)?;
        context.store.put_record(&record, deadline).await?;
        kept.records += 1;
    }
    Ok(kept)
}

/// Holds the newest metrics to the thresholds, and passes on what begins or ends with them, unless a
/// later run has done so for a later window. `records` are the newest `limit` that are stored.
async fn alarm(
    newest: &mut SystemMetrics,
    records: &[Record],
    limit: usize,
    context: &Context,
    invocation: &Invocation,
    kept: &mut Kept,
) -> Result<(), CollectionError> {
    let Config {
        settle, thresholds, ..
    } = &context.config;
    let service = newest.service.clone();
    let memory = memory(context, &service, invocation.deadline);
    let (window, now) = (newest.window, invocation.now);
    if memory
        .is_overtaken(window, *settle, now, record::alarms)
        .await?
    {
        return Ok(());
    }
    let before = memory.alarms(window.start, records, limit, record::alarms);
    let before = before.await?.unwrap_or_default();
    let (alarms, alerts) = alarm::step(thresholds, &before, newest);
    let deadline = with_time_to_store(invocation.deadline);
    for alert in &alerts {
        match context.publisher.publish(alert, deadline).await {
            Ok(()) => kept.alerts += 1,
            Err(error) => kept.failed = Some(error),
        }
    }
    // Where an alert is not passed on, the next run finds that it has not begun.
    newest.alarms = kept.failed.is_none().then_some(alarms);
    Ok(())
}

/// What is stored of a service.
fn memory<'a>(context: &'a Context, service: &'a ServiceName, deadline: Deadline) -> Memory<'a> {
    Memory {
        store: &*context.store,
        kind: RecordKind::Metrics,
        service,
        deadline,
    }
}

/// A fifth of the time that is left is kept back for storing the answer.
fn with_time_to_store(deadline: Deadline) -> Deadline {
    deadline.earlier_by(deadline.remaining() / 5)
}

/// The main numbers, for those who follow the function's own log; notices once in a process.
fn log(report: &CollectionReport, context: &Context) {
    for metrics in &report.services {
        for notice in &metrics.notices {
            let text = format!("{}: {notice}", metrics.service);
            let mut said = context.said.lock().unwrap_or_else(PoisonError::into_inner);
            if said.insert(text.clone()) {
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
