//! metric-collection: the resources of services and whether they are up.
//!
//! Triggered by a schedule (an `EventBridge` rule or `EventBridge` Scheduler), or by hand for any past
//! window; `shared::trigger` has the events. Give the schedule the rate of `METRICS_PERIOD_SECONDS`:
//! more often costs more and changes nothing, less often leaves gaps that later runs fill.
//!
//! Contract of [`handle`]:
//! - Every configured service gets a [`SystemMetrics`](shared::model::metric::SystemMetrics) for every window that is read, with every field:
//!   a value, or `null` and the reason. A failure is reported with the fields that it concerns.
//! - A scheduled run reads the last settled window and the two before it again, so that late values
//!   correct their records. It also fills the time since the newest record, as far back as `CloudWatch`
//!   retains values, at most a day per run. A `null` never replaces a value.
//! - Alarms step through every window whose value is new or has changed, in order ([`timeline`]). An
//!   alert is published when a value crosses a threshold, when the alarm becomes critical, and when it
//!   ends. Values that are too old to act on are reported in one alert. If a threshold or a service is
//!   removed, its alarm ends.
//! - The invocation fails if nothing could be read, records cannot be stored, or an alert cannot be
//!   published. A retry stores the same records and publishes the same alerts.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::SignedDuration;
use shared::{
    alerts::{AlertPublisher, sns},
    aws,
    invocation::Invocation,
    log_store::LogStore,
    trigger,
};

pub mod alarm;
pub mod answer;
pub mod assemble;
pub mod cloudwatch;
mod collect;
pub mod config;
pub mod error;
mod history;
pub mod plan;
pub mod presets;
pub mod record;
pub mod report;
pub mod roster;
pub mod source;
pub mod span;
pub mod timeline;
pub mod unit;

pub use config::Config;
pub use error::CollectionError;
pub use report::CollectionReport;

use cloudwatch::CloudWatchSource;
use collect::Collection;
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
    /// Whether this process has compared its services with the stored list.
    roster_is_current: AtomicBool,
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
            roster_is_current: AtomicBool::new(false),
        }
    }

    fn is_roster_current(&self) -> bool {
        self.roster_is_current.load(Ordering::Relaxed)
    }

    fn roster_is_current(&self) {
        self.roster_is_current.store(true, Ordering::Relaxed);
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
    let collection = Collection {
        context,
        invocation,
    };
    let (report, failed) = if task.scheduled {
        collection.scheduled(task.window).await?
    } else {
        let span = Span::by_hand(task.window, period, settle, invocation.now)?;
        (collection.by_hand(&span, task.keep).await?, None)
    };
    log(&report, context);
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(report),
    }
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
        windowsFilled = report.windows_filled,
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
