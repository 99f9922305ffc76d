//! Events that the catalogue does not have: a kind, resources, and a `detail` whose flat
//! fields are facts. How bad they are is read from the words that everybody uses for states; where no
//! word is known, an event is a warning that says so.

use serde_json::{Map, Value};
use shared::model::alert::AlertType;

use super::{EventBridgeEvent, fact, json, service_of};
use crate::input::catalogue::{self, severity};
use crate::notice::{Advice, FactName, Notice, Phrase};

/// Keys of `detail` with a state.
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

/// Keys of `detail` that say in a word what happened.
const KINDS: [&str; 2] = ["type", "eventName"];

/// Keys of `detail` that name what is concerned.
const NAMES: [&str; 13] = [
    "title",
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

/// How keys end that have a state: `TrainingJobStatus`, `status-code`.
const STATE_ENDINGS: [&str; 4] = ["status", "state", "status-code", "result"];

/// How keys end that name what is concerned: `TrainingJobName`, `connector-id`.
const NAME_ENDINGS: [&str; 3] = ["name", "-id", "identifier"];

/// The text of the first key that ends with one of these, in any case.
fn ending_with<'a>(details: &'a Map<String, Value>, endings: &[&str]) -> Option<&'a str> {
    endings.iter().find_map(|ending| {
        let mut keys = details.keys();
        let key = keys.find(|key| key.to_lowercase().ends_with(ending))?;
        json::field(details, key)
    })
}

/// The state: the worst one, if several keys have a state.
fn state(details: &Map<String, Value>) -> Option<&str> {
    let ending = |key: &&String| {
        let key = key.to_lowercase();
        STATE_ENDINGS.iter().any(|ending| key.ends_with(ending))
    };
    let named = STATES.iter().filter_map(|key| json::field(details, key));
    let ending = details.keys().filter(ending);
    let ending = ending.filter_map(|key| json::field(details, key));
    let kinds = KINDS.iter().filter_map(|key| json::field(details, key));
    // A kind is only a state if it clearly says how something ended: `MatchmakingSucceeded`.
    let kinds = kinds.filter(|kind| severity::of_sentence(&severity::spaced(kind)).is_some());
    let mut states = named.chain(ending).chain(kinds);
    let first = states.next()?;
    Some(states.fold(first, |worst, state| {
        let is_worse = severity::of_text(state) > severity::of_text(worst);
        if is_worse { state } else { worst }
    }))
}

/// A notice of an event of which only its form is known.
pub(super) fn notice(event: &EventBridgeEvent) -> Notice {
    let none = Map::new();
    let details = event.details().unwrap_or(&none);
    let first = |keys: &[&str]| keys.iter().find_map(|key| json::field(details, key));
    let state = state(details);
    let resource = first(&NAMES)
        .or_else(|| ending_with(details, &NAME_ENDINGS))
        .or_else(|| event.resources().next());
    let kind = event.text("/detail-type").unwrap_or("EventBridge");
    let title = [Some(kind), resource.map(service_of)];
    let title: Vec<&str> = title.into_iter().flatten().collect();
    let state_shown = state.map(|state| format!(" ({state})"));
    let title = format!("{}{}", title.join(": "), state_shown.unwrap_or_default());
    let severity = severity(details, state, kind);
    let mut notice = event.notice(severity.unwrap_or(AlertType::Warning), Phrase::Text(title));
    first(&MESSAGES)
        .unwrap_or_default()
        .clone_into(&mut notice.message);
    notice.facts.extend(fact(FactName::State, state));
    let is_shown = |key: &str, value: &Value| {
        let text = value.as_str().map(str::trim);
        text.is_some_and(|text| text == notice.message || Some(text) == state)
            && (MESSAGES.contains(&key) || STATES.contains(&key))
    };
    // Flat fields come first: they are the easiest to read.
    let (flat, nested): (Vec<_>, Vec<_>) = details
        .iter()
        .filter(|(key, value)| !is_shown(key, value))
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
    if severity.is_none() {
        let word = first(&SEVERITIES).or(state);
        catalogue::unknown_severity(&mut notice, word);
    }
    notice.dedup_key = key(source, details);
    notice
}

/// How bad it is: by the state, or by another field with a severity. `None` if no word is known.
fn severity(details: &Map<String, Value>, state: Option<&str>, kind: &str) -> Option<AlertType> {
    let categories = details.get("EventCategories").and_then(Value::as_array);
    let categories = categories.into_iter().flatten().filter_map(Value::as_str);
    let codes = SEVERITIES
        .iter()
        .filter_map(|key| json::field(details, key));
    let words = codes.chain(state).chain(categories);
    let known = words.filter_map(severity::of_text).max();
    // A kind such as "Publish Failed" makes an event worse, but never good.
    let kind = severity::of_sentence(kind).filter(|kind| *kind > AlertType::Info);
    known.max(kind)
}

/// Keys of `detail` with a severity.
const SEVERITIES: [&str; 8] = [
    "eventType",
    "severity",
    "Severity",
    "level",
    "priority",
    "findingSeverity",
    "insightSeverity",
    "StatusCode",
];

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
