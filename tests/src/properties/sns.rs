//! alert-fanout: what SNS delivers, up to the messages that are sent.

use alert_fanout::{
    episode::Episode,
    incoming::IncomingMessage,
    input,
    language::Language,
    render::{Content, DetailLevel, Locale, mail, slack, sns as topic},
};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::json;

use super::{SENTINEL, text};
use crate::slack::limits;

/// The most bytes of a message of SNS.
const MOST_TOPIC: usize = 256 * 1024;
/// The most characters of its subject.
const MOST_SUBJECT: usize = 100;

/// Every payload has a message, and every message is rendered within the limits of its channels, in both
/// languages. A secret in it is not sent.
pub fn sns(data: &[u8]) {
    let text = text(data);
    all_sent(&text);
    all_sent(&event(&text));
    if text.contains(SENTINEL) {
        return;
    }
    let quiet = text.replace(['"', '\'', '`', '\\', '<', '{', '[', '('], " ");
    let seeded = format!("{quiet}\n\npassword={SENTINEL}\n{text}");
    for sent in all_sent(&event(&seeded)) {
        assert!(!sent.contains(SENTINEL), "{sent} of {seeded:?}");
    }
}

/// The event of one message.
fn event(message: &str) -> String {
    json!({"Records": [{"EventSource": "aws:sns", "Sns": {
        "MessageId": "m-1",
        "TopicArn": "arn:aws:sns:ap-northeast-2:1:alerts",
        "Subject": message.chars().take(100).collect::<String>(),
        "Message": message,
        "Timestamp": "2026-11-24T00:33:20.000Z",
        "MessageAttributes": {},
    }}]})
    .to_string()
}

/// Everything that is sent of a payload.
fn all_sent(payload: &str) -> Vec<String> {
    let messages = input::messages(payload, "a-request");
    assert!(!messages.is_empty());
    messages.iter().flat_map(render).collect()
}

/// The message of each channel.
pub fn render(message: &IncomingMessage) -> Vec<String> {
    let notice = input::notice(message);
    let at: Timestamp = "2026-11-24T00:33:20Z".parse().expect("an instant");
    let episode = Episode::once(at);
    let content = Content::new(&notice, &episode);
    let mut sent = Vec::new();
    for language in [Language::English, Language::Korean] {
        let style = Locale {
            language,
            zone: TimeZone::UTC,
        };
        for detail in [DetailLevel::Full, DetailLevel::Plain] {
            for slack in [
                slack::message(content, &style, detail),
                slack::reply(content, &style, detail),
            ] {
                let arguments = json!({
                    "channel": "C1", "text": slack.text, "attachments": slack.attachments,
                });
                let breaches: Vec<_> = limits::check("chat.postMessage", &arguments)
                    .into_iter()
                    .map(|breach| breach.to_string())
                    .collect();
                assert!(breaches.is_empty(), "{breaches:?} in {arguments}");
                sent.push(arguments.to_string());
            }
        }
        let mail = mail::mail(content, &style, None);
        assert!(!mail.subject.trim().is_empty());
        assert!(!mail.subject.contains(['\r', '\n']));
        let html = mail.html.to_ascii_lowercase();
        for tag in [
            "<script",
            "<iframe",
            "<form",
            "<object",
            "onerror=\"",
            "href=\"javascript",
        ] {
            assert!(!html.contains(tag), "{tag} in {html}");
        }
        let topic = topic::sns(content, &style);
        assert!(topic.message.len() <= MOST_TOPIC);
        assert!(topic.subject.chars().count() <= MOST_SUBJECT);
        assert!(!topic.subject.contains(char::is_control));
        sent.extend([
            mail.subject,
            mail.text,
            mail.html,
            topic.subject,
            topic.message,
        ]);
    }
    sent
}
