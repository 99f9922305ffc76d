//! Lines of text: a time, a level and the message, in the places where logging libraries put them,
//! and an object of JSON at the end, as winston's `simple` format and many programs write it.

use std::borrow::Cow;

use shared::model::log::LogFormat;

use super::{Entry, StatedLevel, head::Head, object};

/// Reads any text.
pub(super) fn parse(line: &str, nested: usize) -> Entry<'_> {
    if let Some(entry) = before_object(line, nested) {
        return entry;
    }
    let head = Head::read(line);
    let mut entry = Entry::new(LogFormat::TEXT, Cow::Borrowed(line));
    entry.level = head.level;
    entry.timestamp = head.time;
    match line.get(head.length..) {
        Some(message) if head.length > 0 && !message.is_empty() => {
            entry.message = Cow::Borrowed(message);
            entry.original = true;
        }
        _ => {}
    }
    if entry.level.is_none() && entry.timestamp.is_none() {
        entry.format = LogFormat::UNKNOWN;
    }
    entry
}

/// The level of a text that has one in the usual places.
pub(super) fn level(text: &str) -> Option<StatedLevel<'static>> {
    let stated = Head::read(text).level?;
    Some(StatedLevel {
        level: stated.level,
        word: Cow::Owned(stated.word.into_owned()),
    })
}

/// Text before an object of JSON. The text is the message if the object has none.
fn before_object(line: &str, nested: usize) -> Option<Entry<'_>> {
    let below = nested.checked_sub(1)?;
    if !line.ends_with('}') {
        return None;
    }
    let (text, json) = line.split_at_checked(line.find("{\"")?)?;
    let mut entry = object::parse(json, below)?;
    let head = Head::read(text);
    let (mut prefix, said) = text.split_at_checked(head.length)?;
    if entry.message == json && !said.trim().is_empty() {
        entry.message = Cow::Borrowed(said.trim());
    } else {
        prefix = text;
    }
    if !prefix.trim().is_empty() {
        entry.metadata.push_text("prefix", prefix.trim());
    }
    entry.level = entry.level.or(head.level);
    entry.timestamp = entry.timestamp.or(head.time);
    Some(entry)
}
