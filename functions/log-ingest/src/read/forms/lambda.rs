//! The prefix that Lambda's text log format puts before a line, in either order:
//! `TIME TAB REQUEST-ID TAB LEVEL TAB MESSAGE` of Node.js and `[LEVEL] TAB TIME TAB REQUEST-ID TAB
//! MESSAGE` of Python:
//! <https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html>.

use std::borrow::Cow;

use shared::model::log::LogFormat;

use crate::{
    metadata::LineMetadata,
    read::{
        LineReader,
        entry::{ParsedEntry, StatedLevel, StatedTime},
        time,
    },
};

/// Reads a line with such a prefix; `None` for any other.
pub(super) fn parse<'a>(
    reader: &LineReader,
    line: &'a str,
    nested: usize,
) -> Option<ParsedEntry<'a>> {
    let mut parts = line.splitn(4, '\t');
    let first = parts.next()?;
    let (second, third, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let (time, request_id, level) = match first
        .strip_prefix('[')
        .and_then(|word| word.strip_suffix(']'))
    {
        Some(level) => (second, third, level),
        None => (first, second, third),
    };
    let time = StatedTime {
        stated: time::read(time)?,
        text: Cow::Borrowed(time),
    };
    let level = StatedLevel::of_word(level);
    if !is_request_id(request_id) || level.level.is_none() {
        return None;
    }
    let mut wrapper = ParsedEntry::new("lambda-text", rest);
    wrapper.level = Some(level);
    wrapper.timestamp = Some(time);
    if request_id != "undefined" {
        wrapper.correlation_id = Some(Cow::Borrowed(request_id));
    }
    Some(within(reader, wrapper, line, rest, nested))
}

/// The line behind the prefix, in the prefix's words where it is silent.
fn within<'a>(
    reader: &LineReader,
    wrapper: ParsedEntry<'a>,
    line: &'a str,
    rest: &'a str,
    nested: usize,
) -> ParsedEntry<'a> {
    let Some(below) = nested.checked_sub(1) else {
        return ParsedEntry {
            original: true,
            ..wrapper
        };
    };
    let mut inner = reader.read_nested(rest, below);
    if ["text", "unknown", "logfmt"].contains(&inner.format.name()) {
        // The level of the prefix is what the program said; a word in the text may be anything.
        inner.message = Cow::Borrowed(rest);
        inner.level = None;
        inner.original = true;
    }
    if !inner.original {
        let mut prefix = LineMetadata::default();
        let length = line.len() - rest.len();
        prefix.push_text("prefix", line.get(..length).unwrap_or_default().trim_end());
        inner.metadata.extend(prefix);
    }
    ParsedEntry {
        format: LogFormat::LAMBDA_TEXT,
        ..inner.within(wrapper)
    }
}

/// A UUID, or what stands in its place outside of an invocation.
fn is_request_id(text: &str) -> bool {
    let is_uuid = || {
        text.bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    };
    text == "undefined" || (text.len() == 36 && is_uuid())
}
