//! Metrics in CloudWatch's embedded metric format: a line on the standard output that CloudWatch Logs
//! makes metrics of. That takes no call, no permission and no time.
//!
//! Format:
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>.

use std::io::{self, Write as _};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// The namespace of the metrics about Bongsu itself.
pub const NAMESPACE: &str = "Bongsu";

/// The dimension with the name of the function.
pub const FUNCTION: &str = "Function";

/// The dimension with the stack, by the prefix of its functions' names
/// ([`health::function_prefix`](crate::model::health::function_prefix)). Without it, the alarms of one
/// stack would evaluate the metrics of all stacks of the account and region.
pub const STACK: &str = "Stack";

/// All dimensions of the metrics about Bongsu itself.
pub const DIMENSIONS: [&str; 2] = [FUNCTION, STACK];

/// A metric with its unit, as CloudWatch calls it, and its value.
pub type Metric<'a> = (&'a str, &'a str, f64);

/// The line that publishes metrics with these dimensions, names and values, at a time.
#[must_use]
pub fn line(
    namespace: &str,
    dimensions: &[(&str, &str)],
    metrics: &[Metric<'_>],
    at: Timestamp,
) -> String {
    let definitions: Vec<Value> = metrics
        .iter()
        .map(|(name, unit, _)| json!({ "Name": name, "Unit": unit }))
        .collect();
    let names: Vec<&str> = dimensions.iter().map(|(name, _)| *name).collect();
    let mut line = Map::new();
    line.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": at.as_millisecond(),
            "CloudWatchMetrics": [{
                "Namespace": namespace,
                "Dimensions": [names],
                "Metrics": definitions,
            }],
        }),
    );
    for (name, value) in dimensions {
        line.insert((*name).to_owned(), json!(value));
    }
    for (name, _, value) in metrics {
        line.insert((*name).to_owned(), json!(value));
    }
    Value::Object(line).to_string()
}

/// The line that publishes metrics of a function of a stack.
#[must_use]
pub fn of_function(function: &str, stack: &str, metrics: &[Metric<'_>], at: Timestamp) -> String {
    let dimensions = [(FUNCTION, function), (STACK, stack)];
    line(NAMESPACE, &dimensions, metrics, at)
}

/// Publishes a line. That it cannot be written never stops the work.
pub fn publish(line: &str) {
    if let Err(error) = writeln!(io::stdout().lock(), "{line}") {
        tracing::warn!("metrics cannot be published: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::of_function;

    #[test]
    fn a_line_is_what_the_format_asks_for() {
        let at = "2026-11-24T00:00:00.5Z".parse().expect("instant");
        let metrics = [("MetricsRequested", "Count", 10.0)];
        assert_eq!(
            of_function("metric-collection", "bongsu-", &metrics, at),
            r#"{"Function":"metric-collection","MetricsRequested":10.0,"Stack":"bongsu-","_aws":{"CloudWatchMetrics":[{"Dimensions":[["Function","Stack"]],"Metrics":[{"Name":"MetricsRequested","Unit":"Count"}],"Namespace":"Bongsu"}],"Timestamp":1795478400500}}"#
        );
    }
}
