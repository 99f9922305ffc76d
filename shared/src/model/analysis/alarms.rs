//! What `log-analysis` has raised an alarm about, as its records remember it.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::model::alert::Alarm;

/// The alarms as of a window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogAlarms {
    /// Of the numbers that have crossed a threshold.
    pub numbers: BTreeMap<LogNumber, Alarm>,
    /// That there are no logs where there always were.
    pub silence: Option<Alarm>,
}

/// The numbers of an analysis that can have thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LogNumber {
    /// Errors of all entries, 0 to 1.
    #[serde(rename = "errorRate")]
    ErrorRate,
    /// Requests that failed of all requests, 0 to 1.
    #[serde(rename = "requestErrorRate")]
    RequestErrorRate,
    /// How long requests took on average, in milliseconds.
    #[serde(rename = "latency.average")]
    LatencyAverage,
    /// How long 95 of 100 requests took at most, in milliseconds.
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
            Self::ErrorRate | Self::RequestErrorRate => crate::alerts::threshold_alert::RATIO,
            Self::LatencyAverage | Self::LatencyP95 => "ms",
        }
    }
}

impl fmt::Display for LogNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
