//! Events of EventBridge, by their `detail-type`.
//! <https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html>

use serde_json::{Map, Value};
use shared::model::alert::AlertType;

use super::{alarm, arn, catalogue, json, text};
use crate::incoming::IncomingMessage;
use crate::notice::{Fact, FactName, Notice};

mod ecs;
mod general;
mod guardduty;
mod health;

/// Whether an object is an event.
pub(super) fn is_event(object: &Map<String, Value>) -> bool {
    let is_text = |key: &str| object.get(key).is_some_and(Value::is_string);
    is_text("detail-type") && is_text("source") && object.contains_key("detail")
}

/// The notice of an event.
pub(super) fn notice(message: &IncomingMessage, object: &Map<String, Value>) -> Notice {
    let event = EventBridgeEvent(Value::Object(object.clone()));
    let kind = event.text("/detail-type").unwrap_or_default();
    let mut notice = match (event.text("/source").unwrap_or_default(), kind) {
        ("aws.cloudwatch", "CloudWatch Alarm State Change") => alarm::of_event(&event.0),
        ("aws.ecs", "ECS Task State Change") => ecs::task(&event),
        ("aws.ecs", "ECS Deployment State Change") => ecs::deployment(&event),
        ("aws.ecs", "ECS Service Action") => ecs::action(&event),
        ("aws.guardduty", "GuardDuty Finding") => guardduty::finding(&event),
        ("aws.health", _) => health::notice(&event),
        _ => match catalogue::of_event(&event.0) {
            Some(mut notice) => {
                notice.facts.extend(event.place());
                notice
            }
            None => general::notice(&event),
        },
    };
    if notice.identity.is_none() {
        // An event that two rules pass on is one event.
        notice.identity = event.text("/id").map(|id| format!("event/{id}"));
    }
    let at = event.text("/time").and_then(json::time);
    notice.occurred_at = notice.occurred_at.or(at);
    text::keep_subject(&mut notice, message, kind);
    notice
}

/// An event.
struct EventBridgeEvent(Value);

impl EventBridgeEvent {
    /// The text at a JSON pointer, if it says anything.
    fn text(&self, pointer: &str) -> Option<&str> {
        json::text(&self.0, pointer)
    }

    /// The text of a key of `detail`.
    fn detail(&self, key: &str) -> Option<&str> {
        json::field(self.details()?, key)
    }

    fn details(&self) -> Option<&Map<String, Value>> {
        self.0.get("detail")?.as_object()
    }

    /// What is concerned, by its ARN.
    fn resources(&self) -> impl Iterator<Item = &str> {
        let resources = self.0.get("resources").and_then(Value::as_array);
        resources.into_iter().flatten().filter_map(Value::as_str)
    }

    /// A notice with its source.
    fn notice(&self, kind: AlertType, title: crate::notice::Phrase) -> Notice {
        let source = self.text("/source").unwrap_or("eventbridge");
        let mut notice = Notice::new(source, title);
        notice.kind = kind;
        notice
    }

    /// Facts that end what is known of an event.
    fn place(&self) -> Vec<Fact> {
        let mut facts: Vec<Fact> = self
            .resources()
            .take(5)
            .map(|resource| Fact::code(FactName::Resource, resource))
            .collect();
        if let Some(region) = self.text("/region") {
            facts.push(Fact::text(FactName::Region, region));
        }
        if let Some(account) = self.text("/account") {
            facts.push(Fact::code(FactName::Account, account));
        }
        facts
    }
}

/// A fact, where something is known.
fn fact(name: FactName, text: Option<&str>) -> Option<Fact> {
    text.map(|text| Fact::text(name, text))
}

/// The service of an ARN such as `arn:aws:ecs:…:service/games/gm-tool`: the last part of it.
fn service_of(arn: &str) -> &str {
    let name = arn::name(arn);
    name.rsplit('/').next().unwrap_or(name)
}
