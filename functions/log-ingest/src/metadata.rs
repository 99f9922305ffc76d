//! What a line says beyond the fields that everybody knows, as a JSON object that every store
//! accepts.
//!
//! Stores differ in what they refuse. What this module writes is accepted by all: no key twice, no
//! NUL in a key, no lone surrogate, at most [`MOST_LEVELS`] levels. Nothing is left out for it: a
//! second value of a key gets another key, what is too deep becomes the text of its JSON.

use std::borrow::Cow;

use shared::model::{log::Request, metadata as model};

use crate::{
    json::{self, Json, Members, OwnedJson},
    redact::{Count, LineRedactor},
};

mod write;

use write::{Part, Writer};

/// How deep metadata goes: the documents' promise to the stores.
pub const MOST_LEVELS: usize = 18;

/// A value of the metadata.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// JSON as it was written.
    Json(Json<'a>),
    /// The same, of its own.
    OwnedJson(OwnedJson),
    /// A text that was no JSON.
    Text(Cow<'a, str>),
}

/// The members of the metadata, in order. A key may be there twice.
#[derive(Debug, Default)]
pub struct LineMetadata<'a> {
    /// An object of the line: all that most lines have.
    object: Option<(Json<'a>, Members<'a>)>,
    /// What comes after its members.
    more: Vec<(Cow<'a, str>, Value<'a>)>,
}

/// Metadata as it is stored.
#[derive(Debug, Default)]
pub struct Written {
    /// The object; `None` where there is nothing to say.
    pub json: Option<model::Metadata>,
    /// How many values were redacted.
    pub redactions: Count,
    /// What was done to it that a reader should know of.
    pub remarks: Vec<String>,
}

impl<'a> LineMetadata<'a> {
    /// The members of an object, which are `members`.
    pub(crate) fn of_object(object: Json<'a>, members: Members<'a>) -> Self {
        Self {
            object: Some((object, members)),
            more: Vec::new(),
        }
    }

    /// Adds a member.
    pub(crate) fn push(&mut self, key: impl Into<Cow<'a, str>>, value: Value<'a>) {
        self.more.push((key.into(), value));
    }

    /// Adds a text.
    pub(crate) fn push_text(&mut self, key: &'static str, text: impl Into<Cow<'a, str>>) {
        self.push(key, Value::Text(text.into()));
    }

    /// Adds all members of other metadata.
    pub(crate) fn extend(&mut self, other: Self) {
        // What most lines have is an object alone, which is written as it is.
        if self.object.is_none() && self.more.is_empty() {
            *self = other;
        } else {
            self.more.extend(other.into_members());
        }
    }

    /// Takes out the added member whose value is this very piece of JSON.
    pub(crate) fn remove_json(&mut self, value: Json<'_>) {
        self.more.retain(|(_, member)| {
            !matches!(member, Value::Json(json) if std::ptr::eq(json.get(), value.get()))
        });
    }

    fn into_members(self) -> impl Iterator<Item = (Cow<'a, str>, Value<'a>)> {
        let object = self.object.into_iter().flat_map(|(_, members)| members);
        object
            .map(|(key, value)| (key, Value::Json(value)))
            .chain(self.more)
    }

    /// The same metadata, which borrows nothing.
    pub(crate) fn into_owned(self) -> LineMetadata<'static> {
        let members = self.into_members().map(|(key, value)| {
            let value = match value {
                Value::Json(json) => Value::OwnedJson(json.to_owned()),
                Value::OwnedJson(json) => Value::OwnedJson(json),
                Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            };
            (Cow::Owned(key.into_owned()), value)
        });
        LineMetadata {
            object: None,
            more: members.collect(),
        }
    }

    /// The members, in order.
    fn members(&self) -> impl Iterator<Item = (&str, Part<'_>)> {
        let object = self.object.iter().flat_map(|(_, members)| members);
        let object = object.map(|(key, json)| (key.as_ref(), Part::Json(*json)));
        let more = self.more.iter().map(|(key, value)| {
            let part = match value {
                Value::Json(json) => Part::Json(*json),
                Value::OwnedJson(json) => Part::Json(json.as_json()),
                Value::Text(text) => Part::Text(text),
            };
            (key.as_ref(), part)
        });
        object.chain(more)
    }

    /// The metadata as it is stored: redacted, if there is a redactor, and without what fields of the
    /// request say under the same names.
    #[must_use]
    pub fn write(&self, redactor: Option<LineRedactor<'_>>, request: Option<&Request>) -> Written {
        if let Some((object, members)) = &self.object
            && self.more.is_empty()
            && redactor.is_none()
            && is_accepted(object.get(), members, 1)
            && let Some(json) = copied(*object, members, request)
        {
            return Written {
                json: (json.len() > "{}".len()).then(|| model::Metadata::of_json(json)),
                ..Written::default()
            };
        }
        let is_kept = |(key, part): &(&str, Part<'_>)| !is_in_request(request, key, *part);
        let members = || self.members().filter(is_kept);
        if members().next().is_none() {
            return Written::default();
        }
        let writer = Writer::new(redactor);
        let json = writer.whole(members);
        Written {
            json: Some(model::Metadata::of_json(json.into())),
            redactions: writer.redactions(),
            remarks: writer.into_remarks(),
        }
    }
}

/// An object without the members that the request has, as it is written; `None` where a key has escapes.
fn copied(object: Json<'_>, members: &Members<'_>, request: Option<&Request>) -> Option<Box<str>> {
    // There are at most `MOST_COMPARED` members: a bit for each one that is left out.
    let (mut left_out, mut length) = (0_u64, "{}".len());
    for (position, (key, json)) in members.iter().enumerate() {
        if is_in_request(request, key, Part::Json(*json)) {
            left_out |= 1 << position;
        } else {
            length += key.len() + json.get().len() + "\"\":,".len();
        }
    }
    if left_out == 0 {
        return Some(object.get().into());
    }
    if members.iter().any(|(key, _)| matches!(key, Cow::Owned(_))) {
        return None;
    }
    // Exactly as long as it becomes: to shrink a text is to copy it.
    let is_empty = length == "{}".len();
    let mut text = String::with_capacity(length - usize::from(!is_empty));
    for (position, (key, json)) in members.iter().enumerate() {
        if left_out & (1 << position) == 0 {
            text.push_str(if text.is_empty() { "{\"" } else { ",\"" });
            text.push_str(key);
            text.push_str("\":");
            text.push_str(json.get());
        }
    }
    text.push_str(if is_empty { "{}" } else { "}" });
    Some(text.into())
}

/// Whether a field of the request has the name and the value of a member.
fn is_in_request(request: Option<&Request>, key: &str, part: Part<'_>) -> bool {
    /// More digits may be more than a field holds.
    const MOST_DIGITS: usize = 15;
    let (Some(request), Part::Json(json)) = (request, part) else {
        return false;
    };
    let written = json.get();
    let is_text = |text: Option<&str>| {
        let inner = written
            .strip_prefix('"')
            .and_then(|it| it.strip_suffix('"'));
        !json.has_escapes() && text.is_some() && inner == text
    };
    match key {
        "method" => is_text(request.method.as_deref()),
        "path" => is_text(request.path.as_deref()),
        "statusCode" => {
            request.status_code.is_some() && written.parse().ok() == request.status_code
        }
        "duration" => {
            written.len() <= MOST_DIGITS
                && request.duration.is_some()
                && written.parse().ok() == request.duration
        }
        _ => false,
    }
}

/// The text of JSON with its secrets replaced, and how many there were.
pub(crate) fn redacted(json: Json<'_>, redactor: LineRedactor<'_>) -> (String, Count) {
    let writer = Writer::new(Some(redactor));
    let text = writer.json(json);
    (text, writer.redactions())
}

/// A text with its secrets replaced. One that is JSON is redacted by its keys too.
pub(crate) fn redacted_text<'t>(
    redactor: LineRedactor<'_>,
    text: Cow<'t, str>,
    count: &mut Count,
) -> Cow<'t, str> {
    if matches!(text.trim_start().as_bytes().first(), Some(b'{' | b'['))
        && let Some(json) = Json::read(&text)
    {
        let (redacted, found) = redacted(json, redactor);
        *count += found;
        return if found > 0 {
            Cow::Owned(redacted)
        } else {
            text
        };
    }
    redactor.text(text, count)
}

/// Whether every store accepts an object as it is written: `text`, which has these members.
fn is_accepted(text: &str, members: &Members<'_>, level: usize) -> bool {
    let has_none = memchr::memchr(REPLACEMENT, text.as_bytes()).is_none();
    // Without escapes no key holds a NUL.
    let is_plain = |key: &Cow<'_, str>| has_none && matches!(key, Cow::Borrowed(_));
    let mut keys = members.iter().map(|(key, _)| key).enumerate();
    members.len() <= MOST_COMPARED
        && keys.all(|(position, key)| {
            (is_plain(key) || !is_suspicious(key))
                && members
                    .iter()
                    .take(position)
                    .all(|(before, _)| before != key)
        })
        && members
            .iter()
            .all(|(_, value)| is_accepted_value(*value, level))
}

/// Beyond so many keys comparing each with each takes too long.
const MOST_COMPARED: usize = 64;

fn is_accepted_value(value: Json<'_>, level: usize) -> bool {
    let json = value.get();
    match json.as_bytes().first() {
        Some(b'{') if level < MOST_LEVELS => {
            json::members(json).is_some_and(|members| is_accepted(json, &members, level + 1))
        }
        Some(b'[') if level < MOST_LEVELS => json::elements(json).is_some_and(|elements| {
            elements
                .iter()
                .all(|element| is_accepted_value(*element, level + 1))
        }),
        Some(b'{' | b'[') => false,
        Some(b'"') => !value.has_escapes() || !has_surrogate(json),
        _ => true,
    }
}

/// The first byte of U+FFFD, which most texts do not hold.
const REPLACEMENT: u8 = 0xef;

/// Whether a key holds a NUL, or what may stand for a lone surrogate.
fn is_suspicious(key: &str) -> bool {
    key.bytes().any(|byte| matches!(byte, 0 | REPLACEMENT)) && key.contains(['\0', '\u{fffd}'])
}

/// Whether a JSON string holds the escape of a surrogate, which may be a lone one.
fn has_surrogate(json: &str) -> bool {
    json.contains('\\')
        && memchr::memmem::find_iter(json.as_bytes(), br"\u")
            .any(|start| matches!(json.as_bytes().get(start + 2), Some(b'd' | b'D')))
}

#[cfg(test)]
mod tests;
