//! Reads levels: words of any case, abbreviations, Korean words, and numbers on the scale of the
//! format that they come in.

use std::borrow::Cow;

use shared::model::level::Level;

/// A level as a line states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedLevel<'a> {
    /// The level in the one vocabulary; `None` for a word that is no level.
    pub level: Option<Level>,
    /// The line's own word or number.
    pub word: Cow<'a, str>,
    /// Whether the line states no level, and it follows from what else the line says.
    pub is_implied: bool,
}

/// The scale of a numeric level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LevelScale {
    /// pino and bunyan: 10 trace to 60 fatal.
    Pino,
    /// Python's `logging`: 10 debug to 50 critical.
    Python,
    /// RFC 5424 severities: 0 emergency to 7 debug. GELF and journald use them too.
    Syslog,
    /// OpenTelemetry's severity number: 1 trace to 24 fatal.
    Otel,
    /// A key `severity`: syslog's up to 7, OpenTelemetry's from 8 on.
    Severity,
}

impl LevelScale {
    /// The level of a number that is on this scale. Numbers that only another scale has (Monolog's
    /// 100 to 600, JUL's, log4j's thousands) mean that one.
    fn level(self, number: i64) -> Option<Level> {
        match (self, number) {
            (Self::Otel, 1..=24) | (Self::Severity, 8..=24) => Some(match number {
                ..=4 => Level::Trace,
                5..=8 => Level::Debug,
                9..=12 => Level::Info,
                13..=16 => Level::Warn,
                17..=20 => Level::Error,
                _ => Level::Fatal,
            }),
            (Self::Python, 10..=59) => Some(match number {
                10..20 => Level::Debug,
                20..30 => Level::Info,
                30..40 => Level::Warn,
                40..50 => Level::Error,
                _ => Level::Fatal,
            }),
            (Self::Python, 5..10) => Some(Level::Trace),
            (_, 0..=7) => Some(syslog(number)),
            // Monolog.
            (_, 100..=600) if number % 50 == 0 => Some(match number {
                100..200 => Level::Debug,
                200..300 => Level::Info,
                300..400 => Level::Warn,
                400..500 => Level::Error,
                _ => Level::Fatal,
            }),
            // java.util.logging.
            (_, 700 | 800) => Some(Level::Info),
            (_, 900) => Some(Level::Warn),
            (_, 1000) => Some(Level::Error),
            // log4j 1 and logback.
            (_, 5_000..=50_000) => Some(match number {
                ..10_000 => Level::Trace,
                10_000..20_000 => Level::Debug,
                20_000..30_000 => Level::Info,
                30_000..40_000 => Level::Warn,
                40_000..50_000 => Level::Error,
                _ => Level::Fatal,
            }),
            _ => Level::from_number(number),
        }
    }
}

/// The level of a syslog severity.
pub(super) fn syslog(severity: i64) -> Level {
    match severity {
        ..=2 => Level::Fatal,
        3 => Level::Error,
        4 => Level::Warn,
        5 | 6 => Level::Info,
        _ => Level::Debug,
    }
}

/// Words that stand for a level only where a level is expected: abbreviations and words of other
/// meanings. `Level::from_word` has the full words.
const ABBREVIATIONS: [(&str, Level); 44] = [
    ("e", Level::Error),
    ("w", Level::Warn),
    ("i", Level::Info),
    ("d", Level::Debug),
    ("t", Level::Trace),
    ("v", Level::Trace),
    ("f", Level::Fatal),
    ("c", Level::Fatal),
    ("n", Level::Info),
    ("a", Level::Fatal),
    ("wrn", Level::Warn),
    ("wrng", Level::Warn),
    ("inf", Level::Info),
    ("ftl", Level::Fatal),
    ("vrb", Level::Trace),
    ("trc", Level::Trace),
    ("eror", Level::Error),
    ("fail", Level::Error),
    ("failed", Level::Error),
    ("failure", Level::Error),
    ("exception", Level::Error),
    ("trce", Level::Trace),
    ("dbug", Level::Debug),
    ("config", Level::Debug),
    ("success", Level::Info),
    ("ok", Level::Info),
    ("audit", Level::Info),
    ("display", Level::Info),
    ("veryverbose", Level::Trace),
    ("note", Level::Info),
    ("system", Level::Info),
    ("assert", Level::Error),
    ("panic", Level::Fatal),
    ("dpanic", Level::Fatal),
    ("오류", Level::Error),
    ("에러", Level::Error),
    ("경고", Level::Warn),
    ("주의", Level::Warn),
    ("정보", Level::Info),
    ("알림", Level::Info),
    ("심각", Level::Fatal),
    ("치명", Level::Fatal),
    ("치명적", Level::Fatal),
    ("디버그", Level::Debug),
];

/// The level that a word stands for where a level is expected: the value of a key, or the place of
/// the level in a format. Takes words in brackets and slog's `ERROR+4`.
#[must_use]
pub fn of_word(word: &str) -> Option<Level> {
    let word = word.trim();
    let bare = word.trim_matches(['[', ']', '<', '>', '(', ')', ':', '*']);
    let bare = match bare.find(['+', '-']) {
        Some(end) if bare.get(end + 1..).is_some_and(is_number) => bare.get(..end)?,
        _ => bare,
    };
    // Qualified names: `LogLevel.Error`, `Level.SEVERE`, `log/error`.
    let bare = bare.rsplit(['.', '/']).next().unwrap_or(bare).trim();
    Level::from_word(bare).or_else(|| {
        let mut words = ABBREVIATIONS.iter();
        words
            .find(|(name, _)| name.eq_ignore_ascii_case(bare))
            .map(|(_, level)| *level)
    })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl<'a> StatedLevel<'a> {
    /// The level that a word stands for, or the word alone.
    pub(super) fn of_word(word: impl Into<Cow<'a, str>>) -> Self {
        let word = word.into();
        Self::of(of_word(&word), word)
    }

    /// What a word means in its format.
    pub(super) fn of(level: Option<Level>, word: impl Into<Cow<'a, str>>) -> Self {
        Self {
            level,
            word: word.into(),
            is_implied: false,
        }
    }

    /// A level that the form of a line implies.
    pub(super) fn implied(level: Level) -> Self {
        Self {
            level: Some(level),
            word: Cow::Borrowed(level.name()),
            is_implied: true,
        }
    }

    /// Reads the value of a level's key: a word, or a number on the scale.
    pub(super) fn read(text: Cow<'a, str>, scale: LevelScale) -> Self {
        // Nearly all lines have one of these.
        let usual = match text.as_ref() {
            "info" | "INFO" => Some(Level::Info),
            "debug" | "DEBUG" => Some(Level::Debug),
            "warn" | "WARN" => Some(Level::Warn),
            "error" | "ERROR" => Some(Level::Error),
            _ => None,
        };
        if usual.is_some() {
            return Self::of(usual, text);
        }
        let text = super::ansi::strip(text);
        let level = match text.trim().parse() {
            Ok(number) => scale.level(number),
            Err(_) => of_word(&text),
        };
        Self::of(level, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_logger_are_read_in_any_case() {
        for (word, level) in [
            ("Warning", Level::Warn),
            ("ERROR+4", Level::Error),
            ("INFO-2", Level::Info),
            ("SEVERE", Level::Error),
            ("E", Level::Error),
            ("dpanic", Level::Fatal),
            ("PANIC", Level::Fatal),
            ("CRITICAL", Level::Fatal),
            ("notice", Level::Info),
            ("Information", Level::Info),
            ("[ERR]", Level::Error),
            ("WRN", Level::Warn),
            ("오류", Level::Error),
            ("경고", Level::Warn),
            ("에러", Level::Error),
            ("정보", Level::Info),
            ("심각", Level::Fatal),
            ("fail", Level::Error),
            ("Level.SEVERE", Level::Error),
        ] {
            assert_eq!(of_word(word), Some(level), "{word}");
        }
        for word in ["oops", "", "errors", "+4", "12"] {
            assert_eq!(of_word(word), None, "{word}");
        }
    }

    #[test]
    fn a_number_means_what_the_scale_of_its_format_says() {
        for (scale, number, level) in [
            (LevelScale::Otel, 17, Level::Error),
            (LevelScale::Severity, 17, Level::Error),
            (LevelScale::Severity, 3, Level::Error),
            (LevelScale::Syslog, 3, Level::Error),
            (LevelScale::Python, 40, Level::Error),
            (LevelScale::Python, 30, Level::Warn),
            (LevelScale::Pino, 50, Level::Error),
            (LevelScale::Pino, 40, Level::Warn),
            (LevelScale::Pino, 400, Level::Error),
            (LevelScale::Pino, 250, Level::Info),
            (LevelScale::Pino, 3, Level::Error),
            (LevelScale::Pino, 1000, Level::Error),
            (LevelScale::Pino, 40_000, Level::Error),
        ] {
            assert_eq!(scale.level(number), Some(level), "{scale:?} {number}");
        }
        assert_eq!(LevelScale::Pino.level(-3), None);
    }
}
