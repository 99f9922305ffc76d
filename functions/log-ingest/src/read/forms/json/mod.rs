//! Lines that are JSON: an object, a list of objects, or a string that holds one.

use std::borrow::Cow;

use shared::model::level::Level;

mod formats;
mod found;
mod servers;
mod shapes;

pub(in crate::read) use formats::JsonFormats;
use formats::{FormatShape, JsonFormat};
use found::{FieldCandidate, FoundFields, TakenMembers, milliseconds, trace_id};

use crate::{
    json::{self, Json, Members, Opened},
    metadata::{LineMetadata, Value},
    read::{
        LineReader, ansi,
        duration::DurationUnit,
        entry::{ParsedEntry, RequestFields, StatedLevel},
        fields::{FieldRole, KnownKey},
        level::LevelScale,
        line_prefix,
    },
    trim::trimmed,
};

/// Objects that hold the message as well as things of the service's own.
const CONTAINERS: [&str; 2] = ["fields", "jsonpayload"];

/// Reads a line that is one JSON object; `None` for any other.
pub(in crate::read) fn object<'a>(
    reader: &LineReader,
    line: &'a str,
    nested: usize,
) -> Option<ParsedEntry<'a>> {
    let opened = json::opened(line, "metadata")?;
    let mut object = JsonObject::of(reader, opened);
    Some(object.entry(line, nested))
}

/// Reads a line that is a list of objects. The worst of them gives the level.
pub(in crate::read) fn list<'a>(
    reader: &LineReader,
    line: &'a str,
    nested: usize,
) -> Option<ParsedEntry<'a>> {
    let below = nested.checked_sub(1)?;
    let elements = json::elements(line)?;
    if elements.is_empty() || !elements.iter().all(|element| element.is_object()) {
        return None;
    }
    let entries = elements
        .iter()
        .filter_map(|element| object(reader, element.get(), below));
    let mut entry = shapes::worst(entries)?;
    if elements.len() > 1 {
        entry.message = Cow::Borrowed(line);
        entry.original = false;
        entry.metadata = LineMetadata::default();
        entry.remark(format!("the line is a list of {} entries", elements.len()));
    }
    Some(entry)
}

/// Reads a line that is a JSON string which holds JSON.
pub(in crate::read) fn string(
    reader: &LineReader,
    line: &str,
    nested: usize,
) -> Option<ParsedEntry<'static>> {
    let below = nested.checked_sub(1)?;
    let text = Json::read(line)?.string()?;
    object(reader, text.trim(), below).map(ParsedEntry::into_owned)
}

/// An object with what was found in it.
struct JsonObject<'a, 'r> {
    reader: &'r LineReader,
    members: Members<'a>,
    /// The object `metadata`, whose members are metadata without their wrapper, by its position.
    metadata: Option<(usize, Members<'a>)>,
    found: FoundFields<'a>,
    signs: u128,
}

impl<'a, 'r> JsonObject<'a, 'r> {
    fn of(reader: &'r LineReader, opened: Opened<'a>) -> Self {
        let Opened { members, inner } = opened;
        let mut object = Self {
            reader,
            members: Members::new(),
            metadata: None,
            found: FoundFields::default(),
            signs: 0,
        };
        let wrapper = inner.as_ref().map(|(position, _)| *position);
        for (position, (key, value)) in members.iter().enumerate() {
            let Some(known) = reader.keys.find("", key) else {
                continue;
            };
            object.signs |= known.signs | object.sign_of_level(known, *value);
            object.offer(known, key, *value, Some(position), false);
            if Some(position) != wrapper {
                object.look_into(known, *value);
            }
        }
        if let Some((_, members)) = &inner {
            object.look_through("", members);
        }
        object.members = members;
        object.metadata = inner;
        object
    }

    /// What the value of a level is a sign of.
    fn sign_of_level(&self, key: &KnownKey, value: Json<'a>) -> u128 {
        let is_level = key.meanings(false).next();
        if !is_level.is_some_and(|meaning| {
            matches!(meaning.role, FieldRole::Level(None)) && meaning.rank == 1
        }) {
            return 0;
        }
        let formats = &self.reader.formats;
        match value.get().as_bytes() {
            [b'0'..=b'9', ..] => formats.number,
            [b'"', rest @ ..] if rest.iter().any(u8::is_ascii_lowercase) => {
                formats.word | formats.lower
            }
            [b'"', ..] => formats.word | formats.upper,
            _ => 0,
        }
    }

    #[expect(clippy::ptr_arg, reason = "a borrowed key is cloned as such")]
    fn offer(
        &mut self,
        known: &KnownKey,
        key: &Cow<'a, str>,
        value: Json<'a>,
        position: Option<usize>,
        is_own: bool,
    ) {
        for meaning in known.meanings(is_own) {
            let later = if is_own { 20 } else { 0 };
            let role = match meaning.role {
                FieldRole::RequestTime if key.contains('_') => {
                    FieldRole::Duration(DurationUnit::Seconds)
                }
                FieldRole::RequestTime => FieldRole::Duration(DurationUnit::Unstated),
                role => role,
            };
            let is_best = self.found.offer(FieldCandidate {
                rank: meaning.rank.saturating_add(later),
                role,
                value,
                position,
            });
            if is_best && matches!(role, FieldRole::Duration(_)) {
                self.found.duration_key.clone_from(key);
            }
        }
    }

    /// Looks through the members of an object inside the line's, whose names begin with `prefix`.
    fn look_through(&mut self, prefix: &'static str, members: &Members<'a>) {
        for (key, value) in members {
            let keys = &self.reader.keys;
            if let Some(known) = keys.find(prefix, key) {
                self.offer(known, key, *value, None, prefix.is_empty());
                self.look_into(known, *value);
            } else if CONTAINERS.contains(&prefix)
                && let Some(known) = keys.find("", key)
            {
                self.offer(known, key, *value, None, true);
            }
        }
    }

    fn look_into(&mut self, known: &KnownKey, value: Json<'a>) {
        if let Some(prefix) = known.opens
            && value.is_object()
            && let Some(members) = json::members(value.get())
        {
            self.look_through(prefix, &members);
        }
    }

    fn entry(&mut self, line: &'a str, nested: usize) -> ParsedEntry<'a> {
        let format = self.reader.formats.find(self.signs);
        let mut entry = ParsedEntry::new(format.name, line);
        let mut taken = TakenMembers::default();
        entry.level = self.level(format.scale, &mut taken);
        taken.note(self.found.get(FieldRole::Time));
        entry.timestamp = self.found.time.take();
        entry.service = self.scalar(FieldRole::Service, &mut taken);
        entry.environment = self.scalar(FieldRole::Environment, &mut taken);
        entry.correlation_id = self
            .scalar(FieldRole::CorrelationId, &mut taken)
            .map(trace_id);
        entry.user_id = self.scalar(FieldRole::UserId, &mut taken);
        self.request(format, &mut entry);
        let is_failure = self.found.get(FieldRole::Failure).is_some();
        let message = self.found.get(FieldRole::Message).copied();
        let text = message.as_ref().and_then(|message| message.value.scalar());
        if let Some(text) = &text {
            taken.note(message.as_ref());
            entry.message = ansi::strip(text.clone());
        }
        if let FormatShape::Adjusted(adjust) = format.shape {
            adjust(self.reader, &mut entry, &self.members, nested);
        }
        let reader = self.reader;
        entry.metadata.extend(self.rest(&taken));
        if let Some(text) = text {
            if let Some(inner) = read_message(reader, format, &text, nested) {
                entry = joined(entry, inner);
                imply_level(&mut entry, is_failure);
                return entry;
            }
        } else if let Some(message) = message {
            // An object as the message, which Lambda makes of `console.log(object)`.
            entry = read_inner(reader, entry, message.value, nested);
        }
        if entry.level.is_none() && entry.message != line {
            let stated = line_prefix::level(&entry.message);
            entry.level = stated;
        }
        imply_level(&mut entry, is_failure);
        entry
    }

    fn level(&self, scale: LevelScale, taken: &mut TakenMembers) -> Option<StatedLevel<'a>> {
        let candidate = self.found.get(FieldRole::Level(None))?;
        let FieldRole::Level(own) = candidate.role else {
            return None;
        };
        let text = candidate.value.scalar()?;
        taken.note(Some(candidate));
        Some(StatedLevel::read(text, own.unwrap_or(scale)))
    }

    fn scalar(&self, role: FieldRole, taken: &mut TakenMembers) -> Option<Cow<'a, str>> {
        let candidate = self.found.get(role)?;
        let text = candidate.value.scalar()?;
        taken.note(Some(candidate));
        Some(text)
    }

    fn request(&self, format: &JsonFormat, entry: &mut ParsedEntry<'a>) {
        let text = |role| self.found.get(role)?.value.string();
        let mut request = RequestFields {
            method: text(FieldRole::Method),
            target: text(FieldRole::Target),
            status_code: self.found.status_code,
            duration: None,
            client: self.found.client,
        };
        if let Some(line) = self.found.request_line
            && let Some(line) = line.string()
            && let Some(fields) = RequestFields::of_request_line(&line)
        {
            let owned = |text: Option<Cow<'_, str>>| text.map(|text| Cow::Owned(text.into_owned()));
            request.method = request.method.or_else(|| owned(fields.method));
            request.target = request.target.or_else(|| owned(fields.target));
        }
        if let Some(candidate) = self.found.get(FieldRole::RequestTime)
            && let Some(read) = self.found.duration
        {
            let key = &self.found.duration_key;
            request.duration = milliseconds(candidate, read, key, format, entry);
        }
        entry.request = request;
    }

    /// The members that no field of the entry says.
    fn rest(&mut self, taken: &TakenMembers) -> LineMetadata<'a> {
        let mut metadata = LineMetadata::default();
        let mut wrapper = None;
        if let Some((position, members)) = self.metadata.take()
            && let Some((_, object)) = self.members.get(position)
        {
            wrapper = Some(position);
            metadata = LineMetadata::of_object(*object, members);
        }
        for (position, (key, value)) in std::mem::take(&mut self.members).into_iter().enumerate() {
            if Some(position) != wrapper && !taken.0.contains(&Some(position)) {
                metadata.push(key, Value::Json(value));
            }
        }
        metadata
    }
}

/// The level follows from the rest where none is stated.
fn imply_level(entry: &mut ParsedEntry<'_>, is_failure: bool) {
    entry.imply_level();
    if is_failure && entry.level.is_none() {
        entry.level = Some(StatedLevel::implied(Level::Error));
    }
}

/// Reads a message that is a line of its own: JSON within JSON, or what a container wrote.
fn read_message(
    reader: &LineReader,
    format: &JsonFormat,
    text: &str,
    nested: usize,
) -> Option<ParsedEntry<'static>> {
    let below = nested.checked_sub(1)?;
    let inner = trimmed(text);
    if inner.starts_with('{') && inner.ends_with('}') {
        object(reader, inner, below).map(ParsedEntry::into_owned)
    } else {
        let is_wrapper = matches!(format.shape, FormatShape::Wrapper);
        is_wrapper.then(|| reader.read_nested(text, below).into_owned())
    }
}

fn read_inner<'a>(
    reader: &LineReader,
    entry: ParsedEntry<'a>,
    value: Json<'a>,
    nested: usize,
) -> ParsedEntry<'a> {
    let inner = nested.checked_sub(1).filter(|_| value.is_object());
    match inner.and_then(|below| object(reader, value.get(), below)) {
        Some(inner) => {
            let mut entry = entry;
            entry.metadata.remove_json(value);
            joined(entry, inner)
        }
        None => ParsedEntry {
            message: Cow::Borrowed(value.get()),
            ..entry
        },
    }
}

/// The inner entry, in the wrapper's words where it is silent. What both say stays as metadata.
fn joined<'a>(wrapper: ParsedEntry<'a>, mut inner: ParsedEntry<'a>) -> ParsedEntry<'a> {
    let format = if wrapper.format.name() == "json" {
        inner.format.clone()
    } else {
        wrapper.format.clone()
    };
    let level = wrapper.level.as_ref().filter(|_| inner.level.is_some());
    let time = wrapper
        .timestamp
        .as_ref()
        .filter(|_| inner.timestamp.is_some());
    let outer = |inner: &Option<Cow<'a, str>>, outer: &Option<Cow<'a, str>>| {
        outer.clone().filter(|_| inner.is_some())
    };
    for (name, text) in [
        ("wrapperLevel", level.map(|level| level.word.clone())),
        ("wrapperTime", time.map(|time| time.text.clone())),
        ("wrapperService", outer(&inner.service, &wrapper.service)),
        (
            "wrapperEnvironment",
            outer(&inner.environment, &wrapper.environment),
        ),
        (
            "wrapperCorrelationId",
            outer(&inner.correlation_id, &wrapper.correlation_id),
        ),
        ("wrapperUserId", outer(&inner.user_id, &wrapper.user_id)),
    ] {
        if let Some(text) = text {
            inner.metadata.push_text(name, text);
        }
    }
    ParsedEntry {
        format,
        ..inner.within(wrapper)
    }
}
