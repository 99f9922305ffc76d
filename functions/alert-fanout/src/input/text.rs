//! Texts, and JSON that the catalogue does not have: shown as they came.

use serde_json::Value;

use super::{
    catalogue::{severity, texts},
    guess::Guess,
    json,
};
use crate::incoming::IncomingMessage;
use crate::notice::{Advice, Fact, FactName, Notice, Phrase};

/// How long a first line is at most that is a title, in characters.
const LONGEST_TITLE: usize = 200;

/// A text. Its title is the subject, or its first line.
pub(super) fn of_text(message: &IncomingMessage) -> Notice {
    let text = message.text.trim();
    if let Some(notice) = texts::of_lines(text) {
        return notice;
    }
    let mut notice = match message.subject() {
        Some(subject) => {
            let mut notice = Notice::new("text", Phrase::Text(subject.to_owned()));
            text.clone_into(&mut notice.message);
            notice
        }
        None => of_lines(text),
    };
    if is_of_budgets(message, text) {
        "aws.budgets".clone_into(&mut notice.source);
        notice.advice.push(Phrase::Advice(Advice::ReviewCosts));
    } else if text.starts_with("An AWS Backup") || message.subject() == Some(BACKUP) {
        texts::read_backup(&mut notice, text);
    } else if !texts::read_tags(&mut notice) {
        texts::read_sentence(&mut notice);
    }
    notice
}

/// The subject of what AWS Backup writes.
const BACKUP: &str = "Notification from AWS Backup";

fn of_lines(text: &str) -> Notice {
    if !json::says_something(text) {
        return Notice::new("text", Phrase::Empty);
    }
    let mut lines = text.splitn(2, ['\n', '\r']);
    let first = lines.next().unwrap_or_default().trim();
    let (title, message) = if !json::says_something(first) {
        (Phrase::Untitled, text)
    } else if first.chars().nth(LONGEST_TITLE).is_some() {
        let title: String = first.chars().take(LONGEST_TITLE).collect();
        (Phrase::Text(format!("{title}…")), text)
    } else {
        let rest = lines.next().unwrap_or_default().trim();
        (Phrase::Text(first.to_owned()), rest)
    };
    let mut notice = Notice::new("text", title);
    message.clone_into(&mut notice.message);
    notice
}

/// AWS Budgets writes texts with its name at the beginning:
/// <https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html>.
fn is_of_budgets(message: &IncomingMessage, text: &str) -> bool {
    let begins = |text: &str| text.starts_with("AWS Budget");
    message.subject().is_some_and(begins) || begins(text)
}

/// Keys whose text can be the title of a message.
const TITLES: [&str; 10] = [
    "title",
    "subject",
    "summary",
    "alert_title",
    "name",
    "message",
    "text",
    "description",
    "reason",
    "msg",
];

/// JSON that is no alert. Its title is the subject, what its keys call so, or the best guess.
pub(super) fn of_json(message: &IncomingMessage) -> Notice {
    let subject = message.subject();
    let read: Value = serde_json::from_str(&message.text).unwrap_or_default();
    let guess = Guess::of(&read);
    let title = subject.or_else(|| {
        let object = read.as_object();
        let own = object.and_then(|object| TITLES.iter().find_map(|key| json::field(object, key)));
        own.or(guess.title.as_deref())
    });
    let title = title.map_or(Phrase::Data, |title| {
        let line = title.lines().next().unwrap_or_default();
        Phrase::Text(line.chars().take(LONGEST_TITLE).collect())
    });
    let mut notice = Notice::new("json", title);
    // Words can make a message worse, but never good.
    notice.kind = guess
        .severity
        .map_or(notice.kind, |kind| notice.kind.max(kind));
    if let Phrase::Text(title) = &notice.title
        && let Some(kind) = severity::of_sentence(title)
    {
        notice.kind = notice.kind.max(kind);
    }
    notice.message = json::pretty(&message.text);
    notice.advice.push(Phrase::Advice(Advice::FindSender));
    notice
}

/// Adds the subject of a message that has a title of its own, where it says something else.
pub(super) fn keep_subject(notice: &mut Notice, message: &IncomingMessage, title: &str) {
    if let Some(subject) = message.subject()
        && !title.contains(subject.trim_end_matches('…'))
        && !notice.message.contains(subject)
    {
        notice.facts.push(Fact::text(FactName::Subject, subject));
    }
}
