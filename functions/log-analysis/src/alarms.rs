//! The alarms of a window, and the alerts of what begins, gets worse or ends with it. Pure.
//!
//! There are three kinds: a number crosses a threshold, the logs stop ([`silence`]), or an error is new
//! ([`new_errors`]). A number with too few samples changes no alarm.

use jiff::Timestamp;
use shared::{
    alerts::{
        threshold::{self, Thresholds},
        threshold_alert::{AlertOrigin, threshold_alert},
    },
    model::{
        alert::Alert,
        analysis::{
            LogAnalysis,
            alarms::{LogAlarms, LogNumber},
        },
        service::ServiceName,
    },
};

pub mod new_errors;
pub mod silence;

/// The origin of the alerts of an analysis.
#[must_use]
pub fn origin<'a>(analysis: &'a LogAnalysis, service: &'a ServiceName) -> AlertOrigin<'a> {
    AlertOrigin {
        kind: "logs",
        service,
        environment: analysis.environment.as_deref(),
        window: analysis.window,
    }
}

/// A number of an analysis; `None` if it is unknown or has too few samples.
#[must_use]
pub fn value(analysis: &LogAnalysis, number: LogNumber) -> Option<f64> {
    let requests = &analysis.requests;
    let (value, below_min_sample) = match number {
        LogNumber::ErrorRate => (analysis.error_rate, analysis.below_min_sample),
        LogNumber::RequestErrorRate => (requests.error_rate, requests.below_min_sample),
        LogNumber::LatencyAverage => (
            requests.durations.map(|durations| durations.average),
            requests.below_min_sample,
        ),
        LogNumber::LatencyP95 => (
            requests.durations.map(|durations| durations.p95),
            requests.below_min_sample,
        ),
    };
    value.filter(|_| !below_min_sample)
}

/// The alarms after a window, given those before it, and the alerts of what begins, gets worse or ends
/// with it. `silent_since` is the start of an unusual silence ([`silence::verdict`]).
#[must_use]
pub fn step(
    thresholds: &Thresholds<LogNumber>,
    before: &LogAlarms,
    analysis: &LogAnalysis,
    silent_since: Option<Timestamp>,
    service: &ServiceName,
) -> (LogAlarms, Vec<Alert>) {
    let origin = origin(analysis, service);
    let since = analysis.window.start;
    let value = |number| value(analysis, number);
    let (numbers, transitions) = threshold::step(thresholds, &before.numbers, since, value);
    let mut alerts: Vec<Alert> = transitions
        .iter()
        .map(|transition| {
            let number = transition.field;
            let mut alert = threshold_alert(&origin, number.name(), number.unit(), transition);
            if let (true, Some(summary)) = (is_rate(number), analysis.failed_requests()) {
                let cause = analysis.main_cause();
                let cause = cause.map_or(String::new(), |cause| format!("{cause}.\n"));
                alert.message = format!("{summary}.\n{cause}{}", alert.message);
            }
            alert
        })
        .collect();
    let (silence, alert) = silence::step(before.silence, analysis, silent_since, &origin);
    alerts.extend(alert);
    alerts.extend(new_errors::alerts(analysis, &origin));
    (LogAlarms { numbers, silence }, alerts)
}

fn is_rate(number: LogNumber) -> bool {
    match number {
        LogNumber::ErrorRate | LogNumber::RequestErrorRate => true,
        LogNumber::LatencyAverage | LogNumber::LatencyP95 => false,
    }
}

#[cfg(test)]
mod tests;
