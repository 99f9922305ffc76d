//! The pattern of a message: what is left of it when everything that varies from one occurrence to
//! the next is masked. Errors are grouped by it.
//!
//! Invariants: a pattern is a function of its message alone, so that the same event has the same
//! pattern in every process; it takes time linear in the message; it has at most [`LONGEST`]
//! characters. `docs/grouping.md` measures how well it groups.
//!
//! `scan` cuts a line into tokens, `mask` goes through them, `word` masks a word by its shape and
//! `context` by the words around it; what they know of the world is in `table` and `names`. `trace` reads
//! stack traces, `request` the lines of requests.

use std::borrow::Cow;

use shared::model::{log::Request, metadata::Metadata};

use crate::trim::trimmed;

mod context;
mod mask;
mod names;
mod parts;
mod request;
mod scan;
mod table;
mod trace;
mod word;

/// The longest pattern, in characters: as much as a keyword field needs to keep patterns apart.
pub const LONGEST: usize = 512;

/// The pattern of a message: its first line, masked. `#` stands for numbers, ids, times and
/// addresses, `…` for names, paths, values and quoted text. A line such as
/// `GET /api/players/42 200` keeps its status code and gets its route. Where the first line does
/// not say what failed, the pattern is the exception of the stack trace and its first frame that
/// belongs to no library.
#[must_use]
pub fn pattern(message: &str) -> String {
    pattern_of(message, None, None)
}

/// The same pattern, for a message beside other fields of its entry: `metadata`. They matter only where the first
/// line does not say what failed. `request` is what the entry reports, and saves work where the
/// message is about it.
pub(crate) fn pattern_of(
    message: &str,
    request: Option<&Request>,
    metadata: Option<&Metadata>,
) -> String {
    let message = trimmed(message);
    let line = scan::first_line(message);
    if let Some(request) = request::line(line, request) {
        return shortened(request);
    }
    let masked = mask::masked(line);
    let pattern = if trace::is_generic(line, &masked) {
        trace::pattern(message, &masked, metadata.map(Metadata::get))
    } else {
        masked
    };
    shortened(pattern)
}

fn shortened(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => cut(text, end),
        None => text,
    }
}

fn cut(mut text: String, end: usize) -> String {
    text.truncate(end);
    text
}

/// The text up to a length in bytes, cut at a character boundary, and its whole length if it was
/// cut.
#[must_use]
pub fn truncated(text: Cow<'_, str>, most: usize) -> (Cow<'_, str>, Option<u64>) {
    if text.len() <= most {
        return (text, None);
    }
    let length = text.len() as u64;
    let end = text.floor_char_boundary(most);
    (Cow::Owned(cut(text.into_owned(), end)), Some(length))
}

#[cfg(test)]
mod tests;
