//! The settings of redaction. Rules and engine are shared with alert-fanout.

use shared::env::{Settings, names};
pub use shared::redact::{
    Count, CustomRule, InvalidRule, LineRedactor, MARK, MemberValue, RedactionConfig, Redactor,
    is_key_type, is_name_field, is_private_member, is_value_field,
};

/// Reads the settings; what is wrong with them stays in `settings`.
pub(crate) fn config(settings: &mut Settings) -> RedactionConfig {
    let rules = settings.text(names::REDACT_RULES).map(CustomRule::list);
    let rules = match rules.transpose() {
        Ok(rules) => rules.unwrap_or_default(),
        Err(reason) => {
            settings.refuse(names::REDACT_RULES, &reason.to_string());
            Vec::new()
        }
    };
    RedactionConfig {
        emails: settings.switch(names::REDACT_EMAILS, false),
        cards: settings.switch(names::REDACT_CARDS, false),
        resident_numbers: settings.switch(names::REDACT_RESIDENT_NUMBERS, false),
        phones: settings.switch(names::REDACT_PHONES, false),
        keys: settings.list(names::REDACT_KEYS),
        rules,
    }
}
