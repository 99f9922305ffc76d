//! The alarms of a window of metrics, and the alerts of what begins, gets worse or ends. Pure.

use std::collections::BTreeMap;

use serde_json::json;
use shared::{
    alerts::{
        threshold::{self, Transition},
        threshold_alert::{AlertOrigin, threshold_alert},
    },
    model::{
        alert::{Alarm, Alert},
        metric::{Field, SystemMetrics},
    },
};

/// The thresholds of all fields that have any.
pub type Thresholds = threshold::Thresholds<Field>;

/// The alarms as of a window.
pub type Alarms = BTreeMap<Field, Alarm>;

/// The alarms after a window, given those before it, and the alerts of what begins, gets worse or ends
/// with it.
#[must_use]
pub fn step(
    thresholds: &Thresholds,
    before: &Alarms,
    metrics: &SystemMetrics,
) -> (Alarms, Vec<Alert>) {
    let since = metrics.window.start;
    let value = |field| metrics.value(field);
    let (alarms, transitions) = threshold::step(thresholds, before, since, value);
    let alerts = transitions
        .iter()
        .map(|transition| alert(metrics, transition));
    (alarms, alerts.collect())
}

/// The alert of a transition, with the quality of its value.
fn alert(metrics: &SystemMetrics, transition: &Transition<Field>) -> Alert {
    let origin = AlertOrigin {
        kind: "metrics",
        service: &metrics.service,
        environment: None,
        window: metrics.window,
    };
    let field = transition.field;
    let measurement = origin.measurement(field.name());
    let mut alert = threshold_alert(measurement, &origin, field.unit(), transition);
    let quality = json!(metrics.quality.get(&field));
    alert.metadata.insert("quality".to_owned(), quality);
    alert
}

#[cfg(test)]
mod tests;
