//! What the metadata of our own functions' alerts say: told in the team's language, with units.
//! Metadata of others become facts as they came.

use std::collections::BTreeMap;

use serde_json::Value;

use super::kind_of_word;
use crate::{
    input::json,
    notice::{Fact, FactName, FactValue, Notice, Quantity},
    words::{Advice, Phrase},
};

type Metadata = BTreeMap<String, Value>;

/// Adds what metadata say to a notice.
pub(super) fn tell(notice: &mut Notice, mut metadata: Metadata) {
    let text = |key: &str| {
        let text = metadata.get(key)?.as_str()?.trim();
        json::says_something(text).then(|| text.to_owned())
    };
    let service = text("service");
    let field = text("field");
    let unit = text("unit");
    let is_own = service.is_some() && field.is_some() && is_own_key(notice.dedup_key.as_deref());
    if let Some(name) = &service {
        notice.service = Some(name.clone());
        metadata.remove("service");
    }
    read_severity(notice, &mut metadata);
    if let Some(since) = text_of(&metadata, "since").as_deref().and_then(json::time) {
        notice.since = Some(since);
        metadata.remove("since");
    }
    let value = number(&metadata, "value").map(|value| Quantity::new(value, unit.as_deref()));
    if is_own && let (Some(service), Some(field)) = (service, field.as_deref()) {
        "bongsu".clone_into(&mut notice.source);
        if let Some(title) = title(notice.is_over(), &service, field, value.as_ref()) {
            notice.title = title;
            metadata.remove("field");
        }
        notice.advice = advice(field);
    }
    push_facts(notice, metadata, value, unit.as_deref());
}

/// Alerts of our own functions have keys of this form.
fn is_own_key(key: Option<&str>) -> bool {
    key.is_some_and(|key| key.starts_with("metrics/") || key.starts_with("logs/"))
}

/// What is over was as bad as its severity says, and is told to those who were told of it.
fn read_severity(notice: &mut Notice, metadata: &mut Metadata) {
    let severity = text_of(metadata, "severity");
    if let Some(severity) = severity.as_deref().and_then(kind_of_word) {
        if notice.is_over() {
            notice.kind = severity;
        }
        if notice.kind == severity {
            metadata.remove("severity");
        }
    }
}

fn text_of(metadata: &Metadata, key: &str) -> Option<String> {
    metadata.get(key)?.as_str().map(str::to_owned)
}

fn number(metadata: &Metadata, key: &str) -> Option<f64> {
    metadata.get(key)?.as_f64()
}

fn title(is_over: bool, service: &str, field: &str, value: Option<&Quantity>) -> Option<Phrase> {
    let service = service.to_owned();
    Some(match (field, is_over) {
        ("newError", false) => Phrase::NewError { service },
        ("newError", true) => Phrase::NewErrorOver { service },
        ("silence", false) => Phrase::Silent { service },
        ("silence", true) => Phrase::LogsAgain { service },
        (field, true) => Phrase::BackToNormal {
            service,
            field: field.to_owned(),
        },
        (field, false) => Phrase::Reached {
            service,
            field: field.to_owned(),
            value: value?.clone(),
        },
    })
}

fn advice(field: &str) -> Vec<Phrase> {
    let advice: &[Advice] = match field {
        "silence" => &[Advice::CheckLogDelivery, Advice::CheckDeployment],
        "newError" | "errorRate" | "errorCount" => &[Advice::ReadLogs, Advice::CheckDeployment],
        _ if field.starts_with("latency") => &[Advice::ReadLogs, Advice::CheckDeployment],
        _ => &[Advice::ReadMetric, Advice::CheckDeployment],
    };
    advice.iter().copied().map(Phrase::Advice).collect()
}

/// The facts of metadata, those that we know first.
fn push_facts(
    notice: &mut Notice,
    mut metadata: Metadata,
    value: Option<Quantity>,
    unit: Option<&str>,
) {
    let mut known = Vec::new();
    if let Some(value) = value {
        metadata.remove("value");
        known.push(Fact {
            name: FactName::Value,
            value: FactValue::Quantity(value),
        });
    }
    if let Some(threshold) = number(&metadata, "threshold") {
        metadata.remove("threshold");
        known.push(Fact::number(FactName::Threshold, threshold, unit));
    }
    if !known.is_empty() {
        metadata.remove("unit");
    }
    if let Some(count) = number(&metadata, "count") {
        metadata.remove("count");
        known.push(Fact::number(FactName::Count, count, None));
    }
    if let Some(example) = text_of(&metadata, "example") {
        metadata.remove("example");
        known.push(Fact::code(FactName::Example, &example));
    }
    for (key, name) in [
        ("environment", FactName::Environment),
        ("field", FactName::Field),
    ] {
        if let Some(text) = text_of(&metadata, key) {
            metadata.remove(key);
            known.push(Fact::text(name, &text));
        }
    }
    if let Some(window) = metadata.get("window").and_then(window) {
        metadata.remove("window");
        known.push(Fact::text(FactName::Window, &window));
    }
    known.extend(metadata.iter().map(|(key, value)| json::fact(key, value)));
    // Facts of other fields may be there already, and say less.
    known.append(&mut notice.facts);
    notice.facts = known;
}

/// A window as ISO 8601 writes an interval.
fn window(value: &Value) -> Option<String> {
    let [start, end] = ["/start", "/end"].map(|pointer| json::text(value, pointer));
    Some(format!("{}/{}", json::time(start?)?, json::time(end?)?))
}
