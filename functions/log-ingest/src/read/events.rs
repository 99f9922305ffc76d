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
    let mut partial: Option<OpenEntry> = None;
    for event in events {
        let before = last.replace(event.timestamp);
        if let Some(part) = PartialEvent::read(&event.message) {
            if let (Some(open), Some(first)) = (&mut partial, whole.last_mut())
                && open.takes(first, &event, &part)
            {
                continue;
            }
            close(&mut whole, partial.take());
            joiner.reset();
            partial = Some(OpenEntry {
                part,
                tail: String::new(),
            });
            whole.push(event);
            continue;
        }
        close(&mut whole, partial.take());
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
    close(&mut whole, partial);
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

/// An entry whose pieces are being joined. Text is added in place, so that the work is linear.
struct OpenEntry {
    /// The last piece.
    part: PartialEvent,
    /// The rest of the first piece's JSON, after its text, once a text was added.
    tail: String,
}

impl OpenEntry {
    /// Adds the text of a piece to the event of the first one. False if it belongs to another entry, or
    /// there is no room.
    fn takes(
        &mut self,
        first: &mut SubscriptionEvent<'_>,
        next: &SubscriptionEvent<'_>,
        part: &PartialEvent,
    ) -> bool {
        let bytes = first.message.len() + self.tail.len() + next.message.len();
        if self.part.is_last || self.part.id != part.id || bytes >= MOST_BYTES {
            return false;
        }
        let added = if next.message.starts_with('{') {
            self.add_json(&mut first.message, &next.message)
        } else {
            self.add_text(&mut first.message, &next.message, part.is_last)
        };
        self.part.is_last = part.is_last;
        added.is_some()
    }

    /// The next string's content goes before the first one's closing quotation mark.
    fn add_json(&mut self, first: &mut Cow<'_, str>, next: &str) -> Option<()> {
        let content = string_content(log_of(next)?)?;
        if self.tail.is_empty() {
            let text = log_of(first)?;
            let text = string_content(text)?;
            let end = text.as_ptr().addr() + text.len() - first.as_ptr().addr();
            first.get(end..)?.clone_into(&mut self.tail);
            first.to_mut().truncate(end);
        }
        first.to_mut().push_str(content);
        Some(())
    }

    fn add_text(&self, first: &mut Cow<'_, str>, next: &str, is_last: bool) -> Option<()> {
        if !self.tail.is_empty() {
            return None;
        }
        let (_, _, _, inner) = cri_parts(next)?;
        let message = first.to_mut();
        message.truncate(message.trim_end_matches(['\r', '\n']).len());
        message.push_str(inner);
        // Whole now: what is whole is read as one line.
        if is_last {
            let (_, stream, _, _) = cri_parts(message)?;
            let tag = [" ", stream, " P "].concat();
            *message = message.replacen(&tag, &[" ", stream, " F "].concat(), 1);
        }
        Some(())
    }
}

/// Completes the last event, of which these pieces are a part.
fn close(whole: &mut [SubscriptionEvent<'_>], open: Option<OpenEntry>) {
    if let (Some(first), Some(open)) = (whole.last_mut(), open)
        && !open.tail.is_empty()
    {
        first.message.to_mut().push_str(&open.tail);
    }
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
