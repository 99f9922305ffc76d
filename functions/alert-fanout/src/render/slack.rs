//! What Slack is sent.

use serde_json::{Value, json};

use super::{Detail, Style, Telling};
use crate::words::Phrase;

/// A message of Slack.
#[derive(Clone, Debug, PartialEq)]
pub struct SlackMessage {
    /// The text of the notification.
    pub text: String,
    /// One coloured attachment.
    pub attachments: Value,
}

/// A message of its own, or what it is changed to.
#[must_use]
pub fn message(telling: Telling<'_>, _style: &Style, detail: Detail) -> SlackMessage {
    let text = text(&telling.notice.title);
    let attachment = match detail {
        Detail::Full => json!({"color": "#d13212", "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": text}},
        ]}),
        Detail::Plain => json!({"color": "#d13212", "text": text, "fallback": text}),
    };
    SlackMessage {
        text,
        attachments: json!([attachment]),
    }
}

/// An answer in the thread.
#[must_use]
pub fn reply(telling: Telling<'_>, style: &Style, detail: Detail) -> SlackMessage {
    message(telling, style, detail)
}

fn text(phrase: &Phrase) -> String {
    let text = match phrase {
        Phrase::Text(text) => text.clone(),
        other => format!("{other:?}"),
    };
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
