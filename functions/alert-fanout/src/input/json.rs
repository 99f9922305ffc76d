//! Reading JSON of which nothing can be relied on, and showing it as it came.

use jiff::{Timestamp, fmt::rfc2822};
use serde_json::{Map, Value};

use crate::notice::{Fact, FactName};

/// How deep JSON is laid out over lines; what lies deeper stays on one line.
const DEEPEST: usize = 6;

/// The text at a JSON pointer, if it says anything.
pub(super) fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    let text = value.pointer(pointer)?.as_str()?.trim();
    says_something(text).then_some(text)
}

/// The text of a key, if it says anything.
pub(super) fn field<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    let text = object.get(key)?.as_str()?.trim();
    says_something(text).then_some(text)
}

/// Whether a text has anything that can be seen.
pub(super) fn says_something(text: &str) -> bool {
    text.chars().any(|letter| {
        !letter.is_whitespace()
            && !letter.is_control()
            && !matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
    })
}

/// A moment as AWS writes it: RFC 3339, with the offset also as `+0000`, or RFC 2822.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let read = text.parse::<Timestamp>().ok();
    read.or_else(|| Some(rfc2822::parse(text).ok()?.timestamp()))
}

/// A fact of a value as it came.
pub(super) fn fact(name: &str, value: &Value) -> Fact {
    let name = FactName::Given(name.to_owned());
    match value {
        Value::String(text) => Fact::text(name, text),
        Value::Number(number) => Fact::text(name, &number.to_string()),
        Value::Bool(_) | Value::Null | Value::Array(_) | Value::Object(_) => {
            Fact::code(name, &value.to_string())
        }
    }
}

/// JSON laid out over lines, its tokens as they came: no number loses a digit, no key its twin.
pub(super) fn pretty(json: &str) -> String {
    let mut pretty = String::with_capacity(json.len() + json.len() / 4);
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    let mut letters = json.chars().peekable();
    while let Some(letter) = letters.next() {
        if in_string {
            pretty.push(letter);
            in_string = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            continue;
        }
        match letter {
            ' ' | '\t' | '\r' | '\n' => {}
            '{' | '[' => {
                pretty.push(letter);
                depth += 1;
                while letters.next_if(char::is_ascii_whitespace).is_some() {}
                if !matches!(letters.peek(), Some('}' | ']')) {
                    push_line(&mut pretty, depth);
                }
            }
            '}' | ']' => {
                if !pretty.ends_with(['{', '[']) {
                    push_line(&mut pretty, depth.saturating_sub(1));
                }
                if depth > DEEPEST {
                    // What was opened on this line is closed on it.
                    pretty.truncate(pretty.trim_end().len());
                }
                depth = depth.saturating_sub(1);
                pretty.push(letter);
            }
            ',' => {
                pretty.push(letter);
                push_line(&mut pretty, depth);
            }
            ':' => pretty.push_str(": "),
            _ => {
                pretty.push(letter);
                in_string = letter == '"';
            }
        }
    }
    pretty
}

fn push_line(pretty: &mut String, depth: usize) {
    if depth > DEEPEST {
        if pretty.ends_with(',') {
            pretty.push(' ');
        }
        return;
    }
    pretty.push('\n');
    pretty.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::{pretty, says_something, time};

    #[test]
    fn json_is_laid_out_with_its_tokens_as_they_came() {
        let json =
            r#"{"a":[1,12345678901234567890123,{}],"b" : [ ],"c":"{\"x\": [1,2]}","a":null}"#;
        let laid_out = "{\n  \"a\": [\n    1,\n    12345678901234567890123,\n    {}\n  ],\n  \
                        \"b\": [],\n  \"c\": \"{\\\"x\\\": [1,2]}\",\n  \"a\": null\n}";
        assert_eq!(pretty(json), laid_out);
    }

    #[test]
    fn what_lies_deep_stays_on_one_line() {
        let json = "[[[[[[[[1,2],[3]]]]]]]]";
        let laid_out = pretty(json);
        assert!(laid_out.contains("[[1, 2], [3]]"), "{laid_out}");
    }

    #[test]
    fn moments_are_read_as_aws_writes_them() {
        for text in [
            "2026-11-24T00:32:24.123+0000",
            "2026-11-24T09:32:24.123+09:00",
            "2026-11-24T00:32:24.123Z",
        ] {
            let time = time(text).expect(text);
            assert_eq!(time.to_string(), "2026-11-24T00:32:24.123Z", "{text}");
        }
        let health = time("Tue, 24 Nov 2026 00:32:24 GMT").expect("RFC 2822");
        assert_eq!(health.to_string(), "2026-11-24T00:32:24Z");
        assert_eq!(time("teatime"), None);
    }

    #[test]
    fn what_cannot_be_seen_says_nothing() {
        assert!(!says_something(" \u{200b}\u{7}\u{feff}\n"));
        assert!(says_something("결"));
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(8, 40, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(".{0,4}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn laid_out_json_is_the_same_json(value in json()) {
            let read: Value = serde_json::from_str(&pretty(&value.to_string())).expect("JSON");
            prop_assert_eq!(read, value);
        }
    }
}
