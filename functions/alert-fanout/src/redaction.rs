//! The redactor of texts from outside: of alerts, and of answers that a channel's server gives. The rules are
//! those of logs.

use std::{borrow::Cow, sync::LazyLock};

use shared::redact::{Count, MARK, RedactionConfig, Redactor};

/// The built-in rules, and cards. `None` if they cannot be compiled, which a test excludes; texts are
/// then withheld.
pub(crate) static REDACTOR: LazyLock<Option<Redactor>> = LazyLock::new(|| {
    let config = RedactionConfig {
        cards: true,
        ..RedactionConfig::default()
    };
    Redactor::new(&config).ok()
});

/// Redacts the secrets in a text.
pub(crate) fn clean(text: &mut String) {
    let Some(redactor) = &*REDACTOR else {
        MARK.clone_into(text);
        return;
    };
    let mut count: Count = 0;
    let redacted = redactor.text(Cow::Borrowed(text.as_str()), &mut count);
    if count > 0 {
        *text = redacted.into_owned();
    }
}

#[cfg(test)]
mod tests {
    use super::REDACTOR;

    #[test]
    fn the_rules_compile() {
        assert!(REDACTOR.is_some());
    }
}
