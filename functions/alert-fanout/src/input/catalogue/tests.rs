//! One case a sender, and what its message comes to.

use serde_json::{Value, json};
use shared::model::alert::{AlertStatus, AlertType};

mod checks;
mod events;
mod messages;
mod senders;
mod templates;

pub(crate) use templates::PRODUCTS;

use crate::{
    incoming::IncomingMessage,
    input::notice,
    language::Language,
    notice::{Advice, Notice, Phrase},
};

fn read(text: &str) -> Notice {
    notice(&IncomingMessage {
        id: "m".to_owned(),
        queue_id: None,
        topics: Vec::new(),
        sent_at: None,
        subject: None,
        text: text.to_owned(),
    })
}

fn event(source: &str, kind: &str, detail: &Value) -> Notice {
    read(&event_text(source, kind, detail))
}

fn event_text(source: &str, kind: &str, detail: &Value) -> String {
    let event = json!({
        "version": "0", "id": "1", "source": source, "detail-type": kind, "account": "123456789012",
        "time": "2026-11-25T16:59:00Z", "region": "us-east-1", "resources": [], "detail": detail,
    });
    event.to_string()
}

/// Every message of the tables, and its notice.
pub(crate) fn samples() -> Vec<(String, Notice)> {
    let lists = checks::EVENTS.iter().copied();
    let tables = [events::EVENTS, senders::EVENTS].into_iter();
    let events = lists.chain(tables.flat_map(|table| table.trim().lines()));
    let events = events.map(|row| {
        let [source, kind, _, _, _, detail] = cells(row);
        event_text(source, kind, &serde_json::from_str(detail).expect(row))
    });
    let tables = [messages::SYSTEMS, messages::MESSAGES, senders::MESSAGES].into_iter();
    let lists = checks::MESSAGES.iter().copied();
    let messages = lists.chain(tables.flat_map(|table| table.trim().lines()));
    let messages = messages.map(|row| {
        let [_, _, _, message] = cells(row);
        message.to_owned()
    });
    let texts = checks::TEXTS.iter().chain(senders::TEXTS);
    let texts = texts.map(|(_, _, _, text)| (*text).to_owned());
    let all = events.chain(messages).chain(texts);
    all.map(|text| (text.clone(), read(&text))).collect()
}

fn title(notice: &Notice) -> String {
    Language::English.phrase(&notice.title)
}

/// The cells of a row of a table.
fn cells<const COUNT: usize>(row: &str) -> [&str; COUNT] {
    let cells: Vec<&str> = row.splitn(COUNT, " | ").collect();
    cells.try_into().expect(row)
}

#[track_caller]
fn check(notice: &Notice, severity: &str, status: &str, words: &str) {
    let title = title(notice);
    let found = match notice.status {
        Some(AlertStatus::Firing) => "firing",
        Some(AlertStatus::Resolved) => "resolved",
        None => "-",
    };
    assert_eq!((notice.kind.name(), found), (severity, status), "{title}");
    assert!(title.contains(words), "{words} is not in {title}");
    let is_calm = notice.advice.contains(&Phrase::Advice(Advice::WatchOn));
    let is_good = notice.kind == AlertType::Info || notice.is_over();
    assert!(!is_calm || is_good, "{title}");
}

#[test]
fn texts_are_as_bad_as_they_say() {
    let cloudformation = |kind: &str, status: &str| {
        format!(
            "StackId='arn:x'\nLogicalResourceId='Api'\nResourceStatus='{status}'\nResourceType='{kind}'\nStackName='prod'\n"
        )
    };
    let rows: &[(String, &str, &str, &str)] = &[
        (cloudformation("AWS::Lambda::Function", "CREATE_FAILED"), "error", "-", "prod: Api CREATE_FAILED"),
        (cloudformation("AWS::CloudFormation::Stack", "UPDATE_COMPLETE"), "info", "-", "prod: UPDATE_COMPLETE"),
        ("Timestamp: x\nMessage: Environment health has transitioned from Ok to Severe.\n\nEnvironment: prod\nApplication: a".to_owned(),
            "critical", "-", "prod"),
        ("An AWS Backup job failed. Resource ARN : arn:x".to_owned(), "error", "-", "Backup arn:x: An AWS Backup job failed."),
        ("An AWS Backup job was completed successfully. Resource".to_owned(), "info", "-", "completed"),
        ("[CRITICAL] DB down".to_owned(), "critical", "-", "DB down"),
        ("[RESOLVED] [CRITICAL] DB down".to_owned(), "critical", "resolved", "DB down"),
        ("[FIRING:2] DB down".to_owned(), "error", "firing", "DB down"),
        ("WARNING: disk".to_owned(), "warning", "-", "disk"),
        ("RECOVERY - disk".to_owned(), "info", "resolved", "disk"),
        ("[결제] 실패".to_owned(), "error", "-", "[결제] 실패"),
        ("Note: nothing".to_owned(), "warning", "-", "Note: nothing"),
        ("[".to_owned(), "warning", "-", "["),
    ];
    for (text, severity, status, words) in rows {
        check(&read(text), severity, status, words);
    }
}

#[test]
fn an_alarm_may_invoke_the_function_itself() {
    let alarm = json!({"source": "aws.cloudwatch", "alarmArn": "arn:aws:cloudwatch:us-east-1:4:alarm:cpu",
        "accountId": "4", "time": "2026-08-04T12:36:15.490+0000", "alarmData": {"alarmName": "cpu",
            "state": {"value": "ALARM", "reason": "r", "timestamp": "2026-08-04T12:36:15.490+0000"},
            "previousState": {"value": "OK"}}});
    let notice = read(&alarm.to_string());
    check(&notice, "error", "firing", "cpu");
    assert_eq!(
        notice.dedup_key.as_deref(),
        Some("alarm/arn:aws:cloudwatch:us-east-1:4:alarm:cpu")
    );
}

#[test]
fn a_composite_alarm_names_its_children() {
    let alarm = json!({"AlarmName": "down", "NewStateValue": "ALARM", "AlarmRule": "ALARM(a) OR ALARM(b)",
        "TriggeringChildren": [
            {"Arn": "arn:aws:cloudwatch:r:1:alarm:a", "State": {"Value": "ALARM"}},
            {"Arn": "arn:aws:cloudwatch:r:1:alarm:b", "State": {"Value": "OK"}}]});
    let shown = format!("{:?}", read(&alarm.to_string()).facts);
    assert!(
        shown.contains(r#"ActiveAlarms, value: Text("a")"#),
        "{shown}"
    );
}
