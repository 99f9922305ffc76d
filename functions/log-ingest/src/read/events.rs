//! Joins the log events of one stream that are parts of one entry: lines that a container runtime
//! cut into pieces (CRI's `P` tag, `FireLens`' `partial_id`), and stack traces whose lines arrived as
//! events of their own.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};

use super::{decode::SubscriptionEvent, forms::cri_parts, lines::LineJoiner};
use crate::json::{self, Json};

/// The lines of one trace are written at once; what comes later is another entry.
const WINDOW: SignedDuration = SignedDuration::from_millis(500);
/// An entry is whole up to this length, in bytes; CloudWatch's longest event is as long.
const MOST_BYTES: usize = 1024 * 1024;

/// The events with those whole that belong together. Each keeps the id and the time of its first
/// event, so that the same events make the same document.
#[must_use]
pub fn joined(events: Vec<SubscriptionEvent<'_>>) -> Vec<SubscriptionEvent<'_>> {
    let mut whole: Vec<SubscriptionEvent<'_>> = Vec::with_capacity(events.len());
    let mut joiner = LineJoiner::default();
    let mut last: Option<Timestamp> = None;
    let mut partial: Option<PartialEvent> = None;
    for event in events {
        let before = last.replace(event.timestamp);
        if let Some(part) = PartialEvent::read(&event.message) {
            let is_next = partial
                .as_ref()
                .is_some_and(|partial| partial.id == part.id && !partial.is_last);
            let room = whole
                .last()
                .is_some_and(|first| first.message.len() + event.message.len() < MOST_BYTES);
            if is_next
                && room
                && let Some(first) = whole.last_mut()
                && let Some(message) = appended(&first.message, &event.message, &part)
            {
                first.message = Cow::Owned(message);
                partial = Some(part);
                continue;
            }
            joiner.reset();
            partial = Some(part).filter(|part| !part.is_last);
            whole.push(event);
            continue;
        }
        partial = None;
        let is_near =
            before.is_some_and(|before| event.timestamp.duration_since(before).abs() <= WINDOW);
        if !is_near {
            joiner.reset();
        }
        let mut lines = event.message.lines();
        let continues = joiner.continues(lines.next().unwrap_or_default());
        for line in lines {
            joiner.continues(line);
        }
        match whole.last_mut() {
            Some(first) if continues && first.message.len() + event.message.len() < MOST_BYTES => {
                let message = first.message.to_mut();
                message.truncate(message.trim_end_matches(['\r', '\n']).len());
                message.push('\n');
                message.push_str(&event.message);
            }
            _ => whole.push(event),
        }
    }
    whole
}

/// A piece of a line.
struct PartialEvent {
    /// What its other pieces carry too.
    id: String,
    /// Whether it is the last piece.
    is_last: bool,
}

impl PartialEvent {
    fn read(message: &str) -> Option<Self> {
        if message.starts_with('{') {
            // Few lines hold this word.
            memchr::memmem::find(message.as_bytes(), b"\"partial_message\"")?;
            let members = json::members(message.trim())?;
            let text = |name: &str| {
                let found = members.iter().find(|(key, _)| key == name);
                found.and_then(|(_, value)| value.scalar())
            };
            text("partial_message").filter(|partial| partial == "true")?;
            return Some(Self {
                id: text("partial_id")
                    .or_else(|| text("container_id"))?
                    .into_owned(),
                is_last: text("partial_last").is_some_and(|last| last == "true"),
            });
        }
        if !message.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        let (_, stream, is_part, _) = cri_parts(message)?;
        Some(Self {
            id: stream.to_owned(),
            is_last: !is_part,
        })
    }
}

/// The message of the first piece with the next one's text at its end.
fn appended(first: &str, next: &str, part: &PartialEvent) -> Option<String> {
    if next.starts_with('{') {
        let (start, end) = (log_of(first)?, log_of(next)?);
        // The next string's content goes before the first one's closing quotation mark.
        let start_text = first.find(start.get())? + start.get().len() - 1;
        let (head, tail) = first.split_at_checked(start_text)?;
        let content = string_content(end)?;
        return Some([head, content, tail].concat());
    }
    let (_, _, _, inner) = cri_parts(next)?;
    let start = first.trim_end_matches(['\r', '\n']);
    let whole = [start, inner].concat();
    // Whole now: what is whole is read as one line.
    if part.is_last {
        let (_, stream, _, _) = cri_parts(first)?;
        let tag = [" ", stream, " P "].concat();
        return Some(whole.replacen(&tag, &[" ", stream, " F "].concat(), 1));
    }
    Some(whole)
}

/// The member `log` of a piece.
fn log_of(message: &str) -> Option<Json<'_>> {
    let members = json::members(message.trim())?;
    let found = members.into_iter().find(|(key, _)| key == "log");
    found.map(|(_, value)| value)
}

/// What stands between the quotation marks of a JSON string.
fn string_content(json: Json<'_>) -> Option<&str> {
    json.get().strip_prefix('"')?.strip_suffix('"')
}
