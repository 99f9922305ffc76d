//! log-analysis: what a service's logs of a window say about it.
//!
//! Triggered by a schedule (an `EventBridge` rule or `EventBridge` Scheduler) for the last settled
//! window, or by hand for any; [`trigger`] has the shapes. Give the schedule the rate of
//! `ANALYSIS_WINDOW_MINUTES`: more often changes nothing, less often leaves windows out.
//!
//! Contract of [`handle`]:
//! - One round trip to the log store answers everything; [`evaluate`] makes the [`LogAnalysis`] of
//!   it, which is returned, logged (its main numbers) and kept in the store for trends.
//! - A window is analysed as often as one likes: what is kept has an id of the window, and a second
//!   run replaces it.
//! - No logs, no requests, a missing index and a partly failed search are four different answers
//!   ([`LogAnalysis::status`]), and no errors. A partly failed one is a warning in the log and not
//!   kept: an analysis by hand of the same window with `"store": true` fills the gap.
//! - The numbers of a window that is kept are published as metrics of CloudWatch
//!   ([`service_metrics`]), once: not again when the window is analysed again.
//! - What begins, gets worse or ends with a window of the schedule is passed on as alerts ([`alarms`]).
//!   What has begun is kept with the analysis, so that it survives restarts and missed runs; a window
//!   that is analysed again, or after a later one, tells nothing new.
//! - A window by hand is kept only with `"store": true`, since it may overlap those of the schedule.
//! - That an analysis cannot be kept, or an alert cannot be passed on, fails the invocation, so that it
//!   is tried again.

use std::sync::Arc;

use jiff::Timestamp;
use shared::{
    alerts::{
        AlertPublisher, LogPublisher,
        memory::{A_MILLISECOND, FEW},
        sns,
    },
    aws,
    deadline::Deadline,
    invocation::Invocation,
    log_store::{LogStore, facts::AnalysisQuestion},
    model::{
        analysis::{AnalysisRules, AnalysisStatus, LogAnalysis},
        window::Window,
    },
    trigger::{self, Task},
};

pub mod alarms;
pub mod config;
pub mod error;
pub mod evaluate;
pub mod record;
pub mod rules;
pub mod service_metrics;
mod tell;

pub use config::Config;
pub use error::AnalysisError;

/// What every invocation uses.
#[derive(Clone, Debug)]
pub struct Context {
    store: Arc<dyn LogStore>,
    publisher: Arc<dyn AlertPublisher>,
    config: Config,
    /// Takes the lines of metrics; `None` where nobody reads them, as on one machine.
    publish: Option<fn(&str)>,
}

impl Context {
    /// The context of a store that is ready. Alerts go to the function's own log.
    #[must_use]
    pub fn new(store: Arc<dyn LogStore>, config: Config) -> Self {
        Self {
            store,
            publisher: Arc::new(LogPublisher),
            config,
            publish: None,
        }
    }

    /// The same context, which hands lines of metrics in CloudWatch's embedded metric format to
    /// `publish`.
    #[must_use]
    pub fn publishing(self, publish: fn(&str)) -> Self {
        Self {
            publish: Some(publish),
            ..self
        }
    }

    /// The same context, which hands alerts to `publisher`.
    #[must_use]
    pub fn telling(self, publisher: Arc<dyn AlertPublisher>) -> Self {
        Self { publisher, ..self }
    }

    /// The same context on AWS: its alerts go to the topic of the settings, if there is one.
    pub async fn on_aws(self) -> Self {
        match self.config.topic.clone() {
            Some(topic) => {
                let publisher = sns::publisher(&aws::config().await, Some(&topic));
                self.telling(publisher)
            }
            None => self,
        }
    }
}

/// Analyses the window that an event asks for.
///
/// # Errors
///
/// When the event asks for no window, the store does not answer or does not keep the analysis, or an
/// alert cannot be passed on.
pub async fn handle(
    payload: &str,
    context: &Context,
    invocation: &Invocation,
) -> Result<LogAnalysis, AnalysisError> {
    let Context { store, config, .. } = context;
    let task = trigger::read(payload, config.window, config.settle)?;
    let question = question(task.window, config);
    let facts = store
        .analyse(&question, with_time_to_store(invocation.deadline))
        .await
        .map_err(AnalysisError::Store)?;
    let rules = AnalysisRules {
        min_sample: config.min_sample,
        slow_milliseconds: config.slow_milliseconds,
        known_since: question.known_since,
    };
    let settled = is_settled(task.window, config, invocation.now);
    let mut analysis = evaluate::evaluate(facts, &question, rules, settled);
    let kept = if task.keep && record::can_be_kept(&analysis) {
        keep(&mut analysis, task, context, invocation).await
    } else {
        Ok(())
    };
    log(&analysis);
    kept.map(|()| analysis)
}

/// Stores an analysis, tells what begins and ends with it if it is one of the schedule, and publishes
/// its numbers unless an earlier run has: counts that are published twice are twice as high. That an
/// alert cannot be passed on keeps the analysis from nothing.
async fn keep(
    analysis: &mut LogAnalysis,
    task: Task,
    context: &Context,
    invocation: &Invocation,
) -> Result<(), AnalysisError> {
    let Context { store, config, .. } = context;
    let environment = config.environment.as_deref();
    let id = record::id(task.window, environment);
    let start = task.window.start;
    let end = start.saturating_add(A_MILLISECOND).unwrap_or(start);
    let recent = tell::memory(context, invocation).before(end, FEW).await;
    let recent = recent.map_err(AnalysisError::Record)?;
    let earlier = recent.iter().find(|record| record.id == id);
    analysis.record_id = Some(id.clone());
    analysis.alarms = earlier.and_then(|earlier| record::alarms(earlier, environment));
    let mut failed = None;
    if task.scheduled && analysis.alarms.is_none() {
        let told = tell::tell(analysis, &recent, context, invocation).await;
        failed = told.map_err(AnalysisError::Record)?;
    }
    let record = record::record(id, &config.service, analysis).map_err(AnalysisError::Json)?;
    let stored = store.put_record(&record, invocation.deadline).await;
    stored.map_err(AnalysisError::Record)?;
    if let (None, Some(publish)) = (earlier, context.publish)
        && let Some(line) = service_metrics::line(analysis, &config.service, &config.metrics)
    {
        publish(&line);
    }
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}

/// Everything that is asked about a window.
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

/// A fifth of the time that is left is kept back for storing the answer.
fn with_time_to_store(deadline: Deadline) -> Deadline {
    deadline.earlier_by(deadline.remaining() / 5)
}

/// Whether late entries have had the time to arrive. Always so for the window of a schedule.
fn is_settled(window: Window, config: &Config, now: Timestamp) -> bool {
    now.duration_since(window.end) >= config.settle
}

/// The main numbers, for those who follow the function's own log.
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
        slowRouteCount = analysis.slow_requests.len(),
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
