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
    level,
};

/// How many parts are looked at: time, process, thread, logger, separators, level.
const MOST_PARTS: usize = 10;
/// A group in brackets may be that long.
const LONGEST_GROUP: usize = 96;
/// Levels as words in capitals.
#[rustfmt::skip]
const CAPITALS: [&str; 29] = [
    "TRACE", "NOTICE", "ERROR", "CRITICAL", "ALERT", "PANIC", "FINE", "CONFIG", "INF", "FTL",
    "DEBUG", "WARN", "ERR", "CRIT", "EMERG", "DPANIC", "FINER", "SUCCESS", "DBG", "TRC",
    "INFO", "WARNING", "FATAL", "SEVERE", "EMERGENCY", "VERBOSE", "FINEST", "WRN", "VRB",
];

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

    /// A word of separators: `-`, `|`, `---`.
    fn separator(&mut self) -> bool {
        let rest = self.rest();
        let end = rest.find([' ', '\t']).unwrap_or(rest.len());
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
            return false;
        }
        if is_level_in_brackets(inner, self.prefix.time.is_some()) {
            let after = after + usize::from(self.text.as_bytes().get(after) == Some(&b':'));
            return self.found_level(StatedLevel::of_word(inner), after);
        }
        if let Some((module, word)) = inner.rsplit_once(':')
            && self.prefix.time.is_some()
            && !module.contains(' ')
            && is_level_in_brackets(word, true)
        {
            return self.found_level(StatedLevel::of_word(word), after);
        }
        self.at = after;
        self.is_open = true;
        true
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
        let is_number = word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'#');
        // `request_id=F1`, as Elixir puts it before the level.
        let is_pair = word.split_once('=').is_some_and(|(key, _)| {
            self.prefix.time.is_some() && !key.is_empty() && !key.contains(['"', '{'])
        });
        if is_number || is_pair {
            self.at = end;
            self.is_open = was_open && !is_first;
            return is_number || rest_has_level(self.rest());
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
        if length > 0 && matches!(follows, Some(b' ' | b'\t')) {
            blanks(start + length)
        } else {
            start
        }
    }
}

/// Whether a short text has a level in brackets soon, so that pairs before it belong to the prefix.
fn rest_has_level(rest: &str) -> bool {
    let rest = rest.trim_start();
    let end = rest.floor_char_boundary(LONGEST_GROUP);
    rest.starts_with('[') || rest.get(..end).is_some_and(|near| near.contains(" ["))
}

/// Whether a text begins with a level before a colon, as after Unreal's `LogNet: `.
fn starts_with_level(text: &str) -> bool {
    let word = text.split([' ', '\t']).next().unwrap_or_default();
    word.strip_suffix(':')
        .is_some_and(|word| Level::from_word(word).is_some() || level::of_word(word).is_some())
}

/// Whether a word in brackets is a level. Some words are names of threads, profiles and components
/// as often; a single letter is a level only in a line with a time.
fn is_level_in_brackets(inner: &str, has_time: bool) -> bool {
    const NAMES: [&str; 8] = ["default", "log", "http", "main", "config", "ok", "a", "c"];
    let word = inner.trim();
    if word.len() > 16 || NAMES.iter().any(|name| word.eq_ignore_ascii_case(name)) {
        return false;
    }
    (word.len() > 1 || has_time)
        && word.chars().all(char::is_alphabetic)
        && level::of_word(word).is_some()
}

/// `ERROR:`, `error:`, `production.ERROR:`, `ERROR:root:…`: the level, its length with the colon, and
/// whether it is no part of the message. A word with one capital, as in JavaScript's `Error: …`,
/// belongs to the message.
fn before_colon(word: &str, may_be_lower: bool) -> Option<(StatedLevel<'_>, usize, bool)> {
    let (name, after) = word.split_once(':')?;
    // What Go prints when it dies is the message.
    if name == "panic" {
        return None;
    }
    let bare = name.rsplit('.').next().unwrap_or(name);
    let is_korean = is_korean_level(bare);
    if !is_korean && Level::from_word(bare).is_none() && !is_abbreviation(bare) {
        return None;
    }
    let capitals = bare.bytes().filter(u8::is_ascii_uppercase).count();
    if capitals < bare.len() && !(may_be_lower && after.is_empty()) {
        return None;
    }
    let is_apart = capitals != 1 || name.len() == bare.len() && bare.len() > 5;
    Some((StatedLevel::of_word(bare), name.len() + 1, is_apart))
}

/// .NET's and Serilog's abbreviations, which are no other words.
fn is_abbreviation(word: &str) -> bool {
    matches!(
        word,
        "fail" | "trce" | "dbug" | "ERR" | "WRN" | "INF" | "DBG" | "VRB" | "FTL" | "TRC"
    )
}

fn is_capital_level(word: &str) -> bool {
    let is_short = (3..=9).contains(&word.len());
    is_short && CAPITALS.contains(&word)
}

/// A level in small letters, or with one capital, where a level is expected.
fn is_lower_level(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphabetic())
        && word.bytes().skip(1).all(|byte| byte.is_ascii_lowercase())
        && !matches!(
            word,
            "log" | "http" | "default" | "fine" | "alert" | "Log" | "Default"
        )
        && (Level::from_word(word).is_some() || is_abbreviation(word))
}

fn is_korean_level(word: &str) -> bool {
    !word.is_ascii() && level::of_word(word).is_some()
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
