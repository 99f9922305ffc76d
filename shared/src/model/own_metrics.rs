//! The metrics that Bongsu publishes about the service it watches, by name. Whoever publishes them
//! and whoever draws them take the names from here: a metric is its namespace, name and dimensions,
//! and a graph of one that differs in a letter is empty.
//!
//! They are counted from the requests among the logs, once a minute or more often, in CloudWatch's
//! embedded metric format.

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
/// How long requests took, as single values, so that percentiles are true. Unit: Milliseconds.
pub const RESPONSE_TIME: &str = "ResponseTime";
/// Errors in percent of the requests of the same minute, for alarms that are there already. Unit:
/// Percent. An average of such rates is wrong: divide the sums of the counts instead.
pub const ERROR_RATE: &str = "ErrorRate";

/// All of them.
pub const ALL: [&str; 4] = [REQUEST_COUNT, ERROR_COUNT, RESPONSE_TIME, ERROR_RATE];
