//! What holds an alert: a silence or quiet hours, for people.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A silence, or quiet hours, that hold an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MuteHolder {
    /// Which: `silence 1a2b3c4d by jin: load test`, `ALERT_SILENCES: load test`, `quiet hours 22:00-08:00`.
    pub name: String,
    /// When it ends, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}
