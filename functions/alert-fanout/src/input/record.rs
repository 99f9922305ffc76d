//! The records of an SNS event, each read alone, so that one that cannot be read hinders no other.
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html>
//!
//! Only what is needed is asked for. `aws_lambda_events` wants every field of a record, signatures
//! among them, and an alert must not be lost because one of those is missing.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use sha2::{Digest as _, Sha256};
use shared::hex;

use super::json;
use crate::incoming::{IncomingMessage, TOPICS_ATTRIBUTE};

#[derive(Deserialize)]
struct SnsBatch<'a> {
    #[serde(rename = "Records", borrow)]
    records: Vec<&'a RawValue>,
}

/// A record of a queue: <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SqsEntry {
    message_id: String,
    body: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SnsEntry {
    sns: SnsBody,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SnsBody {
    message_id: String,
    topic_arn: Option<String>,
    subject: Option<String>,
    timestamp: Option<String>,
    message: String,
    message_attributes: Option<BTreeMap<String, Value>>,
}

/// The messages of a payload, at least one. `request_id` is the id of what comes without one.
#[must_use]
pub fn messages(payload: &str, request_id: &str) -> Vec<IncomingMessage> {
    match serde_json::from_str::<SnsBatch<'_>>(payload) {
        Ok(event) if !event.records.is_empty() => event
            .records
            .iter()
            .map(|record| of_record(record.get()))
            .collect(),
        _ => vec![IncomingMessage {
            id: request_id.to_owned(),
            queue_id: None,
            topics: Vec::new(),
            sent_at: None,
            subject: None,
            text: payload.to_owned(),
        }],
    }
}

fn of_record(text: &str) -> IncomingMessage {
    // A list would also be read as a record, by the positions of its elements.
    if text.starts_with('{')
        && let Ok(entry) = serde_json::from_str::<SqsEntry>(text)
        && !entry.message_id.trim().is_empty()
    {
        return of_sqs(entry);
    }
    match serde_json::from_str::<SnsEntry>(text) {
        Ok(SnsEntry { sns }) if !sns.message_id.trim().is_empty() => of_sns(sns),
        _ => unreadable(text),
    }
}

/// A queue that subscribes to a topic holds what SNS sent, which has the id that counts.
fn of_sqs(entry: SqsEntry) -> IncomingMessage {
    let queue_id = Some(entry.message_id.clone());
    let message = match serde_json::from_str::<SnsBody>(&entry.body) {
        Ok(sns) if !sns.message_id.trim().is_empty() => of_sns(sns),
        _ => IncomingMessage {
            id: entry.message_id,
            queue_id: None,
            topics: Vec::new(),
            sent_at: None,
            subject: None,
            text: entry.body,
        },
    };
    IncomingMessage {
        queue_id,
        ..message
    }
}

fn of_sns(sns: SnsBody) -> IncomingMessage {
    let passed = sns
        .message_attributes
        .as_ref()
        .and_then(|attributes| attributes.get(TOPICS_ATTRIBUTE))
        .and_then(|attribute| attribute.get("Value"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    let topics = passed
        .split(',')
        .chain(sns.topic_arn.as_deref())
        .map(str::trim)
        .filter(|topic| !topic.is_empty())
        .map(str::to_owned);
    IncomingMessage {
        topics: topics.collect(),
        id: sns.message_id,
        queue_id: None,
        sent_at: sns.timestamp.as_deref().and_then(json::time),
        subject: sns.subject,
        text: sns.message,
    }
}

/// A record that is none of SNS, shown as it came. Its id is made of its text, so that the same
/// record has the same id when it is delivered again.
fn unreadable(text: &str) -> IncomingMessage {
    IncomingMessage {
        id: format!("record-{}", hex::text(&Sha256::digest(text))),
        queue_id: None,
        topics: Vec::new(),
        sent_at: None,
        subject: None,
        text: text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::sns::{SnsEvent, SnsRecord};
    use serde_json::{Value, json};

    use super::messages;
    use crate::incoming::TOPICS_ATTRIBUTE;

    const TOPIC: &str = "arn:aws:sns:ap-northeast-2:123456789012:alerts";

    fn event(records: &[Value]) -> String {
        json!({ "Records": records }).to_string()
    }

    #[test]
    fn a_record_as_lambda_delivers_it_is_read() {
        let payload = event(&[json!({
            "EventVersion": "1.0",
            "EventSource": "aws:sns",
            "EventSubscriptionArn": format!("{TOPIC}:21be56ed-a058-49f5-8c98-aedd2564c486"),
            "Sns": {
                "SignatureVersion": "1", "Signature": "tcc6faL2yUC6dgZdmrwh1Y4cGa/ebXEkAi6RibDsvpi+tE/1",
                "SigningCertURL": "https://sns.ap-northeast-2.amazonaws.com/cert.pem",
                "Type": "Notification", "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
                "TopicArn": TOPIC, "Subject": null, "Timestamp": "2026-11-24T00:45:07.000Z",
                "UnsubscribeURL": "https://sns.ap-northeast-2.amazonaws.com/",
                "Message": "결제 실패", "SomethingNew": [1, 2],
                "MessageAttributes": {
                    "AlertType": { "Type": "String", "Value": "error" },
                    TOPICS_ATTRIBUTE: { "Type": "String", "Value": "arn:first, arn:second" },
                },
            },
        })]);
        let read = messages(&payload, "request");
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].id, "95df01b4-ee98-5cb9-9903-4c221d41eb5e");
        assert_eq!(read[0].topics, ["arn:first", "arn:second", TOPIC]);
        assert_eq!(read[0].subject, None);
        assert_eq!(read[0].text, "결제 실패");
        let sent_at = read[0].sent_at.expect("a time");
        assert_eq!(sent_at.to_string(), "2026-11-24T00:45:07Z");
    }

    #[test]
    fn what_the_published_types_of_sns_events_write_is_read() {
        let mut record = SnsRecord::default();
        record.sns.message_id = "m-1".to_owned();
        record.sns.topic_arn = TOPIC.to_owned();
        record.sns.subject = Some("Subject".to_owned());
        record.sns.message = "text".to_owned();
        let mut event = SnsEvent::default();
        event.records = vec![record];
        let payload = serde_json::to_string(&event).expect("JSON");
        let read = messages(&payload, "request");
        assert_eq!(read[0].id, "m-1");
        assert_eq!(read[0].subject.as_deref(), Some("Subject"));
        assert!(read[0].sent_at.is_some());
    }

    #[test]
    fn a_queue_is_read_with_and_without_a_topic_before_it() {
        let inner = json!({"Type": "Notification", "MessageId": "sns-1", "TopicArn": TOPIC, "Message": "a"});
        let payload = event(&[
            json!({"messageId": "sqs-1", "body": inner.to_string(), "eventSource": "aws:sqs"}),
            json!({"messageId": "sqs-2", "body": "결제", "eventSource": "aws:sqs"}),
        ]);
        let read = messages(&payload, "request");
        assert_eq!((read[0].id.as_str(), read[0].text.as_str()), ("sns-1", "a"));
        assert_eq!(read[0].topics, [TOPIC]);
        let queued = read.iter().map(|message| message.queue_id.as_deref());
        assert!(queued.eq([Some("sqs-1"), Some("sqs-2")]));
        assert_eq!(
            (read[1].id.as_str(), read[1].text.as_str()),
            ("sqs-2", "결제")
        );
    }

    #[test]
    fn a_record_with_the_least_there_is_is_read() {
        let read = messages(
            &event(&[json!({ "Sns": { "MessageId": "m", "Message": "t" } })]),
            "request",
        );
        assert_eq!(read[0].id, "m");
        assert!(read[0].topics.is_empty());
    }

    #[test]
    fn a_record_that_cannot_be_read_hinders_no_other_and_is_shown_as_it_came() {
        let nested = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        let good = r#"{"Sns": {"MessageId": "m", "Message": "t"}}"#;
        let payload = format!(r#"{{"Records": [{{"eventSource": "aws:s3"}}, {nested}, {good}]}}"#);
        let read = messages(&payload, "request");
        assert_eq!(read.len(), 3);
        assert_eq!(read[0].text, r#"{"eventSource": "aws:s3"}"#);
        assert!(read[0].id.starts_with("record-"), "{}", read[0].id);
        assert_ne!(read[0].id, read[1].id);
        assert_eq!(read[2].text, "t");
        assert_eq!(read, messages(&payload, "another request"));
    }

    #[test]
    fn anything_else_is_one_message() {
        for payload in [
            "",
            "null",
            "{}",
            r#"{"Records": []}"#,
            r#"{"Records": 3}"#,
            "hello",
        ] {
            let read = messages(payload, "request");
            assert_eq!(read.len(), 1, "{payload}");
            assert_eq!(read[0].id, "request");
            assert_eq!(read[0].text, payload);
        }
    }
}
