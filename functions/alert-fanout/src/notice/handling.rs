//! What the team did about an incident: acknowledged it, or silenced it for a while.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What the team did about the incident of a notice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Handling {
    /// Who acknowledged it, and when.
    pub acknowledged: Option<HandledBy>,
    /// Who silenced it, and until when.
    pub silenced: Option<HandledBy>,
    /// True to show the buttons to acknowledge and silence it.
    pub has_buttons: bool,
}

/// A person and a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HandledBy {
    /// The person's name.
    pub person: String,
    /// When it was acknowledged, or until when it is silenced.
    pub at: Timestamp,
}
