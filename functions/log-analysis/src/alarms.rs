//! The alarms of numbers that cross a threshold of the settings. Pure.
//!
//! A number with too few samples changes no alarm. Numbers without a threshold have a learned baseline
//! instead ([`crate::incidents`]).

use std::collections::BTreeMap;

use shared::{
    alerts::{
        threshold::{self, Thresholds},
        threshold_alert::{AlertOrigin, threshold_alert},
    },
    model::{
        alert::{Alarm, Alert, measurement::Measurement},
        analysis::{LogAnalysis, alarms::LogNumber},
        service::ServiceName,
    },
};

use crate::rules;

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

/// The alarms of numbers after a window, given those before it, and the alerts of what begins, gets
/// worse or ends with it.
#[must_use]
pub fn step(
    thresholds: &Thresholds<LogNumber>,
    before: &BTreeMap<LogNumber, Alarm>,
    analysis: &LogAnalysis,
    service: &ServiceName,
) -> (BTreeMap<LogNumber, Alarm>, Vec<Alert>) {
    let origin = origin(analysis, service);
    let since = analysis.window.start;
    let value = |number| value(analysis, number);
    let (numbers, transitions) = threshold::step(thresholds, before, since, value);
    let alerts = transitions
        .iter()
        .map(|transition| {
            let number = transition.field;
            let mut measurement = origin.measurement(number.name());
            if is_rate(number) && !transition.ends {
                describe_failures(&mut measurement, analysis);
            }
            let mut alert = threshold_alert(measurement, &origin, number.unit(), transition);
            if let (true, Some(summary)) = (is_rate(number), analysis.failed_requests()) {
                let cause = analysis.main_cause();
                let cause = cause.map_or(String::new(), |cause| format!("{cause}.\n"));
                alert.message = format!("{summary}.\n{cause}{}", alert.message);
            }
            alert
        })
        .collect();
    (numbers, alerts)
}

/// Adds the failed requests of a window, their users and their cause.
fn describe_failures(measurement: &mut Measurement, analysis: &LogAnalysis) {
    let requests = &analysis.requests;
    if requests.failed == 0 {
        return;
    }
    measurement.failed = Some(requests.failed);
    measurement.requests = Some(requests.count);
    measurement.previous_rate = analysis.previous.requests.error_rate;
    measurement.failed_users = Some(analysis.failed_users).filter(|users| *users > 0);
    measurement.users = Some(analysis.request_users).filter(|users| *users > 0);
    if let Some(cause) = analysis.causes.first().filter(|cause| cause.share >= 0.5) {
        measurement.cause = Some(rules::example(&cause.message).0);
        measurement.cause_failed = Some(cause.failed_requests);
        measurement.example.clone_from(&cause.example);
    }
}

fn is_rate(number: LogNumber) -> bool {
    match number {
        LogNumber::ErrorRate | LogNumber::RequestErrorRate => true,
        LogNumber::LatencyAverage | LogNumber::LatencyP95 => false,
    }
}

#[cfg(test)]
mod tests;
