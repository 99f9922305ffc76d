//! Counts that an analysis passes on as the store counted them.

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

/// Durations, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DurationFacts {
    /// The arithmetic mean.
    pub average: f64,
    /// The median.
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
    /// The mean duration of the requests in milliseconds; `None` if none has one.
    pub average_duration: Option<f64>,
}
