//! Writes metadata: one pass over its JSON, which redacts and mends as it goes.

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    collections::HashMap,
};

use shared::json_text::push_string;

use super::{MOST_COMPARED, MOST_LEVELS, has_surrogate, is_suspicious};
use crate::{
    json::{self, Json},
    redact::{
        Count, LineRedactor, MARK, MemberValue, is_key_type, is_name_field, is_private_member,
        is_value_field,
    },
};

/// A shorter key holds no secret.
const SHORTEST_SECRET: usize = 16;

/// What is counted and noted while metadata is written.
pub(super) struct Writer<'r> {
    redactor: Option<LineRedactor<'r>>,
    redactions: Cell<Count>,
    remarks: RefCell<Vec<String>>,
}

impl<'r> Writer<'r> {
    pub(super) fn new(redactor: Option<LineRedactor<'r>>) -> Self {
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
        if key.len() < SHORTEST_SECRET {
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
        let redactor = self.redactor.filter(|redactor| redactor.knows_names())?;
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
fn hides(redactor: LineRedactor<'_>, name: &str, json: Json<'_>) -> bool {
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
            is_web_key: writer.redactor.is_some_and(LineRedactor::knows_names)
                && members().any(|(key, _)| is_key_type(key)),
        }
    }

    fn has(self, key: &str, json: Json<'_>) -> bool {
        let is_named = |named: Json<'_>| std::ptr::eq(named.get(), json.get());
        self.named.is_some_and(is_named)
            || (self.is_web_key && is_private_member(key) && json.get().starts_with(['"', '[']))
    }
}

/// The value of a member.
#[derive(Clone, Copy)]
pub(super) enum Part<'m> {
    /// JSON.
    Json(Json<'m>),
    /// A text that was no JSON.
    Text(&'m str),
}

impl Writer<'_> {
    /// Metadata as one object.
    pub(super) fn whole<'m, Members: Iterator<Item = (&'m str, Part<'m>)>>(
        &self,
        members: impl Fn() -> Members,
    ) -> String {
        let mut out = Vec::new();
        self.object(members, 1, &mut out);
        text_of(out)
    }

    /// A piece that is metadata itself.
    pub(super) fn json(&self, json: Json<'_>) -> String {
        let mut out = Vec::with_capacity(json.get().len());
        self.value(json, 1, false, &mut out);
        text_of(out)
    }

    fn object<'m, Members: Iterator<Item = (&'m str, Part<'m>)>>(
        &self,
        members: impl Fn() -> Members,
        level: usize,
        out: &mut Vec<u8>,
    ) {
        let hidden = HiddenMembers::of(self, || {
            members().filter_map(|(key, part)| match part {
                Part::Json(json) => Some((key, json)),
                Part::Text(_) => None,
            })
        });
        let mut keys = UniqueKeys::new(self, || members().map(|(key, _)| key));
        let mut sign = b'{';
        for (key, part) in members() {
            out.push(std::mem::replace(&mut sign, b','));
            push_string(&keys.next(self.key(key)), out);
            out.push(b':');
            match part {
                Part::Json(json) if hidden.has(key, json) || self.hides(key, json) => {
                    push_string(self.hidden(), out);
                }
                Part::Json(json) => self.value(json, level + 1, false, out),
                Part::Text(text) if self.hides_text(key, text) => push_string(self.hidden(), out),
                Part::Text(text) => push_string(&self.text(Cow::Borrowed(text)), out),
            }
        }
        if sign == b'{' {
            out.push(sign);
        }
        out.push(b'}');
    }

    /// A piece of JSON; `is_element` where it is an element of a list.
    fn value(&self, value: Json<'_>, level: usize, is_element: bool, out: &mut Vec<u8>) {
        let json = value.get();
        match json.as_bytes().first() {
            Some(b'{' | b'[') if level > MOST_LEVELS => {
                self.remark("metadata of more than 18 levels was stored as text from there on");
                push_string(&self.text(Cow::Borrowed(json)), out);
            }
            Some(b'{') => {
                let members = json::members(json).unwrap_or_default();
                let all = || {
                    members
                        .iter()
                        .map(|(key, it)| (key.as_ref(), Part::Json(*it)))
                };
                self.object(all, level, out);
            }
            Some(b'[') => {
                let redacted = self.list(value);
                let json = redacted.as_deref().unwrap_or(json);
                let elements = json::elements(json).unwrap_or_default();
                let is_pair = is_element && elements.len() == 2;
                let mut before: Option<Json<'_>> = None;
                let mut sign = b'[';
                for element in elements {
                    out.push(std::mem::replace(&mut sign, b','));
                    let name = before.replace(element);
                    if name.is_some_and(|name| self.hides_after(name, element, is_pair)) {
                        push_string(self.hidden(), out);
                        // A value is the name of nothing.
                        before = None;
                    } else {
                        self.value(element, level + 1, true, out);
                    }
                }
                if sign == b'[' {
                    out.push(sign);
                }
                out.push(b']');
            }
            Some(b'"') if self.redactor.is_some() || has_surrogate(json) => {
                push_string(&self.text(value.string().unwrap_or_default()), out);
            }
            Some(b'0'..=b'9' | b'-') if self.redactor.is_some() => {
                let redacted = self.text(Cow::Borrowed(json));
                if redacted == json {
                    out.extend_from_slice(json.as_bytes());
                } else {
                    push_string(&redacted, out);
                }
            }
            _ => out.extend_from_slice(json.as_bytes()),
        }
    }
}

/// What was written is texts and signs between them.
fn text_of(out: Vec<u8>) -> String {
    String::from_utf8(out)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The keys of one object: each is written once.
struct UniqueKeys<'w> {
    /// The keys that were written, each with the number that its next repetition gets; `None` where all
    /// are different.
    used: Option<HashMap<String, usize>>,
    writer: &'w Writer<'w>,
}

impl<'w> UniqueKeys<'w> {
    fn new<'k, Keys: Iterator<Item = &'k str>>(
        writer: &'w Writer<'w>,
        keys: impl Fn() -> Keys,
    ) -> Self {
        // What is redacted may become equal.
        let changes = |key: &str| {
            is_suspicious(key) || (writer.redactor.is_some() && key.len() >= SHORTEST_SECRET)
        };
        let mut all = keys().enumerate();
        let are_different = all.all(|(position, key)| {
            position < MOST_COMPARED
                && !changes(key)
                && keys().take(position).all(|before| before != key)
        });
        Self {
            used: (!are_different).then(HashMap::new),
            writer,
        }
    }

    /// The key, with a number at its end if it was there before. Each number is tried once, so that
    /// a line which repeats one key takes linear time.
    fn next<'k>(&mut self, key: Cow<'k, str>) -> Cow<'k, str> {
        let Some(used) = &mut self.used else {
            return key;
        };
        let wanted = key.replace('\0', "\u{fffd}");
        let Some(mut number) = used.get(&wanted).copied() else {
            used.insert(wanted.clone(), 2);
            return Cow::Owned(wanted);
        };
        let unused = loop {
            let candidate = format!("{wanted}_{number}");
            number += 1;
            if !used.contains_key(&candidate) {
                break candidate;
            }
        };
        used.insert(wanted, number);
        used.insert(unused.clone(), 2);
        self.writer
            .remark("a key that was there twice has a number at its end");
        Cow::Owned(unused)
    }
}
