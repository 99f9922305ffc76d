//! One vocabulary for the severity of a log entry, and the words and numbers that loggers use for it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The severity of a log entry. Ordered: `Unknown < Trace < Debug < … < Fatal`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The line states no level that could be read. Neither healthy nor an error: rates leave such
    /// entries out and say how many there are.
    #[default]
    Unknown,
    /// The finest detail.
    Trace,
    /// Detail for debugging.
    Debug,
    /// Normal operation.
    Info,
    /// Worth a look, although the work was done.
    Warn,
    /// Something failed.
    Error,
    /// The process cannot continue.
    Fatal,
}

impl Level {
    /// Every known level, the least severe first. [`Level::Unknown`] is not among them.
    pub const ALL: [Self; 6] = [
        Self::Trace,
        Self::Debug,
        Self::Info,
        Self::Warn,
        Self::Error,
        Self::Fatal,
    ];

    /// The level's name, as it is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }

    /// The level with this stored name, [`Level::Unknown`] included.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let unknown = (name == Self::Unknown.name()).then_some(Self::Unknown);
        unknown.or_else(|| Self::ALL.into_iter().find(|level| level.name() == name))
    }

    /// False for [`Level::Unknown`].
    #[must_use]
    pub fn is_known(self) -> bool {
        self != Self::Unknown
    }

    /// Whether an entry of this level counts as an error: `error` and `fatal` do.
    #[must_use]
    pub fn is_error(self) -> bool {
        self >= Self::Error
    }

    /// The level that a word of any common logging library stands for (winston's npm and syslog
    /// names, Python's, pino's, Java's), in any case; `None` for a word that is no level.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        const WORDS: [(&str, Level); 27] = [
            ("trace", Level::Trace),
            ("silly", Level::Trace),
            ("finest", Level::Trace),
            ("finer", Level::Trace),
            ("verbose", Level::Debug),
            ("debug", Level::Debug),
            ("fine", Level::Debug),
            ("dbg", Level::Debug),
            ("info", Level::Info),
            ("information", Level::Info),
            ("informational", Level::Info),
            ("notice", Level::Info),
            ("http", Level::Info),
            ("log", Level::Info),
            ("default", Level::Info),
            ("warn", Level::Warn),
            ("warning", Level::Warn),
            ("error", Level::Error),
            ("err", Level::Error),
            ("severe", Level::Error),
            ("fatal", Level::Fatal),
            ("critical", Level::Fatal),
            ("crit", Level::Fatal),
            ("alert", Level::Fatal),
            ("emerg", Level::Fatal),
            ("emergency", Level::Fatal),
            ("panic", Level::Fatal),
        ];
        WORDS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(word))
            .map(|(_, level)| *level)
    }

    /// The level that a number of pino or bunyan stands for: 10 is trace, 60 is fatal, and what
    /// lies between two levels counts as the lower one. `None` outside 1 to 100.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        match number {
            1..20 => Some(Self::Trace),
            20..30 => Some(Self::Debug),
            30..40 => Some(Self::Info),
            40..50 => Some(Self::Warn),
            50..60 => Some(Self::Error),
            60..=100 => Some(Self::Fatal),
            _ => None,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// A word that is no level.
#[derive(Debug, thiserror::Error)]
#[error(
    "is no level; use one of trace, debug, info, warn, error, fatal (winston's names work too)"
)]
pub struct UnknownLevel;

impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::from_word(word.trim()).ok_or(UnknownLevel)
    }
}

#[cfg(test)]
mod tests {
    use super::Level;

    #[test]
    fn words_of_every_library_become_one_vocabulary() {
        for (word, level) in [
            ("WARNING", Some(Level::Warn)),
            ("silly", Some(Level::Trace)),
            ("CRITICAL", Some(Level::Fatal)),
            ("http", Some(Level::Info)),
            ("errors", None),
            ("", None),
        ] {
            assert_eq!(Level::from_word(word), level, "{word}");
        }
    }

    #[test]
    fn numbers_of_pino_and_bunyan_become_levels() {
        let levels = [10, 20, 30, 35, 40, 50, 60, 0, 101].map(Level::from_number);
        assert_eq!(
            levels,
            [
                Some(Level::Trace),
                Some(Level::Debug),
                Some(Level::Info),
                Some(Level::Info),
                Some(Level::Warn),
                Some(Level::Error),
                Some(Level::Fatal),
                None,
                None
            ]
        );
    }

    #[test]
    fn every_level_reads_its_own_name() {
        for level in Level::ALL {
            assert_eq!(Level::from_word(level.name()), Some(level));
            assert_eq!(Level::from_name(level.name()), Some(level));
        }
        assert_eq!(Level::from_name("unknown"), Some(Level::Unknown));
        assert_eq!(Level::from_word("unknown"), None);
    }
}
