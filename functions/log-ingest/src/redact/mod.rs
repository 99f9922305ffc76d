//! Secrets do not belong into a log store. This module finds them: by the name of the key that
//! holds them, by a well-known shape, and by rules of one's own. What it finds is replaced by a
//! mark that says which rule it was.

use std::borrow::Cow;

use memchr::memmem;
use regex::Regex;

use crate::{json::Json, metadata};

mod config;
mod rules;
mod watched;

pub use config::RedactionConfig;
use rules::Rule;
pub use rules::{CustomRule, InvalidRule};
use watched::Watched;

/// What stands for a value whose key's name gives it away.
pub const MARK: &str = "[redacted]";

/// Finds and replaces secrets.
#[derive(Debug)]
pub struct Redactor {
    /// Words without one of which no built-in rule can match, in lower case: most lines hold none,
    /// and cost one scan. In one case the scan looks at many bytes at a time.
    watched: Watched,
    /// Finds escaped characters in JSON, which could spell such a word.
    escape: memmem::Finder<'static>,
    /// Whether some rule has no such word, so that every text must be looked at.
    always: bool,
    secret_key: Regex,
    assignments: Vec<Regex>,
    rules: Vec<Rule>,
}

/// How many values were redacted.
pub type Count = u32;

impl Redactor {
    /// A redactor with the built-in rules and those of the configuration.
    ///
    /// # Errors
    ///
    /// When an expression is too large to compile.
    pub fn new(config: &RedactionConfig) -> Result<Self, InvalidRule> {
        let watched = Watched::new(rules::watched_words(config))?;
        Ok(Self {
            watched,
            escape: memmem::Finder::new(r"\u"),
            always: config.cards || !config.rules.is_empty(),
            secret_key: rules::secret_key(&config.keys)?,
            assignments: rules::assignments()?,
            rules: rules::shapes(config)?,
        })
    }

    /// Whether anything in a text could be a secret. Where this says no, nothing else here finds
    /// anything.
    #[must_use]
    pub fn suspects(&self, text: &str) -> bool {
        self.always || self.watched.are_in(text) || self.escape.find(text.as_bytes()).is_some()
    }

    /// Whether the value of a key is secret by its name.
    #[must_use]
    pub fn is_secret_key(&self, key: &str) -> bool {
        self.watched.are_in(key) && self.secret_key.is_match(key)
    }

    /// The text with all secrets replaced: assignments such as `password=…` and well-known shapes.
    #[must_use]
    pub fn text<'a>(&self, text: Cow<'a, str>, count: &mut Count) -> Cow<'a, str> {
        // A line with one secret has many texts without.
        if !self.suspects(&text) {
            return text;
        }
        let mut text = text;
        for assignment in &self.assignments {
            text = replaced(
                text,
                assignment,
                "${name}${sign}[redacted]",
                |_| true,
                count,
            );
        }
        for rule in &self.rules {
            text = replaced(text, &rule.expression, &rule.replacement, rule.holds, count);
        }
        text
    }

    /// The text of a JSON string: one that holds JSON itself is redacted by its keys too.
    #[must_use]
    pub fn string<'a>(&self, text: Cow<'a, str>, count: &mut Count) -> Cow<'a, str> {
        if matches!(text.trim_start().as_bytes().first(), Some(b'{' | b'['))
            && let Some(json) = Json::read(&text)
            && let Ok((redacted, found)) = metadata::redacted(json, self)
        {
            *count += found;
            return if found > 0 {
                Cow::Owned(redacted)
            } else {
                text
            };
        }
        self.text(text, count)
    }
}

fn replaced<'a>(
    text: Cow<'a, str>,
    expression: &Regex,
    replacement: &str,
    holds: fn(&str) -> bool,
    count: &mut Count,
) -> Cow<'a, str> {
    if !expression.is_match(&text) {
        return text;
    }
    let result = expression.replace_all(&text, |captures: &regex::Captures<'_>| {
        let whole = captures.get(0).map_or("", |found| found.as_str());
        if !holds(whole) || whole.ends_with(MARK) {
            return whole.to_owned();
        }
        *count += 1;
        let mut expanded = String::new();
        captures.expand(replacement, &mut expanded);
        expanded
    });
    Cow::Owned(result.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redactor(config: &RedactionConfig) -> Redactor {
        Redactor::new(config).expect("valid rules")
    }

    fn redact(config: &RedactionConfig, text: &str) -> (String, Count) {
        let redactor = redactor(config);
        let mut count = 0;
        let redacted = redactor.string(text.into(), &mut count).into_owned();
        assert!(count == 0 || redactor.suspects(text), "unsuspected: {text}");
        (redacted, count)
    }

    #[test]
    fn well_known_shapes_are_replaced_by_the_name_of_their_rule() {
        let none = RedactionConfig::default();
        for (text, expected) in [
            (
                "key AKIAIOSFODNN7EXAMPLE used",
                "key [redacted:aws-access-key] used",
            ),
            ("sk_live_000000000000000000000028", "[redacted:payment-key]"),
            (
                "Authorization: Bearer abcdefgh.ijk-lm",
                "Authorization: [redacted]",
            ),
            ("sent bearer abcdefghijkl", "sent [redacted:bearer-token]"),
            (
                "jwt eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl!",
                "jwt [redacted:jwt]!",
            ),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----.",
                "[redacted:private-key].",
            ),
            (
                "-----BEGIN PRIVATE KEY-----\ncut off",
                "[redacted:private-key]",
            ),
            ("xoxb-1234567890-abcdef", "[redacted:slack-token]"),
            (
                "postgres://gm:hunter2@db/x",
                "postgres://gm:[redacted]@db/x",
            ),
            ("password=hunter2&x=1", "password=[redacted]&x=1"),
            (
                "db_password: hunter2, next",
                "db_password: [redacted], next",
            ),
            (
                r#"payload {"apiKey": "abc", "n": 1}"#,
                r#"payload {"apiKey": "[redacted]", "n": 1}"#,
            ),
            ("비밀 token=가나다 끝", "비밀 token=[redacted] 끝"),
        ] {
            let (redacted, count) = redact(&none, text);
            assert_eq!(redacted, expected);
            assert_eq!(count, 1, "{text}");
        }
    }

    #[test]
    fn harmless_text_is_left_as_it_is() {
        for text in [
            "Unexpected token: x",
            "tokens used: 12",
            "skate_lively",
            "secretary left",
            "https://example.com/a?b=c",
            "mail a@b.kr, card 4111111111111111",
            "[1,2",
        ] {
            assert_eq!(
                redact(&RedactionConfig::default(), text),
                (text.to_owned(), 0)
            );
        }
    }

    #[test]
    fn keys_are_secret_by_their_name_in_any_spelling() {
        let config = RedactionConfig {
            keys: vec!["ssn".to_owned()],
            ..RedactionConfig::default()
        };
        let redactor = redactor(&config);
        for key in [
            "password",
            "userPassword",
            "PASSWD",
            "apiKey",
            "x-api-key",
            "client_secret",
            "accessToken",
            "refresh_token",
            "Authorization",
            "Set-Cookie",
            "privateKey",
            "SSN",
            "secretAccessKey",
        ] {
            assert!(redactor.is_secret_key(key), "{key}");
            assert!(redactor.suspects(key), "{key}");
        }
        for key in [
            "tokenCount",
            "path",
            "keyboard",
            "max_tokens",
            "publicKey",
            "ssnCount",
            "cookies",
        ] {
            assert!(!redactor.is_secret_key(key), "{key}");
        }
    }

    #[test]
    fn json_within_a_string_is_redacted_by_its_keys() {
        let text = r#"{"user":"a","auth":{"password":"x","list":[{"apiKey":"k"}]}}"#;
        let expected =
            r#"{"user":"a","auth":{"password":"[redacted]","list":[{"apiKey":"[redacted]"}]}}"#;
        assert_eq!(
            redact(&RedactionConfig::default(), text),
            (expected.to_owned(), 2)
        );
    }

    #[test]
    fn mail_addresses_and_card_numbers_are_options_and_only_real_card_numbers_count() {
        let config = RedactionConfig {
            emails: true,
            cards: true,
            ..RedactionConfig::default()
        };
        let (redacted, count) = redact(
            &config,
            "gm-038@gm.example.com paid with 4111 1111 1111 1111, order 4111111111111112",
        );
        assert_eq!(
            redacted,
            "[redacted:email] paid with [redacted:card], order 4111111111111112"
        );
        assert_eq!(count, 2);
    }

    #[test]
    fn rules_of_ones_own_are_applied_to_every_text() {
        let rules =
            CustomRule::list(r#"[{"name":"주민번호","pattern":"\\d{6}-\\d{7}"}]"#).expect("valid");
        let config = RedactionConfig {
            rules,
            ..RedactionConfig::default()
        };
        let (redacted, count) = redact(&config, "번호 900101-1234567 입니다");
        assert_eq!(
            (redacted.as_str(), count),
            ("번호 [redacted:주민번호] 입니다", 1)
        );
    }
}
