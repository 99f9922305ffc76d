//! Notifications in the custom schema of AWS Chatbot (Amazon Q Developer in chat applications).
//! <https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html>

use serde_json::{Map, Value};

use super::{alert, fact_name, json, text};
use crate::incoming::IncomingMessage;
use crate::notice::{Advice, Fact, FactName, Markup, Notice, Phrase};

/// The largest number of next steps.
const MOST_STEPS: usize = 10;

/// Whether an object is such a notification.
pub(super) fn is_custom(object: &Map<String, Value>) -> bool {
    json::field(object, "source") == Some("custom")
        && object.get("version").is_some()
        && object.get("content").is_some_and(Value::is_object)
}

/// The notice of a notification. The schema has no severity; one in `additionalContext` counts.
pub(super) fn notice(message: &IncomingMessage, object: &Map<String, Value>) -> Notice {
    let whole = Value::Object(object.clone());
    let text = |pointer: &str| json::text(&whole, pointer);
    let title = text("/content/title").or_else(|| text("/metadata/summary"));
    let phrase = title.or(message.subject());
    let phrase = phrase.map_or(Phrase::Untitled, |title| Phrase::Text(title.to_owned()));
    let mut notice = Notice::new("chatbot", phrase);
    notice.markup = Markup::Slack;
    let severity = text("/metadata/additionalContext/severity").and_then(alert::kind_of_word);
    if let Some(kind) = severity {
        notice.kind = kind;
    }
    let summary = text("/metadata/summary").filter(|summary| Some(*summary) != title);
    let description = text("/content/description").or(summary);
    description
        .unwrap_or_default()
        .clone_into(&mut notice.message);
    if let Some(kind) = text("/metadata/eventType") {
        notice.facts.push(Fact::text(FactName::EventKind, kind));
    }
    for resource in list(&whole, "/metadata/relatedResources") {
        notice.facts.push(Fact::code(FactName::Resource, &resource));
    }
    if let Some(Value::Object(context)) = whole.pointer("/metadata/additionalContext") {
        let is_read = |key: &str| key == "severity" && severity.is_some();
        let context = context.iter().filter(|(key, _)| !is_read(key));
        let facts = context.map(|(key, value)| json::fact(key, value));
        notice.facts.extend(facts);
    }
    let keywords = list(&whole, "/content/keywords");
    if !keywords.is_empty() {
        let name = fact_name::of("keywords");
        notice.facts.push(Fact::text(name, &keywords.join(", ")));
    }
    let steps = list(&whole, "/content/nextSteps").into_iter();
    notice.advice = steps.take(MOST_STEPS).map(Phrase::Text).collect();
    if notice.advice.is_empty() {
        notice.advice.push(Phrase::Advice(Advice::OpenConsole));
    }
    if let Some(thread) = text("/metadata/threadId") {
        notice.dedup_key = Some(format!("chatbot/{thread}"));
    }
    text::keep_subject(&mut notice, message, title.unwrap_or_default());
    notice
}

/// The texts of a list, other values as JSON.
fn list(whole: &Value, pointer: &str) -> Vec<String> {
    let list = whole.pointer(pointer).and_then(Value::as_array);
    let texts = list.into_iter().flatten().map(|value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    });
    texts.filter(|text| json::says_something(text)).collect()
}
