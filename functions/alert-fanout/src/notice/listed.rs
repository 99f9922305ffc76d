//! An incident as one line of a list.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::model::alert::AlertType;

use super::{HandledBy, Handling, Phrase};

/// An incident as one line of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedIncident {
    /// Its id, if further alerts about it may come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its title.
    pub title: Phrase,
    /// Its severity.
    pub kind: AlertType,
    /// The service concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The AWS account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// When it began.
    pub since: Timestamp,
    /// When it ended, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<Timestamp>,
    /// How often it was reported.
    pub count: u64,
    /// What the team did about it, when the list is sent.
    #[serde(skip)]
    pub handling: Handling,
}

impl ListedIncident {
    /// Whether it goes on, so that the team may acknowledge or silence it.
    #[must_use]
    pub fn is_actionable(&self) -> bool {
        self.id.is_some() && self.resolved.is_none()
    }

    /// The acknowledgement of this incident. One from before it began is of an earlier one.
    #[must_use]
    pub fn acknowledged(&self) -> Option<&HandledBy> {
        let acknowledged = self.handling.acknowledged.as_ref();
        acknowledged.filter(|it| it.at >= self.since)
    }
}
