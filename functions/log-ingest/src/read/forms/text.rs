//! Lines of text: a prefix and the message, and an object of JSON at the end, as winston's `simple`
//! format, Monolog and many programs write it.

use std::borrow::Cow;

use shared::model::log::LogFormat;

use super::{json, request_text};
use crate::read::{LineReader, entry::ParsedEntry, line_prefix::LinePrefix};

/// Reads any text.
pub(in crate::read) fn parse<'a>(
    reader: &LineReader,
    line: &'a str,
    nested: usize,
) -> ParsedEntry<'a> {
    if let Some(entry) = before_object(reader, line, nested) {
        return entry;
    }
    let prefix = LinePrefix::read(line);
    let mut entry = ParsedEntry::new("text", line);
    entry.level = prefix.level;
    entry.timestamp = prefix.time;
    match line.get(prefix.length..) {
        Some(message) if prefix.length > 0 && !message.is_empty() => {
            // What a program's own access log says after its prefix.
            let bare = after_groups(message);
            if let Some(request) = request_text::request(bare) {
                entry.request = request;
                entry.imply_level();
            }
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

/// A message without the groups in brackets before it.
fn after_groups(message: &str) -> &str {
    let mut rest = message;
    while let Some((_, after)) = rest
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("] "))
    {
        rest = after.trim_start();
    }
    rest
}

/// Text before an object of JSON. The text is the message if the object has none.
fn before_object<'a>(reader: &LineReader, line: &'a str, nested: usize) -> Option<ParsedEntry<'a>> {
    let below = nested.checked_sub(1)?;
    // Monolog adds a list that is empty most of the time.
    let end = line.strip_suffix(" []").unwrap_or(line).trim_end();
    if !end.ends_with('}') {
        return None;
    }
    let (text, json) = end.split_at_checked(end.find("{\"")?)?;
    let mut entry = json::object(reader, json, below)?;
    let prefix = LinePrefix::read(text);
    let (mut before, said) = text.split_at_checked(prefix.length)?;
    if entry.message == json && !said.trim().is_empty() {
        entry.message = Cow::Borrowed(said.trim());
    } else {
        before = text;
    }
    if !before.trim().is_empty() {
        entry.metadata.push_text("prefix", before.trim());
    }
    if entry.format.name() == "json" && (prefix.time.is_some() || prefix.level.is_some()) {
        entry.format = LogFormat::TEXT;
    }
    // What the logger states is more than what a member `exception` or `status` implies.
    let inner = entry.level.take();
    let stated = inner.clone().filter(|level| !level.is_implied);
    entry.level = stated.or(prefix.level).or(inner);
    entry.timestamp = entry.timestamp.or(prefix.time);
    Some(entry)
}
