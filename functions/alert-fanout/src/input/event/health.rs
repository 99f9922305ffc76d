//! Events of AWS Health: trouble of AWS itself, and what it will change.
//! <https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html>

use serde_json::Value;
use shared::model::alert::{AlertStatus, AlertType};

use super::{EventBridgeEvent, fact, json};
use crate::{
    links::console,
    notice::{Advice, AlertLink, Fact, FactName, LinkName, Notice, Phrase},
};

/// The largest number of resources shown.
const MOST_RESOURCES: usize = 10;

/// An issue begins when it opens and ends when it is closed; others simply happen.
pub(super) fn notice(event: &EventBridgeEvent) -> Notice {
    let category = event.detail("eventTypeCategory").unwrap_or_default();
    let kind = match category {
        "issue" => AlertType::Error,
        "accountNotification" => AlertType::Info,
        _ => AlertType::Warning,
    };
    let code = event.detail("eventTypeCode").or(event.text("/detail-type"));
    let service = event.detail("service").unwrap_or("AWS");
    let title = format!("AWS Health: {service} {}", code.unwrap_or_default());
    let mut notice = event.notice(kind, Phrase::Text(title.trim().to_owned()));
    notice.status = match (category, event.detail("statusCode")) {
        ("issue", Some("closed")) => Some(AlertStatus::Resolved),
        ("issue", Some("open")) => Some(AlertStatus::Firing),
        _ => None,
    };
    description(event).clone_into(&mut notice.message);
    notice.advice.push(Phrase::Advice(Advice::ReadHealth));
    notice.since = event.detail("startTime").and_then(json::time);
    notice
        .facts
        .extend(fact(FactName::EventKind, event.detail("eventTypeCategory")));
    notice
        .facts
        .extend(fact(FactName::State, event.detail("statusCode")));
    let given = |name: &str| {
        let text = event.detail(name);
        fact(FactName::Given(name.to_owned()), text)
    };
    notice.facts.extend(given("startTime"));
    notice.facts.extend(given("endTime"));
    notice.facts.extend(entities(event));
    notice
        .facts
        .extend(fact(FactName::Region, event.detail("eventRegion")));
    notice.facts.extend(event.place());
    if let Some(arn) = event.detail("eventArn") {
        notice.dedup_key = Some(format!("health/{arn}"));
        notice.links.push(AlertLink {
            name: LinkName::Console,
            url: console::health(arn),
        });
    }
    notice
}

/// What AWS says, in English if it says it in several languages.
fn description(event: &EventBridgeEvent) -> &str {
    let texts = event.0.pointer("/detail/eventDescription");
    let texts = texts.and_then(Value::as_array).into_iter().flatten();
    let is_english = |text: &&Value| {
        let language = json::text(text, "/language").unwrap_or_default();
        language.starts_with("en")
    };
    let first = texts.clone().next();
    let text = texts.clone().find(is_english).or(first);
    let text = text.and_then(|text| json::text(text, "/latestDescription"));
    text.unwrap_or_default()
}

fn entities(event: &EventBridgeEvent) -> Vec<Fact> {
    let entities = event.0.pointer("/detail/affectedEntities");
    let entities = entities.and_then(Value::as_array).into_iter().flatten();
    let names = entities.filter_map(|entity| json::text(entity, "/entityValue"));
    names
        .take(MOST_RESOURCES)
        .map(|name| Fact::code(FactName::Resource, name))
        .collect()
}
