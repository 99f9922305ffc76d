//! What stands around a message: SNS in SNS, JSON in a string, `{"default": …}`, a byte order mark.

use serde_json::{Map, Value};

use crate::incoming::IncomingMessage;

/// How many envelopes are opened, one in another.
const MOST: usize = 5;

/// The message inside, if there is an envelope.
pub(super) fn unwrap(message: &IncomingMessage) -> Option<IncomingMessage> {
    let mut inner: Option<IncomingMessage> = None;
    for _ in 0..MOST {
        let outer = inner.as_ref().unwrap_or(message);
        let Some(next) = open(outer) else {
            break;
        };
        inner = Some(next);
    }
    inner
}

fn open(outer: &IncomingMessage) -> Option<IncomingMessage> {
    let inside = |text: &str| IncomingMessage {
        text: text.to_owned(),
        ..outer.clone()
    };
    if let Some(rest) = outer.text.trim_start().strip_prefix('\u{feff}') {
        return Some(inside(rest));
    }
    match serde_json::from_str(&outer.text).ok()? {
        Value::String(text) => Some(inside(&text)),
        Value::Object(object) => {
            if let Some(text) = of_protocols(&object) {
                return Some(inside(text));
            }
            let text = |key: &str| object.get(key).and_then(Value::as_str);
            // https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
            if text("Type") != Some("Notification") {
                return None;
            }
            let subject = text("Subject").map(str::to_owned);
            Some(IncomingMessage {
                subject: subject.or_else(|| outer.subject.clone()),
                ..inside(text("Message")?)
            })
        }
        _ => None,
    }
}

/// The text of a message that has one for each protocol:
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html>.
fn of_protocols(object: &Map<String, Value>) -> Option<&str> {
    const PROTOCOLS: [&str; 9] = [
        "default",
        "email",
        "email-json",
        "http",
        "https",
        "lambda",
        "sms",
        "sqs",
        "application",
    ];
    let are_protocols = object.keys().all(|key| PROTOCOLS.contains(&key.as_str()));
    let text = object.get("lambda").or_else(|| object.get("default"))?;
    text.as_str().filter(|_| are_protocols)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::unwrap;
    use crate::incoming::IncomingMessage;

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

    #[test]
    fn envelopes_are_opened_one_in_another() {
        let default = json!({"default": "\u{feff}{\"a\": 1}"}).to_string();
        let sns = json!({"Type": "Notification", "Subject": "S", "Message": default}).to_string();
        let inner = unwrap(&message(&json!(sns).to_string())).expect("an envelope");
        assert_eq!(inner.text, "{\"a\": 1}");
        assert_eq!(inner.subject.as_deref(), Some("S"));
    }

    #[test]
    fn what_is_no_envelope_stays() {
        for text in [
            "결제",
            "{}",
            "[1]",
            r#"{"default": "a", "b": "c"}"#,
            r#"{"Type": "Notification"}"#,
        ] {
            assert_eq!(unwrap(&message(text)), None, "{text}");
        }
    }

    #[test]
    fn endless_envelopes_are_opened_only_so_far() {
        let mut text = "end".to_owned();
        for _ in 0..20 {
            text = serde_json::to_string(&text).expect("JSON");
        }
        assert!(unwrap(&message(&text)).is_some_and(|inner| inner.text.contains("end")));
    }
}
