//! The name of a watched service, in the form in which it can be part of an index name.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A service name that every log store accepts as part of an index name: 1 to 100 characters of
/// `a-z`, `0-9`, `-`, `_` and `.`, beginning with a letter or digit.
///
/// Sources: Elasticsearch's rules for index names,
/// <https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-indices-create>.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServiceName(String);

/// The longest service name, in characters. An index name has at most 255 bytes, and needs some of
/// them for its kind and its day.
const LONGEST: usize = 100;

impl ServiceName {
    /// The nearest valid name for any text: lower case, every other character a `-`. A text of
    /// which nothing is left becomes `unknown`. `/ecs/gm-tool` becomes `ecs-gm-tool`.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let mut name = String::with_capacity(text.len().min(LONGEST));
        for character in text.chars() {
            let allowed = match character.to_ascii_lowercase() {
                letter @ ('a'..='z' | '0'..='9' | '-' | '_' | '.') => letter,
                _ => '-',
            };
            let leads = name.is_empty() && !allowed.is_ascii_alphanumeric();
            let repeats = allowed == '-' && name.ends_with('-');
            if !leads && !repeats && name.len() < LONGEST {
                name.push(allowed);
            }
        }
        let kept = name.trim_end_matches(['-', '_', '.']).len();
        name.truncate(kept);
        Self(if name.is_empty() {
            "unknown".to_owned()
        } else {
            name
        })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ServiceName {
    type Error = InvalidServiceName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ServiceName> for String {
    fn from(name: ServiceName) -> Self {
        name.0
    }
}

impl fmt::Display for ServiceName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// A text that is no service name.
#[derive(Debug, thiserror::Error)]
#[error(
    "must be 1 to 100 of a-z, 0-9, '-', '_' and '.', beginning and ending with a letter or digit; \
     try {suggestion:?}"
)]
pub struct InvalidServiceName {
    suggestion: String,
}

impl FromStr for ServiceName {
    type Err = InvalidServiceName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let nearest = Self::from_text(text);
        if nearest.0 == text {
            Ok(nearest)
        } else {
            Err(InvalidServiceName {
                suggestion: nearest.0,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::ServiceName;

    #[test]
    fn any_text_has_a_nearest_name() {
        for (text, name) in [
            ("gm-tool", "gm-tool"),
            ("/ecs/GM Tool", "ecs-gm-tool"),
            ("../../etc", "etc"),
            ("한국어", "unknown"),
            ("게임-api", "api"),
            ("*,-logs", "logs"),
            ("", "unknown"),
        ] {
            assert_eq!(ServiceName::from_text(text).as_str(), name, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_nearest_name_is_always_valid_and_its_own_nearest(text in any::<String>()) {
            let name = ServiceName::from_text(&text);
            prop_assert!(!name.as_str().is_empty() && name.as_str().len() <= 100);
            prop_assert_eq!(name.as_str().parse::<ServiceName>().expect("valid"), name);
        }
    }
}
