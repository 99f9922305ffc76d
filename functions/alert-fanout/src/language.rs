//! The languages that alerts are written in. A leaf: routing matches titles in every language, and
//! rendering writes in one.

use std::str::FromStr;

/// A language that alerts are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Korean.
    Korean,
}

/// A text that names no language.
#[derive(Debug, thiserror::Error)]
#[error("must be en (English) or ko (Korean)")]
pub struct UnknownLanguage;

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "en" => Ok(Self::English),
            "ko" => Ok(Self::Korean),
            _ => Err(UnknownLanguage),
        }
    }
}
