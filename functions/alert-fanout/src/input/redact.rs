//! Secrets in what arrived: approval tokens, routing keys, passwords and card numbers never reach a
//! channel. The rules are those of logs.

use shared::redact::{MARK, MemberValue};

use crate::{
    notice::{FactName, FactValue, Notice, Phrase},
    redaction::{REDACTOR, clean},
};

/// Redacts every text of a notice.
pub(super) fn redact(notice: &mut Notice) {
    clean(&mut notice.message);
    match &mut notice.title {
        Phrase::Text(title) => clean(title),
        Phrase::Translated { english, korean } => {
            clean(english);
            clean(korean);
        }
        _ => {}
    }
    for fact in &mut notice.facts {
        let (FactValue::Text(text) | FactValue::Code(text)) = &mut fact.value else {
            continue;
        };
        match &fact.name {
            FactName::Given(name) | FactName::Named { english: name, .. }
                if is_hidden(name, text) =>
            {
                MARK.clone_into(text);
            }
            // GuardDuty names the access key to deactivate; its id is no secret.
            FactName::Resource => {}
            _ => clean(text),
        }
    }
    // Tags are not sent, but the ledger stores them.
    for (name, text) in &mut notice.origin.tags {
        if is_hidden(name, text) {
            MARK.clone_into(text);
        } else {
            clean(text);
        }
    }
}

/// True if the name of a value says that it is secret.
fn is_hidden(name: &str, value: &str) -> bool {
    let redactor = REDACTOR.as_ref();
    redactor.is_none_or(|redactor| redactor.hides(name, MemberValue::Text(value)))
}

#[cfg(test)]
mod tests {
    use super::{clean, is_hidden, redact};
    use crate::notice::{Notice, Phrase};

    fn redacted(text: &str) -> String {
        let mut text = text.to_owned();
        clean(&mut text);
        text
    }

    #[test]
    fn a_secret_in_a_tag_is_redacted() {
        let mut notice = Notice::new("json", Phrase::Text("a".to_owned()));
        let origin = &mut notice.origin;
        origin.add_tag("apiKey", "k-123456");
        origin.add_tag("url", "https://kim:hunter22@example.com/");
        origin.add_tag("team", "payments");
        redact(&mut notice);
        let tags: Vec<_> = notice.origin.tags.values().map(String::as_str).collect();
        assert_eq!(
            tags,
            [
                "[redacted]",
                "payments",
                "https://kim:[redacted]@example.com/"
            ]
        );
    }

    #[test]
    fn secrets_are_redacted_and_the_rest_stays() {
        for (text, secret) in [
            (r#"{"token": "SECRET-1a2b3c4d", "a": 1}"#, "SECRET"),
            (r#"{\"routing_key\":\"R0UT1NG0a1b2c3\"}"#, "R0UT1NG"),
            ("curl -H 'Authorization: Bearer abc.def' x", "abc.def"),
            ("password=hunter22&user=a", "hunter"),
            ("결제 apiKey: k-123456", "k-1234"),
            ("카드 4111-1111-1111-1111!", "1111"),
            (
                "https://hooks.slack.com/services/T0000/B0000/abcdefgh",
                "abcdefgh",
            ),
        ] {
            let redacted = redacted(text);
            assert!(!redacted.contains(secret), "{redacted}");
            assert!(redacted.contains("[redacted"), "{redacted}");
        }
        for text in [
            "token expired",
            "max_tokens: 500000",
            "a token",
            "tokenizer=1234567",
            "order 4111111111111112",
            "account 123456789012",
            "결제 실패 120건",
            "",
        ] {
            assert_eq!(redacted(text), text);
        }
        assert!(is_hidden("X-Api-Key", "k-123456"));
        assert!(!is_hidden("accessKeyId", "none"));
    }
}
