//! The plainest form there is, for when blocks were refused: the fields of an attachment, which Slack
//! has taken since long before it had blocks.

use serde_json::{Map, Value, json};

use super::SHORT;
use crate::render::{escape::slack::unformatted, message_summary::MessageSummary};

/// The most characters of the text, and of one with a list.
const TEXT: usize = 2_000;
const LIST: usize = 7_500;
/// The most characters of an incident in a list.
const LINE: usize = 180;
/// The most facts, and the most characters of the value of each.
const FIELDS: (usize, usize) = (5, 500);

/// The first lines and a few facts.
pub(super) fn body(summary: &MessageSummary) -> Map<String, Value> {
    let mut lines = summary.first_lines();
    lines.extend(summary.advice.iter().map(|advice| format!("→ {advice}")));
    lines.extend(
        summary
            .links
            .iter()
            .map(|location| format!("{}: {}", location.label, location.address)),
    );
    lines.extend(
        summary
            .instead
            .iter()
            .map(|channel| summary.labels.instead_of(channel)),
    );
    let incidents = summary.incidents.iter();
    lines.extend(incidents.map(|it| {
        let line: String = it.line.chars().take(LINE).collect();
        format!("{} {line}", it.tone.sign())
    }));
    if !summary.message.is_empty() {
        lines.push(summary.message.clone());
    }
    let longest_text = if summary.incidents.is_empty() {
        TEXT
    } else {
        LIST
    };
    let (most, longest) = FIELDS;
    let fields: Vec<Value> = summary
        .rows
        .iter()
        .take(most)
        .map(|row| {
            json!({
                "title": unformatted(&row.name, SHORT / 2),
                "value": unformatted(&row.value, longest),
                "short": row.is_short(),
            })
        })
        .collect();
    Map::from_iter([
        (
            "text".to_owned(),
            json!(unformatted(&lines.join("\n"), longest_text)),
        ),
        ("fields".to_owned(), json!(fields)),
        // Nothing in it is mrkdwn.
        ("mrkdwn_in".to_owned(), json!([])),
    ])
}
