//! What stands before the message of a text: a time, a thread, a level.
//!
//! A level is looked for in its usual places only: in brackets, before a colon, as a word in
//! capitals before the message, after `level=`, and in the first words of what runtimes print when
//! a program fails. A line that merely speaks of an error has none.

use std::borrow::Cow;

use shared::model::level::Level;

use super::{StatedLevel, StatedTime, timestamp};

/// How many words are looked at: time, zone, process, thread, logger, separators, level.
const MOST_WORDS: usize = 9;

/// The beginning of a text.
#[derive(Debug, Default)]
pub(super) struct Head<'a> {
    pub(super) time: Option<StatedTime<'a>>,
    pub(super) level: Option<StatedLevel<'a>>,
    /// Where the message begins, in bytes.
    pub(super) length: usize,
}

/// A word and where it begins.
type Word<'a> = (usize, &'a str);

impl<'a> Head<'a> {
    pub(super) fn read(text: &'a str) -> Self {
        let line = text.lines().next().unwrap_or_default();
        let words: Vec<Word<'a>> = words(line).take(MOST_WORDS).collect();
        let mut head = Self::default();
        let mut rest = words.as_slice();
        if let Some((time, used)) = leading_time(line, &words) {
            head.time = Some(time);
            rest = words.get(used..).unwrap_or_default();
            head.length = rest.first().map_or(text.len(), |(start, _)| *start);
        }
        if let Some((level, end)) = leading_level(rest) {
            head.level = Some(level);
            head.length = end.map_or(head.length, |end| after_separator(text, end));
        } else {
            let message = text.get(head.length..).unwrap_or_default();
            let level = failure(message).map(StatedLevel::implied);
            head.level = level.or_else(|| assigned(line));
        }
        head
    }
}

/// The words of a line, which blanks and tabs separate.
fn words(line: &str) -> impl Iterator<Item = Word<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = line.get(from..)?;
        let start = from + rest.find(|next: char| !matches!(next, ' ' | '\t'))?;
        let word = line.get(start..)?;
        let word = word.split([' ', '\t']).next()?;
        from = start + word.len();
        Some((start, word))
    })
}

/// The time that a line begins with, and how many words it takes.
fn leading_time<'a>(line: &'a str, words: &[Word<'a>]) -> Option<(StatedTime<'a>, usize)> {
    let (start, first) = words.first()?;
    if !first
        .trim_start_matches('[')
        .starts_with(|next: char| next.is_ascii_digit())
    {
        return None;
    }
    let two = words
        .get(1)
        .and_then(|(second, word)| line.get(*start..second + word.len()));
    let read = |text: &'a str| {
        let text = text.trim_matches(['[', ']', ':']);
        // A number alone is no time: it may count anything.
        if !text.contains(':') {
            return None;
        }
        let stated = match timestamp::read(text) {
            Some(stated) => stated,
            // nginx and Go write the day with slashes.
            None => timestamp::read(&text.replacen('/', "-", 2))?,
        };
        Some(StatedTime {
            stated,
            text: Cow::Borrowed(text),
        })
    };
    let (time, used) = match two.and_then(read) {
        Some(time) => (time, 2),
        None => (read(first)?, 1),
    };
    // PostgreSQL adds the zone's name.
    let zone = words
        .get(used)
        .is_some_and(|(_, word)| matches!(*word, "UTC" | "GMT"));
    Some((time, used + usize::from(zone)))
}

/// The level among the first words, and where it ends if it is no part of the message.
fn leading_level<'a>(words: &[Word<'a>]) -> Option<(StatedLevel<'a>, Option<usize>)> {
    let mut names = 0;
    for (position, (start, word)) in words.iter().enumerate() {
        if let Some((level, length)) = bracketed(word).or_else(|| before_colon(word, position == 0))
        {
            return Some((level, length.map(|length| start + length)));
        }
        if is_capital_level(word) {
            return Some((
                StatedLevel::of_word(Cow::Borrowed(word)),
                Some(start + word.len()),
            ));
        }
        if let Some(level) = glog(word, words.get(position + 1)) {
            return Some((StatedLevel::implied(level), None));
        }
        if !is_between(word) {
            // A logger's name, which a separator follows.
            names += 1;
            let separated = words
                .get(position + 1)
                .is_some_and(|(_, next)| is_separator(next));
            if names > 1 || !separated {
                return None;
            }
        }
    }
    None
}

/// `[ERROR]`, `<warn>`, `(info)`, with or without a colon.
fn bracketed(word: &str) -> Option<(StatedLevel<'_>, Option<usize>)> {
    let bare = word.strip_suffix(':').unwrap_or(word);
    let pairs = [('[', ']'), ('<', '>'), ('(', ')')];
    let inner = pairs
        .iter()
        .find_map(|(open, close)| bare.strip_prefix(*open)?.strip_suffix(*close))?;
    // Names of threads and profiles as often as levels.
    if matches!(inner, "default" | "log" | "http" | "main") {
        return None;
    }
    Level::from_word(inner)?;
    Some((StatedLevel::of_word(Cow::Borrowed(inner)), Some(word.len())))
}

/// `ERROR:`, `error:`, `ERROR:root:…`. A word with one capital, as in JavaScript's `Error: …`,
/// belongs to the message.
fn before_colon(word: &str, is_first: bool) -> Option<(StatedLevel<'_>, Option<usize>)> {
    let (name, after) = word.split_once(':')?;
    Level::from_word(name)?;
    let capitals = name.bytes().filter(u8::is_ascii_uppercase).count();
    if capitals < name.len() && !(is_first && after.is_empty()) {
        return None;
    }
    let is_apart = capitals != 1;
    let level = StatedLevel::of_word(Cow::Borrowed(name));
    Some((level, is_apart.then_some(name.len() + 1)))
}

fn is_capital_level(word: &str) -> bool {
    matches!(
        word,
        "TRACE"
            | "DEBUG"
            | "INFO"
            | "NOTICE"
            | "WARN"
            | "WARNING"
            | "ERROR"
            | "ERR"
            | "FATAL"
            | "CRITICAL"
            | "CRIT"
            | "SEVERE"
            | "EMERG"
    )
}

/// `E1124 00:30:55.638 …`: glog's and klog's letter before month and day.
fn glog(word: &str, next: Option<&Word<'_>>) -> Option<Level> {
    let (letter, day) = word.split_at_checked(1)?;
    let is_day = day.len() == 4 && day.bytes().all(|byte| byte.is_ascii_digit());
    let is_time = next.is_some_and(|(_, time)| {
        time.starts_with(|first: char| first.is_ascii_digit()) && time.contains(':')
    });
    if !is_day || !is_time {
        return None;
    }
    match letter {
        "I" => Some(Level::Info),
        "W" => Some(Level::Warn),
        "E" => Some(Level::Error),
        "F" => Some(Level::Fatal),
        _ => None,
    }
}

/// What may stand between time and level: a thread in brackets, a number, a separator.
fn is_between(word: &str) -> bool {
    let in_brackets = word.starts_with(['[', '(']) && word.ends_with([']', ')', ':']);
    in_brackets || is_separator(word) || word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_separator(word: &str) -> bool {
    word.bytes().all(|byte| matches!(byte, b'-' | b'|' | b':'))
}

/// Where the message begins after a level that ends at `end`.
fn after_separator(text: &str, end: usize) -> usize {
    let blanks = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        from + rest.len() - rest.trim_start_matches([' ', '\t']).len()
    };
    let start = blanks(end);
    let rest = text.get(start..).unwrap_or_default();
    let word = rest.split([' ', '\t']).next().unwrap_or_default();
    if !word.is_empty() && is_separator(word) && word.len() < rest.len() {
        blanks(start + word.len())
    } else {
        start
    }
}

/// What runtimes print when a program fails: `TypeError: …`, a traceback, a panic.
fn failure(message: &str) -> Option<Level> {
    let message = message.trim_start();
    let first = message.split_whitespace().next()?;
    let is_exception = first
        .strip_suffix(':')
        .is_some_and(|name| name.ends_with("Error") || name.ends_with("Exception"));
    let is_trace = message.starts_with("Traceback (most recent call last)")
        || message.starts_with("Exception in thread ")
        || message.starts_with("Uncaught ")
        || message.starts_with("Unhandled ");
    let is_panic = message.starts_with("panic: ")
        || message.starts_with("fatal error: ")
        || (message.starts_with("thread '") && message.contains("' panicked at "));
    if is_panic {
        Some(Level::Fatal)
    } else {
        (is_exception || is_trace).then_some(Level::Error)
    }
}

/// `level=error`, `severity=WARNING`, anywhere in a line.
fn assigned(line: &str) -> Option<StatedLevel<'_>> {
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
            Some(StatedLevel::of_word(Cow::Borrowed(word)))
        })
    })
}
