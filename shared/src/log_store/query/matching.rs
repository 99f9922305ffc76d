//! What a query means: whether a document matches it.

use serde_json::Value;

use super::{NumberRange, QueryNode, SearchQuery, TextPattern, number};
use crate::model::{log::LogDocument, metadata::Metadata};

impl SearchQuery {
    /// True if the document matches.
    #[must_use]
    pub fn matches(&self, document: &LogDocument) -> bool {
        self.root.matches(document)
    }
}

impl QueryNode {
    /// Whether a document matches, as far as `leaf` knows whether it matches the parts that are neither
    /// negations nor combinations; `None` if that does not suffice.
    pub fn known(&self, leaf: &mut impl FnMut(&Self) -> Option<bool>) -> Option<bool> {
        match self {
            Self::Not(part) => part.known(leaf).map(|known| !known),
            Self::Every(parts) | Self::Any(parts) => {
                let decisive = matches!(self, Self::Any(_));
                let mut known = Some(!decisive);
                for part in parts {
                    match part.known(leaf) {
                        Some(value) if value == decisive => return Some(decisive),
                        None => known = None,
                        Some(_) => {}
                    }
                }
                known
            }
            leaf_node => leaf(leaf_node),
        }
    }

    /// Texts, folded, that the message of every matching document contains.
    #[must_use]
    pub fn required_texts(&self) -> Vec<&str> {
        match self {
            Self::Message(pattern) => pattern.required(),
            Self::Every(parts) => parts.iter().flat_map(Self::required_texts).collect(),
            _ => Vec::new(),
        }
    }

    /// True if a part of the query is a leaf that `is_wanted`.
    pub fn has(&self, is_wanted: &impl Fn(&Self) -> bool) -> bool {
        match self {
            Self::Not(part) => part.has(is_wanted),
            Self::Every(parts) | Self::Any(parts) => parts.iter().any(|part| part.has(is_wanted)),
            leaf => is_wanted(leaf),
        }
    }

    /// True if the document matches this part.
    #[must_use]
    pub fn matches(&self, document: &LogDocument) -> bool {
        let request = document.request.as_ref();
        match self {
            Self::Not(part) => !part.matches(document),
            Self::Every(parts) => parts.iter().all(|part| part.matches(document)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(document)),
            Self::Message(pattern) => pattern.is_in(&document.message),
            Self::Text(field, pattern) => {
                let value = field.of(document);
                value.is_some_and(|value| pattern.is_all_of(value))
            }
            Self::Level(levels) => levels.contains(&document.level),
            Self::Status(range) => request
                .and_then(|request| request.status_code)
                .is_some_and(|status| range.contains(status.into())),
            Self::Duration(range) => request
                .and_then(|request| request.duration)
                .is_some_and(|duration| range.contains(duration)),
            Self::Metadata(..) | Self::MetadataNumber(..) => {
                let metadata = document.metadata.as_ref().map(Metadata::get);
                self.matches_metadata(metadata) == Some(true)
            }
        }
    }

    /// Whether a part that asks for metadata matches the text of its JSON; `None` for other parts.
    #[must_use]
    pub fn matches_metadata(&self, metadata: Option<&str>) -> Option<bool> {
        match self {
            Self::Metadata(key, pattern) => Some(any_value(metadata, key, |value| {
                scalar(value).is_some_and(|text| pattern_matches(pattern, &text))
            })),
            Self::MetadataNumber(key, range) => {
                Some(any_value(metadata, key, |value| in_range(range, value)))
            }
            _ => None,
        }
    }
}

/// Equal numbers match however they are written.
fn pattern_matches(pattern: &TextPattern, text: &str) -> bool {
    let is_equal_number = || match pattern {
        TextPattern::Literal(wanted) => {
            number::number(wanted).is_some_and(|wanted| number::number(text) == Some(wanted))
        }
        _ => false,
    };
    pattern.is_all_of(text) || is_equal_number()
}

fn in_range(range: &NumberRange, value: &Value) -> bool {
    let found = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => number::number(text),
        _ => None,
    };
    found.is_some_and(|found| range.contains(found))
}

/// The text of a value that is neither a list, an object nor nothing.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// True if any value of a metadata key is wanted.
fn any_value(metadata: Option<&str>, key: &str, is_wanted: impl Fn(&Value) -> bool) -> bool {
    let Some(metadata) = metadata else {
        return false;
    };
    let Ok(value) = serde_json::from_str(metadata) else {
        return false;
    };
    let mut waiting: Vec<(&Value, &str)> = vec![(&value, key)];
    while let Some((value, key)) = waiting.pop() {
        match value {
            Value::Array(values) => waiting.extend(values.iter().map(|value| (value, key))),
            Value::Object(members) => {
                for (name, value) in members {
                    // A name may have dots of its own.
                    if let Some(rest) = key.strip_prefix(name.as_str()) {
                        if rest.is_empty() {
                            waiting.push((value, ""));
                        } else if let Some(rest) =
                            rest.strip_prefix('.').filter(|rest| !rest.is_empty())
                        {
                            waiting.push((value, rest));
                        }
                    }
                }
            }
            _ if key.is_empty() && is_wanted(value) => return true,
            _ => {}
        }
    }
    false
}
