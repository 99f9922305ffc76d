//! The prefix of a line of text: time, thread, logger, level, in the order of any logger.
//!
//! A level is looked for in its usual places only: in brackets, before a colon, as a word in
//! capitals before the message, as a word after the time or between bars, after `level=`, and in the
//! first words of what runtimes print when a program fails. A line that merely speaks of an error
//! has none.

use std::borrow::Cow;

use shared::model::level::Level;

use super::{
    entry::{StatedLevel, StatedTime},
    failure::failure,
};

mod word;

use word::{
    before_colon, is_capital_level, is_korean_level, is_level_in_brackets, is_lower_level,
    is_process, starts_with_level,
};

/// How many parts are looked at: time, process, thread, logger, separators, level.
const MOST_PARTS: usize = 10;
/// A group in brackets may be that long.
const LONGEST_GROUP: usize = 96;
/// The prefix of a text.
#[derive(Debug, Default)]
pub(super) struct LinePrefix<'a> {
    pub(super) time: Option<StatedTime<'a>>,
    pub(super) level: Option<StatedLevel<'a>>,
    /// Where the message begins, in bytes.
    pub(super) length: usize,
}

/// Reads a prefix part by part.
struct PrefixParts<'a> {
    text: &'a str,
    at: usize,
    prefix: LinePrefix<'a>,
    /// Whether the part before was the time, a group in brackets or a bar, after which a level may
    /// be a word in any case.
    is_open: bool,
    names: usize,
}

impl<'a> LinePrefix<'a> {
    pub(super) fn read(text: &'a str) -> Self {
        let end = memchr::memchr(b'\n', text.as_bytes()).unwrap_or(text.len());
        let line = text.get(..end).unwrap_or(text);
        let mut parts = PrefixParts {
            text: line,
            at: 0,
            prefix: Self::default(),
            is_open: false,
            names: 0,
        };
        for number in 0..MOST_PARTS {
            parts.blanks();
            if !parts.next(number == 0) {
                break;
            }
        }
        let mut prefix = parts.prefix;
        if prefix.level.is_none() {
            let message = text.get(prefix.length..).unwrap_or_default();
            let level = failure(message).map(StatedLevel::implied);
            prefix.level = level.or_else(|| assigned(line));
        }
        prefix
    }
}

/// The level of a text that states one in the usual places.
pub(super) fn level(text: &str) -> Option<StatedLevel<'static>> {
    let stated = LinePrefix::read(text).level?;
    Some(StatedLevel {
        word: Cow::Owned(stated.word.into_owned()),
        ..stated
    })
}

impl<'a> PrefixParts<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }

    /// Reads one part. False where the message begins.
    fn next(&mut self, is_first: bool) -> bool {
        let rest = self.rest();
        let Some(first) = rest.bytes().next() else {
            return false;
        };
        match first {
            b'[' | b'(' | b'<' => self.group(first),
            // WebLogic: `####<Nov 24, 2026 9:00:01 AM UTC> <Error> …`.
            b'#' if is_first && rest.starts_with("####<") => {
                self.at += "####".len();
                true
            }
            b'{' if self.prefix.time.is_some() => self.place(),
            b'-' | b'|' | b':' | b'*' if self.separator() => true,
            _ if self.prefix.time.is_none() && self.time() => self.prefix.level.is_none(),
            _ if self.prefix.level.is_some() => false,
            _ => self.word(is_first),
        }
    }

    fn found_level(&mut self, level: StatedLevel<'a>, end: usize) -> bool {
        self.at = end;
        self.prefix.level = Some(level);
        self.prefix.length = self.after_separator(end);
        self.at = self.prefix.length;
        // A time may follow the level.
        self.prefix.time.is_none()
    }

    /// The time, and the message behind it unless a level comes.
    fn time(&mut self) -> bool {
        let rest = self.rest();
        let first = rest.bytes().next().unwrap_or_default();
        if !first.is_ascii_digit() && !first.is_ascii_uppercase() {
            return false;
        }
        let Some((time, after)) = StatedTime::leading(rest) else {
            return false;
        };
        if let Some((word, end)) = delimited_level(after) {
            self.prefix.time = Some(time);
            let end = self.text.len() - after.len() + end;
            return self.found_level(StatedLevel::of_word(word), end);
        }
        let after = after.strip_prefix([':', ',', ']']).unwrap_or(after);
        if !after.is_empty() && !after.starts_with([' ', '\t', '[', '|', '-']) {
            return false;
        }
        self.at = self.text.len() - after.len();
        self.prefix.time = Some(time);
        self.prefix.length = self.after_separator(self.at);
        self.is_open = true;
        true
    }

    /// A word of separators: `-`, `---`, or a bar, which needs no blanks.
    fn separator(&mut self) -> bool {
        let rest = self.rest();
        let bars = rest.bytes().take_while(|byte| *byte == b'|').count();
        let blank = || rest.find([' ', '\t']).unwrap_or(rest.len());
        let end = if bars > 0 { bars } else { blank() };
        let is_separator = rest
            .bytes()
            .take(end)
            .all(|byte| matches!(byte, b'-' | b'|' | b':' | b'*'));
        if is_separator {
            self.at += end;
            self.is_open |= rest.starts_with('|') || rest.starts_with('-');
        }
        is_separator
    }

    /// `{taskinstance.py:1824}`, where Airflow's line was written.
    fn place(&mut self) -> bool {
        let rest = self.rest();
        let end = rest.find(['}', '"', ' ']).unwrap_or(LONGEST_GROUP);
        let is_place = end < LONGEST_GROUP && rest.as_bytes().get(end) == Some(&b'}');
        if is_place {
            self.at += end + 1;
            self.is_open = true;
        }
        is_place
    }

    /// `[ERROR]`, `[main]`, `[2026-11-24 09:00:01 ERR]`, `[php:error]`, `(info)`, `<warn>`.
    fn group(&mut self, open: u8) -> bool {
        let rest = self.rest();
        let close = match open {
            b'[' => b']',
            b'(' => b')',
            _ => b'>',
        };
        let window = rest.as_bytes().get(..LONGEST_GROUP.min(rest.len()));
        let Some(end) = window.and_then(|window| memchr::memchr(close, window)) else {
            return false;
        };
        let inner = rest.get(1..end).unwrap_or_default().trim();
        let after = self.at + end + 1;
        if self.prefix.time.is_none() {
            if let Some((time, within)) = StatedTime::leading(inner) {
                self.prefix.time = Some(time);
                return self.after_time(within, after);
            }
            if let Some((time, end)) = self.date_and_time(inner, after) {
                self.prefix.time = Some(time);
                return self.after_time("", end);
            }
            // Tornado: `[E 261124 09:00:01 web:123] …`.
            if let Some((letter, timed)) = inner.split_once(' ')
                && letter.len() == 1
                && let Some((time, _)) = StatedTime::leading(timed.trim_start())
            {
                self.prefix.time = Some(time);
                return self.found_level(StatedLevel::of_word(letter), after);
            }
        }
        if self.prefix.level.is_some() {
            // Cassandra: `ERROR [main] 2026-11-24 09:00:01,123 …`.
            self.at = after;
            self.blanks();
            return self.prefix.time.is_none() && self.time();
        }
        if is_level_in_brackets(inner, self.prefix.time.is_some()) {
            let after = after + usize::from(self.text.as_bytes().get(after) == Some(&b':'));
            return self.found_level(StatedLevel::of_word(inner), after);
        }
        if let Some(word) = self.level_beside_name(inner) {
            return self.found_level(StatedLevel::of_word(word), after);
        }
        self.at = after;
        self.is_open = true;
        true
    }

    /// The level of `[php:error]`, `[Server thread/ERROR]`, `[ERROR/MainProcess]`.
    fn level_beside_name(&self, inner: &'a str) -> Option<&'a str> {
        let (name, last) = inner.rsplit_once([':', '/'])?;
        let is_name = inner.contains('/') || !name.contains(' ');
        if self.prefix.time.is_some() && is_name && is_level_in_brackets(last, true) {
            return Some(last);
        }
        let (first, _) = inner.split_once('/')?;
        is_capital_level(first).then_some(first)
    }

    /// fern's `[2026-11-24][09:00:01]`, and where it ends.
    fn date_and_time(&self, date: &str, after: usize) -> Option<(StatedTime<'a>, usize)> {
        if !date
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"-/.".contains(&byte))
        {
            return None;
        }
        let rest = self.text.get(after..)?.trim_start().strip_prefix('[')?;
        let (time, rest) = rest.split_once(']')?;
        let time = StatedTime::read(Cow::Owned([date, " ", time].concat()))?;
        Some((time, self.text.len() - rest.len()))
    }

    /// What a group says after the time that it begins with.
    fn after_time(&mut self, within: &'a str, after: usize) -> bool {
        let mut words = within
            .split(|next: char| !next.is_alphanumeric())
            .filter(|word| !word.is_empty());
        let level = words.find(|word| is_capital_level(word) || is_korean_level(word));
        if let Some(word) = level {
            return self.found_level(StatedLevel::of_word(word), after);
        }
        self.at = after;
        self.prefix.length = self.after_separator(after);
        self.is_open = true;
        self.prefix.level.is_none()
    }

    /// A word outside of brackets.
    fn word(&mut self, is_first: bool) -> bool {
        let rest = self.rest();
        let end = rest.find([' ', '\t', '|', '[']).filter(|end| *end > 0);
        let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let end = self.at + word.len();
        let was_open = std::mem::take(&mut self.is_open) || is_first;
        if let Some((level, length, is_apart)) = before_colon(word, was_open) {
            let length = if is_apart { self.at + length } else { self.at };
            let more = self.found_level(level, length);
            if !is_apart {
                self.prefix.length = length;
                return false;
            }
            return more;
        }
        if is_capital_level(word)
            || (was_open && !is_first && is_korean_level(word))
            || (was_open && !is_first && self.prefix.time.is_some() && is_lower_level(word))
        {
            return self.found_level(StatedLevel::of_word(word), end);
        }
        // Telegraf: `2026-11-24T09:00:01Z E! [outputs.http] …`.
        if let Some(letter) = word.strip_suffix('!')
            && letter.len() == 1
            && was_open
            && self.prefix.time.is_some()
        {
            return self.found_level(StatedLevel::of_word(letter), end);
        }
        let is_process = is_process(word);
        // `request_id=F1`, as Elixir puts it before the level.
        let is_pair = word.split_once('=').is_some_and(|(key, _)| {
            self.prefix.time.is_some() && !key.is_empty() && !key.contains(['"', '{'])
        });
        if is_process || is_pair {
            self.at = end;
            self.is_open = was_open && !is_first;
            return is_process || rest_has_level(self.rest());
        }
        // A logger's name, which a separator, a colon or a group follows.
        self.names += 1;
        self.at = end;
        let next = self.rest().trim_start_matches([' ', '\t']);
        let is_separated = next.starts_with(['|', '[']) && self.prefix.time.is_some()
            || next.starts_with("- ")
            || next.starts_with(": ")
            || (word.ends_with(':') && starts_with_level(next));
        self.is_open = word.ends_with(':');
        self.names <= 2 && is_separated
    }

    /// Where the message begins after a level or a time that ends at `end`.
    fn after_separator(&self, end: usize) -> usize {
        let blanks = |from: usize| {
            let rest = self.text.get(from..).unwrap_or_default();
            from + rest.len() - rest.trim_start_matches([' ', '\t']).len()
        };
        let start = blanks(end);
        let rest = self.text.get(start..).unwrap_or_default();
        let length = rest
            .bytes()
            .take_while(|byte| matches!(byte, b'-' | b'|' | b':'))
            .count();
        let follows = rest.as_bytes().get(length);
        let is_bar = rest.starts_with('|');
        if length > 0 && (is_bar || matches!(follows, Some(b' ' | b'\t'))) {
            blanks(start + length)
        } else {
            start
        }
    }
}

/// The level between commas or semicolons after a time, and where what follows it begins.
fn delimited_level(after: &str) -> Option<(&str, usize)> {
    let delimiter = after.chars().next().filter(|it| matches!(it, ',' | ';'))?;
    let (word, _) = after.get(1..)?.split_once(delimiter)?;
    is_capital_level(word.trim()).then(|| (word.trim(), 1 + word.len() + 1))
}

/// Whether a short text has a level in brackets soon, or other pairs and then a level, so that the pairs
/// before it belong to the prefix.
fn rest_has_level(rest: &str) -> bool {
    let rest = rest.trim_start();
    let end = rest.floor_char_boundary(LONGEST_GROUP);
    let near = rest.get(..end).unwrap_or_default();
    let mut words = near.split_ascii_whitespace();
    let is_level = |word: &str| is_capital_level(word) || before_colon(word, false).is_some();
    rest.starts_with('[')
        || near.contains(" [")
        || words.find(|word| !word.contains('=')).is_some_and(is_level)
}

/// `level=error`, `severity=WARNING`, anywhere in a line.
fn assigned(line: &str) -> Option<StatedLevel<'_>> {
    memchr::memchr(b'=', line.as_bytes())?;
    ["level=", "severity=", "lvl="].iter().find_map(|key| {
        line.match_indices(key).find_map(|(start, _)| {
            let before = line.get(..start)?.chars().next_back();
            if before.is_some_and(char::is_alphanumeric) {
                return None;
            }
            let value = line.get(start + key.len()..)?.trim_start_matches('"');
            let end = value
                .find(|next: char| !next.is_ascii_alphabetic())
                .unwrap_or(value.len());
            let word = value.get(..end)?;
            Level::from_word(word)?;
            Some(StatedLevel::of_word(word))
        })
    })
}
