//! The settings of redaction.

use shared::env::{Settings, names};

use super::CustomRule;

/// What is redacted beyond the built-in rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RedactionConfig {
    /// Whether e-mail addresses are.
    pub emails: bool,
    /// Whether payment card numbers are.
    pub cards: bool,
    /// Further names of keys whose values are.
    pub keys: Vec<String>,
    /// Rules of one's own.
    pub rules: Vec<CustomRule>,
}

impl RedactionConfig {
    /// Reads the settings; what is wrong with them stays in `settings`.
    pub(crate) fn read(settings: &mut Settings) -> Self {
        let rules = settings.text(names::REDACT_RULES).map(CustomRule::list);
        let rules = match rules.transpose() {
            Ok(rules) => rules.unwrap_or_default(),
            Err(reason) => {
                settings.refuse(names::REDACT_RULES, &reason.to_string());
                Vec::new()
            }
        };
        Self {
            emails: settings.switch(names::REDACT_EMAILS, false),
            cards: settings.switch(names::REDACT_CARDS, false),
            keys: settings.list(names::REDACT_KEYS),
            rules,
        }
    }
}
