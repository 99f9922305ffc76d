//! The buttons of a message, and the line that shows what they did.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::render::{Locale, cut, labels::Labels, message_summary::MessageSummary, time};

/// The block of the buttons.
pub const BLOCK: &str = "bongsu-handling";
/// Acknowledges an incident.
pub const ACKNOWLEDGE: &str = "bongsu-acknowledge";
/// Silences an incident for an hour.
pub const SILENCE_1H: &str = "bongsu-silence-1h";
/// Silences an incident for four hours.
pub const SILENCE_4H: &str = "bongsu-silence-4h";
/// Silences an incident until the next morning.
pub const SILENCE_MORNING: &str = "bongsu-silence-morning";
/// Every button.
pub const ALL: [&str; 4] = [ACKNOWLEDGE, SILENCE_1H, SILENCE_4H, SILENCE_MORNING];

/// The most characters of a title in the value of a button, which Slack limits to 2,000. The 40 incidents
/// of a list take 800.
const TITLE: usize = 150;

/// The buttons, if the message has any.
pub(super) fn block(summary: &MessageSummary) -> Option<Value> {
    if !summary.has_buttons {
        return None;
    }
    let title = cut::characters(&summary.title, TITLE);
    let value = json!({"incidents": summary.handled, "title": title}).to_string();
    let labels = summary.labels;
    let which = |[one, all]: [&'static str; 2]| {
        if summary.incidents.is_empty() {
            one
        } else {
            all
        }
    };
    let buttons = [
        (ACKNOWLEDGE, labels.acknowledge),
        (SILENCE_1H, labels.silence_1h),
        (SILENCE_4H, labels.silence_4h),
        (SILENCE_MORNING, labels.silence_morning),
    ];
    let is_left = |id: &str| id != ACKNOWLEDGE || !summary.is_acknowledged;
    let elements: Vec<Value> = buttons
        .into_iter()
        .filter(|(id, _)| is_left(id))
        .map(|(id, label)| {
            json!({
                "type": "button", "action_id": id, "value": value,
                "text": {"type": "plain_text", "text": which(label), "emoji": false},
            })
        })
        .collect();
    Some(json!({"type": "actions", "block_id": BLOCK, "elements": elements}))
}

/// What a person decided: an acknowledgement at `now`, or a silence `until` a time.
#[must_use]
pub fn decision(person: &str, until: Option<Timestamp>, now: Timestamp, style: &Locale) -> String {
    let labels = Labels::of(style.language);
    match until {
        None => labels.acknowledged(person, &time::moment(now, style)),
        Some(until) => labels.silenced(person, &time::moment(until, style)),
    }
}
