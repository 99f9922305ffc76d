//! Patterns of text. Case never matters.

use super::{RegularExpression, fold::fold};

/// What a text has to be or to contain.
#[derive(Clone, Debug, PartialEq)]
pub enum TextPattern {
    /// This text, folded.
    Literal(String),
    /// These texts, folded, in this order with anything between them. The first and the last may be
    /// empty: then anything comes before or after.
    Wildcard(Vec<String>),
    /// A match of this expression anywhere.
    Regular(RegularExpression),
}

impl TextPattern {
    /// A pattern that a whole text matches as it is, in any case.
    #[must_use]
    pub fn exactly(text: &str) -> Self {
        Self::Literal(fold(text).into_owned())
    }

    /// True if the text contains a match.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Literal(part) => fold(text).contains(part.as_str()),
            Self::Wildcard(parts) => in_order(&fold(text), parts).is_some(),
            Self::Regular(expression) => expression.is_in(text),
        }
    }

    /// True if the whole text matches; for an expression, if it contains a match.
    #[must_use]
    pub fn is_all_of(&self, text: &str) -> bool {
        match self {
            Self::Literal(whole) => fold(text) == whole.as_str(),
            Self::Wildcard(parts) => {
                let ([first, middle @ .., last], text) = (parts.as_slice(), fold(text)) else {
                    return true;
                };
                let inner = text
                    .strip_prefix(first.as_str())
                    .and_then(|rest| rest.strip_suffix(last.as_str()));
                inner.is_some_and(|inner| in_order(inner, middle).is_some())
            }
            Self::Regular(expression) => expression.is_in(text),
        }
    }

    /// True if every text matches, so that only the presence of the field is asked for.
    #[must_use]
    pub fn is_anything(&self) -> bool {
        matches!(self, Self::Wildcard(parts) if parts.iter().all(String::is_empty))
    }

    /// Texts, folded, that every match contains.
    #[must_use]
    pub fn required(&self) -> Vec<&str> {
        match self {
            Self::Literal(part) => vec![part],
            Self::Wildcard(parts) => parts.iter().map(String::as_str).collect(),
            Self::Regular(expression) => expression.required(),
        }
    }
}

/// The text after the parts, if they occur in this order.
fn in_order<'a>(text: &'a str, parts: &[String]) -> Option<&'a str> {
    parts.iter().try_fold(text, |rest, part| {
        let (_, after) = rest.split_once(part.as_str())?;
        Some(after)
    })
}
