//! The window that an event asks for. Pure: the time comes from the event, so that a retry and a second
//! delivery of the same event see the same window.
//!
//! The kind of event is read from a discriminator in it:
//!
//! | discriminator | kind |
//! |---|---|
//! | `source` `aws.events` or `aws.scheduler`, or a `detail-type` | an `EventBridge` rule's event, and Scheduler's default one; when: `time` |
//! | `scheduledTime` | Scheduler with an input of its own, `{"scheduledTime": "<aws.scheduler.scheduled-time>"}` |
//! | `start`, `end` | by hand; `"store": true` stores the result for trends |
//!
//! Events: <https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-scheduled-events.html>,
//! <https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html>.

use crate::model::window::{EmptyWindow, Window};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

/// The longest window by hand: a month of daily indices.
const LONGEST: SignedDuration = SignedDuration::from_hours(31 * 24);

/// The sources of scheduled events.
const SOURCES: [&str; 2] = ["aws.events", "aws.scheduler"];

/// The events that are understood, for messages.
const EXPECTED: &str = "an event of an EventBridge rule or of EventBridge Scheduler, \
    {\"scheduledTime\": \"<aws.scheduler.scheduled-time>\"} as Scheduler's input, or \
    {\"start\": …, \"end\": …}";

/// The task that an event asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// The window.
    pub window: Window,
    /// Whether the result is stored for trends. Always for a schedule, whose windows do not overlap; by
    /// hand only if the event says so.
    pub keep: bool,
    /// Whether the event comes from a schedule.
    pub scheduled: bool,
}

/// Why an event is not understood. No retry helps.
#[derive(Debug, thiserror::Error)]
pub enum TriggerError {
    /// It is not JSON.
    #[error("the event is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// Its kind is unknown.
    #[error("the event is {found}; expected: {EXPECTED}")]
    Unknown {
        /// What it is, without values.
        found: String,
    },
    /// It has the discriminators of two kinds.
    #[error("the event has both {0} and {1}; only one of them can name the window")]
    Ambiguous(&'static str, &'static str),
    /// A field is missing or invalid.
    #[error("`{field}` of the event is {found}; expected: {expected}")]
    Field {
        /// Its name.
        field: &'static str,
        /// What it is.
        found: String,
        /// What it must be.
        expected: &'static str,
    },
    /// A time is still a placeholder.
    #[error(
        "`{field}` of the event is still the placeholder {placeholder:?}: only EventBridge Scheduler \
         replaces it, and only in the input of a schedule"
    )]
    Placeholder {
        /// The field's name.
        field: &'static str,
        /// The placeholder.
        placeholder: String,
    },
    /// The window is empty.
    #[error(transparent)]
    Empty(#[from] EmptyWindow),
    /// The window is too long.
    #[error(
        "the window from {start} to {end} is longer than {} days; ask for a shorter one",
        LONGEST.as_hours() / 24
    )]
    TooLong {
        /// Its start.
        start: Timestamp,
        /// Its end.
        end: Timestamp,
    },
    /// The window is outside the range of times.
    #[error("there is no window of {} minutes before {time}", length.as_mins())]
    OutOfTime {
        /// The time of the event.
        time: Timestamp,
        /// The length of the window.
        length: SignedDuration,
    },
}

/// Reads an event. `length` and `settle` are those of [`scheduled_window`].
///
/// # Errors
///
/// When it asks for no window.
pub fn read(
    payload: &str,
    length: SignedDuration,
    settle: SignedDuration,
) -> Result<Task, TriggerError> {
    let event: Value = serde_json::from_str(payload).map_err(TriggerError::NotJson)?;
    let Value::Object(event) = event else {
        return Err(TriggerError::Unknown {
            found: kind(&event).to_owned(),
        });
    };
    let field = match shape(&event)? {
        Shape::Envelope => "time",
        Shape::ScheduledTime => "scheduledTime",
        Shape::ByHand => return by_hand(&event),
    };
    Ok(Task {
        window: scheduled_window(time(&event, field)?, length, settle)?,
        keep: true,
        scheduled: true,
    })
}

/// The window of a run at `time`: the last one that ended at least `settle` before it, of those
/// that divide time since 1970 into parts of `length`. Runs at most `length` apart miss no part,
/// and runs in the same part see the same window.
///
/// # Errors
///
/// When there is no such window at the edges of time.
pub fn scheduled_window(
    time: Timestamp,
    length: SignedDuration,
    settle: SignedDuration,
) -> Result<Window, TriggerError> {
    let out_of_time = || TriggerError::OutOfTime { time, length };
    let part = length.as_nanos();
    let settled = time.as_nanosecond() - settle.as_nanos();
    let unfinished = settled.checked_rem_euclid(part).ok_or_else(out_of_time)?;
    let end = settled - unfinished;
    let instant = |nanosecond| Timestamp::from_nanosecond(nanosecond).map_err(|_| out_of_time());
    Ok(Window::new(instant(end - part)?, instant(end)?)?)
}

/// The kinds of event.
enum Shape {
    Envelope,
    ScheduledTime,
    ByHand,
}

fn shape(event: &Map<String, Value>) -> Result<Shape, TriggerError> {
    let source = event.get("source").and_then(Value::as_str);
    let of_schedule = source.is_some_and(|source| SOURCES.contains(&source));
    let envelope = of_schedule || event.contains_key("detail-type");
    let scheduled = event.contains_key("scheduledTime");
    let by_hand = event.contains_key("start") || event.contains_key("end");
    match (envelope, scheduled, by_hand) {
        (true, false, false) if of_schedule => Ok(Shape::Envelope),
        (false, true, false) => Ok(Shape::ScheduledTime),
        (false, false, true) => Ok(Shape::ByHand),
        (true, true, _) => Err(TriggerError::Ambiguous("`source`", "`scheduledTime`")),
        (true, _, true) => Err(TriggerError::Ambiguous("`source`", "`start` or `end`")),
        (_, true, true) => Err(TriggerError::Ambiguous(
            "`scheduledTime`",
            "`start` or `end`",
        )),
        (true, false, false) => Err(TriggerError::Unknown {
            found: match source {
                Some(source) => format!("one of the source {source:?}"),
                None => "one without a `source`".to_owned(),
            },
        }),
        (false, false, false) => Err(TriggerError::Unknown { found: keys(event) }),
    }
}

fn by_hand(event: &Map<String, Value>) -> Result<Task, TriggerError> {
    let window = Window::new(time(event, "start")?, time(event, "end")?)?;
    if window.length() > LONGEST {
        let Window { start, end } = window;
        return Err(TriggerError::TooLong { start, end });
    }
    let keep = match event.get("store") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(keep)) => *keep,
        Some(other) => {
            return Err(TriggerError::Field {
                field: "store",
                found: kind(other).to_owned(),
                expected: "true or false",
            });
        }
    };
    Ok(Task {
        window,
        keep,
        scheduled: false,
    })
}

fn time(event: &Map<String, Value>, field: &'static str) -> Result<Timestamp, TriggerError> {
    let wrong = |found: String| TriggerError::Field {
        field,
        found,
        expected: "a time such as 2026-11-24T00:30:00Z",
    };
    match event.get(field) {
        None => Err(wrong("missing".to_owned())),
        Some(Value::String(text)) if text.starts_with("<aws.scheduler.") => {
            Err(TriggerError::Placeholder {
                field,
                placeholder: short(text),
            })
        }
        Some(Value::String(text)) => text
            .parse()
            .map_err(|_| wrong(format!("{:?}", short(text)))),
        Some(other) => Err(wrong(kind(other).to_owned())),
    }
}

/// An event's keys; its values may be anybody's secrets.
fn keys(event: &Map<String, Value>) -> String {
    const MOST: usize = 8;
    if event.is_empty() {
        return "an empty object".to_owned();
    }
    let keys = event
        .keys()
        .take(MOST)
        .map(|key| format!("{:?}", short(key)));
    let keys = keys.collect::<Vec<_>>().join(", ");
    let more = if event.len() > MOST { ", …" } else { "" };
    format!("an object with the keys {keys}{more}")
}

/// The JSON type of a value, for messages that must not show the value.
#[must_use]
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// The beginning of a text that comes from outside, for a message.
fn short(text: &str) -> String {
    const MOST: usize = 64;
    let mut short: String = text.chars().take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests;
