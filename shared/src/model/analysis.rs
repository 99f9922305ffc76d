//! What `log-analysis` says about a window: the word that it returns and stores, and that reports
//! and dashboards read.
//!
//! Units: durations are milliseconds, rates and shares are 0 to 1. A number that cannot be known is
//! `null`; 0 means that 0 was counted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{level::Level, window::Window};
use crate::log_store::facts::{Approximation, DurationFacts, TimelinePart};

pub mod alarms;

use alarms::LogAlarms;

/// The analysis of a window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogAnalysis {
    /// Whose logs.
    pub service: String,
    /// Only entries of this environment count, if there is one.
    pub environment: Option<String>,
    /// The window; half-open.
    pub window: Window,
    /// What kind of answer this is. Look at it before the numbers.
    pub status: AnalysisStatus,
    /// Whether the window ended long enough before the analysis for late entries to have arrived.
    /// If not, another analysis of the same window may count more.
    pub settled: bool,
    /// What the store could not read, in its own words. If there is anything, every count is a
    /// lower bound, and what is computed from counts (rates, shares, averages) may be wrong.
    pub failures: Vec<String>,
    /// Which of the numbers are estimates.
    pub approximate: BTreeSet<Approximation>,
    /// By what was judged.
    pub rules: AnalysisRules,
    /// All entries.
    pub total_count: u64,
    /// Entries of the levels `error` and `fatal`.
    pub error_count: u64,
    /// Errors of all entries; `null` when there were none.
    pub error_rate: Option<f64>,
    /// Whether there are fewer entries than a rate needs to say anything.
    pub below_min_sample: bool,
    /// Entries per level: all six, the least severe first.
    pub levels: BTreeMap<Level, u64>,
    /// How many different users there are among all entries.
    pub distinct_users: u64,
    /// The errors by pattern, the most frequent first; at most ten.
    pub top_errors: Vec<TopError>,
    /// How many errors are in none of `top_errors`.
    pub other_error_count: u64,
    /// The errors that were not seen before, the most frequent first; `null` when nobody can tell,
    /// see `new_errors_unknown`.
    pub new_errors: Option<Vec<NewError>>,
    /// How many patterns are new: more than `new_errors` holds when there are very many.
    pub new_error_count: Option<u64>,
    /// Why nobody can tell which errors are new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_errors_unknown: Option<NoveltyUnknown>,
    /// All requests: entries that have a duration.
    pub requests: Requests,
    /// The routes whose average duration is at or over the limit: first those with enough requests
    /// to trust it, then the others (`below_min_sample`), each the slowest first.
    pub slow_requests: Vec<SlowRequest>,
    /// Every endpoint, sorted by path and method. A segment with too many values is `{value}`.
    pub routes: Vec<Route>,
    /// How many requests are in no row of `routes`, as their entries name no path.
    pub requests_without_path: u64,
    /// How many requests are in no row of `routes`, as there were too many endpoints to count each.
    #[serde(default)]
    pub other_route_requests: u64,
    /// The users with the most requests, those first; at most twenty.
    pub user_activity: Vec<UserActivity>,
    /// The window in equal parts, in order, the empty ones included.
    pub timeline: Vec<TimelinePart>,
    /// The window before.
    pub previous: PreviousWindow,
    /// How this window differs from the one before; `null` when one of them could not be read as a
    /// whole.
    pub change: Option<AnalysisChange>,
    /// The id of the record that keeps this analysis for trends; `null` when it is not kept.
    pub record_id: Option<String>,
    /// What alarms there are as of this window; `null` where nobody looked.
    #[serde(default)]
    pub alarms: Option<LogAlarms>,
}

/// The kinds of answer. They exclude each other; the first that applies, from below, is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AnalysisStatus {
    /// Entries and requests were found and counted.
    Answered,
    /// There are entries, and none of them has a duration: nothing can be said about requests.
    NoRequests,
    /// There is an index for the window, and nothing in it that counts: the service was silent, or
    /// nothing of it arrived, or all of it belongs to another environment.
    NoLogs,
    /// No day of the window has an index: the service's name is wrong, nothing was ever ingested,
    /// or it was deleted by retention.
    MissingIndex,
    /// Part of the search failed, see `failures`: all counts are lower bounds.
    Incomplete,
}

/// By what a window was judged.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnalysisRules {
    /// How many entries (or requests) a rate (or an average) needs to say anything.
    pub min_sample: u64,
    /// From which average duration on a route is slow, in milliseconds.
    pub slow_milliseconds: f64,
    /// An error that occurred since then and before the window is not new.
    pub known_since: Timestamp,
}

/// Errors of one pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TopError {
    /// The pattern: the message with all that varies masked.
    pub message: String,
    /// How many there are.
    pub count: u64,
    /// Their share of all errors.
    pub share: f64,
    /// Whether it was not seen before; `null` when nobody can tell.
    pub is_new: Option<bool>,
    /// The message of the latest of them, as it was stored.
    pub example: String,
    /// Whether the example was longer and is cut.
    pub example_cut: bool,
    /// The correlation id of the example, to look for what else belongs to it.
    pub correlation_id: Option<String>,
    /// The first of them in the window.
    pub first_seen: Timestamp,
    /// The last of them in the window.
    pub last_seen: Timestamp,
    /// How many different users met it.
    pub users: u64,
}

/// An error pattern that was not seen before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewError {
    /// The pattern.
    pub message: String,
    /// How many there are in the window.
    pub count: u64,
    /// The first of them.
    pub first_seen: Timestamp,
    /// The message of the latest of them, cut if it is long; `null` where the pattern is not among
    /// the most frequent.
    pub example: Option<String>,
}

/// Why nobody can tell which errors are new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoveltyUnknown {
    /// There are no entries from before the window.
    NoHistory,
    /// Part of the search failed, perhaps that for what is known.
    Incomplete,
}

/// Numbers about a group of requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Requests {
    /// How many.
    pub count: u64,
    /// How many failed: status code 500 or above, or, without a status code, level `error` or
    /// `fatal`.
    pub failed: u64,
    /// Those that failed of all; `null` when there were none.
    pub error_rate: Option<f64>,
    /// Whether there are fewer than a rate or an average needs to say anything.
    pub below_min_sample: bool,
    /// How long they took; `null` when there were none.
    pub durations: Option<DurationFacts>,
}

/// Requests of one endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    /// The path with its ids masked.
    pub path: String,
    /// The HTTP method, if the entries had one.
    pub method: Option<String>,
    /// The numbers.
    #[serde(flatten)]
    pub requests: Requests,
}

/// A route that is slow. Durations are milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SlowRequest {
    /// The path with its ids masked.
    pub path: String,
    /// The HTTP method, if the entries had one.
    pub method: Option<String>,
    /// The arithmetic mean.
    pub avg_duration: f64,
    /// The median.
    pub p50_duration: f64,
    /// The 95th percentile.
    pub p95_duration: f64,
    /// The 99th percentile.
    pub p99_duration: f64,
    /// The longest.
    pub max_duration: f64,
    /// How many requests.
    pub count: u64,
    /// Whether there are too few of them to call the route slow for certain.
    pub below_min_sample: bool,
}

/// What one user did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserActivity {
    /// Who.
    pub user_id: String,
    /// How many requests.
    pub request_count: u64,
    /// How many of them failed.
    pub failed_count: u64,
}

/// The totals of the window before, which is as long and ends where the window starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreviousWindow {
    /// When.
    pub window: Window,
    /// All entries.
    pub total_count: u64,
    /// Entries of the levels `error` and `fatal`.
    pub error_count: u64,
    /// Errors of all entries; `null` when there were none.
    pub error_rate: Option<f64>,
    /// Whether there are fewer entries than a rate needs to say anything.
    pub below_min_sample: bool,
    /// Entries per level: all six.
    pub levels: BTreeMap<Level, u64>,
    /// All requests.
    pub requests: Requests,
}

/// How a window differs from the one before. A change is `null` where one of the two windows has no
/// such number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnalysisChange {
    /// Of all entries.
    pub total_count: Change,
    /// Of the errors.
    pub error_count: Change,
    /// Of errors by entries.
    pub error_rate: Option<Change>,
    /// Of the requests.
    pub request_count: Change,
    /// Of failed requests by requests.
    pub request_error_rate: Option<Change>,
    /// Of the requests' average duration.
    pub avg_duration: Option<Change>,
    /// Of their 95th percentile.
    pub p95_duration: Option<Change>,
}

/// How a number differs from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The difference, in the number's own unit; negative when it was more before.
    pub absolute: f64,
    /// The difference of what it was before: 0.5 is half as much again, −1 is none any more.
    /// `null` when it was 0 before.
    pub relative: Option<f64>,
    /// Whether one of the two numbers is a rate or an average of fewer samples than it needs to say
    /// anything. Never so for counts.
    pub below_min_sample: bool,
}
