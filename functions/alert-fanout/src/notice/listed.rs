//! An incident as one line of a list.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::model::alert::AlertType;

use super::Phrase;

/// An incident as one line of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedIncident {
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
}
