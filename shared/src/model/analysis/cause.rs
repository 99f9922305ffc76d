//! Errors that explain failed requests.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An error that explains failed requests: it is no request itself, and has their correlation id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FailureCause {
    /// The pattern of the error, with `…` for a word in which its patterns differ.
    pub message: String,
    /// The patterns of the error: several if they differ in one word.
    pub patterns: Vec<String>,
    /// The number of failed requests that it explains.
    pub failed_requests: u64,
    /// Their share of all failed requests.
    pub share: f64,
    /// The number of different users of these requests.
    pub users: u64,
    /// The number of different routes of these requests.
    pub routes: u64,
    /// The failed requests that each of the patterns explains. A rare one may be absent.
    #[serde(default)]
    pub failed_by_pattern: BTreeMap<String, u64>,
    /// The number of failed requests that it explained in the window before.
    pub previous_failed_requests: u64,
    /// The time of the first error in the window before, of those that explain failed requests.
    #[serde(default)]
    pub previous_first_seen: Option<Timestamp>,
    /// Whether the error was not seen before; `null` if that is not known.
    pub is_new: Option<bool>,
    /// The message of the latest error; `null` if the pattern is not among the most frequent, as are the
    /// times.
    pub example: Option<String>,
    /// The time of the first error in the window.
    pub first_seen: Option<Timestamp>,
    /// The time of the last error in the window.
    pub last_seen: Option<Timestamp>,
}
