//! What Slack is sent: a line of text, which is also the notification, and below it one attachment
//! in the colour of the severity, with Block Kit inside. Slack folds long attachments: their first
//! lines must be enough.
//!
//! Limits, from <https://docs.slack.dev/reference/block-kit/blocks/section-block> and
//! <https://docs.slack.dev/reference/methods/chat.update>: 4,000 characters of `text`, 50 blocks,
//! 3,000 characters of a section, 10 fields of 2,000 each; all blocks together are refused somewhere
//! above 13,000 characters. The parts are cut so that their sum stays below 12,000.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::{
    Content, DetailLevel, Locale, escape::slack as escape, message_summary::MessageSummary,
    value::BETWEEN,
};

mod blocks;
pub mod buttons;
mod plain;

/// A message for Slack.
#[derive(Clone, Debug, PartialEq)]
pub struct SlackPayload {
    /// The first line, in mrkdwn.
    pub text: String,
    /// The attachments: always one.
    pub attachments: Value,
}

/// The most characters of a title.
const TITLE: usize = 1_000;
/// The most characters of a short text from outside that stands in a line with others.
const SHORT: usize = 200;

/// A message of its own, or what an earlier one is changed to.
#[must_use]
pub fn message(content: Content<'_>, style: &Locale, detail: DetailLevel) -> SlackPayload {
    let summary = summary(content, style, detail);
    let mut text = first_line(&summary, summary.word);
    if let Some(service) = &summary.service {
        text.push_str(BETWEEN);
        text.push_str(&escape::text(service, SHORT));
    }
    if let Some(count) = summary.count {
        let _ = write!(text, " (×{count})");
    }
    let body = match detail {
        DetailLevel::Full => with(blocks::message(&summary)),
        DetailLevel::Plain => plain::body(&summary),
    };
    if !summary.mentions.is_empty() {
        let _ = write!(text, " {}", summary.mentions);
    }
    attached(text, &summary, body)
}

/// An answer in the thread of an earlier message: what is new.
#[must_use]
pub fn reply(content: Content<'_>, style: &Locale, detail: DetailLevel) -> SlackPayload {
    let summary = summary(content, style, detail);
    let word = summary.over.as_deref().unwrap_or(summary.word);
    let text = first_line(&summary, word);
    let body = match detail {
        DetailLevel::Full => with(blocks::reply(&summary)),
        DetailLevel::Plain => plain::body(&summary),
    };
    attached(text, &summary, body)
}

fn summary(content: Content<'_>, style: &Locale, detail: DetailLevel) -> MessageSummary {
    match detail {
        DetailLevel::Full => MessageSummary::for_slack(content, style),
        DetailLevel::Plain => MessageSummary::of(content, style),
    }
}

fn with(blocks: Vec<Value>) -> Map<String, Value> {
    Map::from_iter([("blocks".to_owned(), Value::Array(blocks))])
}

fn first_line(summary: &MessageSummary, word: &str) -> String {
    let origin = if summary.origin_mark.is_empty() {
        String::new()
    } else {
        format!("{}{BETWEEN}", escape::bold(&summary.origin_mark, SHORT))
    };
    format!(
        "{} {}{BETWEEN}{origin}{}",
        summary.tone.sign(),
        escape::bold(word, SHORT),
        summary.mrkdwn(&summary.title, TITLE)
    )
}

/// An attachment without `fallback` is announced as one that cannot be shown.
fn attached(text: String, summary: &MessageSummary, mut body: Map<String, Value>) -> SlackPayload {
    let fallback = escape::unformatted(&summary.first_lines().join(BETWEEN), 2 * SHORT);
    body.insert("color".to_owned(), json!(summary.tone.color()));
    body.insert("fallback".to_owned(), json!(fallback));
    SlackPayload {
        text,
        attachments: json!([body]),
    }
}
