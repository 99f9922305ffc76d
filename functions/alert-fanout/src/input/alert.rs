//! Alerts as Bongsu writes them, and as anybody may: an object with `type`, `title` and `message`. The
//! rest of it is optional, and what is not as it should be is a fact as it came.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use shared::model::alert::{AlertStatus, AlertType, Channels};

use super::{catalogue, json, text};
use crate::incoming::IncomingMessage;
use crate::{
    links,
    notice::{Advice, AlertLink, LinkName, Notice, Phrase},
};

mod incident;
mod own;

/// Whether an object is an alert.
pub(super) fn is_alert(object: &Map<String, Value>) -> bool {
    let is_text = |key: &str| object.get(key).is_some_and(Value::is_string);
    kind(object.get("type")).is_some() && is_text("title") && is_text("message")
}

/// How bad something is, by its word.
pub(super) fn kind(value: Option<&Value>) -> Option<AlertType> {
    kind_of_word(value?.as_str()?)
}

/// How bad something is, by its word in any case.
pub(super) fn kind_of_word(word: &str) -> Option<AlertType> {
    let kinds = [
        AlertType::Info,
        AlertType::Warning,
        AlertType::Error,
        AlertType::Critical,
    ];
    kinds
        .into_iter()
        .find(|kind| kind.name().eq_ignore_ascii_case(word.trim()))
}

/// The notice of an alert.
pub(super) fn notice(message: &IncomingMessage, object: &Map<String, Value>) -> Notice {
    let title = json::field(object, "title");
    let phrase = title.map_or(Phrase::Untitled, |title| Phrase::Text(title.to_owned()));
    let mut notice = Notice::new("alert", phrase);
    notice.kind = kind(object.get("type")).unwrap_or(AlertType::Warning);
    json::field(object, "message")
        .unwrap_or_default()
        .clone_into(&mut notice.message);
    let mut metadata = BTreeMap::new();
    let mut strange = Vec::new();
    for (key, value) in object {
        if !read_field(&mut notice, &mut metadata, key, value) {
            strange.push(json::fact(key, value));
        }
    }
    for (name, value) in &metadata {
        if let Some(text) = catalogue::path::shown(value) {
            notice.origin.add_tag(name, &text);
        }
    }
    own::apply(&mut notice, metadata);
    if matches!(notice.title, Phrase::NewErrors { .. }) {
        notice.message = errors_of(&notice.message);
    }
    if notice.advice.is_empty() && notice.service.is_some() && notice.kind > AlertType::Info {
        notice.advice.push(Phrase::Advice(Advice::ReadLogs));
    }
    notice.facts.extend(strange);
    identify(&mut notice);
    // Our own functions' subjects are their titles, in ASCII.
    if notice.source != own::SOURCE {
        text::keep_subject(&mut notice, message, title.unwrap_or_default());
    }
    notice
}

/// The list of errors in the message of our own functions, without its English sentence: each error with
/// how often it occurred, `- payment of {n} failed (×32)`.
fn errors_of(message: &str) -> String {
    let lines = message.lines().filter(|line| line.starts_with("- "));
    let lines = lines.map(|line| {
        let count = line
            .strip_suffix(" times)")
            .and_then(|rest| rest.rsplit_once(" ("));
        match (count, line.strip_suffix(" (once)")) {
            (Some((error, count)), _) => format!("{error} (×{count})"),
            (None, Some(error)) => format!("{error} (×1)"),
            (None, None) => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Reads one field; whether it is as it should be.
fn read_field(
    notice: &mut Notice,
    metadata: &mut BTreeMap<String, Value>,
    key: &str,
    value: &Value,
) -> bool {
    let text = value.as_str().map(str::trim).unwrap_or_default();
    match key {
        "type" | "title" | "message" => return true,
        // A field that is null says as much as one that is not there.
        _ if value.is_null() => return true,
        "metadata" => {
            let Value::Object(given) = value else {
                return false;
            };
            let given = given.iter();
            metadata.extend(given.map(|(key, value)| (key.clone(), value.clone())));
        }
        "channels" => notice.channels = serde_json::from_value::<Channels>(value.clone()).ok(),
        "dedupKey" => notice.dedup_key = json::says_something(text).then(|| text.to_owned()),
        "status" => notice.status = catalogue::status_of_word(text),
        "occurredAt" => notice.occurred_at = json::time(text),
        "links" => return read_links(notice, value),
        _ => return false,
    }
    match key {
        "channels" => notice.channels.is_some(),
        "dedupKey" => notice.dedup_key.is_some(),
        "status" => notice.status.is_some(),
        "occurredAt" => notice.occurred_at.is_some(),
        _ => true,
    }
}

/// Reads links by name. What is no address of the web becomes a fact.
fn read_links(notice: &mut Notice, value: &Value) -> bool {
    let Value::Object(links) = value else {
        return false;
    };
    for (name, value) in links {
        match value.as_str().and_then(links::web) {
            Some(url) => notice.links.push(AlertLink {
                name: link_name(name),
                url,
            }),
            None => notice.facts.push(json::fact(name, value)),
        }
    }
    true
}

fn link_name(name: &str) -> LinkName {
    match name.to_ascii_lowercase().as_str() {
        "runbook" => LinkName::Runbook,
        "dashboard" => LinkName::Dashboard,
        "logs" => LinkName::Logs,
        "metric" => LinkName::Metric,
        "alarm" => LinkName::Alarm,
        "console" => LinkName::Console,
        _ => LinkName::Given(name.to_owned()),
    }
}

/// An alert that was sent twice has the same key, status, type and time both times, and its
/// messages have different ids.
fn identify(notice: &mut Notice) {
    if let (Some(key), Some(at)) = (&notice.dedup_key, notice.occurred_at) {
        let status = match notice.status {
            Some(AlertStatus::Firing) => "firing",
            Some(AlertStatus::Resolved) => "resolved",
            None => "",
        };
        let kind = notice.kind.name();
        notice.identity = Some(format!("alert/{kind}/{status}/{at}/{key}"));
    }
}
