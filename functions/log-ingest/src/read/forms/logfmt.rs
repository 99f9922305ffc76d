//! `key=value key="several words"`: Go's and Heroku's form, <https://brandur.org/logfmt>.

use std::borrow::Cow;

use shared::model::log::LogFormat;

use crate::{
    metadata::Value,
    read::{
        LineReader, client,
        duration::{self, DurationUnit},
        entry::{ParsedEntry, StatedLevel, StatedTime, is_method, is_target, status_code},
        fields::{FieldRole, GUESS},
        level::{self, LevelScale},
    },
};

/// How many pairs make a line logfmt: a single one may be prose.
const LEAST_PAIRS: usize = 2;

/// Reads a line that consists of pairs; `None` for any other.
pub(in crate::read) fn parse<'a>(reader: &LineReader, line: &'a str) -> Option<ParsedEntry<'a>> {
    let pairs = pairs(line)?;
    let mut entry = ParsedEntry::of_text("logfmt", line);
    let mut ranks = BestRanks::default();
    for (key, value) in pairs {
        let known = reader.keys.find("", key).filter(|_| !value.is_empty());
        let mut is_taken = false;
        for meaning in known.iter().flat_map(|key| key.meanings(false)) {
            let is_better = ranks.is_better(meaning.role, meaning.rank);
            if is_better
                && let Some(says_all) = take(&mut entry, meaning.role, meaning.rank, key, &value)
            {
                ranks.note(meaning.role, meaning.rank);
                is_taken |= says_all;
            }
        }
        if !is_taken {
            entry.metadata.push(key, Value::Text(value));
        }
    }
    // Lograge's durations are in milliseconds.
    if ["controller=", "action="]
        .iter()
        .all(|key| line.contains(key))
    {
        entry.format = LogFormat::of("lograge");
        entry.remarks.clear();
    }
    entry.imply_level();
    Some(entry)
}

/// Puts a value where it belongs; `None` where it is no such thing. The answer is whether the field
/// says all of it, so that it is no metadata.
#[expect(clippy::ptr_arg, reason = "a borrowed value is cloned as such")]
fn take<'a>(
    entry: &mut ParsedEntry<'a>,
    role: FieldRole,
    rank: u8,
    key: &str,
    value: &Cow<'a, str>,
) -> Option<bool> {
    let owned = || value.clone();
    let request = &mut entry.request;
    match role {
        FieldRole::Level(scale) => {
            let level = StatedLevel::read(owned(), scale.unwrap_or(LevelScale::Pino));
            if rank >= GUESS && level::of_word(value).is_none() {
                return None;
            }
            entry.level = Some(level);
        }
        FieldRole::Message => entry.message = owned(),
        FieldRole::Time => entry.timestamp = Some(StatedTime::read(owned())?),
        FieldRole::Service => {
            // Heroku's router: how long the service took.
            let took = duration::read(value, DurationUnit::Milliseconds);
            if let Some(took) = took.filter(|took| took.has_unit) {
                request.duration = Some(took.milliseconds);
                return Some(false);
            }
            entry.service = Some(owned());
        }
        FieldRole::Environment => entry.environment = Some(owned()),
        FieldRole::CorrelationId => entry.correlation_id = Some(owned()),
        FieldRole::UserId => entry.user_id = Some(owned()),
        FieldRole::Method => {
            request.method = Some(is_method(value).then(owned)?);
            return Some(false);
        }
        FieldRole::Target => {
            request.target = Some(is_target(value).then(owned)?);
            return Some(false);
        }
        FieldRole::StatusCode => {
            request.status_code = Some(status_code(value)?);
            return Some(false);
        }
        FieldRole::Duration(_) | FieldRole::RequestTime => {
            let unit = match role {
                FieldRole::Duration(unit) => unit,
                _ => DurationUnit::Seconds,
            };
            let read = duration::read(value, unit)?;
            request.duration = Some(read.milliseconds);
            if unit == DurationUnit::Unstated && !read.has_unit && read.milliseconds > 0.0 {
                let key: String = key.chars().take(40).collect();
                entry.remark(format!(
                    "the unit of {key:?} is not stated and was taken for milliseconds; \
                     INGEST_FIELDS can state it"
                ));
            }
            return Some(false);
        }
        FieldRole::Client => {
            request.client = Some(client::address(value)?);
            return Some(false);
        }
        FieldRole::RequestLine | FieldRole::Failure => return None,
    }
    Some(true)
}

/// The best rank seen for each meaning.
#[derive(Default)]
struct BestRanks(Vec<(std::mem::Discriminant<FieldRole>, u8)>);

impl BestRanks {
    fn is_better(&self, role: FieldRole, rank: u8) -> bool {
        let role = std::mem::discriminant(&role);
        let mut known = self.0.iter();
        known
            .find(|(known, _)| *known == role)
            .is_none_or(|(_, best)| rank < *best)
    }

    fn note(&mut self, role: FieldRole, rank: u8) {
        let role = std::mem::discriminant(&role);
        self.0.retain(|(known, _)| *known != role);
        self.0.push((role, rank));
    }
}

/// The pairs of a line, if it consists of nothing else.
fn pairs(line: &str) -> Option<Vec<(&str, Cow<'_, str>)>> {
    let mut pairs = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=')?;
        if !is_key(key) {
            return None;
        }
        let (value, after) = value(after)?;
        pairs.push((key, value));
        rest = after.trim_start_matches([' ', '\t']);
        if rest.len() == after.len() && !rest.is_empty() {
            return None;
        }
    }
    (pairs.len() >= LEAST_PAIRS).then_some(pairs)
}

fn is_key(text: &str) -> bool {
    let allowed =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-' | '@' | '/');
    text.starts_with(|letter: char| letter.is_alphabetic() || matches!(letter, '_' | '@'))
        && text.chars().all(allowed)
}

/// The value at the start of a text, and what comes after it.
fn value(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (value, rest) = text.split_at_checked(end)?;
        return (!rest.starts_with('\n')).then_some((Cow::Borrowed(value), rest));
    };
    let mut unescaped = String::new();
    let mut characters = quoted.char_indices();
    while let Some((position, character)) = characters.next() {
        match character {
            '"' => return Some((Cow::Owned(unescaped), quoted.get(position + 1..)?)),
            '\\' => match characters.next()?.1 {
                'n' => unescaped.push('\n'),
                't' => unescaped.push('\t'),
                'r' => unescaped.push('\r'),
                other => unescaped.push(other),
            },
            other => unescaped.push(other),
        }
    }
    None
}
