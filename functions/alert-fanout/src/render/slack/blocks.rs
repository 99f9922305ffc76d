//! The blocks of a message.

use serde_json::{Value, json};

use super::{SHORT, buttons};
use crate::{
    notice::Markup,
    render::{
        escape::slack::{bold, code, length, lines as lines_of, link, preformatted, text},
        message_summary::{MessageSummary, SummaryFact},
        value::BETWEEN,
    },
};

/// The most pieces of advice, and the most characters of each.
const ADVICE: (usize, usize) = (4, 300);
/// The most characters of all links together, of which a long address leaves a few for others.
const LINKS: usize = 2_400;
/// The most facts that stand beside each other, and the most characters of each.
const FIELDS: (usize, usize) = (10, 200);
/// The most facts that have a line of their own, and the most characters of each.
const LINES: (usize, usize) = (4, 350);
/// The most characters of an example.
const EXAMPLE: usize = 600;
/// The most characters of the text that somebody wrote.
const MESSAGE: usize = 2_400;
/// The most characters of it in an answer.
const MESSAGE_OF_REPLY: usize = 700;

/// The most characters of an incident in a list, and the most incidents of a section, of which Slack takes
/// 3,000 characters.
const INCIDENT: usize = 260;
const INCIDENTS: usize = 11;
/// The longest id of a block that Slack takes.
const LONGEST_ID: usize = 255;

/// The blocks of a new message or an update.
pub(super) fn message(summary: &MessageSummary) -> Vec<Value> {
    let (short, long): (Vec<&SummaryFact>, Vec<&SummaryFact>) =
        summary.rows.iter().partition(|row| row.is_short());
    let hidden = short.len().saturating_sub(FIELDS.0) + long.len().saturating_sub(LINES.0);
    let listed = incidents(summary);
    let first = [Some(headline(summary)), advice(summary)];
    let rest = [
        links(summary),
        fields(&short),
        lines(&long),
        example(summary),
        written(summary, MESSAGE),
        footer(summary, hidden),
        handling(summary),
        buttons::block(summary),
    ];
    let first = first.into_iter().flatten();
    first
        .chain(listed)
        .chain(rest.into_iter().flatten())
        .collect()
}

/// The incidents of a list, in sections of their own.
fn incidents(summary: &MessageSummary) -> Vec<Value> {
    let sections = summary.incidents.chunks(INCIDENTS);
    sections
        .map(|incidents| {
            let lines = incidents.iter().map(|incident| {
                format!(
                    "{} {}",
                    incident.tone.sign(),
                    text(&incident.line, INCIDENT)
                )
            });
            let lines: Vec<String> = lines.collect();
            let mut block = section(&lines.join("\n"));
            // Messages about the same incidents can be found by them.
            let ids = incidents.iter().filter_map(|it| it.id.as_deref());
            let ids = ids.collect::<Vec<_>>().join(" ");
            if let Some(block) = block.as_object_mut()
                && (1..=LONGEST_ID).contains(&ids.len())
            {
                block.insert("block_id".to_owned(), json!(ids));
            }
            block
        })
        .collect()
}

/// What is new.
pub(super) fn reply(summary: &MessageSummary) -> Vec<Value> {
    [
        vec![headline(summary)],
        incidents(summary),
        Vec::from_iter(advice(summary)),
        Vec::from_iter(written(summary, MESSAGE_OF_REPLY)),
        Vec::from_iter(footer(summary, 0)),
    ]
    .concat()
}

/// `verbatim`: Slack would look for names and mentions in the text otherwise.
fn mrkdwn(text: &str) -> Value {
    json!({ "type": "mrkdwn", "text": text, "verbatim": true })
}

fn section(text: &str) -> Value {
    json!({ "type": "section", "text": mrkdwn(text) })
}

/// Where, how bad, since when.
fn headline(summary: &MessageSummary) -> Value {
    let measure = summary.value.as_ref().map(|value| match summary.against() {
        Some(against) => format!("{} ({})", bold(value, SHORT), text(&against, SHORT)),
        None => bold(value, SHORT),
    });
    let location = Some(text(&summary.location, SHORT)).filter(|location| !location.is_empty());
    let remark = summary.remark.as_ref();
    let remark = remark.map(|remark| bold(remark, 3 * SHORT));
    let lines = [
        location,
        measure,
        Some(text(&summary.timing, SHORT)),
        remark,
    ];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    let mut block = section(&lines.join("\n"));
    // Messages about the same incident can be found by it.
    if let Some(block) = block.as_object_mut() {
        block.insert("block_id".to_owned(), json!(summary.incident));
    }
    block
}

fn advice(summary: &MessageSummary) -> Option<Value> {
    let (most, longest) = ADVICE;
    let label = bold(summary.labels.what_to_do, SHORT);
    match summary.advice.as_slice() {
        [] => None,
        [only] => Some(section(&format!(
            "{label}\n{}",
            summary.mrkdwn(only, longest)
        ))),
        several => {
            let steps = several.iter().take(most).enumerate();
            let steps: Vec<String> = steps
                .map(|(index, step)| format!("{}. {}", index + 1, summary.mrkdwn(step, longest)))
                .collect();
            Some(section(&format!("{label}\n{}", steps.join("\n"))))
        }
    }
}

fn links(summary: &MessageSummary) -> Option<Value> {
    let mut shown = String::new();
    for location in &summary.links {
        let link = link(&location.address, &location.label, SHORT / 2);
        let between = if shown.is_empty() { "" } else { BETWEEN };
        if length(&shown) + length(between) + length(&link) <= LINKS {
            shown.push_str(between);
            shown.push_str(&link);
        }
    }
    (!shown.is_empty()).then(|| section(&shown))
}

fn fields(rows: &[&SummaryFact]) -> Option<Value> {
    let (most, longest) = FIELDS;
    let fields: Vec<Value> = rows
        .iter()
        .take(most)
        .map(|row| mrkdwn(&fact(row, "\n", longest)))
        .collect();
    (!fields.is_empty()).then(|| json!({ "type": "section", "fields": fields }))
}

fn lines(rows: &[&SummaryFact]) -> Option<Value> {
    let (most, longest) = LINES;
    let lines: Vec<String> = rows
        .iter()
        .take(most)
        .map(|row| fact(row, "  ", longest))
        .collect();
    (!lines.is_empty()).then(|| section(&lines.join("\n")))
}

fn fact(row: &SummaryFact, between: &str, most: usize) -> String {
    let name = if row.name.is_empty() {
        String::new()
    } else {
        format!("{}{between}", bold(&row.name, most / 3))
    };
    let left = most.saturating_sub(length(&name));
    let value = if row.is_code {
        code(&row.value, left)
    } else {
        text(&row.value, left)
    };
    format!("{name}{value}")
}

fn example(summary: &MessageSummary) -> Option<Value> {
    let example = summary.example.as_ref()?;
    let label = bold(summary.labels.example, SHORT);
    Some(section(&format!(
        "{label}\n{}",
        preformatted(example, EXAMPLE)
    )))
}

fn written(summary: &MessageSummary, most: usize) -> Option<Value> {
    (!summary.message.is_empty()).then(|| {
        section(&match summary.markup {
            Markup::Plain => lines_of(&summary.message, most),
            Markup::Slack => summary.mrkdwn(&summary.message, most),
        })
    })
}

/// What the team did about it.
fn handling(summary: &MessageSummary) -> Option<Value> {
    let lines = summary.handling.iter();
    let elements: Vec<Value> = lines.map(|line| mrkdwn(&text(line, SHORT))).collect();
    (!elements.is_empty()).then(|| json!({ "type": "context", "elements": elements }))
}

/// From whom it is, and what else there is to know about the message itself.
fn footer(summary: &MessageSummary, hidden: usize) -> Option<Value> {
    let origin = Some(summary.origin.as_str()).filter(|origin| !origin.is_empty());
    let instead = summary
        .instead
        .as_deref()
        .map(|channel| summary.labels.instead_of(channel));
    let hidden = (hidden > 0).then(|| summary.labels.more(hidden));
    let elements: Vec<Value> = [origin.map(str::to_owned), hidden, instead]
        .into_iter()
        .flatten()
        .map(|element| mrkdwn(&text(&element, SHORT)))
        .collect();
    (!elements.is_empty()).then(|| json!({ "type": "context", "elements": elements }))
}
