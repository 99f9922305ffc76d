//! Secrets do not belong into a log store or a chat. This module finds them: by the name of the key
//! that holds them, by how they begin, and by custom rules. What it finds is replaced by a mark that
//! says which rule it was.
//!
//! Tables hold what is known of secrets; a row is added with its examples. The engine looks for
//! triggers in one pass and checks rules only there, so that most texts cost one scan. All rules take
//! linear time.

use std::borrow::Cow;

mod assign;
mod block;
mod command;
mod config;
mod custom;
mod header;
mod judge;
mod jwk;
mod names;
mod personal;
mod scan;
mod search;
mod sql;

mod tokens;
mod triggers;
mod url;
mod value;
mod word_finder;
mod word_table;

#[cfg(test)]
mod tests;

pub use config::{CustomRule, InvalidRule, RedactionConfig};
use custom::ReadyRule;
pub use jwk::{is_key_type, is_private_member};
use names::SecretKind;
use personal::PersonalData;
use search::{MarkKind, SecretSearch};
use triggers::Triggers;

/// What stands for a value whose key's name gives it away.
pub const MARK: &str = "[redacted]";

/// How many values were redacted.
pub type Count = u32;

/// How a member of an object holds its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberValue<'v> {
    /// As a text.
    Text(&'v str),
    /// As a number, as it is written.
    Number(&'v str),
    /// As an object or a list, as it is written.
    Composite(&'v str),
}

/// Finds and replaces secrets.
#[derive(Debug)]
pub struct Redactor {
    triggers: Triggers,
    /// Names of keys that are secret by a setting.
    keys: Vec<String>,
    /// Whether a name of these is too short to be found in a line.
    has_short_key: bool,
    personal: PersonalData,
    rules: Vec<ReadyRule>,
}

/// Groups of rules that may find something in a line. Each costs a pass over its texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Suspected {
    built_in: bool,
    personal: bool,
    custom: bool,
}

impl Suspected {
    const ALL: Self = Self {
        built_in: true,
        personal: true,
        custom: true,
    };
}

/// Finds and replaces secrets in the parts of one line, by those rules that suspect any in it.
#[derive(Clone, Copy, Debug)]
pub struct LineRedactor<'r> {
    redactor: &'r Redactor,
    suspected: Suspected,
}

impl Redactor {
    /// A redactor with the built-in rules and those of the configuration.
    ///
    /// # Errors
    ///
    /// When an expression is too large to compile.
    pub fn new(config: &RedactionConfig) -> Result<Self, InvalidRule> {
        Ok(Self {
            triggers: Triggers::new(&config.keys),
            keys: config.keys.clone(),
            has_short_key: !config.keys.iter().all(|key| triggers::can_be_found(key)),
            personal: PersonalData::new(config),
            rules: config
                .rules
                .iter()
                .map(ReadyRule::new)
                .collect::<Result<_, _>>()?,
        })
    }

    /// The rules that may find something in a line, also after it was taken apart; `None` if there are
    /// none. In a part of the line, no other rule finds anything.
    #[must_use]
    pub fn of_line(&self, line: &str) -> Option<LineRedactor<'_>> {
        let has_escape = has_escape(line);
        let suspected = Suspected {
            built_in: has_escape || self.has_short_key || self.triggers.are_in(line, &self.keys),
            personal: self.personal.is_any() && (has_escape || self.personal.is_in(line)),
            custom: self.rules.iter().any(|rule| rule.suspects(line)),
        };
        (suspected != Suspected::default()).then_some(LineRedactor {
            redactor: self,
            suspected,
        })
    }

    /// All rules, for the parts of a line that was not looked at.
    #[must_use]
    pub fn of_any_line(&self) -> LineRedactor<'_> {
        LineRedactor {
            redactor: self,
            suspected: Suspected::ALL,
        }
    }

    /// Whether a key's name says that its value is secret, whatever the value.
    #[must_use]
    pub fn is_secret_key(&self, key: &str) -> bool {
        let kind = search::kind(key, &self.keys);
        !matches!(
            kind,
            None | Some(SecretKind::Random | SecretKind::Code | SecretKind::Cookies)
        )
    }

    /// Whether the value of a member is secret by the member's name. `null`, booleans, empty values
    /// and words such as `required` are not.
    #[must_use]
    pub fn hides(&self, key: &str, value: MemberValue<'_>) -> bool {
        let Some(kind) = search::kind(key, &self.keys) else {
            return false;
        };
        match value {
            MemberValue::Text(text) => assign::text_holds(kind, text),
            MemberValue::Number(number) => assign::number_holds(kind, number),
            MemberValue::Composite(json) => assign::composite_holds(kind, json),
        }
    }

    /// Whether a text is secret because it follows a name in a list: of headers (`is_pair` is false,
    /// names and values take turns), or of pairs in a list.
    #[must_use]
    pub fn hides_after(&self, name: &str, value: &str, is_pair: bool) -> bool {
        search::kind(name, &self.keys)
            .is_some_and(|kind| assign::element_holds(kind, name, value, is_pair))
    }

    /// The text with all secrets replaced.
    #[must_use]
    pub fn text<'a>(&self, text: Cow<'a, str>, count: &mut Count) -> Cow<'a, str> {
        self.text_by(Suspected::ALL, text, count)
    }

    fn text_by<'a>(
        &self,
        suspected: Suspected,
        text: Cow<'a, str>,
        count: &mut Count,
    ) -> Cow<'a, str> {
        // PHP escapes slashes in JSON, which would hide addresses.
        if memchr::memmem::find(text.as_bytes(), br"\/").is_some()
            && let Some(redacted) = self.redacted(suspected, &text.replace(r"\/", "/"), count)
        {
            return Cow::Owned(redacted);
        }
        self.redacted(suspected, &text, count)
            .map_or(text, Cow::Owned)
    }

    /// The text with all secrets replaced, if there are any.
    fn redacted(&self, suspected: Suspected, text: &str, count: &mut Count) -> Option<String> {
        let mut search = SecretSearch::new(text, &self.keys);
        if suspected.built_in {
            for hit in self.triggers.hits(text, &self.keys) {
                hit.find(&mut search);
            }
        }
        if suspected.personal {
            self.personal.find(&mut search);
        }
        if suspected.custom {
            for rule in &self.rules {
                rule.find(&mut search);
            }
        }
        (!search.found.is_empty()).then(|| replaced(search, count))
    }
}

impl LineRedactor<'_> {
    /// As [`Redactor::hides`].
    #[must_use]
    pub fn hides(self, key: &str, value: MemberValue<'_>) -> bool {
        self.suspected.built_in && self.redactor.hides(key, value)
    }

    /// As [`Redactor::hides_after`].
    #[must_use]
    pub fn hides_after(self, name: &str, value: &str, is_pair: bool) -> bool {
        self.suspected.built_in && self.redactor.hides_after(name, value, is_pair)
    }

    /// Whether names of keys may say that a value is secret.
    #[must_use]
    pub fn knows_names(self) -> bool {
        self.suspected.built_in
    }

    /// The text, which is a part of the line, with all secrets replaced.
    #[must_use]
    pub fn text<'a>(self, text: Cow<'a, str>, count: &mut Count) -> Cow<'a, str> {
        self.redactor.text_by(self.suspected, text, count)
    }
}

/// Whether a member's name says that it holds a name, of a header for example.
#[must_use]
pub fn is_name_field(key: &str) -> bool {
    assign::is_name_field(key)
}

/// Whether a member's name says that it holds the value of what another member names.
#[must_use]
pub fn is_value_field(key: &str) -> bool {
    assign::is_value_field(key)
}

/// Whether a text holds an escape that could stand in a trigger: `\u0070`, or PHP's `\/`.
fn has_escape(line: &str) -> bool {
    let bytes = line.as_bytes();
    memchr::memchr_iter(b'\\', bytes).any(|at| matches!(bytes.get(at + 1), Some(b'u' | b'/')))
}

/// The text with all that was found replaced. Secrets that overlap are one.
fn replaced(mut search: SecretSearch<'_, '_>, count: &mut Count) -> String {
    search
        .found
        .sort_by_key(|found| (found.start, usize::MAX - found.end));
    let text = search.text;
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for found in &search.found {
        if found.end <= at {
            continue;
        }
        if found.start >= at {
            result.push_str(text.slice(at, found.start));
            match found.mark {
                MarkKind::Key => result.push_str(MARK),
                MarkKind::Rule(name) => result.extend(["[redacted:", name, "]"]),
            }
            *count += 1;
        }
        at = found.end;
    }
    result.push_str(text.slice(at, text.len()));
    result
}
