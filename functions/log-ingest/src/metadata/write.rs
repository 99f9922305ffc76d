//! Writes metadata: one pass over its JSON, which redacts and mends as it goes.

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    collections::HashSet,
};

use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeMap as _, SerializeSeq as _},
};
use serde_json::value::RawValue;

use super::{MOST_LEVELS, Metadata, Value, has_surrogate};
use crate::{
    json::{self, Json},
    redact::{Count, MARK, Redactor},
};

/// What is counted and noted while metadata is written.
pub(super) struct Writer<'r> {
    redactor: Option<&'r Redactor>,
    redactions: Cell<Count>,
    remarks: RefCell<Vec<String>>,
}

impl<'r> Writer<'r> {
    pub(super) fn new(redactor: Option<&'r Redactor>) -> Self {
        Self {
            redactor,
            redactions: Cell::new(0),
            remarks: RefCell::default(),
        }
    }

    /// How many values were redacted so far.
    pub(super) fn redactions(&self) -> Count {
        self.redactions.get()
    }

    /// What a reader should know of.
    pub(super) fn into_remarks(self) -> Vec<String> {
        self.remarks.into_inner()
    }

    fn remark(&self, text: &str) {
        let mut remarks = self.remarks.borrow_mut();
        if !remarks.iter().any(|remark| remark == text) {
            remarks.push(text.to_owned());
        }
    }

    fn text<'t>(&self, text: Cow<'t, str>) -> Cow<'t, str> {
        let Some(redactor) = self.redactor else {
            return text;
        };
        let mut count = 0;
        let text = redactor.string(text, &mut count);
        self.redactions.set(self.redactions.get() + count);
        text
    }

    fn hides(&self, key: &str) -> bool {
        self.redactor
            .is_some_and(|redactor| redactor.is_secret_key(key))
    }

    fn hidden(&self) -> &'static str {
        self.redactions.set(self.redactions.get() + 1);
        MARK
    }
}

/// Metadata as one object.
pub(super) struct Whole<'w, 'a> {
    pub(super) metadata: &'w Metadata<'a>,
    pub(super) writer: &'w Writer<'w>,
}

impl Serialize for Whole<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let writer = self.writer;
        let mut map = serializer.serialize_map(None)?;
        let mut keys = Keys::new(writer);
        let object = self.metadata.object.iter().flat_map(|(_, members)| members);
        for (key, json) in object {
            map.serialize_key(&keys.next(key))?;
            map.serialize_value(&Member::new(key, *json, writer))?;
        }
        for (key, value) in &self.metadata.more {
            map.serialize_key(&keys.next(key))?;
            match value {
                Value::Text(_) if writer.hides(key) => map.serialize_value(writer.hidden())?,
                Value::Text(text) => map.serialize_value(&writer.text(Cow::Borrowed(text)))?,
                Value::Json(json) => map.serialize_value(&Member::new(key, *json, writer))?,
                Value::OwnedJson(json) => {
                    map.serialize_value(&Member::new(key, json.as_json(), writer))?;
                }
            }
        }
        map.end()
    }
}

/// A value under a key that may be secret.
struct Member<'w> {
    key: &'w str,
    node: Node<'w>,
}

impl<'w> Member<'w> {
    /// A member of the outermost object.
    fn new(key: &'w str, json: Json<'w>, writer: &'w Writer<'w>) -> Self {
        let level = 2;
        Self {
            key,
            node: Node {
                json,
                writer,
                level,
            },
        }
    }
}

impl Serialize for Member<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Whether there is a value at all is no secret.
        let is_empty = matches!(self.node.json.get(), "null" | "true" | "false" | "\"\"");
        if !is_empty && self.node.writer.hides(self.key) {
            serializer.serialize_str(self.node.writer.hidden())
        } else {
            self.node.serialize(serializer)
        }
    }
}

/// A piece of JSON.
pub(super) struct Node<'w> {
    json: Json<'w>,
    writer: &'w Writer<'w>,
    level: usize,
}

impl<'w> Node<'w> {
    /// A piece that is metadata itself.
    pub(super) fn new(json: Json<'w>, writer: &'w Writer<'w>) -> Self {
        let level = 1;
        Self {
            json,
            writer,
            level,
        }
    }

    /// Writes it as it is.
    fn raw<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(self.json.get()).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }

    fn below(&self, json: Json<'w>) -> Self {
        Self {
            json,
            writer: self.writer,
            level: self.level + 1,
        }
    }
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json = self.json.get();
        match json.as_bytes().first() {
            Some(b'{' | b'[') if self.level > MOST_LEVELS => {
                self.writer
                    .remark("metadata of more than 18 levels was stored as text from there on");
                serializer.serialize_str(&self.writer.text(Cow::Borrowed(json)))
            }
            Some(b'{') => {
                let members = json::members(json).ok_or_else(|| S::Error::custom("no object"))?;
                let mut map = serializer.serialize_map(Some(members.len()))?;
                let mut keys = Keys::new(self.writer);
                for (key, value) in &members {
                    map.serialize_key(&keys.next(key))?;
                    map.serialize_value(&Member {
                        key,
                        node: self.below(*value),
                    })?;
                }
                map.end()
            }
            Some(b'[') => {
                let elements = json::elements(json).ok_or_else(|| S::Error::custom("no list"))?;
                let mut list = serializer.serialize_seq(Some(elements.len()))?;
                for element in elements {
                    list.serialize_element(&self.below(element))?;
                }
                list.end()
            }
            Some(b'"') if self.writer.redactor.is_some() || has_surrogate(json) => {
                let text = self
                    .json
                    .string()
                    .ok_or_else(|| S::Error::custom("no text"))?;
                serializer.serialize_str(&self.writer.text(text))
            }
            Some(b'0'..=b'9' | b'-') => {
                let redacted = self.writer.text(Cow::Borrowed(json));
                if redacted == json {
                    self.raw(serializer)
                } else {
                    serializer.serialize_str(&redacted)
                }
            }
            _ => self.raw(serializer),
        }
    }
}

/// The keys of one object: each is there once.
struct Keys<'w> {
    used: HashSet<String>,
    writer: &'w Writer<'w>,
}

impl<'w> Keys<'w> {
    fn new(writer: &'w Writer<'w>) -> Self {
        Self {
            used: HashSet::new(),
            writer,
        }
    }

    fn next(&mut self, key: &str) -> String {
        let wanted = key.replace('\0', "\u{fffd}");
        let mut unused = wanted.clone();
        let mut number = 2;
        while !self.used.insert(unused.clone()) {
            unused = format!("{wanted}_{number}");
            number += 1;
        }
        if unused != wanted {
            self.writer
                .remark("a key that was there twice has a number at its end");
        }
        unused
    }
}
