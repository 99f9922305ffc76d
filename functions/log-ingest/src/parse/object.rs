//! Lines that are a JSON object.

use std::borrow::Cow;

use shared::model::{level::Level, log::LogFormat};

use super::{
    Entry, RequestFields, StatedLevel, StatedTime, ansi, format,
    key::{self, Role, Scope},
    parse_nested, platform, text,
};
use crate::{
    json::{self, Json, Members, Opened},
    metadata::{Metadata, Value},
};

/// A JSON object of no known logger.
const JSON: LogFormat = LogFormat::of("json");

/// Reads a line that is one JSON object; `None` for any other.
pub(super) fn parse(line: &str, nested: usize) -> Option<Entry<'_>> {
    let opened = json::opened(line, "metadata")?;
    if let Some(entry) = platform::parse_object(line, &opened.members) {
        return Some(entry);
    }
    Some(Object::of(opened).entry(line, nested))
}

/// An object with what was found in it.
struct Object<'a> {
    members: Members<'a>,
    /// The object `metadata`, whose members are metadata without their wrapper, by its position.
    metadata: Option<(usize, Members<'a>)>,
    found: Found<'a>,
}

/// The best value for each meaning.
#[derive(Default)]
struct Found<'a> {
    level: Option<Candidate<'a>>,
    message: Option<Candidate<'a>>,
    time: Option<Candidate<'a>>,
    /// What `time` says: read when it is found, as only that tells whether it is one.
    stated_time: Option<StatedTime<'a>>,
    /// The same of `status_code`, and of `duration` and `nanoseconds` in their units.
    code: Option<u16>,
    milliseconds: Option<f64>,
    count: Option<f64>,
    service: Option<Candidate<'a>>,
    environment: Option<Candidate<'a>>,
    correlation_id: Option<Candidate<'a>>,
    user_id: Option<Candidate<'a>>,
    method: Option<Candidate<'a>>,
    target: Option<Candidate<'a>>,
    status_code: Option<Candidate<'a>>,
    duration: Option<Candidate<'a>>,
    nanoseconds: Option<Candidate<'a>>,
}

#[derive(Clone, Copy)]
struct Candidate<'a> {
    rank: u8,
    value: Json<'a>,
    /// Its position, if it is a member of the line's own object: then a field that takes it says
    /// all of it.
    position: Option<usize>,
}

impl<'a> Found<'a> {
    fn slot(&mut self, role: Role) -> &mut Option<Candidate<'a>> {
        match role {
            Role::Level => &mut self.level,
            Role::Message => &mut self.message,
            Role::Service => &mut self.service,
            Role::Environment => &mut self.environment,
            Role::CorrelationId => &mut self.correlation_id,
            Role::UserId => &mut self.user_id,
            Role::Method => &mut self.method,
            Role::Target => &mut self.target,
            Role::StatusCode => &mut self.status_code,
            Role::Duration => &mut self.duration,
            Role::Nanoseconds => &mut self.nanoseconds,
            Role::Time => &mut self.time,
        }
    }

    fn offer(&mut self, role: Role, candidate: Candidate<'a>) {
        let is_better = self
            .slot(role)
            .is_none_or(|best| candidate.rank < best.rank);
        if !is_better {
            return;
        }
        if self.read(role, candidate.value) {
            *self.slot(role) = Some(candidate);
        }
    }

    /// Whether a value can have the meaning that its key suggests. What is read for this is kept.
    fn read(&mut self, role: Role, value: Json<'a>) -> bool {
        match role {
            Role::Message => !matches!(value.get(), "null" | "\"\""),
            Role::Level
            | Role::Service
            | Role::Environment
            | Role::CorrelationId
            | Role::UserId => value.scalar().is_some_and(|text| !is_blank(&text)),
            Role::Method => value.string().is_some_and(|text| is_method(&text)),
            Role::Target => value.string().is_some_and(|text| is_target(&text)),
            Role::Time => kept(
                &mut self.stated_time,
                value.scalar().and_then(StatedTime::read),
            ),
            Role::StatusCode => kept(&mut self.code, status_code(value)),
            Role::Duration => kept(&mut self.milliseconds, duration(value)),
            Role::Nanoseconds => kept(&mut self.count, duration(value)),
        }
    }

    /// Looks through the members of an object inside the line's.
    fn look_through(&mut self, scope: Scope, members: &Members<'a>) {
        for (key, value) in members {
            if let Some((role, rank)) = key::role(scope, key) {
                let candidate = Candidate {
                    rank,
                    value: *value,
                    position: None,
                };
                self.offer(role, candidate);
            }
            self.look_into(scope, key, *value);
        }
    }

    fn look_into(&mut self, scope: Scope, key: &str, value: Json<'a>) {
        if value.is_object()
            && let Some(inner) = key::opens(scope, key)
            && let Some(members) = json::members(value.get())
        {
            self.look_through(inner, &members);
        }
    }
}

/// Keeps what was read, if anything was.
fn kept<T>(place: &mut Option<T>, read: Option<T>) -> bool {
    let is_read = read.is_some();
    if is_read {
        *place = read;
    }
    is_read
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

fn is_method(text: &str) -> bool {
    (3..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_target(text: &str) -> bool {
    text.starts_with('/') || text.contains("://")
}

fn status_code(value: Json<'_>) -> Option<u16> {
    let code: u16 = value.scalar()?.trim().parse().ok()?;
    (100..=599).contains(&code).then_some(code)
}

fn duration(value: Json<'_>) -> Option<f64> {
    milliseconds(&value.scalar()?)
}

/// A duration as a number, or as a text with or without a unit: `12.5`, `"12.5ms"`, `"1.5 s"`.
pub(super) fn milliseconds(text: &str) -> Option<f64> {
    // Most are a plain number.
    if let Ok(duration) = text.parse::<f64>() {
        return sane(duration);
    }
    let text = text.trim();
    let unit_start = text
        .find(|letter: char| letter.is_alphabetic() && !matches!(letter, 'e' | 'E'))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(unit_start)?;
    let factor = match unit {
        "" | "ms" => 1.0,
        "s" => 1e3,
        "us" | "µs" | "μs" => 1e-3,
        "ns" => 1e-6,
        _ => return None,
    };
    sane(number.trim().parse::<f64>().ok()? * factor)
}

fn sane(duration: f64) -> Option<f64> {
    (duration.is_finite() && duration >= 0.0).then_some(duration)
}

impl<'a> Object<'a> {
    fn of(opened: Opened<'a>) -> Self {
        let Opened { members, inner } = opened;
        let mut found = Found::default();
        let wrapper = inner.as_ref().map(|(position, _)| *position);
        for (position, (key, value)) in members.iter().enumerate() {
            if let Some((role, rank)) = key::role(Scope::Line, key) {
                let candidate = Candidate {
                    rank,
                    value: *value,
                    position: Some(position),
                };
                found.offer(role, candidate);
            }
            if Some(position) != wrapper {
                found.look_into(Scope::Line, key, *value);
            }
        }
        if let Some((_, members)) = &inner {
            found.look_through(Scope::Metadata, members);
        }
        Self {
            members,
            metadata: inner,
            found,
        }
    }

    fn entry(mut self, line: &'a str, nested: usize) -> Entry<'a> {
        let mut entry = Entry::new(format::of(&self.members), Cow::Borrowed(line));
        let mut taken = Taken::default();
        entry.level = taken.scalar(self.found.level).map(StatedLevel::read);
        taken.note(self.found.time);
        entry.timestamp = self.found.stated_time.take();
        entry.service = taken.scalar(self.found.service);
        entry.environment = taken.scalar(self.found.environment);
        entry.correlation_id = taken.scalar(self.found.correlation_id);
        entry.user_id = taken.scalar(self.found.user_id);
        entry.request = self.request();
        let message = self.found.message.take();
        let text = message.and_then(|message| message.value.scalar());
        if let Some(text) = &text {
            taken.note(message);
            entry.message = ansi::strip(text.clone());
        }
        let members = self.rest(&taken);
        entry.metadata = members;
        match (text, message) {
            (Some(text), _) => {
                if let Some(inner) = read_message(&entry, &text, nested) {
                    return joined(entry, inner);
                }
                entry.level = entry.level.or_else(|| text::level(&text));
                entry
            }
            // An object as the message, which Lambda makes of `console.log(object)`.
            (None, Some(message)) => read_inner(entry, message.value, nested),
            (None, None) => entry,
        }
    }

    fn request(&self) -> RequestFields<'a> {
        let found = &self.found;
        let text = |candidate: Option<Candidate<'a>>| candidate?.value.string();
        RequestFields {
            method: text(found.method),
            target: text(found.target),
            status_code: found.code,
            duration: found
                .milliseconds
                .or(found.count.map(|nanoseconds| nanoseconds / 1e6)),
        }
    }

    /// The members that no field of the entry says.
    fn rest(self, taken: &Taken) -> Metadata<'a> {
        let mut metadata = Metadata::default();
        let mut wrapper = None;
        if let Some((position, members)) = self.metadata
            && let Some((_, object)) = self.members.get(position)
        {
            wrapper = Some(position);
            metadata = Metadata::of_object(*object, members);
        }
        for (position, (key, value)) in self.members.into_iter().enumerate() {
            if Some(position) != wrapper && !taken.0.contains(&Some(position)) {
                metadata.push(key, Value::Json(value));
            }
        }
        metadata
    }
}

/// The positions of members that a field of the entry says all of.
#[derive(Default)]
struct Taken([Option<usize>; 8], usize);

impl Taken {
    fn note(&mut self, candidate: Option<Candidate<'_>>) {
        if let (Some(place), Some(candidate)) = (self.0.get_mut(self.1), candidate) {
            *place = candidate.position;
            self.1 += 1;
        }
    }

    fn scalar<'a>(&mut self, candidate: Option<Candidate<'a>>) -> Option<Cow<'a, str>> {
        let text = candidate?.value.scalar()?;
        self.note(candidate);
        Some(text)
    }
}

impl<'a> StatedLevel<'a> {
    /// Reads a word, perhaps coloured, or a number of pino or bunyan.
    fn read(text: Cow<'a, str>) -> Self {
        let word = ansi::strip(text);
        match word.parse() {
            Ok(number) => Self {
                level: Level::from_number(number),
                word,
            },
            Err(_) => Self::of_word(word),
        }
    }
}

/// Reads a message that is a line of its own: JSON within JSON, or what a container wrote.
fn read_message(entry: &Entry<'_>, text: &str, nested: usize) -> Option<Entry<'static>> {
    let below = nested.checked_sub(1)?;
    let inner = text.trim();
    if inner.starts_with('{') && inner.ends_with('}') {
        parse(inner, below).map(Entry::into_owned)
    } else {
        is_container(entry).then(|| parse_nested(text, below).into_owned())
    }
}

/// A container runtime's wrapper (`log`, `stream`, `time`) says nothing of the line itself.
fn is_container(entry: &Entry<'_>) -> bool {
    entry.format == JSON
        && entry.level.is_none()
        && (entry.metadata.has("stream") || entry.metadata.has("kubernetes"))
}

fn read_inner<'a>(entry: Entry<'a>, value: Json<'a>, nested: usize) -> Entry<'a> {
    let inner = nested.checked_sub(1).filter(|_| value.is_object());
    match inner.and_then(|below| parse(value.get(), below)) {
        Some(inner) => {
            let mut entry = entry;
            entry.metadata.remove_json(value);
            joined(entry, inner)
        }
        None => Entry {
            message: Cow::Borrowed(value.get()),
            ..entry
        },
    }
}

/// The inner entry, in the wrapper's words where it is silent. What both say stays as metadata.
fn joined<'a>(wrapper: Entry<'a>, mut inner: Entry<'a>) -> Entry<'a> {
    let format = if wrapper.format == JSON {
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
    Entry {
        format,
        ..inner.within(wrapper)
    }
}
