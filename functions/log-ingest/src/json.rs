//! Reading JSON without building trees of it: a line's members stay slices of the line until
//! somebody needs their value, and numbers keep every digit that they were written with.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// A JSON string. Unlike `str` it reads lone surrogates and broken UTF-8 too (as U+FFFD): a
/// JavaScript program that cuts a string within an emoji writes such JSON, and its line is not to
/// be lost for it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Text<'a>(pub Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_borrowed_bytes<E: de::Error>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
        // Checking valid text is several times faster than looking for what is wrong in it.
        Ok(Text(match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(bytes),
        }))
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => String::from_utf8_lossy(bytes).into_owned(),
        })))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

/// The members of an object, in order, a key that is there twice twice.
pub type Members<'a> = Vec<(Cow<'a, str>, &'a RawValue)>;

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Members::with_capacity(12);
        while let Some(Text(key)) = map.next_key::<Text<'de>>()? {
            members.push((key, map.next_value()?));
        }
        Ok(members)
    }
}

/// The members of `text` if it is one JSON object and nothing else.
#[must_use]
pub fn members(text: &str) -> Option<Members<'_>> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members = deserializer.deserialize_map(MembersVisitor).ok()?;
    deserializer.end().ok()?;
    Some(members)
}

/// The elements of `text` if it is one JSON array and nothing else.
#[must_use]
pub fn elements(text: &str) -> Option<Vec<&RawValue>> {
    serde_json::from_str(text).ok()
}

/// The text of a JSON string; `None` for any other value.
#[must_use]
pub fn string<'a>(value: &'a RawValue) -> Option<Cow<'a, str>> {
    let json = value.get();
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return Some(Cow::Borrowed(inner));
    }
    serde_json::from_str::<Text<'a>>(json)
        .ok()
        .map(|text| text.0)
}

/// The text of a JSON string, number or boolean; `None` for null, objects and arrays.
#[must_use]
pub fn scalar(value: &RawValue) -> Option<Cow<'_, str>> {
    match value.get().as_bytes().first() {
        Some(b'"') => string(value),
        Some(b'{' | b'[' | b'n') | None => None,
        Some(_) => Some(Cow::Borrowed(value.get())),
    }
}

/// Whether a value is an object.
#[must_use]
pub fn is_object(value: &RawValue) -> bool {
    value.get().starts_with('{')
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
        let json = RawValue::from_string(r#""cut \ud83d here""#.to_owned()).expect("valid JSON");
        let text = string(&json).expect("a string");
        assert!(text.starts_with("cut ") && text.ends_with(" here") && text.contains('\u{fffd}'));
        let members = members(r#"{"k\ud83d":1}"#).expect("an object");
        assert!(members[0].0.starts_with('k'));
    }
}
