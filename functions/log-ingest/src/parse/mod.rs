//! From a line to what it says. Knows the forms in which services write their logs, and takes from
//! each the same few things: level, message, time, service, environment, ids and the request.
//!
//! Invariants: every text is an [`Entry`], none is refused; an entry says all that its line says.
//! What a form has no field for is metadata, and where text is taken apart, [`Entry::original`]
//! asks for the line itself to be kept.

use std::borrow::Cow;

use shared::model::{level::Level, log::LogFormat};

use crate::metadata::Metadata;

pub mod ansi;
mod format;
mod head;
mod key;
mod lambda;
mod logfmt;
mod object;
mod platform;
mod text;
pub mod timestamp;

use timestamp::Stated;

/// What a line says, before it is judged (time), masked (route, pattern) or redacted.
#[derive(Debug)]
pub struct Entry<'a> {
    /// The form of the line.
    pub format: LogFormat,
    /// How severe it is, if the line says so.
    pub level: Option<StatedLevel<'a>>,
    /// What happened.
    pub message: Cow<'a, str>,
    /// When it happened, if the line says so.
    pub timestamp: Option<StatedTime<'a>>,
    /// The service that wrote it.
    pub service: Option<Cow<'a, str>>,
    /// The environment of the service.
    pub environment: Option<Cow<'a, str>>,
    /// What ties the entries of one request together.
    pub correlation_id: Option<Cow<'a, str>>,
    /// On whose behalf it happened.
    pub user_id: Option<Cow<'a, str>>,
    /// The request that it reports.
    pub request: RequestFields<'a>,
    /// All else.
    pub metadata: Metadata<'a>,
    /// Whether the line must be kept, since the fields do not say all of it.
    pub original: bool,
}

/// A level as a line states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedLevel<'a> {
    /// The level in the one vocabulary; `None` for a word that is no level.
    pub level: Option<Level>,
    /// The line's own word or number.
    pub word: Cow<'a, str>,
}

/// A time as a line states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedTime<'a> {
    /// What it means.
    pub stated: Stated,
    /// How it is written.
    pub text: Cow<'a, str>,
}

/// What a line says of a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestFields<'a> {
    /// The HTTP method.
    pub method: Option<Cow<'a, str>>,
    /// What was asked for: a path, perhaps with query, or a URL.
    pub target: Option<Cow<'a, str>>,
    /// The HTTP status code.
    pub status_code: Option<u16>,
    /// How long it took, in milliseconds; finite and not negative.
    pub duration: Option<f64>,
}

/// How deep JSON within the message of JSON is followed.
const MOST_NESTED: usize = 4;

/// Reads a line (which may be several lines of text: one log event). ANSI sequences should have
/// been removed.
#[must_use]
pub fn parse(line: &str) -> Entry<'_> {
    parse_nested(line, MOST_NESTED)
}

fn parse_nested(line: &str, nested: usize) -> Entry<'_> {
    let trimmed = line.trim();
    if trimmed.starts_with('{')
        && let Some(entry) = object::parse(trimmed, nested)
    {
        return entry;
    }
    platform::parse_line(trimmed)
        .or_else(|| lambda::parse(trimmed, nested))
        .or_else(|| logfmt::parse(trimmed))
        .unwrap_or_else(|| text::parse(line.trim_end(), nested))
}

impl<'a> Entry<'a> {
    /// An entry that is nothing but text.
    fn new(format: LogFormat, message: Cow<'a, str>) -> Self {
        Self {
            format,
            level: None,
            message,
            timestamp: None,
            service: None,
            environment: None,
            correlation_id: None,
            user_id: None,
            request: RequestFields::default(),
            metadata: Metadata::default(),
            original: false,
        }
    }

    /// This entry, and where it is silent, what the wrapper around it says.
    fn within(mut self, wrapper: Self) -> Self {
        self.level = self.level.or(wrapper.level);
        self.timestamp = self.timestamp.or(wrapper.timestamp);
        self.service = self.service.or(wrapper.service);
        self.environment = self.environment.or(wrapper.environment);
        self.correlation_id = self.correlation_id.or(wrapper.correlation_id);
        self.user_id = self.user_id.or(wrapper.user_id);
        self.request = self.request.or(wrapper.request);
        self.metadata.extend(wrapper.metadata);
        self
    }

    /// The same entry, which borrows nothing.
    fn into_owned(self) -> Entry<'static> {
        Entry {
            format: self.format,
            level: self.level.map(|stated| StatedLevel {
                level: stated.level,
                word: owned(stated.word),
            }),
            message: owned(self.message),
            timestamp: self.timestamp.map(|time| StatedTime {
                stated: time.stated,
                text: owned(time.text),
            }),
            service: self.service.map(owned),
            environment: self.environment.map(owned),
            correlation_id: self.correlation_id.map(owned),
            user_id: self.user_id.map(owned),
            request: RequestFields {
                method: self.request.method.map(owned),
                target: self.request.target.map(owned),
                ..self.request
            },
            metadata: self.metadata.into_owned(),
            original: self.original,
        }
    }
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

impl<'a> StatedLevel<'a> {
    /// The level that a word stands for, or the word alone.
    fn of_word(word: Cow<'a, str>) -> Self {
        Self {
            level: Level::from_word(word.trim()),
            word,
        }
    }

    /// A level that the form of a line implies.
    fn implied(level: Level) -> Self {
        Self {
            level: Some(level),
            word: Cow::Borrowed(level.name()),
        }
    }
}

impl<'a> StatedTime<'a> {
    /// The time in a text, if it is one.
    fn read(text: Cow<'a, str>) -> Option<Self> {
        let stated = timestamp::read(&text)?;
        Some(Self { stated, text })
    }
}

impl RequestFields<'_> {
    fn or(self, other: Self) -> Self {
        Self {
            method: self.method.or(other.method),
            target: self.target.or(other.target),
            status_code: self.status_code.or(other.status_code),
            duration: self.duration.or(other.duration),
        }
    }
}

#[cfg(test)]
mod tests;
