//! Decides which words of a prefix are levels: by their letters, and by the signs around them.

use shared::model::level::Level;

use crate::read::{entry::StatedLevel, level};

/// Levels as words in capitals.
#[rustfmt::skip]
const CAPITALS: [&str; 29] = [
    "TRACE", "NOTICE", "ERROR", "CRITICAL", "ALERT", "PANIC", "FINE", "CONFIG", "INF", "FTL",
    "DEBUG", "WARN", "ERR", "CRIT", "EMERG", "DPANIC", "FINER", "SUCCESS", "DBG", "TRC",
    "INFO", "WARNING", "FATAL", "SEVERE", "EMERGENCY", "VERBOSE", "FINEST", "WRN", "VRB",
];

/// Whether a text begins with a level before a colon, as after Unreal's `LogNet: `.
pub(super) fn starts_with_level(text: &str) -> bool {
    let word = text.split([' ', '\t']).next().unwrap_or_default();
    word.strip_suffix(':')
        .is_some_and(|word| Level::from_word(word).is_some() || level::of_word(word).is_some())
}

/// Whether a word in brackets is a level. Some words are names of threads, profiles and components
/// as often; a single letter is a level only in a line with a time.
pub(super) fn is_level_in_brackets(inner: &str, has_time: bool) -> bool {
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
pub(super) fn before_colon(
    word: &str,
    may_be_lower: bool,
) -> Option<(StatedLevel<'_>, usize, bool)> {
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

pub(super) fn is_capital_level(word: &str) -> bool {
    let is_short = (3..=9).contains(&word.len());
    is_short && CAPITALS.contains(&word)
}

/// A level in small letters, or with one capital, where a level is expected.
pub(super) fn is_lower_level(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphabetic())
        && word.bytes().skip(1).all(|byte| byte.is_ascii_lowercase())
        && !matches!(
            word,
            "log" | "http" | "default" | "fine" | "alert" | "Log" | "Default"
        )
        && (Level::from_word(word).is_some() || is_abbreviation(word))
}

pub(super) fn is_korean_level(word: &str) -> bool {
    !word.is_ascii() && level::of_word(word).is_some()
}

/// Whether a word numbers a process or a thread: `1234`, `12#12`, SQL Server's `spid51`.
pub(super) fn is_process(word: &str) -> bool {
    let number = word.strip_prefix("spid").unwrap_or(word);
    let number = number.strip_suffix('s').unwrap_or(number);
    number
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'#')
}
