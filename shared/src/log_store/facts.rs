//! What `log-analysis` asks a log store, and what the store counts for it. Counting happens in the
//! store; every ratio, ranking and comparison is made from these facts by the function.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{level::Level, service::ServiceName, window::Window};

/// Everything that one analysis wants to know.
#[derive(Clone, Debug)]
pub struct AnalysisQuestion {
    /// Whose documents.
    pub service: ServiceName,
    /// Only documents of this environment, if given.
    pub environment: Option<String>,
    /// The window that is analysed.
    pub window: Window,
    /// The window that it is compared with.
    pub previous: Window,
    /// How far back an error counts as seen before: from here to the window's start.
    pub known_since: Timestamp,
    /// How many error patterns to return at most, the most frequent first.
    pub error_patterns: usize,
    /// How many users to return at most, those with the most requests first.
    pub users: usize,
    /// How many equal parts the timeline cuts the window into; at least 1.
    pub timeline_parts: u32,
}

/// What the store counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnalysisFacts {
    /// Whether any day of the window has an index at all.
    pub indexed: bool,
    /// What the store could not read, in its own words; empty when it read everything.
    pub failures: Vec<String>,
    /// Which of the facts are estimates.
    pub approximate: BTreeSet<Approximation>,
    /// The window.
    pub current: WindowFacts,
    /// The window before, in less detail.
    pub previous: WindowTotals,
    /// Whether there are any documents from `known_since` to the window's start: without history,
    /// nothing can be called new.
    pub has_history: bool,
    /// The error patterns whose first occurrence since `known_since` lies in the window, the most
    /// frequent first (ties: by pattern).
    pub new_patterns: Vec<NewPattern>,
}

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
    /// Which patterns are new.
    NewPatterns,
}

/// Totals of a window.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WindowTotals {
    /// All documents.
    pub total: u64,
    /// Documents per level; a level without documents may be absent.
    pub levels: BTreeMap<Level, u64>,
    /// All requests: documents with a duration.
    pub requests: RequestFacts,
}

impl WindowTotals {
    /// How many documents are errors.
    #[must_use]
    pub fn errors(&self) -> u64 {
        self.levels
            .iter()
            .filter(|(level, _)| level.is_error())
            .map(|(_, count)| count)
            .sum()
    }
}

/// Everything about the window that is analysed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WindowFacts {
    /// Its totals.
    pub totals: WindowTotals,
    /// Its errors (levels `error` and `fatal`) by pattern, the most frequent first (ties: by
    /// pattern).
    pub error_patterns: Vec<PatternFacts>,
    /// Its requests by endpoint, sorted by endpoint. Requests without an endpoint are in no row.
    pub routes: Vec<RouteFacts>,
    /// Its users by requests, the most active first (ties: by user id).
    pub users: Vec<UserFacts>,
    /// How many different users there are among all its documents.
    pub distinct_users: u64,
    /// The window in equal parts, in order, the empty ones included.
    pub timeline: Vec<TimelinePart>,
}

/// Errors of one pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternFacts {
    /// The pattern.
    pub pattern: String,
    /// How many there are.
    pub count: u64,
    /// The first of them in the window.
    pub first_seen: Timestamp,
    /// The last of them in the window.
    pub last_seen: Timestamp,
    /// How many different users met it.
    pub users: u64,
    /// The message of the latest one (equal times: the highest id), as it was stored.
    pub example: String,
    /// The correlation id of that one.
    pub correlation_id: Option<String>,
}

/// An error pattern that was not there before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPattern {
    /// The pattern.
    pub pattern: String,
    /// How many there are in the window.
    pub count: u64,
    /// The first of them.
    pub first_seen: Timestamp,
}

/// Durations and failures of a group of requests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestFacts {
    /// How many requests.
    pub count: u64,
    /// How many of them failed: status code 500 or above, or, without a status code, level `error`
    /// or `fatal`.
    pub failed: u64,
    /// Their durations; `None` when there are no requests.
    pub durations: Option<DurationFacts>,
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

/// Requests of one endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteFacts {
    /// The HTTP method, if the entries had one.
    pub method: Option<String>,
    /// The route.
    pub route: String,
    /// Its requests.
    pub requests: RequestFacts,
}

/// What one user did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserFacts {
    /// Who.
    pub user_id: String,
    /// How many requests.
    pub requests: u64,
    /// How many of them failed.
    pub failed: u64,
}

/// One of the equal parts of a window.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelinePart {
    /// Where it starts.
    pub start: Timestamp,
    /// All documents.
    pub total: u64,
    /// Errors.
    pub errors: u64,
    /// Requests.
    pub requests: u64,
    /// Their mean duration in milliseconds; `None` when there are no requests.
    pub average_duration: Option<f64>,
}
