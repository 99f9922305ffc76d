//! The counts and times of notices with the same key.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The counts and times of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Episode {
    /// Number of notices, this one included, the resolution excluded.
    pub count: u64,
    /// When the first of them happened.
    pub first: Timestamp,
    /// When the last of them happened.
    pub last: Timestamp,
    /// When it ended, if it did.
    pub resolved: Option<Timestamp>,
}

impl Episode {
    /// The episode of a single notice.
    #[must_use]
    pub fn once(at: Timestamp) -> Self {
        Self {
            count: 1,
            first: at,
            last: at,
            resolved: None,
        }
    }
}

/// A reference to a sent message, to update it or to reply to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum MessageRef {
    /// A message on Slack.
    Slack {
        /// The id of its channel.
        channel: String,
        /// Its `ts`.
        ts: String,
    },
    /// A mail.
    Mail {
        /// Its `Message-ID`, with the angle brackets.
        message_id: String,
    },
}
