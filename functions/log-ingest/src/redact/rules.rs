//! The rules by which secrets are found, built in and one's own.

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use super::RedactionConfig;

/// Words that make a key secret at its end only: `tokenCount` is none.
const SECRET_AT_END: &str = "secret|token|cookie|pwd|access[-_]?key";

/// A text without any of these holds nothing that a built-in rule matches.
const WATCHED: [&str; 37] = [
    "passw",
    "passphrase",
    "secret",
    "apikey",
    "api_key",
    "api-key",
    "privatekey",
    "private_key",
    "private-key",
    "private key",
    "accesskey",
    "access_key",
    "access-key",
    "authorization",
    "credential",
    "token",
    "cookie",
    "pwd",
    "akia",
    "asia",
    "bearer",
    "basic",
    "eyj",
    "sk_live",
    "sk_test",
    "rk_live",
    "rk_test",
    "xox",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "aiza",
    "://",
];

/// A text to look for, what to put in its place, and a further condition.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) expression: Regex,
    pub(super) replacement: String,
    pub(super) holds: fn(&str) -> bool,
}

/// A rule of one's own: what matches the pattern becomes `[redacted:NAME]`.
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
            let expression = compile(&rule.name, &rule.pattern)?;
            if expression.is_match("") {
                return Err(InvalidRule::new(
                    &rule.name,
                    "its pattern matches the empty text",
                ));
            }
        }
        Ok(rules)
    }
}

fn compile(name: &str, expression: &str) -> Result<Regex, InvalidRule> {
    RegexBuilder::new(expression)
        .size_limit(4 * 1024 * 1024)
        .build()
        .map_err(|error| InvalidRule::new(name, &error.to_string()))
}

/// All words that a text must hold one of to be looked at closely.
pub(super) fn watched_words(config: &RedactionConfig) -> Vec<String> {
    let mut words: Vec<String> = WATCHED.iter().map(|word| (*word).to_owned()).collect();
    words.extend(config.keys.iter().map(|key| key.to_ascii_lowercase()));
    if config.emails {
        words.push("@".to_owned());
    }
    words
}

/// Matches the names of keys whose values are secret.
pub(super) fn secret_key(further: &[String]) -> Result<Regex, InvalidRule> {
    let mut expression = format!(
        "(?i:passw(?:or)?d|passphrase|api[-_]?key|private[-_]?key|authorization|credential)|(?i:{SECRET_AT_END})$|(?i:secret)(?:[-_A-Z]|(?i:key))"
    );
    for key in further {
        expression.extend(["|^(?i:", &regex::escape(key), ")$"]);
    }
    compile("secret keys", &expression)
}

/// Match a secret that is assigned within a text: group `name` and `sign` stay.
pub(super) fn assignments() -> Result<Vec<Regex>, InvalidRule> {
    let value = r#"(?:(?:bearer|basic)\s+)?[^\s"',;&\\)\]}]+"#;
    [
        // With a sign of equality or as a member of an object, any key that ends like a secret.
        format!(
            r#"(?i)(?P<name>[A-Z0-9_.-]*(?:{SECRET_AT_END}|passw(?:or)?d|passphrase|api[-_]?key|private[-_]?key|authorization|credentials?))(?P<sign>\\?["']\s*:\s*\\?["']?|\\?["']?\s*=\s*\\?["']?){value}"#
        ),
        // With a colon only words that mean nothing else: `Unexpected token: x` is prose.
        format!(
            r"(?i)(?P<name>[A-Z0-9_.-]*(?:passw(?:or)?d|passphrase|api[-_]?key|private[-_]?key|authorization))(?P<sign>\s*:\s*){value}"
        ),
    ]
    .iter()
    .map(|expression| compile("assignments", expression))
    .collect()
}

/// The rules by shape.
pub(super) fn shapes(config: &RedactionConfig) -> Result<Vec<Rule>, InvalidRule> {
    let mut rules = vec![
        shape("aws-access-key", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")?,
        shape("bearer-token", r"(?i)\bbearer\s+[A-Z0-9._~+/=-]{8,}")?,
        shape("basic-auth", r"(?i)\bbasic\s+[A-Z0-9+/]{16,}=*")?,
        shape(
            "jwt",
            r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*",
        )?,
        shape(
            "private-key",
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\z)",
        )?,
        shape("payment-key", r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{8,}")?,
        shape("slack-token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}")?,
        shape(
            "github-token",
            r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})",
        )?,
        shape("gitlab-token", r"\bglpat-[A-Za-z0-9_-]{16,}")?,
        shape("google-api-key", r"\bAIza[A-Za-z0-9_-]{35}")?,
        Rule {
            expression: compile("url-password", r"(?P<start>://[^/\s:@]*:)[^@\s/]+@")?,
            replacement: "${start}[redacted]@".to_owned(),
            holds: |_| true,
        },
    ];
    if config.emails {
        rules.push(shape(
            "email",
            r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",
        )?);
    }
    if config.cards {
        let card = shape("card", r"\b[0-9](?:[ -]?[0-9]){12,18}\b")?;
        rules.push(Rule {
            holds: is_card_number,
            ..card
        });
    }
    for rule in &config.rules {
        rules.push(shape(&rule.name, &rule.pattern)?);
    }
    Ok(rules)
}

fn shape(name: &str, expression: &str) -> Result<Rule, InvalidRule> {
    Ok(Rule {
        expression: compile(name, expression)?,
        // `$` would name a group.
        replacement: format!("[redacted:{}]", name.replace('$', "$$")),
        holds: |_| true,
    })
}

/// Whether the digits of a text satisfy Luhn's check (ISO/IEC 7812-1), as all card numbers do.
fn is_card_number(text: &str) -> bool {
    let digits = text
        .chars()
        .rev()
        .filter_map(|character| character.to_digit(10));
    let sum: u32 = digits
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, double) if double > 9 => double - 9,
            (_, double) => double,
        })
        .sum();
    sum.is_multiple_of(10)
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
