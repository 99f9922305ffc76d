//! Events of any kind, told by what all of them have: a kind, resources, and a `detail` whose flat
//! fields are facts. How bad they are is read from the words that AWS's services use for states.

use serde_json::{Map, Value};
use shared::model::alert::AlertType;

use super::{EventBridgeEvent, fact, json, service_of};
use crate::notice::{Advice, FactName, Notice, Phrase};

/// Keys of `detail` that tell a state.
const STATES: [&str; 10] = [
    "state",
    "status",
    "State",
    "Status",
    "lastStatus",
    "current-state",
    "build-status",
    "build-state",
    "result",
    "outcome",
];

/// Keys of `detail` that name what is concerned.
const NAMES: [&str; 12] = [
    "pipeline",
    "deploymentGroup",
    "application",
    "SourceIdentifier",
    "budgetName",
    "instance-id",
    "project-name",
    "resourceArn",
    "backupVaultName",
    "stateMachineArn",
    "jobName",
    "name",
];

/// Keys of `detail` that say in words what happened.
const MESSAGES: [&str; 8] = [
    "statusMessage",
    "Message",
    "message",
    "reason",
    "Reason",
    "description",
    "cause",
    "error",
];

/// A notice of an event of which only its form is known.
pub(super) fn notice(event: &EventBridgeEvent) -> Notice {
    let none = Map::new();
    let details = event.details().unwrap_or(&none);
    let first = |keys: &[&str]| keys.iter().find_map(|key| json::field(details, key));
    let state = first(&STATES);
    let resource = first(&NAMES).or_else(|| event.resources().next());
    let kind = event.text("/detail-type").unwrap_or("EventBridge");
    let title = [Some(kind), resource.map(service_of)];
    let title: Vec<&str> = title.into_iter().flatten().collect();
    let state_told = state.map(|state| format!(" ({state})"));
    let title = format!("{}{}", title.join(": "), state_told.unwrap_or_default());
    let mut notice = event.told(severity(details, state), Phrase::Text(title));
    first(&MESSAGES)
        .unwrap_or_default()
        .clone_into(&mut notice.message);
    notice.facts.extend(fact(FactName::State, state));
    let is_told = |key: &str, value: &Value| {
        let text = value.as_str().map(str::trim);
        text.is_some_and(|text| text == notice.message || Some(text) == state)
            && (MESSAGES.contains(&key) || STATES.contains(&key))
    };
    // Flat fields come first: they are the easiest to read.
    let (flat, nested): (Vec<_>, Vec<_>) = details
        .iter()
        .filter(|(key, value)| !is_told(key, value))
        .partition(|(_, value)| !value.is_object() && !value.is_array());
    let facts = flat.into_iter().chain(nested);
    let facts: Vec<_> = facts.map(|(key, value)| json::fact(key, value)).collect();
    notice.facts.extend(facts);
    if event.details().is_none()
        && let Some(detail) = event.0.get("detail")
    {
        notice.facts.push(json::fact("detail", detail));
    }
    notice.facts.extend(event.place());
    let source = event.text("/source").unwrap_or_default();
    notice
        .advice
        .push(Phrase::Advice(advice(source, notice.kind)));
    notice.dedup_key = key(source, details);
    notice
}

/// How bad it is: by the state, or by categories as Amazon RDS has them.
fn severity(details: &Map<String, Value>, state: Option<&str>) -> AlertType {
    let categories = details.get("EventCategories").and_then(Value::as_array);
    let categories = categories.into_iter().flatten().filter_map(Value::as_str);
    let codes = ["eventType", "severity", "level"]
        .iter()
        .filter_map(|key| json::field(details, key));
    let words = state.into_iter().chain(categories).chain(codes);
    words.map(severity_of_word).max().unwrap_or(AlertType::Info)
}

fn severity_of_word(word: &str) -> AlertType {
    let word = word.to_ascii_uppercase().replace(['-', ' '], "_");
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    if has(&["CRITICAL", "EMERGENCY"]) {
        AlertType::Critical
    } else if has(&[
        "FAIL_OVER",
        "FAILOVER",
        "WARN",
        "PARTIAL",
        "DEGRADED",
        "STOPPED",
        "TERMINATED",
        "CANCEL",
        "SUPERSEDED",
        "MAINTENANCE",
    ]) {
        AlertType::Warning
    } else if has(&[
        "FAIL",
        "FAULT",
        "ERROR",
        "ABORT",
        "EXPIRED",
        "TIMED_OUT",
        "TIMEOUT",
        "UNHEALTHY",
        "LOW_STORAGE",
        "DENIED",
    ]) {
        AlertType::Error
    } else {
        AlertType::Info
    }
}

fn advice(source: &str, kind: AlertType) -> Advice {
    match source {
        _ if kind == AlertType::Info => Advice::WatchOn,
        "aws.backup" => Advice::RepeatBackup,
        "aws.budgets" | "aws.ce" => Advice::ReviewCosts,
        "aws.codepipeline" | "aws.codedeploy" | "aws.codebuild" => Advice::CheckDeployment,
        _ => Advice::OpenConsole,
    }
}

/// The key of what goes through several states.
fn key(source: &str, details: &Map<String, Value>) -> Option<String> {
    let keys = [
        "backupJobId",
        "copyJobId",
        "restoreJobId",
        "execution-id",
        "deploymentId",
        "executionArn",
        "build-id",
    ];
    let id = keys.iter().find_map(|key| json::field(details, key))?;
    Some(format!("{source}/{id}"))
}
