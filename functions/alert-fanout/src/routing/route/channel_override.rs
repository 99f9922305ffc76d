//! The `channels` of an alert: which kinds of channels its sender asks for or refuses. An address counts
//! as a switch that is on, and is not used.

use serde_json::Value;
use shared::model::alert::Channels;

use super::ChannelKind;

/// The switch of each kind; `None` if unset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ChannelOverride {
    slack: Option<bool>,
    email: Option<bool>,
    sns: Option<bool>,
}

impl ChannelOverride {
    pub(super) fn read(channels: &Channels) -> Self {
        let Channels { slack, email, sns } = channels;
        let [slack, email, sns] = [slack, email, sns].map(|value| switch(value.as_ref()?));
        Self { slack, email, sns }
    }

    fn of(self, kind: ChannelKind) -> Option<bool> {
        match kind {
            ChannelKind::Slack => self.slack,
            ChannelKind::Email => self.email,
            ChannelKind::Sns => self.sns,
        }
    }

    /// True if a kind is asked for.
    pub(super) fn wants(self, kind: ChannelKind) -> bool {
        self.of(kind) == Some(true)
    }

    /// True if a kind is refused.
    pub(super) fn refuses(self, kind: ChannelKind) -> bool {
        self.of(kind) == Some(false)
    }

    /// True if any kind is asked for.
    pub(super) fn wants_some(self) -> bool {
        ChannelKind::ALL.into_iter().any(|kind| self.wants(kind))
    }
}

fn switch(value: &Value) -> Option<bool> {
    match value {
        Value::Null => None,
        Value::Bool(switch) => Some(*switch),
        Value::Number(number) => Some(number.as_f64() != Some(0.0)),
        Value::String(text) => {
            let text = text.trim().to_ascii_lowercase();
            Some(!matches!(text.as_str(), "" | "false" | "no" | "off" | "0"))
        }
        Value::Array(values) => Some(!values.is_empty()),
        Value::Object(_) => Some(true),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::switch;

    #[test]
    fn an_address_is_a_switch_that_is_on() {
        for on in [
            json!(true),
            json!("C999"),
            json!({"channel": "C999"}),
            json!(["a@b.c"]),
            json!(1),
        ] {
            assert_eq!(switch(&on), Some(true), "{on}");
        }
        for off in [json!(false), json!(""), json!("false"), json!([]), json!(0)] {
            assert_eq!(switch(&off), Some(false), "{off}");
        }
        assert_eq!(switch(&json!(null)), None);
    }
}
