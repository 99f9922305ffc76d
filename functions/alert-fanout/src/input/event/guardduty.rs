//! Findings of Amazon `GuardDuty`.
//! <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html>

use serde_json::Value;
use shared::model::alert::AlertType;

use super::{EventBridgeEvent, fact, json};
use crate::{
    links::console,
    notice::{Advice, AlertLink, Fact, FactName, LinkName, Notice, Phrase},
};

/// A finding. Its updates have the same id.
pub(super) fn finding(event: &EventBridgeEvent) -> Notice {
    let severity = event.0.pointer("/detail/severity").and_then(Value::as_f64);
    let name = event.detail("type");
    let title = event
        .detail("title")
        .or(name)
        .unwrap_or("GuardDuty Finding");
    let mut notice = event.notice(kind(severity), Phrase::Text(title.to_owned()));
    let description = event.detail("description").unwrap_or_default();
    description.clone_into(&mut notice.message);
    notice.advice.push(Phrase::Advice(Advice::ReviewFinding));
    notice.since = event
        .text("/detail/service/eventFirstSeen")
        .and_then(json::time);
    notice.facts.extend(fact(FactName::EventKind, name));
    if let Some(severity) = severity {
        let name = FactName::Given("severity".to_owned());
        notice.facts.push(Fact::number(name, severity, None));
    }
    let count = event.0.pointer("/detail/service/count");
    if let Some(count) = count.and_then(Value::as_f64) {
        notice
            .facts
            .push(Fact::number(FactName::Count, count, None));
    }
    notice.facts.extend(resources(event));
    notice.facts.extend(event.place());
    if let Some(id) = event.detail("id") {
        notice.dedup_key = Some(format!("guardduty/{id}"));
        let region = event.text("/region");
        if let Some(region) = region.filter(|region| console::is_region(region)) {
            notice.links.push(AlertLink {
                name: LinkName::Console,
                url: console::finding(region, id),
            });
        }
    }
    notice
}

/// Low, medium, high and critical:
/// <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html>.
fn kind(severity: Option<f64>) -> AlertType {
    match severity {
        Some(severity) if severity >= 9.0 => AlertType::Critical,
        Some(severity) if severity >= 7.0 => AlertType::Error,
        Some(severity) if severity < 4.0 => AlertType::Info,
        _ => AlertType::Warning,
    }
}

/// What is concerned: its kind, and the names in it.
fn resources(event: &EventBridgeEvent) -> Vec<Fact> {
    let names = [
        "/detail/resource/instanceDetails/instanceId",
        "/detail/resource/accessKeyDetails/userName",
        "/detail/resource/accessKeyDetails/accessKeyId",
        "/detail/resource/s3BucketDetails/0/name",
        "/detail/resource/eksClusterDetails/name",
        "/detail/resource/ecsClusterDetails/name",
        "/detail/resource/lambdaDetails/functionName",
        "/detail/resource/rdsDbInstanceDetails/dbInstanceIdentifier",
    ];
    let kind = event.text("/detail/resource/resourceType");
    let names = names.into_iter().filter_map(|name| event.text(name));
    let shown: Vec<&str> = kind.into_iter().chain(names).collect();
    let fact = (!shown.is_empty()).then(|| Fact::text(FactName::Resource, &shown.join(" ")));
    fact.into_iter().collect()
}
