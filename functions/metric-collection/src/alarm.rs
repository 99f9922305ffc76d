//! Alerts of what begins and ends. Pure.

use std::collections::BTreeMap;

use serde_json::json;
use shared::model::{
    alert::{Alert, AlertStatus, AlertType},
    metric::SystemMetrics,
};

use crate::rules::Transition;

/// The alert of a transition. Its key is made of what the alarm is and when it began, so that a
/// second run over the same window sends the same alert.
#[must_use]
pub fn alert(metrics: &SystemMetrics, transition: &Transition) -> Alert {
    let Transition {
        field,
        value,
        threshold,
        alarm,
        ends,
    } = *transition;
    let service = &metrics.service;
    let unit = field.unit();
    let severity = alarm.severity.name();
    let since = alarm.since;
    let value_text = rounded(value);
    let (kind, status, title, verb) = if ends {
        let title = format!("{service}: {field} is back to normal");
        (AlertType::Info, AlertStatus::Resolved, title, "is behind")
    } else {
        let title = format!("{service}: {field} at {value_text} {unit} ({severity})");
        (alarm.severity, AlertStatus::Firing, title, "has reached")
    };
    let message = format!(
        "{field} of {service} was {value_text} {unit} from {} to {} and {verb} {}; the alarm began \
         at {since}.",
        metrics.window.start,
        metrics.window.end,
        rounded(threshold),
    );
    let metadata = BTreeMap::from([
        ("service".to_owned(), json!(service.as_str())),
        ("field".to_owned(), json!(field)),
        ("value".to_owned(), json!(value)),
        ("unit".to_owned(), json!(unit)),
        ("threshold".to_owned(), json!(threshold)),
        ("severity".to_owned(), json!(alarm.severity)),
        ("since".to_owned(), json!(since)),
        ("quality".to_owned(), json!(metrics.quality.get(&field))),
    ]);
    let stage = if ends { "end" } else { severity };
    Alert {
        kind,
        title,
        message,
        metadata,
        channels: None,
        dedup_key: Some(format!("metrics/{service}/{field}/{since}/{stage}")),
        status: Some(status),
        links: BTreeMap::new(),
        occurred_at: Some(metrics.window.end),
    }
}

/// A number with as many decimals as say something.
fn rounded(number: f64) -> String {
    let text = format!("{number:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.to_owned()
}
