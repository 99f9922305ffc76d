//! The result of `log-analysis` for a window: returned, stored, and read by reports and dashboards.
//!
//! Units: durations are milliseconds, rates and shares are 0 to 1. A number that is not known is `null`;
//! 0 means that 0 was counted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{level::Level, window::Window};

pub mod alarms;
pub mod baseline;
pub mod cause;
pub mod counts;
pub mod observed;
pub mod summary;

use alarms::{LogAlarms, UnpublishedAlarms};
use baseline::Baseline;
pub use cause::FailureCause;
use counts::{Approximation, DurationFacts, TimelinePart};
use observed::Observation;

/// The analysis of a window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogAnalysis {
    /// The service.
    pub service: String,
    /// Only entries of this environment count; `null` for all.
    pub environment: Option<String>,
    /// The window, half-open.
    pub window: Window,
    /// The kind of answer. Read it before the numbers.
    pub status: AnalysisStatus,
    /// Whether late entries had time to arrive. If not, a later analysis of the same window may count
    /// more.
    pub settled: bool,
    /// What the store could not read, in its own words. If it is not empty, every count is a lower
    /// bound, and rates, shares and averages may be wrong.
    pub failures: Vec<String>,
    /// The numbers that are estimates.
    pub approximate: BTreeSet<Approximation>,
    /// The rules of this analysis.
    pub rules: AnalysisRules,
    /// All entries.
    pub total_count: u64,
    /// Entries of the levels `error` and `fatal`.
    pub error_count: u64,
    /// Errors divided by entries with a known level; `null` if it cannot be computed, see
    /// `error_rate_unknown`.
    pub error_rate: Option<f64>,
    /// Why there is no error rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_rate_unknown: Option<ErrorRateUnknown>,
    /// Whether fewer entries have a known level than a rate needs.
    pub below_min_sample: bool,
    /// Entries per level: all six, the least severe first, and `unknown` if there are any.
    pub levels: BTreeMap<Level, u64>,
    /// How many entries could not be read completely.
    #[serde(default)]
    pub quality: LogQuality,
    /// The number of different users among all entries.
    pub distinct_users: u64,
    /// The errors by pattern, the most frequent first; at most ten.
    pub top_errors: Vec<TopError>,
    /// How many errors are in none of `top_errors`.
    pub other_error_count: u64,
    /// The errors that were not seen before, the most frequent first; `null` if that is not known, see
    /// `new_errors_unknown`.
    pub new_errors: Option<Vec<NewError>>,
    /// The number of new patterns: more than `new_errors` holds if there are very many.
    pub new_error_count: Option<u64>,
    /// Why it is not known which errors are new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_errors_unknown: Option<NoveltyUnknown>,
    /// The [`PATTERN_VERSION`](super::log::PATTERN_VERSION) of the analysis; 0 before there was one.
    #[serde(default)]
    pub pattern_version: u32,
    /// All requests: entries of any level with a path and a status code or a duration.
    pub requests: Requests,
    /// The number of different users with requests.
    #[serde(default)]
    pub request_users: u64,
    /// The number of different users with requests that failed.
    #[serde(default)]
    pub failed_users: u64,
    /// The errors that explain failed requests, those that explain most first; at most five. A failed
    /// request with several errors counts for each of them.
    #[serde(default)]
    pub causes: Vec<FailureCause>,
    /// The slowest routes by average duration: first those with enough requests, then the others
    /// (`below_min_sample`). Ten, or all that are over the threshold.
    pub slow_requests: Vec<SlowRequest>,
    /// Every endpoint, sorted by path and method. A segment with too many values is `{value}`.
    pub routes: Vec<Route>,
    /// The number of requests without a path: 0, unless counts are estimates.
    pub requests_without_path: u64,
    /// The number of requests that are in no row of `routes`, because there are too many endpoints.
    #[serde(default)]
    pub other_route_requests: u64,
    /// The users with the most requests, at most twenty.
    pub user_activity: Vec<UserActivity>,
    /// The client addresses with the most requests, at most twenty. Empty if the requests name none.
    #[serde(default)]
    pub client_activity: Vec<ClientActivity>,
    /// The window in equal parts, in order, empty ones included.
    pub timeline: Vec<TimelinePart>,
    /// The window before.
    pub previous: PreviousWindow,
    /// How this window differs from the one before; `null` if one of them could not be read
    /// completely.
    pub change: Option<AnalysisChange>,
    /// What was expected of this window, by earlier ones; `null` if they could not be read.
    #[serde(default)]
    pub baseline: Option<Baseline>,
    /// The counts that are the baseline of later windows; `null` in analyses of earlier versions, and if
    /// the search failed in part.
    #[serde(default)]
    pub observed: Option<Observation>,
    /// The id of the record of this analysis; `null` if it is not stored.
    pub record_id: Option<String>,
    /// The alarms as of this window; `null` if they were not evaluated.
    #[serde(default)]
    pub alarms: Option<LogAlarms>,
    /// Whether the report of the window was sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub report_sent: bool,
    /// What could not be published; the next run publishes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpublished: Option<UnpublishedAlarms>,
}

/// The kinds of answer. They exclude each other; the last one that applies is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AnalysisStatus {
    /// Entries and requests were found and counted.
    Answered,
    /// There are entries, and none of them is a request.
    NoRequests,
    /// There is an index for the window, but no entry: the service was silent, its logs did not arrive,
    /// or they belong to another environment.
    NoLogs,
    /// No day of the window has an index: the service name is wrong, nothing was ingested, or it was
    /// deleted by retention.
    MissingIndex,
    /// Part of the search failed, see `failures`: all counts are lower bounds.
    Incomplete,
}

/// How many entries of a window could not be read completely. An entry can count several times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogQuality {
    /// All entries.
    pub total: u64,
    /// Entries without a level that could be read. They count neither as errors nor as healthy.
    pub without_level: u64,
    /// Entries without a time that could be read. They have the time of their log event.
    pub without_time: u64,
    /// Entries whose format is unknown.
    pub unrecognised: u64,
}

/// Why there is no error rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ErrorRateUnknown {
    /// There are no entries.
    NoEntries,
    /// More than half of the entries have no level that could be read.
    UnknownLevels,
}

/// The rules of an analysis.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnalysisRules {
    /// The number of entries, or requests, that a rate or an average needs.
    pub min_sample: u64,
    /// A route with this average duration is slow, in milliseconds.
    pub slow_milliseconds: f64,
    /// An error that occurred between this time and the window is not new.
    pub known_since: Timestamp,
}

/// Errors of one pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TopError {
    /// The pattern: the message with everything variable masked.
    pub message: String,
    /// The number of errors.
    pub count: u64,
    /// Their share of all errors.
    pub share: f64,
    /// Whether it was not seen before; `null` if that is not known.
    pub is_new: Option<bool>,
    /// The message of the latest one, as it was stored.
    pub example: String,
    /// Whether the example was longer and is cut.
    pub example_cut: bool,
    /// The correlation id of the example.
    pub correlation_id: Option<String>,
    /// The time of the first one in the window.
    pub first_seen: Timestamp,
    /// The time of the last one in the window.
    pub last_seen: Timestamp,
    /// The number of different users.
    pub users: u64,
}

/// An error pattern that was not seen before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewError {
    /// The pattern.
    pub message: String,
    /// The number of errors in the window.
    pub count: u64,
    /// The time of the first one.
    pub first_seen: Timestamp,
    /// The message of the latest one, cut if it is long; `null` if the pattern is not among the most
    /// frequent.
    pub example: Option<String>,
}

/// Why it is not known which errors are new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoveltyUnknown {
    /// There are no entries from before the window.
    NoHistory,
    /// Part of the search failed, perhaps that for known errors.
    Incomplete,
    /// An upgrade within the last day changed the patterns, so that known errors look new.
    OtherPatterns,
}

/// The numbers of a group of requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Requests {
    /// The number of requests.
    pub count: u64,
    /// The number that failed: status code 500 or above, or, without a status code, level `error` or
    /// `fatal`.
    pub failed: u64,
    /// Failed requests divided by requests; `null` if there were none.
    pub error_rate: Option<f64>,
    /// Whether there are fewer than a rate or an average needs.
    pub below_min_sample: bool,
    /// Their durations; `null` if none of them has one.
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

/// A route in the ranking of the slowest. Durations are milliseconds.
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
    /// The number of requests.
    pub count: u64,
    /// Whether the average duration is at or over the threshold
    /// ([`AnalysisRules::slow_milliseconds`]).
    #[serde(default)]
    pub over_threshold: bool,
    /// Whether there are too few requests for an average.
    pub below_min_sample: bool,
}

/// The requests of one user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserActivity {
    /// The user.
    pub user_id: String,
    /// The number of requests.
    pub request_count: u64,
    /// The number that failed.
    pub failed_count: u64,
}

/// The requests of one client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientActivity {
    /// Its IP address. Behind a proxy that the log does not see through, the proxy's.
    pub client: String,
    /// The number of requests.
    pub request_count: u64,
    /// The number that failed.
    pub failed_count: u64,
}

/// The totals of the window before, which has the same length and ends where the window starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreviousWindow {
    /// The window before.
    pub window: Window,
    /// All entries.
    pub total_count: u64,
    /// Entries of the levels `error` and `fatal`.
    pub error_count: u64,
    /// Errors divided by entries with a known level; `null` if it cannot be computed.
    pub error_rate: Option<f64>,
    /// Whether fewer entries have a known level than a rate needs.
    pub below_min_sample: bool,
    /// Entries per level, as in [`LogAnalysis::levels`].
    pub levels: BTreeMap<Level, u64>,
    /// All requests.
    pub requests: Requests,
    /// The window in equal parts, in order; empty in analyses of earlier versions.
    #[serde(default)]
    pub timeline: Vec<TimelinePart>,
}

/// How a window differs from the one before. A change is `null` if one of the two windows has no such
/// number.
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
    /// The difference, in the unit of the number; negative for a decrease.
    pub absolute: f64,
    /// The difference divided by the earlier number: 0.5 is an increase by half, −1 a decrease to 0.
    /// `null` if the earlier number was 0.
    pub relative: Option<f64>,
    /// Whether one of the two numbers is a rate or an average of too few samples. Always false for
    /// counts.
    pub below_min_sample: bool,
}
