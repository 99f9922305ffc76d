//! Joins the log events of one stream that are parts of one entry: lines that a container runtime
//! cut into pieces (CRI's `P` tag, `FireLens`' `partial_id`), and stack traces whose lines arrived as
//! events of their own.

use std::{borrow::Cow, sync::LazyLock};

use jiff::{SignedDuration, Timestamp};
use memchr::memmem::Finder;

use super::{decode::SubscriptionEvent, forms::cri_parts, lines::LineJoiner};
use crate::json::{self, Json};

/// The lines of one trace are written at once; what comes later is another entry.
const WINDOW: SignedDuration = SignedDuration::from_millis(500);
/// An entry is whole up to this length, in bytes; CloudWatch's longest event is as long.
const MOST_BYTES: usize = 1024 * 1024;

/// The events with those whole that belong together. Each keeps the id and the time of its first
/// event, so that the same events make the same document.
#[must_use]
pub fn joined(mut events: Vec<SubscriptionEvent<'_>>) -> Vec<SubscriptionEvent<'_>> {
    let mut joiner = EventJoiner::default();
    if let Some(first) = events.first() {
        joiner.joins(first, None);
    }
    events.dedup_by(|event, open| joiner.joins(event, Some(open)));
    if let Some(last) = events.last_mut() {
        joiner.close(last);
    }
    events
}

/// What is known of the events before the next one.
#[derive(Default)]
struct EventJoiner {
    lines: LineJoiner,
    /// When the last one was written.
    last: Option<Timestamp>,
    /// The line whose pieces are being joined.
    pieces: Option<OpenEntry>,
}

impl EventJoiner {
    /// Adds an event to the one before it, which may have others already. False if it is the beginning of the
    /// next one.
    fn joins(
        &mut self,
        event: &SubscriptionEvent<'_>,
        mut open: Option<&mut SubscriptionEvent<'_>>,
    ) -> bool {
        let before = self.last.replace(event.timestamp);
        let part = PartialEvent::read(&event.message);
        if let (Some(part), Some(pieces), Some(open)) = (&part, &mut self.pieces, &mut open)
            && pieces.takes(open, event, part)
        {
            return true;
        }
        if let Some(open) = &mut open {
            self.close(open);
        }
        if let Some(part) = part {
            self.lines.reset();
            let tail = String::new();
            self.pieces = Some(OpenEntry { part, tail });
            return false;
        }
        let is_near =
            before.is_some_and(|before| event.timestamp.duration_since(before).abs() <= WINDOW);
        if !is_near {
            self.lines.reset();
        }
        let continues = self.continues(&event.message);
        match open {
            Some(open) if continues && open.message.len() + event.message.len() < MOST_BYTES => {
                let message = open.message.to_mut();
                message.truncate(message.trim_end_matches(['\r', '\n']).len());
                message.push('\n');
                message.push_str(&event.message);
                true
            }
            _ => false,
        }
    }

    /// Whether the first line of a message belongs to the entry of the lines before it.
    fn continues(&mut self, message: &str) -> bool {
        // Nearly all messages are one line.
        if memchr::memchr(b'\n', message.as_bytes()).is_none() {
            return self.lines.continues(message);
        }
        let mut lines = message.lines();
        let continues = self.lines.continues(lines.next().unwrap_or_default());
        for line in lines {
            self.lines.continues(line);
        }
        continues
    }

    /// Completes an event, if pieces were added to it.
    fn close(&mut self, event: &mut SubscriptionEvent<'_>) {
        if let Some(OpenEntry { tail, .. }) = self.pieces.take()
            && !tail.is_empty()
        {
            event.message.to_mut().push_str(&tail);
        }
    }
}

/// The word that a piece of a line has in JSON. Few other lines hold it.
static PARTIAL: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\"partial_message\""));

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
            PARTIAL.find(message.as_bytes())?;
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
