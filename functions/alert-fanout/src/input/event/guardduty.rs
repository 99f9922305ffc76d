//! Findings of Amazon `GuardDuty`.
//! <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html>

use serde_json::Value;
use shared::model::alert::AlertType;

use super::{EventBridgeEvent, catalogue, fact, json};
use crate::{
    input::fact_name,
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
        let name = fact_name::of("severity");
        notice.facts.push(Fact::number(name, severity, None));
    }
    let count = event.0.pointer("/detail/service/count");
    if let Some(count) = count.and_then(Value::as_f64) {
        notice
            .facts
            .push(Fact::number(FactName::Count, count, None));
    }
    notice.facts.extend(resources(event));
    notice.facts.extend(action(event));
    if let Some(tags) = event.0.pointer("/detail/resource/instanceDetails/tags") {
        catalogue::tags::add(&mut notice.origin, tags);
    }
    notice.origin.alarm = name.map(str::to_owned);
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

/// The parts of `detail.service.action` that hold an action, by its kind.
const ACTIONS: [&str; 6] = [
    "networkConnectionAction",
    "portProbeAction/portProbeDetails/0",
    "awsApiCallAction",
    "kubernetesApiCallAction",
    "rdsLoginAttemptAction",
    "dnsRequestAction",
];

/// Who did it, from where, and to which port.
fn action(event: &EventBridgeEvent) -> Vec<Fact> {
    let detail = |path: &str| event.0.pointer(&format!("/detail{path}"));
    let action = ACTIONS
        .iter()
        .find_map(|name| detail(&format!("/service/action/{name}")));
    let none = Value::Null;
    let action = action.unwrap_or(&none);
    let joined = |value: &Value, paths: &[&str], between: &str| {
        let texts: Vec<String> = paths
            .iter()
            .filter_map(|path| catalogue::path::text(value, path))
            .collect();
        (!texts.is_empty()).then(|| texts.join(between))
    };
    let who = joined(
        detail("/resource").unwrap_or(&none),
        &[
            "/accessKeyDetails/userType",
            "/accessKeyDetails/userName",
            "/kubernetesDetails/kubernetesUserDetails/username",
            "/rdsDbUserDetails/user",
        ],
        " ",
    );
    let login = joined(
        action,
        &["/loginAttributes/0/user", "/loginAttributes/0/application"],
        " ",
    );
    let from = joined(
        action,
        &[
            "/remoteIpDetails/ipAddressV4",
            "/remoteIpDetails/ipAddressV6",
            "/remoteIpDetails/country/countryName",
            "/remoteIpDetails/city/cityName",
            "/remoteIpDetails/organization/asnOrg",
        ],
        ", ",
    );
    let port = joined(
        action,
        &[
            "/localPortDetails/port",
            "/localPortDetails/portName",
            "/protocol",
        ],
        " ",
    );
    let direction = joined(action, &["/connectionDirection"], "");
    let remote_port = joined(
        action,
        &["/remotePortDetails/port", "/remotePortDetails/portName"],
        " ",
    );
    let call = joined(
        action,
        &["/serviceName", "/api", "/verb", "/requestUri"],
        " ",
    );
    let domain = joined(action, &["/domain"], "");
    // Of an outbound connection the remote port says what it is for.
    let port = match direction.as_deref() {
        Some("OUTBOUND") => remote_port.or(port),
        _ => port,
    };
    [
        (FactName::Actor, who.or(login)),
        (FactName::From, from),
        (FactName::Port, port),
        (FactName::Call, call),
        (fact_name::of("domain"), domain),
        (fact_name::of("direction"), direction),
        (fact_name::of("blocked"), joined(action, &["/blocked"], "")),
    ]
    .into_iter()
    .filter_map(|(name, text)| Some(Fact::text(name, &text?)))
    .collect()
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
