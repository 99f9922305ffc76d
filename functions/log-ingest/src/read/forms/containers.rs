//! What container runtimes write around a line.

use std::borrow::Cow;

use crate::read::{
    LineReader,
    entry::{ParsedEntry, StatedTime},
    time::Stated,
};

/// CRI's `TIME STREAM TAG LINE`, of containerd and CRI-O. The tag is `F` for a whole line and `P` for
/// a part of one, which [`crate::read::lines`] joins.
pub(super) fn cri<'a>(
    reader: &LineReader,
    line: &'a str,
    nested: usize,
) -> Option<ParsedEntry<'a>> {
    let below = nested.checked_sub(1)?;
    let (time, stream, _, inner) = parts(line)?;
    let mut wrapper = ParsedEntry::new("cri", inner);
    wrapper.timestamp = Some(time);
    wrapper.metadata.push_text("stream", stream);
    let mut entry = reader.read_nested(inner, below);
    if entry.format.name() == "unknown" || entry.format.name() == "text" {
        entry.format = wrapper.format.clone();
    }
    entry.original = true;
    let name = wrapper.format.clone();
    let mut entry = entry.within(wrapper);
    if entry.format.name() == "json" {
        entry.format = name;
    }
    Some(entry)
}

/// The time, the stream, whether the line is a part, and the line.
pub(in crate::read) fn parts(line: &str) -> Option<(StatedTime<'_>, &str, bool, &str)> {
    let mut words = line.splitn(4, ' ');
    let (time, stream, tag) = (words.next()?, words.next()?, words.next()?);
    let inner = words.next().unwrap_or_default();
    if !matches!(stream, "stdout" | "stderr") || !tag.starts_with(['F', 'P']) {
        return None;
    }
    let time = StatedTime::read(Cow::Borrowed(time))?;
    let is_instant = matches!(time.stated, Stated::Instant(_));
    is_instant.then_some((time, stream, tag.starts_with('P'), inner))
}
