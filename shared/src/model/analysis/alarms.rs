//! The alarms of `log-analysis`, as its records keep them.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::model::alert::{Alarm, measurement::RATIO};

/// The alarms as of a window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogAlarms {
    /// Numbers that have crossed a threshold.
    pub numbers: BTreeMap<LogNumber, Alarm>,
    /// Logs that stopped.
    pub silence: Option<Alarm>,
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
