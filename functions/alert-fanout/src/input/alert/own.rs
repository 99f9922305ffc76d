//! The metadata of Bongsu's own alerts become titles and facts in the team's language, with units.
//! Metadata of others become facts as they came.

use std::collections::BTreeMap;

use serde_json::Value;
use shared::model::alert::measurement::{INCIDENT, LATE_VALUES, Measurement, Withdrawal};

use super::{incident, kind_of_word};
use crate::{
    input::json,
    notice::{Advice, Fact, FactName, FactValue, Notice, Phrase, Quantity},
};

/// The source of our own functions' alerts.
pub(super) const SOURCE: &str = "bongsu";

type Metadata = BTreeMap<String, Value>;

/// Adds what metadata say to a notice.
pub(super) fn apply(notice: &mut Notice, mut metadata: Metadata) {
    let text = |key: &str| {
        let text = metadata.get(key)?.as_str()?.trim();
        json::says_something(text).then(|| text.to_owned())
    };
    let service = text("service");
    let field = text("field");
    let measurement = Measurement::read(&metadata);
    let unit = text("unit");
    let watched = text("number");
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
    let mut facts = Vec::new();
    if is_own && let (Some(service), Some(field)) = (service, field.as_deref()) {
        SOURCE.clone_into(&mut notice.source);
        // Two environments of a service are two things to look after.
        let name = match text_of(&metadata, "environment") {
            Some(environment) => format!("{service} ({environment})"),
            None => service,
        };
        let is_list = |it: &&Measurement| it.field == LATE_VALUES || it.withdrawn.is_some();
        let listed = measurement.as_ref().filter(is_list).cloned();
        let of_logs = measurement
            .filter(|measurement| measurement.field == INCIDENT || measurement.failed.is_some());
        if let Some(measurement) = of_logs {
            facts = log_facts(notice, &name, measurement, &mut metadata);
        }
        if field == INCIDENT {
            metadata.remove("field");
            notice.message.clear();
        } else if let Some(title) = title(notice.is_over(), name, field, value.as_ref(), &metadata)
        {
            notice.title = title;
            metadata.remove("field");
            // Their sentences say in English what title and facts say in the team's language, but for
            // those that list several errors.
            if field != "newErrors" {
                notice.message.clear();
            }
            if let Some(measurement) = &listed {
                facts = listed_facts(measurement);
                metadata.remove("late");
            }
            if let Phrase::NewError { pattern, .. } = &notice.title
                && *pattern == text_of(&metadata, "pattern")
            {
                metadata.remove("pattern");
            }
        }
        notice.advice = advice(field, watched.as_deref());
    }
    push_facts(notice, facts, metadata, value, unit.as_deref());
}

/// Takes what log-analysis says of failed requests and of incidents out of the metadata: the title of an
/// incident, and facts.
fn log_facts(
    notice: &mut Notice,
    name: &str,
    mut measurement: Measurement,
    metadata: &mut Metadata,
) -> Vec<Fact> {
    if measurement.field == INCIDENT {
        if let Phrase::Text(english) = &notice.title {
            notice.title = incident::title(english, name, notice.is_over(), &measurement);
        }
        for key in [
            "value",
            "unit",
            "number",
            "isNew",
            "adopted",
            "subject",
            "environment",
        ] {
            metadata.remove(key);
        }
    }
    for key in [
        "failed",
        "requests",
        "previousRate",
        "failedUsers",
        "users",
        "user",
        "client",
        "cause",
        "causeFailed",
        "usual",
        "usualLower",
        "usualUpper",
        "routes",
        "also",
        "alsoNumbers",
        "example",
        "command",
    ] {
        metadata.remove(key);
    }
    incident::facts(&mut measurement)
}

/// The facts of late values, and of an alarm that no value ends.
fn listed_facts(measurement: &Measurement) -> Vec<Fact> {
    let phrase = |name, phrase| Fact {
        name,
        value: FactValue::Phrase(phrase),
    };
    let late = measurement.late.iter().map(|late| {
        let worst = Phrase::WorstOf {
            value: Quantity::new(late.value, Some(&late.unit)),
            severity: late.severity,
            windows: late.count,
        };
        phrase(FactName::Measured(late.field.clone()), worst)
    });
    let reason = measurement.withdrawn.map(|why| match why {
        Withdrawal::Threshold => Phrase::ThresholdRemoved,
        Withdrawal::Service => Phrase::ServiceRemoved,
    });
    let reason = reason.map(|reason| phrase(FactName::Reason, reason));
    late.chain(reason).collect()
}

/// Alerts of our own functions have keys of this form.
fn is_own_key(key: Option<&str>) -> bool {
    key.is_some_and(|key| key.starts_with("metrics/") || key.starts_with("logs/"))
}

/// A resolution has the severity of its incident.
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

fn title(
    is_over: bool,
    service: String,
    field: &str,
    value: Option<&Quantity>,
    metadata: &Metadata,
) -> Option<Phrase> {
    let count = metadata.get("count").and_then(Value::as_u64);
    Some(match (field, is_over) {
        ("newError", false) => Phrase::NewError {
            service,
            pattern: text_of(metadata, "pattern").as_deref().and_then(line),
        },
        ("newError", true) => Phrase::NewErrorOver { service },
        ("newErrors", _) => Phrase::NewErrors {
            service,
            count: count?,
            occurrences: metadata.get("occurrences").and_then(Value::as_u64),
        },
        (LATE_VALUES, _) => Phrase::LateValues { service },
        (field, true) if metadata.contains_key("withdrawn") => Phrase::NotWatched {
            service,
            field: field.to_owned(),
        },
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

/// The beginning of a pattern, on one line; the whole of it is a fact.
fn line(pattern: &str) -> Option<String> {
    const CHARACTERS: usize = 120;
    let line = pattern.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_longer = line.chars().nth(CHARACTERS).is_some();
    let mut cut: String = line.chars().take(CHARACTERS).collect();
    if is_longer {
        cut.push('…');
    }
    json::says_something(&cut).then_some(cut)
}

fn advice(field: &str, number: Option<&str>) -> Vec<Phrase> {
    let advice: &[Advice] = match field {
        INCIDENT if number == Some("traffic") => {
            &[Advice::CheckLogDelivery, Advice::CheckDeployment]
        }
        INCIDENT => &[Advice::ReadLogs, Advice::CheckDeployment],
        "silence" => &[Advice::CheckLogDelivery, Advice::CheckDeployment],
        "newError" | "newErrors" | "errorRate" | "requestErrorRate" => {
            &[Advice::ReadLogs, Advice::CheckDeployment]
        }
        _ if field.starts_with("latency") => &[Advice::ReadLogs, Advice::CheckDeployment],
        _ => &[Advice::ReadMetric, Advice::CheckDeployment],
    };
    advice.iter().copied().map(Phrase::Advice).collect()
}

/// The facts of metadata, those that we know first.
fn push_facts(
    notice: &mut Notice,
    mut known: Vec<Fact>,
    mut metadata: Metadata,
    value: Option<Quantity>,
    unit: Option<&str>,
) {
    let before = known.len();
    if let Some(value) = value.filter(|_| metadata.contains_key("value")) {
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
    for (key, name) in [("hourAgo", FactName::HourAgo), ("dayAgo", FactName::DayAgo)] {
        if let Some(value) = number(&metadata, key) {
            metadata.remove(key);
            known.push(Fact::number(name, value, unit));
        }
    }
    if known.len() > before {
        metadata.remove("unit");
    }
    metadata.remove("withdrawn");
    metadata.remove("occurrences");
    if let Some(count) = number(&metadata, "count") {
        metadata.remove("count");
        known.push(Fact::number(FactName::Count, count, None));
    }
    for (key, name) in [
        ("pattern", FactName::Pattern),
        ("example", FactName::Example),
        ("correlationId", FactName::CorrelationId),
    ] {
        if let Some(text) = text_of(&metadata, key) {
            metadata.remove(key);
            known.push(Fact::code(name, &text));
        }
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
    if let Some(value) = metadata.get("window").and_then(window) {
        metadata.remove("window");
        let name = FactName::Window;
        known.push(Fact { name, value });
    }
    known.extend(metadata.iter().map(|(key, value)| json::fact(key, value)));
    // Facts of other fields may be there already, and say less.
    known.append(&mut notice.facts);
    notice.facts = known;
}

fn window(value: &Value) -> Option<FactValue> {
    let [start, end] = ["/start", "/end"].map(|pointer| json::text(value, pointer));
    Some(FactValue::Span(json::time(start?)?, json::time(end?)?))
}
