//! Secrets in what arrived: approval tokens, routing keys, passwords and card numbers never reach a
//! channel. Found by the name before them, or, for cards, by their check digit.

use crate::notice::{FactValue, Notice, Phrase};

/// What stands in place of a secret.
const MARK: &str = "***";

/// How the names of secrets end, in lower case and without what stands between words.
const NAMES: [&str; 12] = [
    "token",
    "secret",
    "password",
    "passwd",
    "apikey",
    "routingkey",
    "integrationkey",
    "servicekey",
    "privatekey",
    "secretkey",
    "secretaccesskey",
    "authorization",
];

/// Redacts every text of a notice.
pub(super) fn redact(notice: &mut Notice) {
    let clean = |text: &mut String| {
        if let Some(redacted) = redacted(text) {
            *text = redacted;
        }
    };
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
        let is_secret =
            matches!(&fact.name, crate::notice::FactName::Given(name) if is_secret_name(name));
        match &mut fact.value {
            FactValue::Text(text) | FactValue::Code(text) if is_secret => {
                MARK.clone_into(text);
            }
            FactValue::Text(text) | FactValue::Code(text) => clean(text),
            _ => {}
        }
    }
}

fn is_secret_name(name: &str) -> bool {
    let bare: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    NAMES.iter().any(|secret| bare.ends_with(secret))
}

/// The text without its secrets; `None` if there is none in it.
fn redacted(text: &str) -> Option<String> {
    let mut spans = assigned(text);
    spans.extend(cards(text));
    if spans.is_empty() {
        return None;
    }
    spans.sort_unstable();
    let (mut redacted, mut end) = (String::with_capacity(text.len()), 0);
    for (from, to) in spans {
        if from >= end {
            redacted.push_str(text.get(end..from).unwrap_or_default());
            redacted.push_str(MARK);
            end = to;
        }
    }
    redacted.push_str(text.get(end..).unwrap_or_default());
    Some(redacted)
}

/// The values after `name:` and `name=`, quoted or not, as spans of bytes.
fn assigned(text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let bytes = text.as_bytes();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let skip = |from: usize, is_skipped: &dyn Fn(&u8) -> bool| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| is_skipped(byte)).count()
    };
    let mut at = 0;
    while at < bytes.len() {
        let end = skip(at, &is_name);
        let name = text.get(at..end).unwrap_or_default();
        if end == at {
            at += 1;
            continue;
        }
        at = end;
        if !is_secret_name(name) {
            continue;
        }
        let sign = skip(end, &|byte| matches!(byte, b'"' | b'\'' | b'\\' | b' '));
        let Some(b':' | b'=') = bytes.get(sign) else {
            continue;
        };
        let value = skip(sign + 1, &|byte| matches!(byte, b' ' | b'\\'));
        let quote = bytes.get(value).filter(|byte| matches!(byte, b'"' | b'\''));
        let span = if let Some(quote) = quote {
            let from = value + 1;
            (from, skip(from, &|byte| byte != quote && *byte != b'\\'))
        } else {
            let belongs = |byte: &u8| !byte.is_ascii_whitespace() && !b",;&}])".contains(byte);
            (value, skip(value, &belongs))
        };
        let secret = text.get(span.0..span.1).unwrap_or_default();
        // `token: expired` is a sentence.
        let is_quoted = span.0 > value;
        let looks_random = secret.len() >= 6 && secret.bytes().any(|byte| byte.is_ascii_digit());
        let is_scheme =
            secret.eq_ignore_ascii_case("bearer") || secret.eq_ignore_ascii_case("basic");
        if is_scheme {
            let from = skip(span.1, &|byte| *byte == b' ');
            let to = skip(from, &|byte| {
                !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'')
            });
            spans.push((from, to));
            at = to.max(at);
        } else if !secret.is_empty() && (is_quoted || looks_random) {
            spans.push(span);
            at = span.1.max(at);
        }
    }
    spans
}

/// Numbers of 13 to 19 digits with a right check digit, blanks and hyphens between them allowed.
fn cards(text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut digits: Vec<u8> = Vec::new();
    let (mut from, mut to) = (0, 0);
    let mut close = |digits: &mut Vec<u8>, span: (usize, usize)| {
        if (13..=19).contains(&digits.len()) && is_card(digits) {
            spans.push(span);
        }
        digits.clear();
    };
    let mut before = None;
    for (position, byte) in text.bytes().enumerate() {
        if byte.is_ascii_digit() {
            if digits.is_empty() {
                from = position;
            }
            digits.push(byte - b'0');
            to = position + 1;
        } else if !matches!(byte, b' ' | b'-') || !matches!(before, Some(b'0'..=b'9')) {
            close(&mut digits, (from, to));
        }
        before = Some(byte);
    }
    close(&mut digits, (from, to));
    spans
}

/// <https://www.iso.org/standard/70484.html>, annex B.
fn is_card(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(position, digit)| {
            let digit = u32::from(*digit);
            match digit * 2 {
                _ if position % 2 == 0 => digit,
                doubled if doubled > 9 => doubled - 9,
                doubled => doubled,
            }
        })
        .sum();
    sum.is_multiple_of(10) && digits.iter().any(|digit| *digit != 0)
}

#[cfg(test)]
mod tests {
    use super::{is_secret_name, redacted};

    #[test]
    fn secrets_are_redacted_by_their_names() {
        for (text, expected) in [
            (
                r#"{"token": "SECRET-1a2b", "a": 1}"#,
                r#"{"token": "***", "a": 1}"#,
            ),
            (
                r#"{\"routing_key\":\"R0UT1NG\"}"#,
                r#"{\"routing_key\":\"***\"}"#,
            ),
            (
                "curl -H 'Authorization: Bearer abc.def' x",
                "curl -H 'Authorization: Bearer ***' x",
            ),
            ("password=hunter22&user=a", "password=***&user=a"),
            ("결제 apiKey: k-123456", "결제 apiKey: ***"),
        ] {
            assert_eq!(redacted(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "token: expired",
            "max_tokens: 500000",
            "a token",
            "tokenizer=1234567",
            "",
        ] {
            assert_eq!(redacted(text), None, "{text}");
        }
        assert!(is_secret_name("X-Api-Key"));
        assert!(!is_secret_name("accessKeyId"));
    }

    #[test]
    fn cards_are_redacted_by_their_check_digit() {
        assert_eq!(
            redacted("카드 4111-1111-1111-1111!").as_deref(),
            Some("카드 ***!")
        );
        assert_eq!(redacted("order 4111111111111112"), None);
        assert_eq!(redacted("account 123456789012"), None);
    }
}
