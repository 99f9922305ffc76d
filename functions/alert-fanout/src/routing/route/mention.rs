//! Whom a route mentions on Slack. Mentions come from the settings only: everything that a sender writes
//! is escaped.
//! <https://docs.slack.dev/messaging/formatting-message-text#mentioning-users>

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use shared::model::alert::AlertType;

use crate::notice::{FaultKind, SettingFault};

/// The mentions of a route by the type of the alert, in mrkdwn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(super) struct Mentions(BTreeMap<AlertType, MentionList>);

/// Mentions in mrkdwn. In the settings one or a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct MentionList(Vec<String>);

impl Mentions {
    /// The mentions of a type.
    pub(super) fn of(&self, kind: AlertType) -> &[String] {
        self.0.get(&kind).map_or(&[], |list| &list.0)
    }

    /// True if nobody is mentioned.
    pub(super) fn are_empty(&self) -> bool {
        self.0.values().all(|list| list.0.is_empty())
    }
}

impl<'de> Deserialize<'de> for MentionList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let values = match Value::deserialize(deserializer)? {
            Value::Array(values) => values,
            value => vec![value],
        };
        let mentions: Result<Vec<String>, D::Error> = values
            .iter()
            .map(|value| {
                let text = value.as_str().unwrap_or_default();
                mrkdwn(text).ok_or_else(|| {
                    SettingFault::new(FaultKind::NotAMention, &value.to_string()).into_error()
                })
            })
            .collect();
        mentions.map(Self)
    }
}

/// A mention in mrkdwn: `@here` and `@channel`, a user group or a user by its id.
fn mrkdwn(text: &str) -> Option<String> {
    let text = text.trim();
    let inside = text
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'));
    let name = inside.unwrap_or(text);
    let name = name.strip_prefix(['@', '!']).unwrap_or(name);
    if matches!(name, "here" | "channel" | "everyone") {
        return Some(format!("<!{name}>"));
    }
    let id = name.strip_prefix("subteam^").unwrap_or(name);
    // A group may be written with its name: `S0123456789|@oncall`.
    let id = id.split('|').next().unwrap_or_default();
    let is_id = (9..=20).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    match id.chars().next() {
        Some('S') if is_id => Some(format!("<!subteam^{id}>")),
        Some('U' | 'W') if is_id => Some(format!("<@{id}>")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::mrkdwn;

    #[test]
    fn mentions_are_written_as_slack_reads_them() {
        for (text, expected) in [
            ("@here", Some("<!here>")),
            ("<!here>", Some("<!here>")),
            ("@channel", Some("<!channel>")),
            ("<!subteam^S0123456789>", Some("<!subteam^S0123456789>")),
            (
                "<!subteam^S0123456789|@oncall>",
                Some("<!subteam^S0123456789>"),
            ),
            ("S0123456789", Some("<!subteam^S0123456789>")),
            ("<@U0123456789>", Some("<@U0123456789>")),
            ("@oncall", None),
            ("<https://example.com|x>", None),
            ("<!subteam^S01> *x*", None),
            ("", None),
        ] {
            assert_eq!(mrkdwn(text).as_deref(), expected, "{text}");
        }
    }
}
