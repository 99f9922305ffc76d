//! Reading JSON without building trees of it: a line's members stay slices of the line until
//! somebody needs their value, and numbers keep every digit that they were written with.
//!
//! The scanner is our own. It does less than `serde_json`'s, which hands each member through
//! several layers: most of the time of an ingestion is spent here (`docs/benchmarks.md`). Tests hold
//! it to `serde_json`'s opinion of what is JSON.

use std::borrow::Cow;

mod scan;
mod unescape;

pub(crate) use scan::Scanner;

/// A piece of text that is one valid JSON value, without blanks around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<'a> {
    text: &'a str,
    /// Whether it is a string that holds escapes.
    has_escapes: bool,
}

/// A [`Json`] of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedJson {
    text: String,
    has_escapes: bool,
}

impl OwnedJson {
    /// The value.
    #[must_use]
    pub fn as_json(&self) -> Json<'_> {
        Json {
            text: &self.text,
            has_escapes: self.has_escapes,
        }
    }
}

impl<'a> Json<'a> {
    /// The value that a text consists of, if it is one.
    #[must_use]
    pub fn read(text: &'a str) -> Option<Self> {
        let mut scanner = Scanner::new(text);
        let value = scanner.value()?;
        scanner.end()?;
        Some(value)
    }

    /// The value as it is written.
    #[must_use]
    pub fn get(self) -> &'a str {
        self.text
    }

    /// The same value, which borrows nothing.
    #[must_use]
    pub fn to_owned(self) -> OwnedJson {
        OwnedJson {
            text: self.text.to_owned(),
            has_escapes: self.has_escapes,
        }
    }

    /// Whether it is a string that holds escapes.
    #[must_use]
    pub fn has_escapes(self) -> bool {
        self.has_escapes
    }

    /// Whether it is an object.
    #[must_use]
    pub fn is_object(self) -> bool {
        self.text.as_bytes().first() == Some(&b'{')
    }

    /// The text of a string; `None` for any other value.
    #[must_use]
    pub fn string(self) -> Option<Cow<'a, str>> {
        if self.text.as_bytes().first() != Some(&b'"') {
            return None;
        }
        if self.has_escapes {
            let (text, _) = unescape::up_to_quote(self.text.get(1..)?, self.text.len())?;
            return Some(Cow::Owned(text));
        }
        self.text.get(1..self.text.len() - 1).map(Cow::Borrowed)
    }

    /// The text of a string, number or boolean; `None` for null, objects and arrays.
    #[must_use]
    pub fn scalar(self) -> Option<Cow<'a, str>> {
        match self.text.as_bytes().first() {
            Some(b'"') => self.string(),
            Some(b'{' | b'[' | b'n') | None => None,
            Some(_) => Some(Cow::Borrowed(self.text)),
        }
    }
}

/// The members of an object, in order, a key that is there twice twice.
pub type Members<'a> = Vec<(Cow<'a, str>, Json<'a>)>;

/// The members of `text` if it is one JSON object and nothing else.
#[must_use]
pub fn members(text: &str) -> Option<Members<'_>> {
    let mut scanner = Scanner::new(text);
    let members = scanner.members()?;
    scanner.end()?;
    Some(members)
}

/// The members of an object, and those of one object in it.
#[derive(Debug)]
pub struct Opened<'a> {
    /// The members of the object.
    pub members: Members<'a>,
    /// The position among them of the object that was opened, and its members.
    pub inner: Option<(usize, Members<'a>)>,
}

/// The members of `text` if it is one JSON object and nothing else, and in the same pass those of
/// the first object under the key `inner`.
#[must_use]
pub fn opened<'a>(text: &'a str, inner: &str) -> Option<Opened<'a>> {
    let mut scanner = Scanner::new(text);
    let mut opened = Opened {
        members: Members::with_capacity(MOST_USUAL),
        inner: None,
    };
    scanner.open(b'{')?;
    while let Some(key) = scanner.next_key(opened.members.is_empty())? {
        if opened.inner.is_none() && key.text() == inner && scanner.next_token()? == b'{' {
            let start = scanner.position();
            opened.inner = Some((opened.members.len(), scanner.members()?));
            opened
                .members
                .push((key.unescaped(), scanner.since(start)?));
        } else {
            opened.members.push((key.unescaped(), scanner.value()?));
        }
    }
    scanner.end()?;
    Some(opened)
}

/// As many members as most lines have.
const MOST_USUAL: usize = 12;

/// The elements of `text` if it is one JSON array and nothing else.
#[must_use]
pub fn elements(text: &str) -> Option<Vec<Json<'_>>> {
    let mut scanner = Scanner::new(text);
    let mut elements = Vec::new();
    scanner.open(b'[')?;
    while scanner.next_element(elements.is_empty())? {
        elements.push(scanner.value()?);
    }
    scanner.end()?;
    Some(elements)
}

/// What a text is, in words for an error message: its kind and, of an object, its keys.
#[must_use]
pub fn describe(text: &str) -> String {
    const MOST_KEYS: usize = 8;
    match text.trim_start().as_bytes().first() {
        Some(b'{') => {
            let keys: Vec<String> = members(text)
                .unwrap_or_default()
                .iter()
                .take(MOST_KEYS)
                .map(|(key, _)| format!("`{}`", key.chars().take(40).collect::<String>()))
                .collect();
            if keys.is_empty() {
                "an empty object".to_owned()
            } else {
                format!("an object with {}", keys.join(", "))
            }
        }
        Some(b'[') => "a list".to_owned(),
        Some(b'"') => "a text".to_owned(),
        Some(b'n') => "null".to_owned(),
        Some(b't' | b'f') => "a boolean".to_owned(),
        Some(_) => "a number".to_owned(),
        None => "nothing".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn members_keep_their_order_their_doubles_and_their_digits() {
        let line = r#" {"b":1.50,"a":12345678901234567890123,"b":{"x":[1, 2]}} "#;
        let members = members(line).expect("an object");
        let shown: Vec<_> = members
            .iter()
            .map(|(key, value)| (key.as_ref(), value.get()))
            .collect();
        assert_eq!(
            shown,
            [
                ("b", "1.50"),
                ("a", "12345678901234567890123"),
                ("b", r#"{"x":[1, 2]}"#)
            ]
        );
    }

    #[test]
    fn what_is_no_whole_object_has_no_members() {
        for text in ["", "{", "[1]", "{} x", "{}{}", r#"{"a":}"#, "null"] {
            assert!(members(text).is_none(), "{text}");
        }
    }

    #[test]
    fn strings_with_lone_surrogates_are_read() {
        let json = Json::read(r#""cut \ud83d here""#).expect("valid JSON");
        let text = json.string().expect("a string");
        assert!(text.starts_with("cut ") && text.ends_with(" here") && text.contains('\u{fffd}'));
        let members = members(r#"{"k\ud83d":1}"#).expect("an object");
        assert!(members[0].0.starts_with('k'));
    }

    /// Pieces of JSON, and of what is nearly JSON.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = proptest::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\"a\"",
            "\"b\\n\"",
            "\"\\u00e9\"",
            "\"\\ud800\"",
            "\"\\ud83d\\ude00\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"한국어\"",
            "\"\u{1}\"",
            "\"tab\t\"",
            "0",
            "-1",
            "01",
            "1.5",
            "1.",
            ".5",
            "1e5",
            "1E+5",
            "1e",
            "-",
            "true",
            "false",
            "null",
            "nul",
            " ",
            "\n",
            "\u{a0}",
        ]);
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    fn is_json(text: &str) -> bool {
        serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn what_is_json_is_what_serde_json_takes_for_it(text in pieces()) {
            prop_assert_eq!(Json::read(&text).is_some(), is_json(&text));
            let mut scanner = Scanner::new(&text);
            let is_read = scanner.text_value().is_some() && scanner.end().is_some();
            prop_assert_eq!(is_read, is_json(&text));
        }

        #[test]
        fn strings_mean_what_serde_json_reads(text in any::<String>(), ascii in any::<bool>()) {
            let mut json = serde_json::to_string(&text).expect("JSON");
            if ascii {
                json = escaped(&json);
            }
            let read = Json::read(&json).and_then(Json::string);
            prop_assert_eq!(read.as_deref(), Some(text.as_str()));
            let at_once = Scanner::new(&json).text_value().flatten();
            prop_assert_eq!(at_once, read);
        }
    }

    proptest! {
        // Few cases, since each checks every beginning of its value.
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn a_value_and_all_its_beginnings_are_judged_as_serde_json_does(
            value in proptest::collection::vec((".{0,6}", any::<Option<f64>>()), 0..6),
        ) {
            let text = serde_json::to_string(&value).expect("JSON");
            prop_assert_eq!(Json::read(&text).map(Json::get), Some(text.as_str()));
            for (end, _) in text.char_indices() {
                let (start, _) = text.split_at(end);
                prop_assert_eq!(Json::read(start).is_some(), is_json(start), "{}", start);
            }
        }
    }

    /// The same JSON with everything outside of ASCII as escapes.
    fn escaped(json: &str) -> String {
        let mut ascii = String::new();
        for unit in json.encode_utf16() {
            match char::from_u32(unit.into()).filter(char::is_ascii) {
                Some(character) => ascii.push(character),
                None => ascii.extend(["\\u", &format!("{unit:04x}")]),
            }
        }
        ascii
    }

    #[test]
    fn values_are_followed_127_levels_deep() {
        for (depth, is_read) in [(1, true), (127, true), (128, false), (100_000, false)] {
            let text = "[".repeat(depth) + &"]".repeat(depth);
            assert_eq!(Json::read(&text).is_some(), is_read, "{depth}");
            let text = "{\"a\":".repeat(depth) + "1" + &"}".repeat(depth);
            assert_eq!(members(&text).is_some(), is_read, "{depth}");
        }
    }
}
