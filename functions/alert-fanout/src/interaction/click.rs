//! A click on a button of ours: the `block_actions` payload.
//! <https://docs.slack.dev/reference/interaction-payloads/block_actions-payload>

use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::{render::slack::buttons, routing::mute::MOST_INCIDENTS};

/// A click.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Click {
    /// Which button.
    pub(super) action: String,
    /// The ids of the incidents: one, or those of a list.
    pub(super) incidents: Vec<String>,
    /// The title of the message.
    pub(super) title: String,
    /// The name of the person.
    pub(super) person: String,
    channel: String,
    ts: String,
    /// The message, as Slack has it.
    message: Value,
}

impl Click {
    /// The click in the body of a request; `None` if it is about something else.
    pub(super) fn read(body: &str) -> Option<Self> {
        let mut form = form_urlencoded::parse(body.as_bytes());
        let (_, payload) = form.find(|(name, _)| name == "payload")?;
        let payload: Value = serde_json::from_str(&payload).ok()?;
        let text = |pointer: &str| Some(payload.pointer(pointer)?.as_str()?.to_owned());
        if text("/type")? != "block_actions" {
            return None;
        }
        let actions = payload.get("actions")?.as_array()?;
        let action = actions.iter().find(|action| {
            let id = action.get("action_id").and_then(Value::as_str);
            id.is_some_and(|id| buttons::ALL.contains(&id))
        })?;
        let value: Value = serde_json::from_str(action.get("value")?.as_str()?).ok()?;
        let incidents: Vec<String> =
            serde_json::from_value(value.get("incidents")?.clone()).ok()?;
        let is_id = |id: &String| id.len() == 16 && id.bytes().all(|it| it.is_ascii_hexdigit());
        let are_ids =
            (1..=MOST_INCIDENTS).contains(&incidents.len()) && incidents.iter().all(is_id);
        let person = text("/user/username").or_else(|| text("/user/name"));
        are_ids.then_some(Self {
            action: action.get("action_id")?.as_str()?.to_owned(),
            incidents,
            title: value
                .get("title")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            person: person.or_else(|| text("/user/id"))?,
            channel: text("/channel/id").or_else(|| text("/container/channel_id"))?,
            ts: text("/message/ts").or_else(|| text("/container/message_ts"))?,
            message: payload.get("message").cloned().unwrap_or_default(),
        })
    }

    /// The arguments of `chat.update` that add a line to the message. `acknowledges`: its button goes.
    /// `None` if the message is not one of ours.
    pub(super) fn update(&self, line: &str, acknowledges: bool) -> Option<Value> {
        let attachments = self.message.get("attachments")?.as_array()?;
        let mut found = false;
        let attachments: Vec<Value> = attachments
            .iter()
            .map(|attachment| {
                let blocks = attachment.get("blocks").and_then(Value::as_array);
                let blocks = blocks.into_iter().flatten();
                let mut kept: Vec<Value> = Vec::new();
                for block in blocks {
                    let is_ours =
                        block.get("block_id").and_then(Value::as_str) == Some(buttons::BLOCK);
                    if is_ours {
                        found = true;
                        kept.push(json!({"type": "context", "elements": [
                            {"type": "plain_text", "text": line, "emoji": false}]}));
                        kept.push(left(block, acknowledges));
                    } else {
                        kept.push(block.clone());
                    }
                }
                let mut changed = Map::new();
                for name in ["color", "fallback"] {
                    if let Some(value) = attachment.get(name) {
                        changed.insert(name.to_owned(), color(name, value));
                    }
                }
                changed.insert("blocks".to_owned(), Value::Array(kept));
                Value::Object(changed)
            })
            .collect();
        found.then(|| {
            json!({
                "channel": self.channel, "ts": self.ts, "attachments": attachments,
                "text": self.message.get("text").cloned().unwrap_or_default(),
                "parse": "none", "link_names": false,
            })
        })
    }
}

/// Slack takes a colour with its `#` and gives it back without.
fn color(name: &str, value: &Value) -> Value {
    match value.as_str() {
        Some(digits) if name == "color" && !digits.starts_with('#') => json!(format!("#{digits}")),
        _ => value.clone(),
    }
}

/// The buttons without the one that has been used.
fn left(block: &Value, acknowledges: bool) -> Value {
    let mut block = block.clone();
    if acknowledges && let Some(elements) = block.get_mut("elements").and_then(Value::as_array_mut)
    {
        elements.retain(|element| {
            element.get("action_id").and_then(Value::as_str) != Some(buttons::ACKNOWLEDGE)
        });
    }
    block
}
