//! Runs `oracle/count.py` and compares its counts with an analysis.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

use jiff::Timestamp;
use serde::Deserialize;
use shared::{
    log_store::facts::{Approximation, DurationFacts},
    model::{
        analysis::{LogAnalysis, Requests},
        level::Level,
        window::Window,
    },
};

/// The counts of the oracle.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OracleCount {
    pub(super) total: u64,
    levels: BTreeMap<Level, u64>,
    pub(super) errors: u64,
    error_rate: Option<f64>,
    pub(super) patterns: Vec<ErrorGroup>,
    new_patterns: Option<BTreeSet<String>>,
    requests: Group,
    pub(super) endpoints: BTreeMap<String, Group>,
    pub(super) distinct_users: u64,
    pub(super) users: Vec<Activity>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ErrorGroup {
    pattern: String,
    count: u64,
    users: u64,
    first_seen: Timestamp,
    last_seen: Timestamp,
}

#[derive(Debug, Deserialize)]
pub(super) struct Group {
    count: u64,
    failed: u64,
    durations: Option<OracleDurations>,
}

#[derive(Debug, Deserialize)]
struct OracleDurations {
    average: f64,
    p50: Percentile,
    p95: Percentile,
    p99: Percentile,
    max: f64,
}

#[derive(Debug, Deserialize)]
struct Percentile {
    exact: f64,
    least: f64,
    most: f64,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Activity {
    user_id: String,
    requests: u64,
    failed: u64,
}

/// Runs the oracle on a log, or on a window of it.
pub(super) fn count(log: &Path, window: Option<Window>) -> OracleCount {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/oracle/count.py");
    let mut command = Command::new("python3");
    command.arg(script).arg(log);
    if let Some(Window { start, end }) = window {
        command.arg(start.to_string()).arg(end.to_string());
    }
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => panic!(
            "python3 cannot be run ({error}). An independent count of the log is written in \
             Python: install Python 3."
        ),
    };
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the oracle failed: {complaint}");
    serde_json::from_slice(&output.stdout).expect("the oracle's JSON")
}

impl OracleCount {
    /// Checks every number of an analysis.
    pub(super) fn assert_matches(&self, analysis: &LogAnalysis) {
        assert_eq!(analysis.failures, Vec::<String>::new());
        assert_eq!(analysis.total_count, self.total);
        assert_eq!(analysis.error_count, self.errors);
        assert_rate(analysis.error_rate, self.error_rate);
        self.assert_levels(&analysis.levels);
        assert_eq!(analysis.distinct_users, self.distinct_users);
        self.assert_errors(analysis);
        let exact = is_exact(analysis);
        self.requests.assert_is(&analysis.requests, exact);
        self.assert_routes(analysis, exact);
        let users: Vec<Activity> = analysis
            .user_activity
            .iter()
            .map(|user| Activity {
                user_id: user.user_id.clone(),
                requests: user.request_count,
                failed: user.failed_count,
            })
            .collect();
        assert!(users.len() >= 10, "{users:?}");
        assert_eq!(users, self.users[..users.len()]);
        let parts = || analysis.timeline.iter();
        assert_eq!(parts().map(|part| part.total).sum::<u64>(), self.total);
        assert_eq!(parts().map(|part| part.errors).sum::<u64>(), self.errors);
        let requests: u64 = parts().map(|part| part.requests).sum();
        assert_eq!(requests, self.requests.count);
        let failed: u64 = parts().map(|part| part.failed).sum();
        assert_eq!(failed, self.requests.failed);
    }

    /// Checks the numbers of the previous window in an analysis; this is the count of that window.
    pub(super) fn assert_is_previous_of(&self, analysis: &LogAnalysis) {
        let previous = &analysis.previous;
        assert_eq!(previous.total_count, self.total);
        assert_eq!(previous.error_count, self.errors);
        assert_rate(previous.error_rate, self.error_rate);
        self.assert_levels(&previous.levels);
        self.requests
            .assert_is(&previous.requests, is_exact(analysis));
        let parts = || previous.timeline.iter();
        assert_eq!(parts().map(|part| part.total).sum::<u64>(), self.total);
        let failed: u64 = parts().map(|part| part.failed).sum();
        assert_eq!(failed, self.requests.failed);
    }

    fn assert_levels(&self, levels: &BTreeMap<Level, u64>) {
        for level in Level::ALL {
            let counted = self.levels.get(&level).copied().unwrap_or_default();
            let actual = levels.get(&level).copied().unwrap_or_default();
            assert_eq!(actual, counted, "{}", level.name());
        }
    }

    fn assert_errors(&self, analysis: &LogAnalysis) {
        let actual: Vec<ErrorGroup> = analysis
            .top_errors
            .iter()
            .map(|error| ErrorGroup {
                pattern: error.message.clone(),
                count: error.count,
                users: error.users,
                first_seen: error.first_seen,
                last_seen: error.last_seen,
            })
            .collect();
        let top = &self.patterns[..self.patterns.len().min(10)];
        assert_eq!(actual, top);
        let others: u64 = self.patterns[top.len()..].iter().map(|one| one.count).sum();
        assert_eq!(analysis.other_error_count, others);
        let new = analysis.new_errors.as_ref();
        let new = new.map(|new| new.iter().map(|error| error.message.clone()).collect());
        assert_eq!(new, self.new_patterns);
    }

    fn assert_routes(&self, analysis: &LogAnalysis, exact: bool) {
        let endpoint = |method: Option<&str>, path: &str| {
            let method = method.expect("a method");
            format!("{method} {path}")
        };
        let actual: BTreeMap<String, &Requests> = analysis
            .routes
            .iter()
            .map(|route| {
                let name = endpoint(route.method.as_deref(), &route.path);
                (name, &route.requests)
            })
            .collect();
        assert_eq!(
            actual.keys().collect::<Vec<_>>(),
            self.endpoints.keys().collect::<Vec<_>>()
        );
        for (name, requests) in actual {
            self.endpoints[&name].assert_is(requests, exact);
        }
        let slow: BTreeSet<String> = analysis
            .slow_requests
            .iter()
            .filter(|slow| slow.over_threshold)
            .map(|slow| endpoint(slow.method.as_deref(), &slow.path))
            .collect();
        let is_slow = |group: &Group| {
            let durations = group.durations.as_ref();
            durations.is_some_and(|it| it.average >= analysis.rules.slow_milliseconds)
        };
        let counted = self.endpoints.iter().filter(|(_, group)| is_slow(group));
        assert_eq!(slow, counted.map(|(name, _)| name.clone()).collect());
    }
}

impl Group {
    fn assert_is(&self, requests: &Requests, exact: bool) {
        assert_eq!(
            (requests.count, requests.failed),
            (self.count, self.failed),
            "{requests:?}"
        );
        match (&requests.durations, &self.durations) {
            (None, None) => {}
            (Some(actual), Some(counted)) => counted.assert_are(actual, exact),
            (actual, counted) => panic!("{actual:?} is not {counted:?}"),
        }
    }
}

impl OracleDurations {
    fn assert_are(&self, actual: &DurationFacts, exact: bool) {
        assert!(near(actual.average, self.average), "{actual:?} {self:?}");
        assert!(near(actual.max, self.max), "{actual:?} {self:?}");
        for (actual, counted) in [
            (actual.p50, &self.p50),
            (actual.p95, &self.p95),
            (actual.p99, &self.p99),
        ] {
            let inside = counted.least <= actual && actual <= counted.most;
            let right = near(actual, counted.exact) || (!exact && inside);
            assert!(right, "{actual} is not {counted:?}");
        }
    }
}

/// Whether the percentiles are exact.
fn is_exact(analysis: &LogAnalysis) -> bool {
    !analysis.approximate.contains(&Approximation::Percentiles)
}

fn assert_rate(actual: Option<f64>, counted: Option<f64>) {
    match (actual, counted) {
        (None, None) => {}
        (Some(actual), Some(counted)) => {
            assert!(near(actual, counted), "{actual} is not {counted}");
        }
        _ => panic!("{actual:?} is not {counted:?}"),
    }
}

/// Whether two sums are equal except for rounding.
fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-3)
}
