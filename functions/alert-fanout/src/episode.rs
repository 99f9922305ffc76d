//! How often and since when: what the ledger knows of notices with the same key.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is told of repetitions beside a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Episode {
    /// How many notices there were, this one among them. The one that ends it does not count.
    pub count: u64,
    /// When the first of them happened.
    pub first: Timestamp,
    /// When the last of them happened.
    pub last: Timestamp,
    /// When it ended, if it has.
    pub resolved: Option<Timestamp>,
}

impl Episode {
    /// The episode of a notice that stands alone.
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

/// Where a message is that was sent: enough to change or to answer it.
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
