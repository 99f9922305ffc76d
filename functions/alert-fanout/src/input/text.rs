//! What is no alert that we know: a text, or JSON. It is shown as it came.

use super::json;
use crate::incoming::IncomingMessage;
use crate::notice::{Advice, Fact, FactName, Notice, Phrase};

/// How long a first line is at most that is a title, in characters.
const LONGEST_TITLE: usize = 200;

/// A text. Its title is the subject, or its first line.
pub(super) fn of_text(message: &IncomingMessage, text: &str) -> Notice {
    let text = text.trim();
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
    }
    notice
}

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

/// AWS Budgets writes texts, with a subject that tells it:
/// <https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html>.
fn is_of_budgets(message: &IncomingMessage, text: &str) -> bool {
    let begins = |text: &str| text.starts_with("AWS Budget");
    message.subject().is_some_and(begins) || begins(text)
}

/// JSON that is no alert. Its title is the subject, if there is one.
pub(super) fn of_json(message: &IncomingMessage, text: &str) -> Notice {
    let subject = message.subject();
    let title = subject.map_or(Phrase::Data, |subject| Phrase::Text(subject.to_owned()));
    let mut notice = Notice::new("json", title);
    notice.message = json::pretty(text);
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
