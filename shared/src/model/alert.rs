//! A message to the team of a service: something begins or ends.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub mod measurement;

/// An alert. Only the first three fields must be there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// The severity.
    #[serde(rename = "type")]
    pub kind: AlertType,
    /// One line.
    pub title: String,
    /// The whole text.
    pub message: String,
    /// Facts for programs. Our own functions write a [`measurement::Measurement`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, Value>,
    /// The channels; by default those that the receiver has for alerts of this type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<Channels>,
    /// Alerts with the same key are about the same problem. If type, status and time are the same too,
    /// they are the same alert, sent twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dedup_key: Option<String>,
    /// Whether it begins or ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<AlertStatus>,
    /// Links by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<String, String>,
    /// When it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
}

/// The severity of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AlertType {
    /// For information.
    Info,
    /// Needs attention.
    Warning,
    /// Something does not work.
    Error,
    /// Needs attention now.
    Critical,
}

impl AlertType {
    /// The name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }
}

/// An alarm that has begun and is not over. A function keeps it in its records, so that it is reported
/// once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alarm {
    /// The worst severity so far.
    pub severity: AlertType,
    /// The start of the window in which it began.
    pub since: Timestamp,
}

/// Whether something begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AlertStatus {
    /// The problem exists.
    Firing,
    /// The problem is over.
    Resolved,
}

impl AlertStatus {
    /// The name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Firing => "firing",
            Self::Resolved => "resolved",
        }
    }
}

/// The channels of an alert. The receiver interprets each value: a switch or an address.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Channels {
    /// Slack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slack: Option<Value>,
    /// E-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Value>,
    /// SNS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sns: Option<Value>,
}
