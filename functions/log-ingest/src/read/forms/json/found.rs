//! The members of an object that mean something: for each meaning, the best of them.

use std::{borrow::Cow, net::IpAddr};

use super::formats::JsonFormat;
use crate::{
    json::{self, Json},
    read::{
        client,
        duration::{self, DurationUnit, ReadDuration},
        entry::{ParsedEntry, RequestFields, StatedTime, is_method, is_target, status_code},
        fields::{FieldRole, GUESS},
        level, time,
    },
};

/// A number of so many nanoseconds at least is what a Go logger makes of a duration; a smaller one
/// was hardly measured in nanoseconds.
pub(super) const LEAST_NANOSECONDS: f64 = 10_000.0;

/// The best value for each meaning.
#[derive(Default)]
pub(super) struct FoundFields<'a> {
    pub(super) slots: [Option<FieldCandidate<'a>>; 14],
    /// What some members say: read when they are found, as only that shows whether they are what their
    /// keys promise.
    pub(super) time: Option<StatedTime<'a>>,
    pub(super) request_line: Option<Json<'a>>,
    pub(super) status_code: Option<u16>,
    pub(super) client: Option<IpAddr>,
    /// The duration as if it were in milliseconds.
    pub(super) duration: Option<ReadDuration>,
    /// The key of the duration.
    pub(super) duration_key: Cow<'a, str>,
}

#[derive(Clone, Copy)]
pub(super) struct FieldCandidate<'a> {
    pub(super) rank: u8,
    pub(super) role: FieldRole,
    pub(super) value: Json<'a>,
    /// Its position, if it is a member of the line's own object: then a field that takes it says
    /// all of it.
    pub(super) position: Option<usize>,
}

/// The place of a role's candidate.
pub(super) fn slot(role: FieldRole) -> usize {
    match role {
        FieldRole::Level(_) => 0,
        FieldRole::Message => 1,
        FieldRole::Time => 2,
        FieldRole::Service => 3,
        FieldRole::Environment => 4,
        FieldRole::CorrelationId => 5,
        FieldRole::UserId => 6,
        FieldRole::Method => 7,
        FieldRole::Target => 8,
        FieldRole::RequestLine => 9,
        FieldRole::StatusCode => 10,
        FieldRole::Duration(_) | FieldRole::RequestTime => 11,
        FieldRole::Failure => 12,
        FieldRole::Client => 13,
    }
}

impl<'a> FoundFields<'a> {
    pub(super) fn get(&self, role: FieldRole) -> Option<&FieldCandidate<'a>> {
        self.slots.get(slot(role))?.as_ref()
    }

    /// Takes a candidate that is better than the one before, and returns whether it is.
    ///
    /// Inlined into the loop over candidates, it would prepare for each role what few of them need.
    #[inline(never)]
    pub(super) fn offer(&mut self, mut candidate: FieldCandidate<'a>) -> bool {
        let role = candidate.role;
        if matches!(role, FieldRole::Level(_)) && is_number(candidate.value) {
            // A word says more than a number on a scale that must be known.
            candidate.rank += 100;
        }
        let is_better = self.get(role).is_none_or(|best| candidate.rank < best.rank);
        if is_better
            && self.takes(&candidate)
            && let Some(slot) = self.slots.get_mut(slot(role))
        {
            *slot = Some(candidate);
            return true;
        }
        false
    }

    /// Whether a value can have the meaning that its key suggests. What is read for this is kept.
    pub(super) fn takes(&mut self, candidate: &FieldCandidate<'a>) -> bool {
        let value = candidate.value;
        let scalar = || value.scalar();
        match candidate.role {
            FieldRole::Message => {
                !matches!(value.get(), "null" | "\"\"")
                    && (candidate.rank <= 2 || !matches!(value.get().as_bytes(), [b'{' | b'[', ..]))
            }
            FieldRole::Level(_) if candidate.rank >= GUESS && candidate.rank < 100 => value
                .string()
                .is_some_and(|word| word.len() < 16 && level::of_word(&word).is_some()),
            FieldRole::Level(_) if candidate.rank >= GUESS + 100 => false,
            FieldRole::UserId if matches!(value.get(), "true" | "false") => false,
            FieldRole::Level(_)
            | FieldRole::Service
            | FieldRole::Environment
            | FieldRole::CorrelationId
            | FieldRole::UserId => scalar().is_some_and(|text| !is_blank(&text)),
            FieldRole::Method => value.string().is_some_and(|text| is_method(&text)),
            FieldRole::Target => value.string().is_some_and(|text| is_target(&text)),
            FieldRole::RequestLine => {
                let line = value.string();
                let is_line =
                    line.is_some_and(|line| RequestFields::of_request_line(&line).is_some());
                if is_line {
                    self.request_line = Some(value);
                }
                is_line
            }
            FieldRole::Time => match stated_time(value) {
                Some(time) => {
                    self.time = Some(time);
                    true
                }
                None => false,
            },
            FieldRole::StatusCode => {
                let code = scalar().and_then(|text| status_code(&text));
                self.status_code = code.or(self.status_code);
                code.is_some()
            }
            FieldRole::Duration(_) | FieldRole::RequestTime => {
                let read = |text: Cow<'_, str>| duration::read(&text, DurationUnit::Milliseconds);
                let duration = scalar().and_then(read);
                self.duration = duration.or(self.duration);
                duration.is_some()
            }
            FieldRole::Client => {
                let client = value.string().and_then(|text| client::address(&text));
                self.client = client.or(self.client);
                client.is_some()
            }
            FieldRole::Failure => {
                !matches!(value.get(), "null" | "false" | "\"\"" | "{}" | "[]" | "0")
            }
        }
    }
}

pub(super) fn is_number(value: Json<'_>) -> bool {
    matches!(
        value.get().as_bytes(),
        [b'0'..=b'9' | b'-', ..] | [b'"', b'0'..=b'9' | b'-', ..]
    )
}

pub(super) fn is_blank(text: &str) -> bool {
    text == "-" || text.chars().all(char::is_whitespace)
}

/// A time as a text or number, or as an object of seconds and nanoseconds.
pub(super) fn stated_time(value: Json<'_>) -> Option<StatedTime<'_>> {
    if !value.is_object() {
        return value.scalar().and_then(StatedTime::read);
    }
    let members = json::members(value.get())?;
    let number = |names: [&str; 2]| {
        let member = members
            .iter()
            .find(|(key, _)| names.contains(&key.as_ref()));
        member.and_then(|(_, value)| value.scalar()?.parse::<i64>().ok())
    };
    let seconds = number(["seconds", "epochSecond"])?;
    let nanoseconds = number(["nanos", "nanoOfSecond"]).unwrap_or_default();
    Some(StatedTime {
        stated: time::of_parts(seconds, i32::try_from(nanoseconds).ok()?)?,
        text: Cow::Borrowed(value.get()),
    })
}

/// A duration in milliseconds. Where neither the text nor the key nor the format states the unit, it
/// is read as milliseconds and the entry says so.
pub(super) fn milliseconds(
    candidate: &FieldCandidate<'_>,
    plain: ReadDuration,
    key: &str,
    format: &JsonFormat,
    entry: &mut ParsedEntry<'_>,
) -> Option<f64> {
    let FieldRole::Duration(unit) = candidate.role else {
        return None;
    };
    let text = candidate.value.get();
    let unit = match unit {
        DurationUnit::Unstated => match format.unit {
            Some(DurationUnit::Nanoseconds)
                if plain.milliseconds < LEAST_NANOSECONDS || text.contains('.') =>
            {
                DurationUnit::Unstated
            }
            unit => unit.unwrap_or(DurationUnit::Unstated),
        },
        unit => unit,
    };
    let read = plain.of(unit)?;
    if unit == DurationUnit::Unstated && !read.has_unit && read.milliseconds > 0.0 {
        let key: String = key.chars().take(40).collect();
        entry.remark(format!(
            "the unit of {key:?} is not stated and was taken for milliseconds; INGEST_FIELDS can \
             state it"
        ));
    }
    Some(read.milliseconds)
}

/// The id in `00-4bf9…-00f0…-01` (W3C), `Root=1-58…;Parent=…` (X-Ray) and `projects/p/traces/4bf9…`.
pub(super) fn trace_id(text: Cow<'_, str>) -> Cow<'_, str> {
    let id = if text.len() == 55 && text.starts_with("00-") {
        text.get(3..35)
    } else if memchr::memchr(b'=', text.as_bytes()).is_some()
        && let Some((_, after)) = text.split_once("Root=")
    {
        after.split(';').next()
    } else if text.starts_with("projects/") {
        text.rsplit('/').next()
    } else {
        None
    };
    match id {
        Some(id) => Cow::Owned(id.to_owned()),
        None => text,
    }
}

/// The positions of members that a field of the entry says all of.
#[derive(Default)]
pub(super) struct TakenMembers(pub(super) [Option<usize>; 8], usize);

impl TakenMembers {
    pub(super) fn note(&mut self, candidate: Option<&FieldCandidate<'_>>) {
        if let (Some(place), Some(candidate)) = (self.0.get_mut(self.1), candidate) {
            *place = candidate.position;
            self.1 += 1;
        }
    }
}
