//! What loggers of Go write to a terminal instead of JSON or logfmt.

use std::borrow::Cow;

use jiff::civil;
use shared::model::level::Level;

use crate::read::{
    LineReader,
    entry::{ParsedEntry, StatedLevel, StatedTime},
    time::Stated,
};

/// logrus' levels, cut to four letters.
#[rustfmt::skip]
const LOGRUS: [(&str, Level); 7] = [
    ("TRAC", Level::Trace), ("DEBU", Level::Debug), ("INFO", Level::Info), ("WARN", Level::Warn),
    ("ERRO", Level::Error), ("FATA", Level::Fatal), ("PANI", Level::Fatal),
];

/// logrus: `ERRO[0012] message   key=value`, with the seconds since the start or with a time.
pub(super) fn logrus<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (word, rest) = line.split_once('[')?;
    let (_, level) = LOGRUS.iter().find(|(name, _)| *name == word)?;
    let (since, message) = rest.split_once(']')?;
    let time = StatedTime::leading(since);
    let is_count = !since.is_empty() && since.bytes().all(|byte| byte.is_ascii_digit());
    if !is_count && time.is_none() {
        return None;
    }
    let mut entry = ParsedEntry::of_text("logrus-console", message.trim_start());
    entry.level = Some(StatedLevel::of(Some(*level), word));
    entry.timestamp = time.map(|(time, _)| time).filter(|_| !is_count);
    Some(entry)
}

/// zerolog's levels, cut to three letters.
#[rustfmt::skip]
const ZEROLOG: [(&str, Level); 7] = [
    ("TRC", Level::Trace), ("DBG", Level::Debug), ("INF", Level::Info), ("WRN", Level::Warn),
    ("ERR", Level::Error), ("FTL", Level::Fatal), ("PNC", Level::Fatal),
];

/// zerolog: `9:30AM ERR message key=value`.
pub(super) fn zerolog<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (time, rest) = line.split_once(' ')?;
    let (word, message) = rest.split_once(' ')?;
    let (_, level) = ZEROLOG.iter().find(|(name, _)| *name == word)?;
    let mut entry = ParsedEntry::of_text("zerolog-console", message.trim_start());
    entry.level = Some(StatedLevel::of(Some(*level), word));
    entry.timestamp = Some(StatedTime {
        stated: Stated::TimeOfDay(kitchen(time)?),
        text: Cow::Borrowed(time),
    });
    Some(entry)
}

/// A time as on a kitchen clock: `9:30AM`, `12:05PM`.
fn kitchen(text: &str) -> Option<civil::Time> {
    let (clock, is_afternoon) = match text.strip_suffix("AM") {
        Some(clock) => (clock, false),
        None => (text.strip_suffix("PM")?, true),
    };
    let (hour, minute) = clock.split_once(':')?;
    let hour: i8 = hour.parse().ok().filter(|hour| (1..=12).contains(hour))?;
    let hour = hour % 12 + if is_afternoon { 12 } else { 0 };
    civil::Time::new(hour, minute.parse().ok()?, 0, 0).ok()
}
