//! What senders send: a table with a row for each kind of message, and the small engine that reads
//! one by its row. To support another sender, add a row and a test; the engine does not change.
//!
//! A row says how a message is recognised and where its severity, status, title, facts and links are.
//! A path is a JSON pointer in which `*` stands for every element of a list. Where a row gives several
//! paths or templates, the first that the message has counts.
//!
//! Unknown is never good news: a severity that no rule of a row understands is a warning that says so.

use serde_json::Value;
use shared::model::alert::{AlertStatus, AlertType};

use super::{arn, fact_name, json};
use crate::{
    language::Language,
    links,
    notice::{Advice, AlertLink, Fact, FactName, LinkName, Notice, Phrase},
};

mod builds;
mod checks;
mod delivery_tools;
mod elasticache;
mod incidents;
mod messages;
mod monitors;
mod operations;
pub(super) mod path;
mod prometheus;
mod security;
mod services;
pub(super) mod severity;
mod state;
pub(super) mod tags;
#[cfg(test)]
pub(super) mod tests;
pub(super) mod texts;

use path::{fill, first, values};

/// How one kind of message is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sender {
    /// The name by which routes and silences know it; empty: what `/source` says.
    source: &'static str,
    /// All of these hold for its messages.
    conditions: &'static [Condition],
    /// How bad it is: the first rule that understands the message decides.
    severity: &'static [SeverityRule],
    /// Whether it begins or ends: the first rule that understands the message decides.
    status: &'static [Status],
    /// Templates of the title.
    title: &'static [&'static str],
    /// Paths of the text.
    message: &'static [&'static str],
    /// Paths of the service.
    service: &'static [&'static str],
    /// Paths of the time at which it happened.
    at: &'static [&'static str],
    /// Paths of the time since which it lasts.
    since: &'static [&'static str],
    /// What else is known, each with its path.
    facts: &'static [(FactName, &'static str)],
    /// The same, under a name of the sender's.
    given: &'static [(&'static str, &'static str)],
    /// Where to look, each with its path.
    links: &'static [(LinkName, &'static str)],
    /// Paths of the name of the alarm, the rule or the monitor.
    alarm: &'static [&'static str],
    /// Paths of labels and tags.
    tags: &'static [&'static str],
    /// Templates of the key that its messages about the same have.
    key: &'static [&'static str],
    /// What to do about it.
    advice: Advice,
}

/// Whether a message is of a sender.
#[derive(Clone, Copy, Debug)]
enum Condition {
    /// One of these texts is at the path.
    Is(&'static str, &'static [&'static str]),
    /// The text at the path begins so.
    Begins(&'static str, &'static str),
    /// The text at the path has this in it.
    Contains(&'static str, &'static str),
    /// Something is at the path.
    Has(&'static str),
    /// Something is at one of the paths.
    Any(&'static [&'static str]),
}

use Condition::{Any, Begins, Contains, Has, Is};

/// Where a severity is read.
#[derive(Clone, Copy, Debug)]
enum SeverityRule {
    /// Every message has it.
    Always(AlertType),
    /// Something is at the path.
    If(&'static str, AlertType),
    /// The text or switch at the path is one of these, in any case.
    Value(&'static str, &'static [(&'static str, AlertType)]),
    /// The text at the path contains one of these, in any case.
    Text(&'static str, &'static [(&'static str, AlertType)]),
    /// The text at the path is a word that everybody uses for a severity or a state.
    Word(&'static str),
    /// The number at the path is at least one of these, the highest first.
    Number(&'static str, &'static [(f64, AlertType)]),
}

use SeverityRule::{Always, If, Number, Text, Word};

/// Where a status is read: a path, the words of what goes on, and those of what is over.
type Status = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const CRITICAL: AlertType = AlertType::Critical;
const ERROR: AlertType = AlertType::Error;
const WARNING: AlertType = AlertType::Warning;
const INFO: AlertType = AlertType::Info;

/// Words of a status that any text fits.
const ANYTHING: &[&str] = &["*"];

/// A row in which nothing is said.
const NOTHING: Sender = Sender {
    source: "",
    conditions: &[],
    severity: &[],
    status: &[],
    title: &[],
    message: &[],
    service: &[],
    at: &[],
    since: &[],
    facts: &[],
    given: &[],
    links: &[],
    alarm: &[],
    tags: &[],
    key: &[],
    advice: Advice::OpenConsole,
};

/// The notice of an event of EventBridge, if the catalogue has its kind.
pub(super) fn of_event(event: &Value) -> Option<Notice> {
    let rows = security::ROWS
        .iter()
        .chain(builds::ROWS)
        .chain(operations::ROWS)
        .chain(services::ROWS);
    of_rows(rows, event)
}

/// The notice of an object that is no event, if the catalogue has its sender.
pub(super) fn of_object(object: &Value) -> Option<Notice> {
    if let Some(notice) = object.as_object().and_then(elasticache::notice) {
        return Some(notice);
    }
    let rows = prometheus::ROWS
        .iter()
        .chain(incidents::ROWS)
        .chain(monitors::ROWS)
        .chain(checks::ROWS)
        .chain(delivery_tools::ROWS)
        .chain(messages::ROWS);
    let notice = of_rows(rows, object);
    // Users' own programs write keys in any case.
    notice.or_else(|| of_rows(messages::ROWS.iter(), &with_small_keys(object)?))
}

/// A copy of an object with its keys in lower case; `None` if they are already.
fn with_small_keys(object: &Value) -> Option<Value> {
    let object = object.as_object()?;
    let has_large = |key: &String| key.chars().any(char::is_uppercase);
    if !object.keys().any(has_large) {
        return None;
    }
    let small = object
        .iter()
        .map(|(key, value)| (key.to_lowercase(), value.clone()));
    Some(Value::Object(small.collect()))
}

fn of_rows<'a>(mut rows: impl Iterator<Item = &'a Sender>, value: &Value) -> Option<Notice> {
    let sender = rows.find(|sender| sender.conditions.iter().all(|it| it.holds(value)))?;
    Some(sender.notice(value))
}

impl Condition {
    fn holds(self, value: &Value) -> bool {
        match self {
            Is(path, texts) => {
                path::text(value, path).is_some_and(|text| texts.contains(&text.as_str()))
            }
            Begins(path, start) => {
                path::text(value, path).is_some_and(|text| text.starts_with(start))
            }
            Contains(path, part) => path::text(value, path).is_some_and(|text| text.contains(part)),
            Has(path) => !values(value, path).is_empty(),
            Any(paths) => paths.iter().any(|path| Has(path).holds(value)),
        }
    }
}

impl SeverityRule {
    /// The worst of what it finds.
    fn read(self, value: &Value) -> Option<AlertType> {
        let texts = |path| values(value, path).into_iter().filter_map(path::shown);
        match self {
            Always(kind) => Some(kind),
            If(path, kind) => Has(path).holds(value).then_some(kind),
            Self::Value(path, table) => texts(path)
                .filter_map(|text| {
                    let row = table
                        .iter()
                        .find(|(word, _)| word.eq_ignore_ascii_case(&text));
                    row.map(|(_, kind)| *kind)
                })
                .max(),
            Text(path, table) => texts(path)
                .filter_map(|text| {
                    let text = text.to_lowercase();
                    let row = table.iter().find(|(words, _)| text.contains(words));
                    row.map(|(_, kind)| *kind)
                })
                .max(),
            Word(path) => texts(path)
                .filter_map(|text| severity::of_text(&text))
                .max(),
            Number(path, bands) => values(value, path)
                .into_iter()
                .filter_map(path::number)
                .filter_map(|number| {
                    let band = bands.iter().find(|(least, _)| number >= *least);
                    band.map(|(_, kind)| *kind)
                })
                .max(),
        }
    }

    /// Where it looks.
    fn path(self) -> Option<&'static str> {
        match self {
            Always(_) | If(..) => None,
            Self::Value(path, _) | Text(path, _) | Word(path) | Number(path, _) => Some(path),
        }
    }
}

impl Sender {
    fn notice(&self, value: &Value) -> Notice {
        let titles = self.title.iter().chain(&["{/detail-type}"]);
        let title = titles.into_iter().find_map(|title| phrase(title, value));
        let title = title.unwrap_or(Phrase::Untitled);
        let source = first(value, &["/source"]);
        let source = if self.source.is_empty() {
            source.as_deref().unwrap_or("json")
        } else {
            self.source
        };
        let mut notice = Notice::new(source, title);
        notice.status = self.status(value);
        notice.advice = vec![Phrase::Advice(self.advice)];
        self.judge(&mut notice, value);
        if notice.kind == INFO {
            notice.advice = vec![Phrase::Advice(Advice::WatchOn)];
        }
        notice.message = first(value, self.message).unwrap_or_default();
        notice.service = first(value, self.service);
        let time = |paths| first(value, paths).as_deref().and_then(json::time);
        notice.occurred_at = time(self.at);
        notice.since = time(self.since);
        notice.origin.alarm = first(value, self.alarm);
        for path in self.tags {
            for found in values(value, path) {
                tags::add(&mut notice.origin, found);
            }
        }
        self.add_facts(&mut notice, value);
        self.add_links(&mut notice, value);
        // What simply happened well has nothing to belong to.
        if notice.kind > INFO || notice.status.is_some() {
            notice.dedup_key = self
                .key
                .iter()
                .find_map(|key| fill(key, value, Language::English));
        }
        notice
    }

    fn status(&self, value: &Value) -> Option<AlertStatus> {
        self.status.iter().find_map(|(path, firing, resolved)| {
            let text = path::text(value, path)?;
            let is = |words: &[&str]| {
                let fits = |word: &&str| word.eq_ignore_ascii_case(&text);
                words == ANYTHING || words.iter().any(fits)
            };
            if is(resolved) {
                Some(AlertStatus::Resolved)
            } else {
                is(firing).then_some(AlertStatus::Firing)
            }
        })
    }

    /// Sets the severity. A word that nobody understands is shown, and is a warning.
    fn judge(&self, notice: &mut Notice, value: &Value) {
        if let Some(kind) = self.severity.iter().find_map(|rule| rule.read(value)) {
            notice.kind = kind;
            return;
        }
        if notice.is_over() {
            notice.kind = INFO;
            return;
        }
        notice.kind = WARNING;
        let mut paths = self.severity.iter().filter_map(|rule| rule.path());
        let unknown = paths.find_map(|path| path::text(value, path));
        unknown_severity(notice, unknown.as_deref());
    }

    fn add_facts(&self, notice: &mut Notice, value: &Value) {
        for (name, path) in self.facts {
            for found in values(value, path).into_iter().take(MOST_VALUES) {
                if let Some(text) = path::shown(found) {
                    notice.facts.push(Fact::text(name.clone(), &text));
                }
            }
        }
        for (name, path) in self.given {
            let found = values(value, path).into_iter().take(MOST_VALUES);
            let facts = found.map(|found| Fact {
                name: fact_name::of(name),
                ..json::fact(name, found)
            });
            notice.facts.extend(facts);
        }
    }

    fn add_links(&self, notice: &mut Notice, value: &Value) {
        for (name, path) in self.links {
            let found = values(value, path).into_iter().take(MOST_VALUES);
            let urls = found.filter_map(Value::as_str).filter_map(links::web);
            notice.links.extend(urls.map(|url| AlertLink {
                name: name.clone(),
                url,
            }));
        }
    }
}

/// The status of a word of users' own programs.
pub(super) fn status_of_word(word: &str) -> Option<AlertStatus> {
    let is = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    if is(messages::CLOSED) {
        Some(AlertStatus::Resolved)
    } else {
        is(messages::OPEN).then_some(AlertStatus::Firing)
    }
}

/// A template filled in each language.
fn phrase(template: &str, value: &Value) -> Option<Phrase> {
    let Some((english, korean)) = template.split_once(KOREAN) else {
        return fill(template, value, Language::English).map(Phrase::Text);
    };
    Some(Phrase::Translated {
        english: fill(english, value, Language::English)?,
        korean: fill(korean, value, Language::Korean)?,
    })
}

/// Stands in a template between its English and its Korean words.
const KOREAN: &str = " ¦ ";

/// The most values of one path that become facts.
const MOST_VALUES: usize = 10;

/// Says that the severity of a notice is not known.
pub(super) fn unknown_severity(notice: &mut Notice, word: Option<&str>) {
    if let Some(word) = word {
        notice
            .facts
            .push(Fact::text(FactName::UnknownSeverity, word));
    }
    notice
        .advice
        .insert(0, Phrase::Advice(Advice::JudgeSeverity));
}
