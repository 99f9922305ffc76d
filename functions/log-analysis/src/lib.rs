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
//! - A window by hand is kept only with `"store": true`, since it may overlap those of the schedule.
//! - That an analysis cannot be kept fails the invocation, so that it is tried again.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use shared::{
    deadline::Deadline,
    invocation::Invocation,
    log_store::{LogStore, RecordKind, facts::AnalysisQuestion},
    model::{
        analysis::{AnalysisRules, AnalysisStatus, LogAnalysis},
        window::Window,
    },
    trigger,
};

pub mod config;
pub mod error;
pub mod evaluate;
pub mod record;
pub mod rules;
pub mod service_metrics;

pub use config::Config;
pub use error::AnalysisError;

/// What every invocation uses.
#[derive(Clone, Debug)]
pub struct Context {
    store: Arc<dyn LogStore>,
    config: Config,
    /// Takes the lines of metrics; `None` where nobody reads them, as on one machine.
    publish: Option<fn(&str)>,
}

impl Context {
    /// The context of a store that is ready.
    #[must_use]
    pub fn new(store: Arc<dyn LogStore>, config: Config) -> Self {
        Self {
            store,
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
}

/// Analyses the window that an event asks for.
///
/// # Errors
///
/// When the event asks for no window, or the store does not answer or does not keep the analysis.
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
    if task.keep && record::can_be_kept(&analysis) {
        let id = record::id(task.window, config.environment.as_deref());
        analysis.record_id = Some(id.clone());
        let publish = match context.publish {
            Some(publish) if !is_kept(&id, &analysis, context, invocation.deadline).await? => {
                Some(publish)
            }
            _ => None,
        };
        let record = record::record(id, &config.service, &analysis).map_err(AnalysisError::Json)?;
        let stored = store.put_record(&record, invocation.deadline).await;
        stored.map_err(AnalysisError::Record)?;
        if let Some(publish) = publish
            && let Some(line) = service_metrics::line(&analysis, &config.service, &config.metrics)
        {
            publish(&line);
        }
    }
    log(&analysis);
    Ok(analysis)
}

/// Whether an earlier run kept an analysis under this id: its metrics are published, and counts that
/// are published twice are twice as high.
async fn is_kept(
    id: &str,
    analysis: &LogAnalysis,
    context: &Context,
    deadline: Deadline,
) -> Result<bool, AnalysisError> {
    /// More than there are windows that start at one instant: one for each environment.
    const MOST: usize = 100;
    let start = analysis.window.start;
    let instant = Window {
        start,
        end: start.saturating_add(A_MILLISECOND).unwrap_or(start),
    };
    let Context { store, config, .. } = context;
    let records = store.records(
        RecordKind::Analysis,
        &config.service,
        instant,
        MOST,
        deadline,
    );
    let records = records.await.map_err(AnalysisError::Record)?;
    Ok(records.iter().any(|record| record.id == id))
}

/// The finest time that every store tells apart.
const A_MILLISECOND: SignedDuration = SignedDuration::from_millis(1);

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
    use shared::{
        env::{Settings, names},
        model::window::Window,
    };

    use super::{Config, SignedDuration, is_settled, question};

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
