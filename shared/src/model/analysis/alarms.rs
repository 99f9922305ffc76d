//! The alarms of `log-analysis`, as its records keep them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::baseline::NumberKey;
use crate::model::alert::{Alarm, Alert, AlertType, measurement::RATIO};

/// The alarms as of a window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogAlarms {
    /// Numbers that have crossed a threshold of the settings.
    #[serde(default)]
    pub numbers: BTreeMap<LogNumber, Alarm>,
    /// Incidents that are not over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incidents: Vec<Incident>,
    /// Numbers that were unusual in this window, but not enough to begin an alarm.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub pending: BTreeSet<NumberKey>,
    /// Changes that lasted so long that they became normal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adopted: Vec<AdoptedChange>,
}

/// Findings that belong together: one alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Incident {
    /// The start of the window in which it began.
    pub since: Timestamp,
    /// The worst severity so far.
    pub severity: AlertType,
    /// Whether it was sent again because it became worse.
    pub sent_worse: bool,
    /// The start of the window in which a finding was last added.
    pub grown: Timestamp,
    /// Its first line.
    pub title: String,
    /// The main finding.
    pub main: NumberKey,
    /// What is or was unusual.
    pub findings: Vec<AlarmFinding>,
}

/// A number that is not as usual.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlarmFinding {
    /// The number.
    #[serde(flatten)]
    pub key: NumberKey,
    /// The start of the window in which it began.
    pub since: Timestamp,
    /// The number of windows in a row in which it was normal.
    pub normal: u32,
    /// Whether it is over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub over: bool,
}

/// A change that became normal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AdoptedChange {
    /// The number that changed.
    #[serde(flatten)]
    pub key: NumberKey,
    /// When it changed. Earlier windows are no part of its baseline.
    pub since: Timestamp,
}

/// The alarms of a window whose alerts were not all published. The next run publishes them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnpublishedAlarms {
    /// The alarms as of the window.
    pub alarms: LogAlarms,
    /// The alerts that begin, change or end them.
    pub alerts: Vec<Alert>,
}

/// The numbers of an analysis that can have thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LogNumber {
    /// Errors divided by entries with a known level, 0 to 1.
    #[serde(rename = "errorRate")]
    ErrorRate,
    /// Failed requests divided by requests, 0 to 1.
    #[serde(rename = "requestErrorRate")]
    RequestErrorRate,
    /// The average duration of requests, in milliseconds.
    #[serde(rename = "latency.average")]
    LatencyAverage,
    /// The 95th percentile of the durations of requests, in milliseconds.
    #[serde(rename = "latency.p95")]
    LatencyP95,
}

impl LogNumber {
    /// Its name, such as `errorRate`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ErrorRate => "errorRate",
            Self::RequestErrorRate => "requestErrorRate",
            Self::LatencyAverage => "latency.average",
            Self::LatencyP95 => "latency.p95",
        }
    }

    /// Its unit, such as `ratio`.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::ErrorRate | Self::RequestErrorRate => RATIO,
            Self::LatencyAverage | Self::LatencyP95 => "ms",
        }
    }
}

impl fmt::Display for LogNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
