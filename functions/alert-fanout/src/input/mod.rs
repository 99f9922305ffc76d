//! From messages to notices. Every message is accepted: one that nothing here understands is shown as it
//! came.
//!
//! The kind of a message is read from a discriminator in it: `type` with `title` and `message` is an
//! alert, `AlarmName` with `NewStateValue` an alarm, `alarmData` an alarm that invokes the function,
//! `detail-type` with `source` and `detail` an event of EventBridge, `source: custom` with `content` a
//! notification of AWS Chatbot's custom schema. The `catalogue` has all other senders; what is not in it
//! is text or JSON.

use serde_json::{Map, Value};

use crate::{
    incoming::IncomingMessage,
    notice::{Advice, LinkName, Notice, Phrase, origin},
};

mod alarm;
mod alert;
mod arn;
mod catalogue;
mod chatbot;
mod envelope;
mod event;
mod fact_name;
mod guess;
mod json;
mod record;
mod redact;
mod text;

#[cfg(test)]
pub(crate) use catalogue::tests::{PRODUCTS, samples};
#[cfg(test)]
mod tests;

pub use record::messages;

impl IncomingMessage {
    /// Its subject, if it has a visible character.
    fn subject(&self) -> Option<&str> {
        let subject = self.subject.as_deref()?.trim();
        json::says_something(subject).then_some(subject)
    }
}

/// What a message says.
#[must_use]
pub fn notice(message: &IncomingMessage) -> Notice {
    let mut notice = read(message);
    notice.occurred_at = notice.occurred_at.or(message.sent_at);
    let has_runbook = notice
        .links
        .iter()
        .any(|link| link.name == LinkName::Runbook);
    if notice.is_over() {
        notice.advice = vec![Phrase::Advice(Advice::WatchOn)];
    } else if has_runbook {
        notice.advice.insert(0, Phrase::Advice(Advice::OpenRunbook));
    }
    origin::complete(&mut notice);
    redact::redact(&mut notice);
    notice.bound_facts();
    notice
}

fn read(message: &IncomingMessage) -> Notice {
    let unwrapped = envelope::unwrap(message);
    let message = unwrapped.as_ref().unwrap_or(message);
    match serde_json::from_str(&message.text) {
        Ok(Value::Object(object)) => of_object(message, &object),
        Ok(Value::Array(items)) => match items.as_slice() {
            // Some senders write each alert as a list of one.
            [Value::Object(object)] => of_object(message, object),
            _ => text::of_json(message),
        },
        Ok(_) => text::of_json(message),
        Err(_) => text::of_text(message),
    }
}

fn of_object(message: &IncomingMessage, object: &Map<String, Value>) -> Notice {
    if alert::is_alert(object) {
        alert::notice(message, object)
    } else if alarm::is_alarm(object) {
        alarm::of_message(object)
    } else if alarm::is_action(object) {
        alarm::of_action(object)
    } else if event::is_event(object) {
        event::notice(message, object)
    } else if chatbot::is_custom(object) {
        chatbot::notice(message, object)
    } else if let Some(mut notice) = catalogue::of_object(&Value::Object(object.clone())) {
        let title = match &notice.title {
            Phrase::Text(title) | Phrase::Translated { english: title, .. } => title.clone(),
            _ => String::new(),
        };
        text::keep_subject(&mut notice, message, &title);
        notice
    } else {
        text::of_json(message)
    }
}
