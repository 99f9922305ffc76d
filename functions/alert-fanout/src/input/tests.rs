//! Every message is read: the events in `events/`, checked by snapshots, and generated ones.

use std::{fs, path::PathBuf};

use proptest::prelude::*;
use serde_json::Value;
use shared::model::alert::{AlertStatus, AlertType};

use super::{json::says_something, messages, notice};
use crate::incoming::IncomingMessage;
use crate::{
    language::Language,
    notice::{FactName, FactValue, MOST_FACTS, Notice},
};

fn events() -> Vec<(String, String)> {
    let directory = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../events"));
    let files = fs::read_dir(directory).expect("events");
    let mut events: Vec<(String, String)> = files
        .filter_map(|file| {
            let path = file.expect("a file").path();
            let name = path.file_name()?.to_str()?;
            let case = name.strip_prefix("alert-fanout.")?.strip_suffix(".json")?;
            let text = fs::read_to_string(&path).expect("an event");
            Some((case.to_owned(), text))
        })
        .collect();
    events.sort();
    events
}

#[test]
fn every_event_is_read_as_its_snapshot() {
    let events = events();
    assert!(events.len() >= 20, "{}", events.len());
    for (case, payload) in events {
        let read: Vec<(IncomingMessage, Notice)> = messages(&payload, "request-1")
            .into_iter()
            .map(|message| (message.clone(), notice(&message)))
            .collect();
        let read: Vec<String> = read
            .iter()
            .map(|(message, notice)| {
                format!("{} through {:?}\n{notice:#?}", message.id, message.topics)
            })
            .collect();
        insta::assert_snapshot!(format!("event_{case}"), read.join("\n\n"));
    }
}

#[test]
fn the_first_good_data_of_an_alarm_end_nothing() {
    for (before, now, never_began) in [
        ("INSUFFICIENT_DATA", "OK", true),
        ("ALARM", "OK", false),
        ("INSUFFICIENT_DATA", "ALARM", false),
    ] {
        let alarm = serde_json::json!({
            "AlarmName": "결제", "OldStateValue": before, "NewStateValue": now,
        });
        let notice = notice(&message(&alarm.to_string()));
        assert_eq!(notice.never_began, never_began, "{before} {now}");
    }
}

fn message(text: &str) -> IncomingMessage {
    IncomingMessage {
        id: "m".to_owned(),
        queue_id: None,
        topics: Vec::new(),
        sent_at: None,
        subject: None,
        text: text.to_owned(),
    }
}

fn title(notice: &Notice) -> String {
    Language::English.phrase(&notice.title)
}

#[test]
fn an_alert_is_known_by_its_type_whatever_its_other_fields_are() {
    let text = r#"{"type": "ERROR", "title": "T", "message": "M", "links": 3, "metadata": [1],
        "occurredAt": {}, "dedupKey": 7, "status": "odd", "channels": "all"}"#;
    let notice = notice(&message(text));
    assert_eq!(notice.kind, AlertType::Error);
    assert_eq!(
        (title(&notice).as_str(), notice.message.as_str()),
        ("T", "M")
    );
    let names: Vec<&FactName> = notice.facts.iter().map(|fact| &fact.name).collect();
    for name in [
        "links",
        "metadata",
        "occurredAt",
        "dedupKey",
        "status",
        "channels",
    ] {
        assert!(names.contains(&&FactName::Given(name.to_owned())), "{name}");
    }
    assert_eq!((notice.status, notice.identity), (None, None));
}

#[test]
fn several_new_errors_are_listed_without_our_english_sentence() {
    let alert = serde_json::json!({"type": "error", "title": "gm-tool: 2 more new errors",
        "message": "2 more errors that had not occurred before occurred in gm-tool from a to b:\n\
            - payment of {n} failed (32 times)\n- 결제 실패 (once)\n- …",
        "metadata": {"service": "gm-tool", "field": "newErrors", "count": 2, "occurrences": 33},
        "dedupKey": "logs/gm-tool/newErrors/2026-11-24T00:33:00Z"});
    let notice = notice(&message(&alert.to_string()));
    assert_eq!(
        notice.message,
        "- payment of {n} failed (×32)\n- 결제 실패 (×1)\n- …"
    );
    let title = Language::Korean.phrase(&notice.title);
    assert_eq!(title, "gm-tool: 신규 오류 2종(33건) 추가 발생");
}

#[test]
fn an_alert_that_was_sent_twice_has_one_identity() {
    let alert = |more: &str| {
        let text = format!(
            r#"{{"type": "error", "title": "T", "message": "M", "dedupKey": "k", "status": "firing",
                "occurredAt": "2026-11-24T00:45:00Z"{more}}}"#
        );
        notice(&message(&text)).identity
    };
    assert!(alert("").is_some());
    assert_eq!(alert(""), alert(r#", "metadata": {"try": 2}"#));
    assert_ne!(alert(""), alert(r#", "status": "resolved""#));
}

#[test]
fn an_alarm_that_is_over_was_as_bad_as_it_began() {
    let alarm = |state: &str| {
        let text = format!(
            r#"{{"AlarmName": "a", "NewStateValue": "{state}", "AlarmArn": "arn:aws:cloudwatch:r:1:alarm:a",
                "AlarmDescription": "severity: critical"}}"#
        );
        notice(&message(&text))
    };
    let (firing, missing, over) = (alarm("ALARM"), alarm("INSUFFICIENT_DATA"), alarm("OK"));
    assert_eq!(firing.status, Some(AlertStatus::Firing));
    assert_eq!(over.status, Some(AlertStatus::Resolved));
    assert_eq!(over.kind, AlertType::Critical);
    assert_eq!((missing.status, missing.kind), (None, AlertType::Warning));
    assert_eq!(firing.dedup_key, over.dedup_key);
    assert_eq!(firing.dedup_key, missing.dedup_key);
}

#[test]
fn json_in_strings_of_json_is_unpacked() {
    let alert = r#"{"type": "error", "title": "결제", "message": "M"}"#;
    let once = serde_json::to_string(alert).expect("JSON");
    assert_eq!(title(&notice(&message(&once))), "결제");
    let twice = serde_json::to_string(&once).expect("JSON");
    assert_eq!(title(&notice(&message(&twice))), "결제");
}

#[test]
fn what_is_nested_too_deep_is_a_text() {
    let text = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let notice = notice(&message(&text));
    assert_eq!(notice.source, "text");
    assert_eq!(notice.message, text);
}

#[test]
fn facts_are_bounded_and_say_how_many_are_left_out() {
    let fields: Vec<String> = (0..500)
        .map(|number| format!("\"k{number}\": {number}"))
        .collect();
    let text = format!(
        r#"{{"type": "info", "title": "T", "message": "M", "metadata": {{{}}}}}"#,
        fields.join(",")
    );
    let notice = notice(&message(&text));
    assert_eq!(notice.facts.len(), MOST_FACTS);
    let last = notice.facts.last().expect("a fact");
    assert_eq!(last.name, FactName::More);
    let FactValue::Quantity(quantity) = &last.value else {
        panic!("{last:?}");
    };
    assert!((quantity.value - 471.0).abs() < f64::EPSILON);
}

fn holds(notice: &Notice) -> Result<(), TestCaseError> {
    for language in [Language::English, Language::Korean] {
        prop_assert!(
            says_something(&language.phrase(&notice.title)),
            "{notice:?}"
        );
        for advice in &notice.advice {
            prop_assert!(says_something(&language.phrase(advice)), "{notice:?}");
        }
    }
    prop_assert!(notice.facts.len() <= MOST_FACTS);
    for link in &notice.links {
        let is_web = link.url.starts_with("https://") || link.url.starts_with("http://");
        prop_assert!(is_web, "{link:?}");
    }
    Ok(())
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(Value::from("error")),
        Just(Value::from("OK")),
    ];
    let key = prop_oneof![
        3 => prop::sample::select(vec![
            "type", "title", "message", "AlarmName", "NewStateValue", "Trigger", "Metrics",
            "detail-type", "source", "detail", "resources", "version", "content", "metadata",
            "Records", "Sns", "MessageId", "Message", "state", "links", "channels",
        ])
        .prop_map(str::to_owned),
        1 => ".{0,6}",
    ];
    leaf.prop_recursive(4, 60, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Every place in a value, as a JSON pointer.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(values) => {
            for (position, value) in values.iter().enumerate() {
                places(value, &format!("{at}/{position}"), found);
            }
        }
        Value::Object(entries) => {
            for (key, value) in entries {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(value, &format!("{at}/{key}"), found);
            }
        }
        _ => {}
    }
}

/// The texts of real messages.
fn real_texts() -> Vec<String> {
    events()
        .iter()
        .flat_map(|(_, payload)| messages(payload, "r"))
        .map(|message| message.text)
        .collect()
}

proptest! {
    #[test]
    fn any_text_is_read(text in any::<String>(), subject in any::<Option<String>>()) {
        let message = IncomingMessage { subject, ..message(&text) };
        holds(&notice(&message))?;
    }

    #[test]
    fn any_json_is_read(json in any_json()) {
        holds(&notice(&message(&json.to_string())))?;
    }

    #[test]
    fn any_payload_is_at_least_one_message(json in any_json(), text in any::<String>()) {
        for payload in [json.to_string(), text, format!(r#"{{"Records": [{json}]}}"#)] {
            let messages = messages(&payload, "r");
            prop_assert!(!messages.is_empty());
            for message in &messages {
                prop_assert!(!message.id.is_empty());
                holds(&notice(message))?;
            }
        }
    }

    #[test]
    fn a_real_message_with_a_strange_value_is_read(
        which in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        strange in any_json(),
    ) {
        let texts = real_texts();
        let text = which.get(&texts);
        if let Ok(mut value) = serde_json::from_str::<Value>(text) {
            let mut found = Vec::new();
            places(&value, "", &mut found);
            let place: &String = place.get(&found);
            let slot = value.pointer_mut(place).expect("a place");
            *slot = strange;
            holds(&notice(&message(&value.to_string())))?;
        }
    }

    #[test]
    fn a_truncated_message_is_read(
        which in any::<prop::sample::Index>(),
        kept in any::<prop::sample::Index>(),
    ) {
        let texts = real_texts();
        let text = which.get(&texts);
        let kept = kept.index(text.chars().count() + 1);
        let cut: String = text.chars().take(kept).collect();
        holds(&notice(&message(&cut)))?;
    }
}
