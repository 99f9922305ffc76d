//! From the bytes of an event to what its lines say: [`decode`] unpacks the payload, [`lines`] joins
//! the lines of one entry, and a [`LineReader`] makes a [`ParsedEntry`] of each. It knows the formats of common
//! loggers and servers (`forms`), the names that they give the same few things (`fields`), and
//! how they write levels, times and durations.
//!
//! Invariants: every text is a [`ParsedEntry`], none is refused; an entry says all that its line says.
//! What a format has no field for is metadata, and where text is taken apart, [`ParsedEntry::original`]
//! asks for the line itself to be kept.

use shared::model::log::LogFormat;

use crate::trim::trimmed;

pub mod ansi;
mod client;
pub mod custom;
pub mod decode;
pub mod duration;
mod entry;
mod events;
mod failure;
mod fields;
mod forms;
pub mod level;
mod line_prefix;
pub mod lines;
mod records;
#[cfg(test)]
mod tests;
pub mod time;

pub(crate) use client::address_text;
pub use custom::{CustomFormat, CustomReading};
pub(crate) use entry::RequestHalf;
pub use entry::{ParsedEntry, RequestFields, StatedLevel, StatedTime};
pub use events::joined;
pub use fields::FieldRole;
use fields::KeyIndex;
use forms::{FormIndex, json::JsonFormats};
pub use records::separated;

/// How deep a line within a line is followed: JSON in the message of JSON, a line in a wrapper.
const MOST_NESTED: usize = 4;

/// Reads lines. Made once: it holds the tables of formats and keys as indexes.
#[derive(Debug)]
pub struct LineReader {
    keys: KeyIndex,
    formats: JsonFormats,
    forms: FormIndex,
    custom: Vec<CustomFormat>,
}

impl Default for LineReader {
    fn default() -> Self {
        Self::new(&CustomReading::default())
    }
}

impl LineReader {
    /// A reader that knows the built-in formats and the user's own, which are tried first.
    #[must_use]
    pub fn new(custom: &CustomReading) -> Self {
        let mut keys = KeyIndex::new(&custom.fields);
        Self {
            formats: JsonFormats::new(&mut keys),
            forms: FormIndex::new(),
            keys,
            custom: custom.formats.clone(),
        }
    }

    /// Reads a line (which may be several lines of text: one log event). ANSI sequences should have
    /// been removed.
    #[must_use]
    pub fn read<'a>(&self, line: &'a str) -> ParsedEntry<'a> {
        for format in &self.custom {
            if let Some(entry) = format.read(line.trim_end()) {
                return entry;
            }
        }
        self.read_nested(line, MOST_NESTED)
    }

    /// The format of a line. [`LogFormat::UNKNOWN`] means that no format matched, and
    /// [`LogFormat::TEXT`] that a time or a level was found in a usual place.
    #[must_use]
    pub fn recognise(&self, line: &str) -> LogFormat {
        self.read(&ansi::strip(line.into())).format
    }

    fn read_nested<'a>(&self, line: &'a str, nested: usize) -> ParsedEntry<'a> {
        let trimmed = trimmed(line);
        let json = match trimmed.as_bytes().first() {
            Some(b'{') => forms::json::object(self, trimmed, nested),
            Some(b'[') if trimmed.ends_with(']') => forms::json::list(self, trimmed, nested),
            Some(b'"') => forms::json::string(self, trimmed, nested),
            _ => None,
        };
        // An entry is large: it is returned where it is found, and not moved from one to the next.
        if let Some(entry) = json {
            return entry;
        }
        if let Some(entry) = self.forms.read(self, trimmed, nested) {
            return entry;
        }
        let logfmt = forms::logfmt(self, trimmed);
        logfmt.unwrap_or_else(|| forms::text(self, line.trim_end(), nested))
    }
}

/// The format of a line among the built-in ones; see [`LineReader::recognise`], which is cheaper for many
/// lines.
#[must_use]
pub fn recognise(line: &str) -> LogFormat {
    LineReader::default().recognise(line)
}
