//! The metrics that Bongsu publishes about the service it watches, by name. `log-analysis` publishes
//! them and the dashboard draws them, and both take the names from here: a metric is its namespace,
//! name and dimensions, and a graph of one that differs in a letter is empty.
//!
//! They are published once for each window of a schedule, at the window's start: the period of a
//! graph is the length of that window.

use crate::env::{Settings, names};

/// The namespace where the settings name no other.
pub const DEFAULT_NAMESPACE: &str = "GMTool/API";

/// The dimension with the name of the watched service.
pub const SERVICE: &str = "Service";
/// The dimension with the environment that it runs in.
pub const ENVIRONMENT: &str = "Environment";
/// All dimensions of each metric.
pub const DIMENSIONS: [&str; 2] = [ENVIRONMENT, SERVICE];

/// How many requests there were. Sum it. Unit: Count.
pub const REQUEST_COUNT: &str = "RequestCount";
/// How many of them failed; 0 is published where none did. Sum it. Unit: Count.
pub const ERROR_COUNT: &str = "ErrorCount";
/// How many of them failed, in percent. An average of such rates is wrong: for more than one window
/// divide the sums of the counts. Unit: Percent.
pub const ERROR_RATE: &str = "ErrorRate";
/// How long requests took on average. Unit: Milliseconds.
pub const RESPONSE_TIME: &str = "ResponseTime";
/// The median of how long requests took. Unit: Milliseconds.
pub const RESPONSE_TIME_P50: &str = "ResponseTimeP50";
/// The 95th percentile. Unit: Milliseconds.
pub const RESPONSE_TIME_P95: &str = "ResponseTimeP95";
/// The 99th percentile. Unit: Milliseconds.
pub const RESPONSE_TIME_P99: &str = "ResponseTimeP99";

/// What was expected of [`REQUEST_COUNT`], and the usual band around it, in which about 95% of values lie.
/// Published only with a baseline, as are those of [`ERROR_RATE`]. Unit: Count.
pub const REQUEST_COUNT_BAND: Band = Band {
    expected: "RequestCountExpected",
    lower: "RequestCountLower",
    upper: "RequestCountUpper",
};
/// What was expected of [`ERROR_RATE`], and the usual band around it. Unit: Percent.
pub const ERROR_RATE_BAND: Band = Band {
    expected: "ErrorRateExpected",
    lower: "ErrorRateLower",
    upper: "ErrorRateUpper",
};

/// How many entries have no level that could be read; published only if there are any, as are the other
/// two of [`QUALITY`]. Sum it. Unit: Count.
pub const ENTRIES_WITHOUT_LEVEL: &str = "EntriesWithoutLevel";
/// How many entries have no time that could be read. Sum it. Unit: Count.
pub const ENTRIES_WITHOUT_TIME: &str = "EntriesWithoutTime";
/// How many entries have an unknown format. Sum it. Unit: Count.
pub const ENTRIES_UNRECOGNISED: &str = "EntriesUnrecognised";

/// The metrics of entries that could not be read completely.
pub const QUALITY: [&str; 3] = [
    ENTRIES_WITHOUT_LEVEL,
    ENTRIES_WITHOUT_TIME,
    ENTRIES_UNRECOGNISED,
];

/// The metrics of what is usual for another metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// The name of the metric of what was expected.
    pub expected: &'static str,
    /// The lower end of the usual band.
    pub lower: &'static str,
    /// Its upper end.
    pub upper: &'static str,
}

/// All metrics of a service whose log is understood, and that has a baseline.
pub const ALL: [&str; 13] = [
    REQUEST_COUNT,
    ERROR_COUNT,
    ERROR_RATE,
    RESPONSE_TIME,
    RESPONSE_TIME_P50,
    RESPONSE_TIME_P95,
    RESPONSE_TIME_P99,
    REQUEST_COUNT_BAND.expected,
    REQUEST_COUNT_BAND.lower,
    REQUEST_COUNT_BAND.upper,
    ERROR_RATE_BAND.expected,
    ERROR_RATE_BAND.lower,
    ERROR_RATE_BAND.upper,
];

/// Which metrics are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Their namespace.
    pub namespace: String,
    /// The value of [`ENVIRONMENT`].
    pub environment: String,
}

impl Place {
    /// Reads `METRICS_NAMESPACE` and `ENVIRONMENT` (or `NODE_ENV`).
    #[must_use]
    pub fn read(settings: &Settings) -> Self {
        /// As in the functions' own logs.
        const UNNAMED: &str = "development";
        let environment = settings
            .text(names::ENVIRONMENT)
            .or_else(|| settings.text(names::NODE_ENV));
        let namespace = settings.text(names::METRICS_NAMESPACE);
        Self {
            namespace: namespace.unwrap_or(DEFAULT_NAMESPACE).to_owned(),
            environment: environment.unwrap_or(UNNAMED).to_owned(),
        }
    }
}
