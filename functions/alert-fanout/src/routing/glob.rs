//! Case-insensitive patterns with `*`, for routes and silences.

use serde::Deserialize;

/// A pattern: `*` stands for any text, also an empty one; everything else for itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Glob(Vec<char>);

/// A pattern that is empty: it would match only what is empty.
#[derive(Debug, thiserror::Error)]
#[error("a pattern is not empty; \"*\" is anything")]
pub(crate) struct EmptyPattern;

impl TryFrom<String> for Glob {
    type Error = EmptyPattern;

    fn try_from(pattern: String) -> Result<Self, Self::Error> {
        let pattern = pattern.trim();
        if pattern.is_empty() {
            return Err(EmptyPattern);
        }
        Ok(Self(applied(pattern).collect()))
    }
}

fn applied(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

impl Glob {
    /// True if it has a character besides `*`.
    #[must_use]
    pub(crate) fn is_specific(&self) -> bool {
        self.0.iter().any(|letter| *letter != '*')
    }

    /// True if the text matches, in time proportional to the product of the lengths.
    #[must_use]
    pub(crate) fn matches(&self, text: &str) -> bool {
        let pattern = &self.0;
        let text: Vec<char> = applied(text).collect();
        let (mut at, mut read) = (0, 0);
        // Where the last `*` stood, and where the text after what it stands for begins.
        let mut star: Option<(usize, usize)> = None;
        while read < text.len() {
            if pattern.get(at) == Some(&'*') {
                star = Some((at, read));
                at += 1;
            } else if pattern.get(at) == text.get(read) {
                at += 1;
                read += 1;
            } else if let Some((position, begun)) = star {
                // It stands for one letter more.
                star = Some((position, begun + 1));
                at = position + 1;
                read = begun + 1;
            } else {
                return false;
            }
        }
        pattern
            .get(at..)
            .unwrap_or_default()
            .iter()
            .all(|letter| *letter == '*')
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Glob;

    fn glob(pattern: &str) -> Glob {
        Glob::try_from(pattern.to_owned()).expect("a pattern")
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, expected) in [
            ("gm-*", "gm-tool", true),
            ("gm-*", "gm", false),
            ("*cpu*high*", "GM-Tool CPU is high!", true),
            ("*.ecs", "aws.ecs", true),
            ("aws.ecs", "aws.ecs2", false),
            ("결제*", "결제 실패", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("**", "", true),
            ("[a]?", "b1", false),
        ] {
            assert_eq!(glob(pattern).matches(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn an_empty_pattern_is_refused() {
        serde_json::from_str::<Glob>("\" \"").expect_err("empty");
    }

    proptest! {
        #[test]
        fn a_text_matches_itself_and_what_it_is_part_of(text in "[a-z가-힣.]{1,20}", around in ".{0,10}") {
            prop_assert!(glob(&text).matches(&text));
            let longer = format!("{around}{text}{around}");
            let pattern = format!("*{text}*");
            prop_assert!(glob(&pattern).matches(&longer));
        }
    }
}
