//! What is redacted beyond the built-in rules.

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

/// What is redacted beyond the built-in rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting")]
pub struct RedactionConfig {
    /// Redact e-mail addresses.
    pub emails: bool,
    /// Redact payment card numbers.
    pub cards: bool,
    /// Redact Korean resident registration numbers.
    pub resident_numbers: bool,
    /// Redact phone numbers.
    pub phones: bool,
    /// Further names of keys whose values are secret.
    pub keys: Vec<String>,
    /// Custom rules.
    pub rules: Vec<CustomRule>,
}

/// A custom rule: what matches the pattern becomes `[redacted:NAME]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomRule {
    /// What the mark says.
    pub name: String,
    /// A regular expression in the syntax of <https://docs.rs/regex/latest/regex/#syntax>.
    pub pattern: String,
}

/// A rule that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("rule {rule:?} is unusable: {reason}")]
pub struct InvalidRule {
    rule: String,
    reason: String,
}

impl InvalidRule {
    pub(super) fn new(rule: &str, reason: &str) -> Self {
        Self {
            rule: rule.to_owned(),
            reason: reason.to_owned(),
        }
    }
}

impl CustomRule {
    /// Reads a JSON array of rules and checks each.
    ///
    /// # Errors
    ///
    /// When it is no such array, or one of the patterns is no regular expression.
    pub fn list(json: &str) -> Result<Vec<Self>, InvalidRule> {
        let rules: Vec<Self> = serde_json::from_str(json).map_err(|error| {
            InvalidRule::new(
                "list",
                &format!("must be a JSON array of {{\"name\", \"pattern\"}}: {error}"),
            )
        })?;
        for rule in &rules {
            if rule.compile()?.is_match("") {
                return Err(InvalidRule::new(
                    &rule.name,
                    "its pattern matches the empty text",
                ));
            }
        }
        Ok(rules)
    }

    pub(super) fn compile(&self) -> Result<Regex, InvalidRule> {
        compile(&self.name, &self.pattern)
    }
}

/// Compiles an expression of bounded size.
pub(super) fn compile(name: &str, expression: &str) -> Result<Regex, InvalidRule> {
    const LARGEST: usize = 4 * 1024 * 1024;
    RegexBuilder::new(expression)
        .size_limit(LARGEST)
        .build()
        .map_err(|error| InvalidRule::new(name, &error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unusable_rule_is_named_with_its_reason() {
        for (json, said) in [
            ("{}", "must be a JSON array"),
            (r#"[{"name":"a"}]"#, "missing field `pattern`"),
            (r#"[{"name":"a","pattern":"("}]"#, "unclosed group"),
            (r#"[{"name":"a","pattern":"x*"}]"#, "matches the empty text"),
            (
                r#"[{"name":"a","pattern":"x","flags":"i"}]"#,
                "unknown field `flags`",
            ),
        ] {
            let error = CustomRule::list(json).expect_err("unusable").to_string();
            assert!(error.contains(said), "{error} should say {said}");
        }
    }
}
