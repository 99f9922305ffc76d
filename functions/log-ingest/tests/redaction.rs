//! Redaction from the event to the document: whatever log-ingest makes of a line, nothing of a secret
//! is left in any field, and what is harmless is stored as it is.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use embedded_store::EmbeddedStore;
use log_ingest::{Config, Context};
use serde_json::{Value, json};
use shared::{
    deadline::Deadline,
    env::Settings,
    invocation::Invocation,
    log_store::{LogSearch, LogStore},
    model::window::Window,
};
use shared_tests::subscription;

#[path = "../../../shared/src/redact/tests/harmless.rs"]
mod harmless;
#[path = "../../../shared/src/redact/tests/secrets.rs"]
mod secrets;

use harmless::HARMLESS;
use secrets::SECRETS;

fn invocation() -> Invocation {
    Invocation {
        request_id: "test".to_owned(),
        now: "2026-11-24T01:00:00Z".parse().expect("instant"),
        deadline: Deadline::after(Duration::from_mins(5)),
    }
}

/// The document of each line, as JSON without what is made up of hexadecimal digits.
async fn documents(lines: &[String]) -> Vec<Value> {
    let events: Vec<_> = (0_i64..)
        .zip(lines)
        .map(|(number, line)| {
            let time = 1_795_478_400_000 + number * 60_000;
            subscription::log_event(&format!("event-{number}"), time, line)
        })
        .collect();
    let store: Arc<dyn LogStore> = Arc::new(EmbeddedStore::in_memory().expect("a store"));
    let deadline = invocation().deadline;
    store.prepare(deadline).await.expect("prepared");
    let config = Config::read(&mut Settings::from_pairs([]));
    let context = Context::new(Arc::clone(&store), config).expect("valid rules");
    let payload = subscription::payload("/ecs/gm-tool", "task/1", &events);
    log_ingest::handle(&payload, &context, &invocation())
        .await
        .expect("ingested");
    let at = |text: &str| text.parse().expect("instant");
    let search = LogSearch {
        service: "gm-tool".parse().expect("service"),
        window: Window::new(at("2000-01-01T00:00:00Z"), at("2100-01-01T00:00:00Z"))
            .expect("window"),
        query: shared::log_store::SearchQuery::all(),
        limit: 10_000,
    };
    store
        .refresh(&search.service, deadline)
        .await
        .expect("refreshed");
    let found = store.search(&search, deadline).await.expect("found");
    let mut by_event = BTreeMap::new();
    for document in found {
        let number = document.source.event_id.as_deref();
        let number = number.and_then(|id| id.strip_prefix("event-"));
        let number: usize = number.and_then(|text| text.parse().ok()).expect("a number");
        let mut json = serde_json::to_value(&document).expect("JSON");
        if let Some(members) = json.as_object_mut() {
            members.retain(|key, _| {
                !matches!(
                    key.as_str(),
                    "id" | "source" | "timestamp" | "@timestamp" | "ingestedAt"
                )
            });
        }
        by_event.insert(number, json);
    }
    let missing = (0..lines.len()).filter(|number| !by_event.contains_key(number));
    let missing: Vec<_> = missing.filter_map(|number| lines.get(number)).collect();
    assert!(missing.is_empty(), "every line has a document: {missing:?}");
    by_event.into_values().collect()
}

/// The forms in which programs log a text.
fn forms(text: &str) -> [String; 4] {
    let inner = json!({"event": "x", "detail": text}).to_string();
    [
        text.to_owned(),
        format!("2026-11-24T00:00:00.000Z ERROR worker: {text}"),
        json!({"level": "warn", "msg": text, "timestamp": "2026-11-24T00:00:00Z"}).to_string(),
        json!({"level": "info", "message": "request", "body": inner}).to_string(),
    ]
}

/// All texts of a document, and all keys but its own.
fn contents(document: &Value) -> String {
    let members = document.as_object().expect("an object");
    members.values().map(texts).collect()
}

/// All texts and keys of a value.
fn texts(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text}\n"),
        Value::Array(elements) => elements.iter().map(texts).collect(),
        Value::Object(members) => members
            .iter()
            .flat_map(|(key, value)| [key.clone(), "\n".to_owned(), texts(value)])
            .collect(),
        other => format!("{other}\n"),
    }
}

/// The part of a secret, of four characters or more, that is in a text.
fn left_of(secret: &str, text: &str) -> Option<String> {
    const LENGTH: usize = 4;
    let characters: Vec<char> = secret.chars().collect();
    let mut parts = characters.windows(LENGTH.min(characters.len()));
    let part = parts.find(|part| text.contains(&part.iter().collect::<String>()))?;
    Some(part.iter().collect())
}

#[tokio::test]
async fn nothing_of_a_secret_is_left_in_any_field_of_a_document() {
    let cases: Vec<(String, &str)> = SECRETS
        .iter()
        .flat_map(|row| forms(&row.line.replace('§', row.secret)).map(|line| (line, row.secret)))
        .collect();
    let lines: Vec<String> = cases.iter().map(|(line, _)| line.clone()).collect();
    let mut leaks = Vec::new();
    for ((line, secret), document) in cases.iter().zip(documents(&lines).await) {
        if let Some(part) = left_of(secret, &contents(&document)) {
            leaks.push(format!("{part:?} of {line}\n   in {document}"));
        }
    }
    assert!(
        leaks.is_empty(),
        "{} leaks:\n{}",
        leaks.len(),
        leaks.join("\n")
    );
}

#[tokio::test]
async fn harmless_lines_are_not_redacted_in_any_form() {
    let lines: Vec<String> = HARMLESS.iter().flat_map(|line| forms(line)).collect();
    let mut masked = Vec::new();
    for (line, document) in lines.iter().zip(documents(&lines).await) {
        if contents(&document).contains("[redacted") {
            masked.push(format!("{line}\n   in {document}"));
        }
    }
    assert!(
        masked.is_empty(),
        "{} masked:\n{}",
        masked.len(),
        masked.join("\n")
    );
}

#[tokio::test]
async fn an_unknown_level_is_redacted_and_repeated_up_to_64_characters() {
    let lines = [
        json!({"level": "가".repeat(65), "message": "x"}).to_string(),
        json!({"level": "password=hunter2", "message": "x"}).to_string(),
    ];
    let documents = documents(&lines).await;
    let levels: Vec<_> = documents
        .iter()
        .map(|document| document.get("levelOriginal").and_then(Value::as_str))
        .collect();
    let cut = "가".repeat(64);
    assert_eq!(levels, [Some(cut.as_str()), Some("password=[redacted]")]);
    assert!(
        documents
            .iter()
            .all(|document| !document.to_string().contains("hunter2"))
    );
}
