//! The counts of a window in a compact form, as the baseline of later windows needs them.
//!
//! Bounded: at most [`MOST`] routes, patterns and users. Counts of several windows can be added; typical
//! durations are medians, which later windows combine by their own median.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The most routes and the most error patterns of an observation.
pub const MOST: usize = 50;
/// The longest key, in characters.
const KEY_CHARACTERS: usize = 160;

/// What was counted in a window.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Observation {
    /// All entries.
    pub entries: u64,
    /// Entries with a known level.
    pub with_level: u64,
    /// Entries of the levels `error` and `fatal`.
    pub errors: u64,
    /// Requests.
    pub requests: u64,
    /// Failed requests.
    pub failed: u64,
    /// The routes with the most requests, by [`route_key`].
    pub routes: BTreeMap<String, ObservedRoute>,
    /// Whether there were more routes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more_routes: bool,
    /// The most frequent error patterns, by [`key`]. Requests are not among them.
    pub patterns: BTreeMap<String, u64>,
    /// The requests of the user with the most requests.
    pub top_user: u64,
    /// The requests of the users with the most requests together.
    #[serde(default)]
    pub top_users: u64,
    /// The number of different users with requests.
    pub users: u64,
    /// The requests of the client with the most requests; `None` if no request names its client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_client: Option<u64>,
    /// The number of different clients with requests, counted up to those that are shown.
    #[serde(default)]
    pub clients: u64,
    /// The durations of all requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<TypicalDurations>,
    /// The traffic that was usual at this time on earlier days: later windows compute today's level
    /// from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual_traffic: Option<f64>,
}

/// The requests of a route in a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObservedRoute {
    /// Requests.
    pub requests: u64,
    /// Failed requests.
    pub failed: u64,
    /// Their durations.
    #[serde(flatten)]
    pub latency: Option<TypicalDurations>,
}

/// Typical durations, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TypicalDurations {
    /// The median.
    pub p50: f64,
    /// The 95th percentile.
    pub p95: f64,
}

/// The key of an error pattern: its beginning, and a checksum of the rest if it is long.
#[must_use]
pub fn key(text: &str) -> String {
    match text.char_indices().nth(KEY_CHARACTERS) {
        None => text.to_owned(),
        Some((end, _)) => {
            let (start, rest) = text.split_at_checked(end).unwrap_or((text, ""));
            format!("{start}…{:016x}", checksum(rest))
        }
    }
}

/// The key of a route: `GET /api/players/{id}`.
#[must_use]
pub fn route_key(method: Option<&str>, path: &str) -> String {
    match method {
        Some(method) => key(&format!("{method} {path}")),
        None => key(path),
    }
}

/// FNV-1a, <http://www.isthe.com/chongo/tech/comp/fnv/>: the same on every machine.
fn checksum(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::{key, route_key};

    #[test]
    fn a_long_key_is_cut_between_characters_and_stays_different() {
        assert_eq!(key("연결 실패"), "연결 실패");
        let [a, b] = ["a", "b"].map(|end| key(&format!("{}{end}", "결".repeat(160))));
        assert_ne!(a, b);
        assert!(a.starts_with(&"결".repeat(160)) && a.chars().count() == 177);
        assert_eq!(key(&"결".repeat(160)), "결".repeat(160));
    }

    #[test]
    fn a_route_has_its_method_in_the_key() {
        assert_eq!(route_key(Some("GET"), "/a"), "GET /a");
        assert_eq!(route_key(None, "/a"), "/a");
    }
}
