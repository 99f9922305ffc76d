//! `key=value key="several words"`: Go's and Heroku's form, <https://brandur.org/logfmt>.

use std::borrow::Cow;

use shared::model::log::LogFormat;

use super::{
    Entry, StatedLevel, StatedTime,
    key::{self, Role, Scope},
};
use crate::metadata::Value;

/// How many pairs make a line logfmt: a single one may be prose.
const LEAST_PAIRS: usize = 2;

/// Reads a line that consists of pairs; `None` for any other.
pub(super) fn parse(line: &str) -> Option<Entry<'_>> {
    let pairs = pairs(line)?;
    let mut entry = Entry::new(LogFormat::of("logfmt"), Cow::Borrowed(line));
    entry.original = true;
    let mut ranks = Ranks::default();
    for (key, value) in pairs {
        let role = key::role(Scope::Line, key).filter(|_| !value.is_empty());
        let taken = role.is_some_and(|(role, rank)| {
            ranks.is_better(role, rank) && take(&mut entry, role, value.clone())
        });
        if !taken {
            entry.metadata.push(key, Value::Text(value));
        }
    }
    Some(entry)
}

/// Puts a value where it belongs. False where it stays metadata: because it is none of the fields,
/// or says more than they do.
fn take<'a>(entry: &mut Entry<'a>, role: Role, value: Cow<'a, str>) -> bool {
    let request = &mut entry.request;
    match role {
        Role::Level => entry.level = Some(StatedLevel::of_word(value)),
        Role::Message => entry.message = value,
        Role::Time => match StatedTime::read(value) {
            Some(time) => entry.timestamp = Some(time),
            None => return false,
        },
        Role::Service => entry.service = Some(value),
        Role::Environment => entry.environment = Some(value),
        Role::CorrelationId => entry.correlation_id = Some(value),
        Role::UserId => entry.user_id = Some(value),
        Role::Method => {
            request.method = Some(value);
            return false;
        }
        Role::Target => {
            request.target = Some(value);
            return false;
        }
        Role::StatusCode => {
            request.status_code = value.parse().ok();
            return false;
        }
        Role::Duration => {
            request.duration = super::object::milliseconds(&value);
            return false;
        }
        Role::Nanoseconds => return false,
    }
    true
}

/// The best rank seen for each meaning.
#[derive(Default)]
struct Ranks(Vec<(Role, u8)>);

impl Ranks {
    fn is_better(&mut self, role: Role, rank: u8) -> bool {
        match self.0.iter_mut().find(|(known, _)| *known == role) {
            Some((_, best)) if *best <= rank => false,
            Some((_, best)) => {
                *best = rank;
                true
            }
            None => {
                self.0.push((role, rank));
                true
            }
        }
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
