//! Replays the schedule over stored history: the alerts that the current settings would have sent.
//!
//! Each run is a real [`handle`] with the time of the schedule. Only the two ends differ:
//! an overlay store reads entries from the real store and keeps records in memory, and a
//! collector takes the alerts. So a backtest writes nothing, sends nothing, and does not depend
//! on the records of earlier scheduled runs.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use shared::{
    deadline::Deadline,
    invocation::Invocation,
    model::{alert::Alert, analysis::LogAnalysis, window::Window},
};

use crate::{AnalysisError, Context, handle};

mod collector;
mod overlay;

use collector::AlertCollector;
use overlay::OverlayStore;

/// The schedule of a service, replayed. It starts without any record.
#[derive(Debug)]
pub struct Backtest {
    context: Context,
    collector: Arc<AlertCollector>,
    settle: SignedDuration,
}

/// One run of the replayed schedule.
#[derive(Debug)]
pub struct BacktestRun {
    /// The time of the run: the end of its window and the time to settle.
    pub at: Timestamp,
    /// Its analysis.
    pub analysis: LogAnalysis,
    /// The alerts that it would have sent.
    pub alerts: Vec<Alert>,
}

impl Backtest {
    /// A backtest with the store and the settings of a context. Neither its publisher nor its metrics
    /// are used.
    #[must_use]
    pub fn new(context: &Context) -> Self {
        let collector = Arc::new(AlertCollector::default());
        let store = OverlayStore::new(context.store.clone());
        let config = context.config.clone();
        Self {
            settle: config.settle,
            context: Context::new(Arc::new(store), config).with_publisher(collector.clone()),
            collector,
        }
    }

    /// Runs the schedule for a window. Call it in the order of the windows.
    ///
    /// # Errors
    ///
    /// If the analysis fails.
    pub async fn run(
        &self,
        window: Window,
        patience: Duration,
    ) -> Result<BacktestRun, AnalysisError> {
        let at = run_time(window, self.settle);
        let invocation = Invocation {
            request_id: format!("backtest {}", window.id()),
            now: at,
            deadline: Deadline::after(patience),
        };
        let event = json!({"scheduledTime": at}).to_string();
        let analysis = handle(&event, &self.context, &invocation).await?;
        Ok(BacktestRun {
            at,
            analysis,
            alerts: self.collector.take(),
        })
    }
}

/// The windows of the schedule that lie in a span and have settled by `now`, oldest first. Like those of
/// the schedule, they divide time since 1970 into parts of `length`.
pub fn windows(
    span: Window,
    length: SignedDuration,
    settle: SignedDuration,
    now: Timestamp,
) -> impl Iterator<Item = Window> {
    let part = length.as_nanos();
    let start = span.start.as_nanosecond();
    // How much of the part in which the span starts lies before the span.
    let before = start.checked_rem_euclid(part);
    let first = before.map(|before| {
        if before == 0 {
            start
        } else {
            start - before + part
        }
    });
    let starts = std::iter::successors(first, move |start| start.checked_add(part));
    let window = move |start| {
        let instant = |nanosecond| Timestamp::from_nanosecond(nanosecond).ok();
        Window::new(instant(start)?, instant(start + part)?).ok()
    };
    let windows = starts.map_while(window);
    windows.take_while(move |window| window.end <= span.end && run_time(*window, settle) <= now)
}

fn run_time(window: Window, settle: SignedDuration) -> Timestamp {
    window.end.saturating_add(settle).unwrap_or(window.end)
}

#[cfg(test)]
mod tests;
