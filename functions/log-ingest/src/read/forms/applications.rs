//! Lines of Kubernetes, game engines, Android, PHP and Java's own logger.

use std::borrow::Cow;

use shared::model::level::Level;

use crate::read::{
    LineReader,
    entry::{ParsedEntry, StatedLevel, StatedTime},
    level,
    time::{Stated, leading},
};

/// klog's and glog's `E1124 09:00:01.123456       1 main.go:10] message`. The year is inferred.
pub(super) fn klog<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (letter, rest) = line.split_at_checked(1)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (date, rest) = rest.split_at_checked(digits)?;
    let rest = rest.strip_prefix(' ')?;
    let (stated, length) = match date.len() {
        4 => {
            let (stated, length) = leading(rest)?;
            let Stated::TimeOfDay(time) = stated else {
                return None;
            };
            let (month, day) = date.split_at_checked(2)?;
            let (month, day) = (month.parse().ok()?, day.parse().ok()?);
            jiff::civil::Date::new(2000, month, day).ok()?;
            (Stated::NoYear { month, day, time }, length)
        }
        // glog since 0.5 writes the year.
        8 => {
            let text = line.get(1..)?;
            let (stated, length) = leading(text)?;
            (stated, length.checked_sub(9)?)
        }
        _ => return None,
    };
    let (head, message) = rest.get(length..)?.split_once("] ")?;
    let mut entry = ParsedEntry::of_text("klog", message);
    entry.timestamp = Some(StatedTime {
        stated,
        text: Cow::Borrowed(line.get(1..1 + date.len() + 1 + length)?),
    });
    entry.level = Some(StatedLevel::of(level::of_word(letter), letter));
    let source = head.split_ascii_whitespace().last().unwrap_or_default();
    entry.metadata.push_text("source", source);
    Some(entry)
}

/// Unreal Engine's `[2026.11.24-09.00.01:123][  0]LogNet: Error: message`; without a level, it is
/// `Log`. The times are in UTC.
pub(super) fn unreal<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (time, rest) = StatedTime::leading(line.get(1..)?)?;
    let rest = rest.strip_prefix(']')?;
    let (_frame, rest) = rest.strip_prefix('[')?.split_once(']')?;
    let (category, message) = rest.split_once(": ")?;
    if !category.starts_with("Log") || category.contains(' ') {
        return None;
    }
    let stated = message.split_once(": ").and_then(|(word, message)| {
        let is_level = matches!(
            word,
            "Fatal" | "Error" | "Warning" | "Display" | "Verbose" | "VeryVerbose" | "Log"
        );
        is_level.then_some((word, message))
    });
    let (level, message) = match stated {
        Some((word, message)) => (StatedLevel::of_word(word), message),
        None => (StatedLevel::implied(Level::Info), message),
    };
    let mut entry = ParsedEntry::of_text("unreal", message);
    entry.timestamp = Some(super::aws::utc(time));
    entry.level = Some(level);
    entry.metadata.push_text("category", category);
    Some(entry)
}

/// Android's logcat, as Unity's players write it there: `11-24 09:00:01.123  1234  1256 E Unity : x`, or
/// `11-24 09:00:01.123 E/Unity ( 1234): x`.
pub(super) fn logcat<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (time, rest) = StatedTime::leading(line)?;
    if !matches!(time.stated, Stated::NoYear { .. }) {
        return None;
    }
    if let Some((letter, tagged)) = rest.trim_start().split_once('/')
        && let Some((tag, rest)) = tagged.split_once('(')
        && let Some((_pid, message)) = rest.split_once("): ")
        && letter.len() == 1
    {
        return Some(of_tag(time, letter, tag.trim_end(), message));
    }
    let mut words = rest.split_ascii_whitespace();
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let (pid, thread, letter) = (words.next()?, words.next()?, words.next()?);
    if !is_number(pid) || !is_number(thread) || letter.len() != 1 {
        return None;
    }
    let (tag, message) = rest.split_once(": ")?;
    let tag = tag.split_ascii_whitespace().last().unwrap_or_default();
    Some(of_tag(time, letter, tag, message))
}

fn of_tag<'a>(
    time: StatedTime<'a>,
    letter: &'a str,
    tag: &'a str,
    message: &'a str,
) -> ParsedEntry<'a> {
    let mut entry = ParsedEntry::of_text("logcat", message);
    entry.timestamp = Some(time);
    entry.level = Some(StatedLevel::of(level::of_word(letter), letter));
    entry.metadata.push_text("tag", tag);
    entry
}

/// PHP's error log, alone or in Apache's: `[24-Nov-2026 09:00:01 UTC] PHP Fatal error:  message`.
pub(super) fn php<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (time, rest) = StatedTime::leading(line.get(1..)?)?;
    let rest = rest.strip_prefix("] ")?;
    let (word, message) = rest.strip_prefix("PHP ")?.split_once(':')?;
    let level = match word.trim() {
        "Fatal error"
        | "Parse error"
        | "Recoverable fatal error"
        | "Core error"
        | "Compile error" => Level::Error,
        "Warning" | "Core warning" | "Compile warning" => Level::Warn,
        "Notice" | "Deprecated" | "Strict Standards" | "Strict standards" => Level::Info,
        _ => return None,
    };
    let mut entry = ParsedEntry::of_text("php", message.trim_start());
    entry.timestamp = Some(time);
    entry.level = Some(StatedLevel::of(Some(level), word));
    Some(entry)
}

/// `java.util.logging` in two lines: `Nov 24, 2026 12:30:55 AM com.x.Pay run`, `SEVERE: message`.
pub(super) fn jul<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (time, rest) = StatedTime::leading(line)?;
    let (source, rest) = rest.split_once('\n')?;
    let (word, message) = rest.split_once(": ")?;
    // Japanese, Korean and others translate the word.
    let level = level::of_word(word)?;
    let mut entry = ParsedEntry::of_text("jul", message);
    entry.timestamp = Some(time);
    entry.level = Some(StatedLevel::of(Some(level), word));
    entry.metadata.push_text("source", source.trim());
    Some(entry)
}
