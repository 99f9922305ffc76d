//! Counts that an analysis passes on as the store counted them.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A fact that a store may have estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Approximation {
    /// Percentiles of durations.
    Percentiles,
    /// The number of distinct users.
    DistinctUsers,
    /// Counts per error pattern.
    ErrorPatterns,
    /// Counts per route.
    Routes,
    /// Requests per user.
    Users,
    /// Failed requests per cause.
    Causes,
    /// Which patterns are new.
    NewPatterns,
}

/// The durations that statistics are made of, besides 0, in milliseconds: from a microsecond to 11 days.
///
/// Others stand in hostile or broken lines. They would falsify the mean, and the histograms of a cluster
/// can neither span them (the search fails if two values are 2^55 apart) nor keep them in little memory.
pub const PLAUSIBLE_DURATIONS: RangeInclusive<f64> = 1e-3..=1e9;

/// Whether a duration in milliseconds counts in statistics. The request itself always counts.
#[must_use]
pub fn is_plausible_duration(milliseconds: f64) -> bool {
    milliseconds == 0.0 || PLAUSIBLE_DURATIONS.contains(&milliseconds)
}

/// Statistics of the plausible durations ([`is_plausible_duration`]) of some requests, in milliseconds.
///
/// A percentile is the nearest rank: the shortest duration that at least so many percent of the
/// durations do not exceed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DurationFacts {
    /// The arithmetic mean.
    pub average: f64,
    /// The 50th percentile: the median; of an even number of durations, the lower one of the middle.
    pub p50: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The 99th percentile.
    pub p99: f64,
    /// The longest.
    pub max: f64,
}

/// One of the equal parts of a window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelinePart {
    /// Its start.
    pub start: Timestamp,
    /// All documents.
    pub total: u64,
    /// Errors.
    pub errors: u64,
    /// Requests.
    pub requests: u64,
    /// Those that failed.
    #[serde(default)]
    pub failed: u64,
    /// The mean of the plausible durations of the requests in milliseconds; `None` if there are none.
    pub average_duration: Option<f64>,
}
