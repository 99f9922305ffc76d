//! Writes metadata: one pass over its JSON, which redacts and mends as it goes.

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    collections::HashMap,
};

use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeMap as _, SerializeSeq as _},
};
use serde_json::value::RawValue;

use super::{LineMetadata, MOST_LEVELS, Value, has_surrogate};
use crate::{
    json::{self, Json},
    redact::{
        Count, MARK, MemberValue, Redactor, is_key_type, is_name_field, is_private_member,
        is_value_field,
    },
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
        let text = super::redacted_text(redactor, text, &mut count);
        self.redactions.set(self.redactions.get() + count);
        text
    }

    /// Whether a value is secret by the name of its key.
    fn hides(&self, key: &str, json: Json<'_>) -> bool {
        self.redactor
            .is_some_and(|redactor| hides(redactor, key, json))
    }

    fn hides_text(&self, key: &str, text: &str) -> bool {
        self.redactor
            .is_some_and(|redactor| redactor.hides(key, MemberValue::Text(text)))
    }

    /// A key, without a secret that a program took for one: a whole query for example.
    fn key<'k>(&self, key: &'k str) -> Cow<'k, str> {
        const SHORTEST: usize = 16;
        if key.len() < SHORTEST {
            return Cow::Borrowed(key);
        }
        self.text(Cow::Borrowed(key))
    }

    /// The member whose value is secret by the name that another member holds:
    /// `{"name": "DB_PASSWORD", "value": "…"}`.
    fn hidden_pair<'j>(
        &self,
        members: impl Iterator<Item = (&'j str, Json<'j>)>,
    ) -> Option<Json<'j>> {
        const MOST_MEMBERS: usize = 16;
        let redactor = self.redactor?;
        let members: Vec<_> = members.take(MOST_MEMBERS).collect();
        let (_, json) = members.iter().find(|(key, _)| is_value_field(key))?;
        let mut names = members.iter().filter(|(key, _)| is_name_field(key));
        let is_hidden = names.any(|(_, name)| {
            let name = name.string();
            name.is_some_and(|name| hides(redactor, &name, *json))
        });
        is_hidden.then_some(*json)
    }

    /// A list of texts as a command line or the headers of a request: what text says of it.
    fn list(&self, json: Json<'_>) -> Option<String> {
        let redactor = self.redactor?;
        let is_of_texts = json.get().get(1..)?.trim_start().starts_with('"');
        let mut count = 0;
        let text = redactor.text(Cow::Borrowed(json.get()), &mut count);
        if !is_of_texts || count == 0 {
            return None;
        }
        Json::read(&text)?;
        self.redactions.set(self.redactions.get() + count);
        Some(text.into_owned())
    }

    /// Whether an element of a list is secret by the name before it.
    fn hides_after(&self, name: Json<'_>, json: Json<'_>, is_pair: bool) -> bool {
        let (Some(redactor), Some(name), Some(text)) =
            (self.redactor, name.string(), json.string())
        else {
            return false;
        };
        redactor.hides_after(&name, &text, is_pair)
    }

    fn hidden(&self) -> &'static str {
        self.redactions.set(self.redactions.get() + 1);
        MARK
    }
}

/// Whether a value is secret by a name.
fn hides(redactor: &Redactor, name: &str, json: Json<'_>) -> bool {
    match json.get().as_bytes().first() {
        Some(b'"') => json
            .string()
            .is_some_and(|text| redactor.hides(name, MemberValue::Text(&text))),
        Some(b'{' | b'[') => redactor.hides(name, MemberValue::Composite(json.get())),
        Some(b'0'..=b'9' | b'-') => redactor.hides(name, MemberValue::Number(json.get())),
        _ => false,
    }
}

/// The members of an object that are secret by other members of it.
#[derive(Clone, Copy)]
struct HiddenMembers<'j> {
    /// The value of the member that another one names.
    named: Option<Json<'j>>,
    /// Whether the object is a JSON web key.
    is_web_key: bool,
}

impl<'j> HiddenMembers<'j> {
    fn of<Members: Iterator<Item = (&'j str, Json<'j>)>>(
        writer: &Writer<'_>,
        members: impl Fn() -> Members,
    ) -> Self {
        Self {
            named: writer.hidden_pair(members()),
            is_web_key: writer.redactor.is_some() && members().any(|(key, _)| is_key_type(key)),
        }
    }

    fn has(self, key: &str, json: Json<'_>) -> bool {
        let is_named = |named: Json<'_>| std::ptr::eq(named.get(), json.get());
        self.named.is_some_and(is_named)
            || (self.is_web_key && is_private_member(key) && json.get().starts_with(['"', '[']))
    }
}

/// Metadata as one object.
pub(super) struct Whole<'w, 'a> {
    pub(super) metadata: &'w LineMetadata<'a>,
    pub(super) writer: &'w Writer<'w>,
}

impl Serialize for Whole<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let writer = self.writer;
        let mut map = serializer.serialize_map(None)?;
        let mut keys = UniqueKeys::new(writer);
        let object = self.metadata.object.iter().flat_map(|(_, members)| members);
        let hidden = HiddenMembers::of(writer, || self.metadata.json_members());
        for (key, json) in object {
            map.serialize_key(&keys.next(&writer.key(key)))?;
            map.serialize_value(&Member::new(key, *json, hidden, writer))?;
        }
        for (key, value) in &self.metadata.more {
            map.serialize_key(&keys.next(&writer.key(key)))?;
            match value {
                Value::Text(text) if writer.hides_text(key, text) => {
                    map.serialize_value(writer.hidden())?;
                }
                Value::Text(text) => map.serialize_value(&writer.text(Cow::Borrowed(text)))?,
                Value::Json(json) => {
                    map.serialize_value(&Member::new(key, *json, hidden, writer))?;
                }
                Value::OwnedJson(json) => {
                    map.serialize_value(&Member::new(key, json.as_json(), hidden, writer))?;
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
    /// Whether another member names it as secret.
    is_hidden: bool,
}

impl<'w> Member<'w> {
    /// A member of the outermost object.
    fn new(
        key: &'w str,
        json: Json<'w>,
        hidden: HiddenMembers<'_>,
        writer: &'w Writer<'w>,
    ) -> Self {
        let level = 2;
        Self {
            key,
            is_hidden: hidden.has(key, json),
            node: Node {
                json,
                writer,
                level,
                is_element: false,
            },
        }
    }
}

impl Serialize for Member<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_hidden || self.node.writer.hides(self.key, self.node.json) {
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
    /// Whether it is an element of a list.
    is_element: bool,
}

impl<'w> Node<'w> {
    /// A piece that is metadata itself.
    pub(super) fn new(json: Json<'w>, writer: &'w Writer<'w>) -> Self {
        let level = 1;
        let is_element = false;
        Self {
            json,
            writer,
            level,
            is_element,
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
            is_element: false,
        }
    }

    /// The same of a list.
    fn element(&self, json: Json<'w>) -> Self {
        Self {
            is_element: true,
            ..self.below(json)
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
                let mut keys = UniqueKeys::new(self.writer);
                let hidden = HiddenMembers::of(self.writer, || {
                    members.iter().map(|(key, json)| (key.as_ref(), *json))
                });
                for (key, value) in &members {
                    map.serialize_key(&keys.next(&self.writer.key(key)))?;
                    map.serialize_value(&Member {
                        key,
                        node: self.below(*value),
                        is_hidden: hidden.has(key, *value),
                    })?;
                }
                map.end()
            }
            Some(b'[') => {
                let redacted = self.writer.list(self.json);
                let json = redacted.as_deref().unwrap_or(json);
                let elements = json::elements(json).ok_or_else(|| S::Error::custom("no list"))?;
                let mut list = serializer.serialize_seq(Some(elements.len()))?;
                let is_pair = self.is_element && elements.len() == 2;
                let mut before: Option<Json<'_>> = None;
                for element in elements {
                    let name = before.replace(element);
                    if name.is_some_and(|name| self.writer.hides_after(name, element, is_pair)) {
                        list.serialize_element(self.writer.hidden())?;
                        // A value is the name of nothing.
                        before = None;
                    } else {
                        list.serialize_element(&self.element(element))?;
                    }
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

/// The keys of one object: each is written once.
struct UniqueKeys<'w> {
    /// The keys that were written, each with the number that its next repetition gets.
    used: HashMap<String, usize>,
    writer: &'w Writer<'w>,
}

impl<'w> UniqueKeys<'w> {
    fn new(writer: &'w Writer<'w>) -> Self {
        Self {
            used: HashMap::new(),
            writer,
        }
    }

    /// The key, with a number at its end if it was there before. Each number is tried once, so that
    /// a line which repeats one key takes linear time.
    fn next(&mut self, key: &str) -> String {
        let wanted = key.replace('\0', "\u{fffd}");
        let Some(mut number) = self.used.get(&wanted).copied() else {
            self.used.insert(wanted.clone(), 2);
            return wanted;
        };
        let unused = loop {
            let candidate = format!("{wanted}_{number}");
            number += 1;
            if !self.used.contains_key(&candidate) {
                break candidate;
            }
        };
        self.used.insert(wanted, number);
        self.used.insert(unused.clone(), 2);
        self.writer
            .remark("a key that was there twice has a number at its end");
        unused
    }
}
