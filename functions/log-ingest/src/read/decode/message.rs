//! The message inside a subscription event. Read in one pass over its text: of all that is done to
//! a log event, finding it is not to be the most expensive.

use std::borrow::Cow;

use jiff::Timestamp;

use super::DecodeError;
use crate::json::{Json, Scanner};

/// What a subscription message says.
#[derive(Debug)]
pub enum SubscriptionMessage<'a> {
    /// A probe of CloudWatch that the function is reachable; nothing to store.
    Control,
    /// Log events.
    Data(Batch<'a>),
}

/// The log events of one message: all of one log stream.
#[derive(Debug)]
pub struct Batch<'a> {
    /// The AWS account that owns the log group.
    pub owner: Cow<'a, str>,
    /// The log group.
    pub log_group: Cow<'a, str>,
    /// The log stream.
    pub log_stream: Cow<'a, str>,
    /// The events; at least one.
    pub events: Vec<SubscriptionEvent<'a>>,
}

/// One log event.
#[derive(Debug)]
pub struct SubscriptionEvent<'a> {
    /// CloudWatch's id.
    pub id: Cow<'a, str>,
    /// CloudWatch's timestamp.
    pub timestamp: Timestamp,
    /// What the service wrote.
    pub message: Cow<'a, str>,
}

/// The members of a message.
#[derive(Default)]
struct MessageMembers<'a> {
    kind: Option<Cow<'a, str>>,
    owner: Option<Cow<'a, str>>,
    log_group: Option<Cow<'a, str>>,
    log_stream: Option<Cow<'a, str>>,
    events: Option<Result<Vec<SubscriptionEvent<'a>>, DecodeError>>,
}

/// The members of a log event.
#[derive(Default)]
struct EventMembers<'a> {
    id: Option<Cow<'a, str>>,
    timestamp: Option<Json<'a>>,
    message: Option<Cow<'a, str>>,
}

/// Reads a message.
pub(super) fn read(text: &str) -> Result<SubscriptionMessage<'_>, DecodeError> {
    let Some(members) = MessageMembers::read(text) else {
        return Err(DecodeError::NotAMessage(what_is_wrong(text)));
    };
    match required(members.kind, "messageType")?.as_ref() {
        "CONTROL_MESSAGE" => return Ok(SubscriptionMessage::Control),
        "DATA_MESSAGE" => {}
        other => return Err(DecodeError::UnknownMessageType(other.to_owned())),
    }
    let log_group = required(members.log_group, "logGroup")?;
    let log_stream = required(members.log_stream, "logStream")?;
    let events = members.events.unwrap_or_else(|| Ok(Vec::new()))?;
    if events.is_empty() {
        let log_group = log_group.into_owned();
        return Err(DecodeError::Empty { log_group });
    }
    Ok(SubscriptionMessage::Data(Batch {
        owner: members.owner.unwrap_or_default(),
        log_group,
        log_stream,
        events,
    }))
}

/// Why a text is no message: where its JSON is broken, or what it is instead of one.
fn what_is_wrong(text: &str) -> String {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Err(error) => error.to_string(),
        Ok(_) => format!(
            "expected an object with a list of objects `logEvents`, found {}",
            crate::json::describe(text)
        ),
    }
}

fn required<'a>(member: Option<Cow<'a, str>>, name: &str) -> Result<Cow<'a, str>, DecodeError> {
    member.ok_or_else(|| DecodeError::NotAMessage(format!("it has no text `{name}`")))
}

fn event(members: EventMembers<'_>) -> Result<SubscriptionEvent<'_>, DecodeError> {
    let id = required(members.id, "logEvents.id")?;
    let milliseconds = members.timestamp.and_then(|json| json.get().parse().ok());
    let Some(milliseconds) = milliseconds else {
        let reason = format!("log event {id:?} has no whole number `timestamp`");
        return Err(DecodeError::NotAMessage(reason));
    };
    let Ok(timestamp) = Timestamp::from_millisecond(milliseconds) else {
        return Err(DecodeError::ImpossibleTimestamp {
            id: id.into_owned(),
            timestamp: milliseconds,
        });
    };
    let message = required(members.message, "logEvents.message")?;
    Ok(SubscriptionEvent {
        id,
        timestamp,
        message,
    })
}

impl<'a> MessageMembers<'a> {
    /// `None` where the text is no object, or its `logEvents` no list of objects.
    fn read(text: &'a str) -> Option<Self> {
        let mut scanner = Scanner::new(text);
        let mut members = Self::default();
        let mut is_first = true;
        scanner.open(b'{')?;
        while let Some(key) = scanner.next_key(is_first)? {
            is_first = false;
            match key.text() {
                "messageType" => members.kind = scanner.value()?.string(),
                "owner" => members.owner = scanner.value()?.string(),
                "logGroup" => members.log_group = scanner.value()?.string(),
                "logStream" => members.log_stream = scanner.value()?.string(),
                "logEvents" => members.events = Some(EventMembers::read_list(&mut scanner)?),
                _ => {
                    scanner.value()?;
                }
            }
        }
        scanner.end()?;
        Some(members)
    }
}

impl<'a> EventMembers<'a> {
    /// The events of a list. `None` where it is no list of objects, wherever an event is broken: what
    /// is no message has no broken event.
    fn read_list(
        scanner: &mut Scanner<'a>,
    ) -> Option<Result<Vec<SubscriptionEvent<'a>>, DecodeError>> {
        let mut events = Ok(Vec::new());
        let mut is_first = true;
        scanner.open(b'[')?;
        while scanner.next_element(is_first)? {
            is_first = false;
            let members = Self::read(scanner)?;
            if let Ok(list) = &mut events {
                match event(members) {
                    Ok(event) => list.push(event),
                    Err(error) => events = Err(error),
                }
            }
        }
        Some(events)
    }

    fn read(scanner: &mut Scanner<'a>) -> Option<Self> {
        let mut event = Self::default();
        let mut is_first = true;
        scanner.open(b'{')?;
        while let Some(key) = scanner.next_key(is_first)? {
            is_first = false;
            match key.text() {
                "id" => event.id = scanner.text_value()?,
                "timestamp" => event.timestamp = Some(scanner.value()?),
                "message" => event.message = scanner.text_value()?,
                _ => {
                    scanner.value()?;
                }
            }
        }
        Some(event)
    }
}
