//! log-analysis: error rate, top errors, slow requests and user activity of a service in one window.
//!
//! Triggered by a schedule (an `EventBridge` rule or `EventBridge` Scheduler) for the last settled
//! window, or by hand for any window; [`trigger`] has the events. Give the schedule the rate of
//! `ANALYSIS_WINDOW_MINUTES`: more often changes nothing, less often leaves windows out.
//!
//! Contract of [`handle`]:
//! - One round trip to the log store answers everything. [`evaluate`] turns the answer into the
//!   [`LogAnalysis`], which is returned, logged (its main numbers) and stored for trends.
//! - A window can be analysed any number of times: the id of its record depends on the window alone, so
//!   a second run replaces the record.
//! - No logs, no requests, a missing index and a partly failed search are four different answers
//!   ([`LogAnalysis::status`]), not errors. A partly failed analysis is logged as a warning and not
//!   stored: an analysis by hand of the same window with `"store": true` fills the gap.
//! - The numbers of a stored window are published as CloudWatch metrics ([`service_metrics`]), once.
//! - The numbers are compared with those of earlier windows ([`baseline`]), read at the same time.
//! - What begins, gets worse or ends with a window of the schedule is published as alerts: incidents by
//!   the baseline ([`incidents`]), and numbers with a fixed threshold ([`alarms`]). Alarms are stored with the analysis, so they survive restarts and missed runs. A window that is
//!   analysed again, or after a later one, publishes no alarm again.
//! - The report of a window in which an incident begins or gets worse is mailed, if it has recipients
//!   ([`report_mail`]). Its record says so, so that a retry sends it once.
//! - A window by hand is stored only with `"store": true`, since it may overlap those of the schedule.
//! - If an analysis cannot be stored, or an alert or a report cannot be sent, the invocation fails, so that
//!   Lambda retries it.

use std::sync::Arc;

use jiff::Timestamp;
use shared::{
    alerts::{AlarmRun, AlertPublisher, LogPublisher, sns},
    aws,
    invocation::Invocation,
    log_store::{LogStore, facts::AnalysisQuestion},
    model::{
        analysis::{AnalysisRules, AnalysisStatus, LogAnalysis, NoveltyUnknown},
        window::Window,
    },
    trigger::{self, Task},
};

pub mod alarms;
pub mod backtest;
pub mod baseline;
pub mod config;
pub mod error;
pub mod evaluate;
pub mod incidents;
mod notify;
pub mod record;
pub mod report;
pub mod report_mail;
pub mod routes;
pub mod rules;
pub mod service_metrics;

pub use config::Config;
pub use error::AnalysisError;
use report_mail::{ReportMail, ReportSender, SendReportError, ses::SesReports};

/// What every invocation uses.
#[derive(Clone, Debug)]
pub struct Context {
    store: Arc<dyn LogStore>,
    publisher: Arc<dyn AlertPublisher>,
    config: Config,
    /// Sends the report when an incident begins; `None` if nobody receives it.
    reports: Option<Arc<dyn ReportSender>>,
    /// Receives the lines of metrics; `None` where nothing reads them, as on one machine.
    metrics: Option<fn(&str)>,
}

impl Context {
    /// The context of a store that is ready. Alerts go to the function's own log.
    #[must_use]
    pub fn new(store: Arc<dyn LogStore>, config: Config) -> Self {
        Self {
            store,
            publisher: Arc::new(LogPublisher),
            config,
            reports: None,
            metrics: None,
        }
    }

    /// Passes lines of metrics, in CloudWatch's embedded metric format, to `metrics`.
    #[must_use]
    pub fn with_metrics(self, metrics: fn(&str)) -> Self {
        Self {
            metrics: Some(metrics),
            ..self
        }
    }

    /// Publishes alerts to `publisher`.
    #[must_use]
    pub fn with_publisher(self, publisher: Arc<dyn AlertPublisher>) -> Self {
        Self { publisher, ..self }
    }

    /// Sends the report of each window in which an incident begins or gets worse.
    #[must_use]
    pub fn with_reports(self, reports: Arc<dyn ReportSender>) -> Self {
        Self {
            reports: Some(reports),
            ..self
        }
    }

    /// Publishes alerts to the SNS topic of the settings, and sends reports through Amazon SES, as far as
    /// these are set.
    pub async fn on_aws(mut self) -> Self {
        if self.config.topic.is_none() && self.config.report.is_none() {
            return self;
        }
        let aws = aws::config().await;
        if let Some(topic) = self.config.topic.clone() {
            self = self.with_publisher(sns::publisher(&aws, Some(&topic)));
        }
        if let Some(addresses) = self.config.report.clone() {
            self = self.with_reports(Arc::new(SesReports::new(&aws, addresses)));
        }
        self
    }
}

/// Analyses the window that an event asks for.
///
/// ```
/// use std::{sync::Arc, time::Duration};
///
/// use log_analysis::{Config, Context, handle};
/// use shared::{
///     deadline::Deadline,
///     env::{Settings, names},
///     invocation::Invocation,
///     log_store::LogStore,
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let deadline = Deadline::after(Duration::from_secs(10));
/// let store = embedded_store::EmbeddedStore::in_memory()?;
/// store.prepare(deadline).await?;
/// let config = Config::read(&mut Settings::from_pairs([(names::SERVICE_NAME, "gm-tool")]));
/// let context = Context::new(Arc::new(store), config);
///
/// let event = r#"{"start": "2026-11-24T00:00:00Z", "end": "2026-11-24T00:15:00Z"}"#;
/// let invocation = Invocation {
///     request_id: "by hand".to_owned(),
///     now: "2026-11-24T01:00:00Z".parse()?,
///     deadline,
/// };
/// let analysis = handle(event, &context, &invocation).await?;
/// assert_eq!((analysis.total_count, analysis.error_rate), (0, None));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// If the event asks for no window, the store does not answer or does not store the analysis, or an
/// alert cannot be published.
pub async fn handle(
    payload: &str,
    context: &Context,
    invocation: &Invocation,
) -> Result<LogAnalysis, AnalysisError> {
    let Context { store, config, .. } = context;
    let task = trigger::read(payload, config.window, config.settle)?;
    let question = question(task.window, config);
    let history = baseline::history::question(task.window, &config.zone);
    let (facts, run) = tokio::join!(
        store.analyse(&question, invocation.deadline.with_time_to_store()),
        AlarmRun::start(
            notify::source(context),
            task.window,
            0,
            Some(history),
            invocation
        )
    );
    let facts = facts.map_err(AnalysisError::Store)?;
    let rules = AnalysisRules {
        min_sample: config.min_sample,
        slow_milliseconds: config.slow_milliseconds,
        known_since: question.known_since,
    };
    let settled = is_settled(task.window, config, invocation.now);
    let mut analysis = evaluate::evaluate(facts, &question, rules, settled);
    let has_other_patterns = |run: &AlarmRun<'_>| {
        let environment = config.environment.as_deref();
        baseline::history::has_other_patterns(run.further(), task.window, environment)
    };
    if analysis.new_errors.is_some() && run.as_ref().is_ok_and(has_other_patterns) {
        evaluate::withdraw_novelty(&mut analysis, NoveltyUnknown::OtherPatterns);
    }
    let stored = if task.keep && record::can_be_kept(&analysis) {
        let run = run.map_err(AnalysisError::Record)?;
        store_and_notify(&mut analysis, task, &run, context, invocation).await
    } else {
        // An analysis by hand is an answer without a baseline too.
        if let Ok(run) = run {
            let before = notify::newest_alarms(&run, &analysis, config);
            notify::compare(&mut analysis, &run, &before, config);
        }
        Ok(())
    };
    log(&analysis);
    stored.map(|()| analysis)
}

/// Stores an analysis, publishes the alerts of a window of the schedule, and publishes its numbers
/// unless an earlier run has: a count that is published twice is twice as high. An alert that cannot be
/// published does not keep the analysis from being stored.
async fn store_and_notify(
    analysis: &mut LogAnalysis,
    task: Task,
    run: &AlarmRun<'_>,
    context: &Context,
    invocation: &Invocation,
) -> Result<(), AnalysisError> {
    let Context { store, config, .. } = context;
    let environment = config.environment.as_deref();
    let id = record::id(task.window, environment);
    let earlier = run.recent().iter().find(|record| record.id == id);
    analysis.record_id = Some(id.clone());
    analysis.alarms = earlier.and_then(|earlier| record::alarms(earlier, environment));
    let mut failed = None;
    if task.scheduled && analysis.alarms.is_none() {
        let notified = notify::notify(analysis, run, context).await;
        failed = notified.map_err(AnalysisError::Record)?;
    } else {
        let before = notify::newest_alarms(run, analysis, config);
        notify::compare(analysis, run, &before, config);
        analysis.unpublished =
            earlier.and_then(|earlier| record::unpublished(earlier, environment));
    }
    let sent = earlier.is_some_and(|earlier| record::report_sent(earlier, environment));
    let report = if sent || !task.scheduled {
        Ok(sent)
    } else {
        send_report(analysis, run, context, invocation).await
    };
    analysis.report_sent = *report.as_ref().unwrap_or(&false);
    let record = record::record(id, &config.service, analysis).map_err(AnalysisError::Json)?;
    let stored = store.put_record(&record, invocation.deadline).await;
    stored.map_err(AnalysisError::Record)?;
    if let (None, Some(publish)) = (earlier, context.metrics)
        && let Some(line) = service_metrics::line(analysis, &config.service, &config.metrics)
    {
        publish(&line);
    }
    if let Some(error) = failed {
        return Err(error.into());
    }
    report.map(|_| ()).map_err(AnalysisError::Report)
}

/// Sends the report of a window in which an incident begins or gets worse. Returns whether it was sent.
async fn send_report(
    analysis: &LogAnalysis,
    run: &AlarmRun<'_>,
    context: &Context,
    invocation: &Invocation,
) -> Result<bool, SendReportError> {
    let Some(reports) = &context.reports else {
        return Ok(false);
    };
    let before = notify::newest_alarms(run, analysis, &context.config);
    if !report_mail::is_due(analysis, Some(&before)) {
        return Ok(false);
    }
    let mail = ReportMail::new(analysis, &context.config.zone);
    reports.send(&mail, invocation.deadline).await?;
    Ok(true)
}

/// The question about a window.
fn question(window: Window, config: &Config) -> AnalysisQuestion {
    let known_since = window.start.saturating_sub(config.lookback);
    AnalysisQuestion {
        service: config.service.clone(),
        environment: config.environment.clone(),
        window,
        previous: window.previous(),
        known_since: known_since.unwrap_or(Timestamp::MIN),
        error_patterns: rules::ERROR_PATTERNS,
        users: rules::USERS,
        timeline_parts: rules::TIMELINE_PARTS,
    }
}

/// Whether late entries had time to arrive. Always true for a window of the schedule.
fn is_settled(window: Window, config: &Config, now: Timestamp) -> bool {
    now.duration_since(window.end) >= config.settle
}

/// Logs the main numbers.
fn log(analysis: &LogAnalysis) {
    let LogAnalysis { window, status, .. } = analysis;
    let durations = analysis.requests.durations;
    if *status == AnalysisStatus::Incomplete {
        tracing::warn!(
            failures = analysis.failures.join("; "),
            "the search failed in part; counts are lower bounds, and nothing is kept"
        );
    }
    tracing::info!(
        start = %window.start,
        end = %window.end,
        status = ?status,
        settled = analysis.settled,
        totalCount = analysis.total_count,
        errorCount = analysis.error_count,
        errorRate = analysis.error_rate,
        newErrorCount = analysis.new_error_count,
        requestCount = analysis.requests.count,
        requestErrorRate = analysis.requests.error_rate,
        avgDuration = durations.map(|durations| durations.average),
        p95Duration = durations.map(|durations| durations.p95),
        slowRouteCount = analysis.slow_requests.iter().filter(|slow| slow.over_threshold).count(),
        entriesWithoutLevel = analysis.quality.without_level,
        entriesWithoutTime = analysis.quality.without_time,
        entriesUnrecognised = analysis.quality.unrecognised,
        distinctUsers = analysis.distinct_users,
        recordId = analysis.record_id,
        "analysed a window"
    );
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use shared::{
        env::{Settings, names},
        model::window::Window,
    };

    use super::{Config, is_settled, question};

    #[test]
    fn a_question_looks_back_from_the_windows_start() {
        let mut settings = Settings::from_pairs([(names::SERVICE_NAME, "gm-tool")]);
        let config = Config::read(&mut settings);
        let end = "2026-11-24T00:30:00Z".parse().expect("instant");
        let window = Window {
            start: end - SignedDuration::from_mins(15),
            end,
        };
        let question = question(window, &config);
        assert_eq!(question.previous, window.previous());
        assert_eq!(
            question.known_since,
            window.start - SignedDuration::from_hours(168)
        );
        let settled =
            |seconds| is_settled(window, &config, end + SignedDuration::from_secs(seconds));
        assert_eq!([-1, 0, 119, 120].map(settled), [false, false, false, true]);
    }
}
