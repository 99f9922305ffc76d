//! The encodings that consoles put their state into.

use serde_json::Value;

/// Percent-encodes everything but letters, digits and `-._~` (RFC 3986, unreserved), so that the text
/// means itself wherever it stands.
pub(super) fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => {
                encoded.push('%');
                push_hex(&mut encoded, u32::from(byte), 2);
            }
        }
    }
    encoded
}

fn push_hex(text: &mut String, number: u32, digits: u32) {
    for position in (0..digits).rev() {
        let digit = (number >> (4 * position)) & 0xf;
        text.extend(char::from_digit(digit, 16).map(|digit| digit.to_ascii_uppercase()));
    }
}

/// A text in a string of rison, the notation of Kibana's addresses: `!` and `'` are escaped by `!`.
/// <https://github.com/Nanonid/rison>
pub(super) fn rison(text: &str) -> String {
    let mut quoted = "'".to_owned();
    for letter in text.chars() {
        if matches!(letter, '!' | '\'') {
            quoted.push('!');
        }
        quoted.push(letter);
    }
    quoted.push('\'');
    quoted
}

/// A value in JSURL, the notation of CloudWatch's addresses: `~(key~'text~list~(~1~2))`. Letters,
/// digits and `_-.` mean themselves, others are `*` and two digits, or `**` and four, of UTF-16.
/// <https://github.com/Sage/jsurl>
pub(super) fn jsurl(value: &Value) -> String {
    let mut text = String::new();
    push_jsurl(&mut text, value);
    text
}

fn push_jsurl(text: &mut String, value: &Value) {
    text.push('~');
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(switch) => text.push_str(if *switch { "true" } else { "false" }),
        Value::Number(number) => text.push_str(&number.to_string()),
        Value::String(string) => {
            text.push('\'');
            push_escaped(text, string);
        }
        Value::Array(values) if values.is_empty() => text.push_str("(~)"),
        Value::Array(values) => {
            text.push('(');
            for value in values {
                push_jsurl(text, value);
            }
            text.push(')');
        }
        Value::Object(entries) => {
            text.push('(');
            for (position, (key, value)) in entries.iter().enumerate() {
                if position > 0 {
                    text.push('~');
                }
                push_escaped(text, key);
                push_jsurl(text, value);
            }
            text.push(')');
        }
    }
}

fn push_escaped(text: &mut String, string: &str) {
    for unit in string.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii_alphanumeric() || b"_-.".contains(&byte) => {
                text.push(char::from(byte));
            }
            Ok(b'$') => text.push('!'),
            Ok(byte) => {
                text.push('*');
                push_hex(text, u32::from(byte), 2);
            }
            Err(_) => {
                text.push_str("**");
                push_hex(text, u32::from(unit), 4);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::{jsurl, percent, rison};

    #[test]
    fn values_are_written_as_cloudwatch_writes_them() {
        let value = json!({"metrics": [["AWS/ECS", "CPU $", {"period": 60}]], "stacked": false,
                           "title": "결제", "none": [], "null": null});
        assert_eq!(
            jsurl(&value),
            "~(metrics~(~(~'AWS*2FECS~'CPU*20!~(period~60)))~none~(~)~null~null~stacked~false~\
             title~'**ACB0**C81C)"
        );
    }

    #[test]
    fn a_text_cannot_leave_its_string() {
        assert_eq!(rison("it's (a) !b"), "'it!'s (a) !!b'");
        assert_eq!(percent("a'b&c=결 ~"), "a%27b%26c%3D%EA%B2%B0%20~");
    }

    proptest! {
        #[test]
        fn encoded_texts_have_only_harmless_letters(text in any::<String>()) {
            let is_harmless = |letter: char| letter.is_ascii_alphanumeric() || "-._~%".contains(letter);
            prop_assert!(percent(&text).chars().all(is_harmless));
            let string = jsurl(&json!(text));
            let string = string.strip_prefix("~'").expect("a string");
            let is_harmless = |letter: char| letter.is_ascii_alphanumeric() || "-._*!".contains(letter);
            prop_assert!(string.chars().all(is_harmless));
        }
    }
}
