//! What was expected of a window, and how unusual its numbers are.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::alert::AlertType;

/// The baseline of an analysis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Baseline {
    /// The number of earlier days with windows at this time of day. 0: the analysis is warming up, and
    /// alarms use static thresholds.
    pub days: u64,
    /// The number of earlier windows.
    pub windows: u64,
    /// The severity of what is unusual; `None` if nothing is, and in records of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<AlertType>,
    /// The traffic at this time of day on earlier days, before it was corrected by today's level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual_traffic: Option<f64>,
    /// Today's level of traffic: 0.5 is half of the usual one, as on a holiday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic_level: Option<f64>,
    /// The numbers of the window with what was expected: those of the service, and of routes and error
    /// patterns the most important and all unusual ones.
    #[serde(default)]
    pub numbers: Vec<Expectation>,
}

/// A number of a window, and what was expected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expectation {
    /// Which number.
    #[serde(flatten)]
    pub key: NumberKey,
    /// Its value: a count, a share from 0 to 1, or milliseconds.
    pub value: f64,
    /// The value that is usual at this time; `null` without a baseline.
    pub expected: Option<f64>,
    /// The lower end of the usual band, in which about 95% of values lie.
    pub lower: Option<f64>,
    /// Its upper end.
    pub upper: Option<f64>,
    /// How unusual it is: such a value is expected once in 10 to the power of this many windows.
    pub evidence: f64,
    /// The verdict.
    pub verdict: Verdict,
}

/// How unusual a number is, by evidence and effect.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// Too few data.
    #[default]
    Unknown,
    /// Usual.
    Normal,
    /// Not enough to begin an alarm, too much to end one.
    Elevated,
    /// Begins an alarm if the window before was like that too.
    Moderate,
    /// Begins an alarm.
    Strong,
}

/// A number that is watched, of the service or of one of its parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NumberKey {
    /// The number.
    pub number: WatchedNumber,
    /// The route or the error pattern; `null` for the whole service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

impl NumberKey {
    /// A number of the whole service.
    #[must_use]
    pub fn service(number: WatchedNumber) -> Self {
        Self {
            number,
            subject: None,
        }
    }

    /// A number of a route or an error pattern.
    #[must_use]
    pub fn of(number: WatchedNumber, subject: &str) -> Self {
        Self {
            number,
            subject: Some(subject.to_owned()),
        }
    }

    /// Whether an alarm about this number says that `other` is not usual either: the same number of the
    /// same route or pattern, or of the whole service.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.number == other.number && (self.subject.is_none() || self.subject == other.subject)
    }
}

/// The numbers that are compared with a baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WatchedNumber {
    /// Failed requests divided by requests, of the service or a route.
    FailedRequests,
    /// Error entries divided by entries, of a service with few requests.
    ErrorEntries,
    /// The entries of an error pattern.
    ErrorPattern,
    /// Requests of the service or a route; entries of a service with few requests.
    Traffic,
    /// The durations of requests, of a route.
    Latency,
    /// The share of the requests that come from one user.
    UserShare,
    /// The share of the requests that come from one client address.
    ClientShare,
}

impl WatchedNumber {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FailedRequests => "failedRequests",
            Self::ErrorEntries => "errorEntries",
            Self::ErrorPattern => "errorPattern",
            Self::Traffic => "traffic",
            Self::Latency => "latency",
            Self::UserShare => "userShare",
            Self::ClientShare => "clientShare",
        }
    }
}

impl fmt::Display for WatchedNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
