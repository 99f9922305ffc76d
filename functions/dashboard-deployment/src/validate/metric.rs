//! Validates the properties of a metric widget.

use serde_json::Value;

use super::{
    annotations,
    property::{period, region},
    schema::{At, Checked},
    series, statistic,
};

/// The most rows of a widget.
const MOST_ROWS: usize = 500;

const VIEWS: [&str; 6] = ["timeSeries", "singleValue", "gauge", "bar", "pie", "table"];

const KNOWN: [&str; 24] = [
    "accountId",
    "annotations",
    // The console writes it.
    "copilot",
    "end",
    // A rule of Contributor Insights, instead of metrics.
    "insightRule",
    "legend",
    "liveData",
    "metrics",
    "period",
    "region",
    "setPeriodToTimeRange",
    "sparkline",
    "stacked",
    "start",
    "stat",
    "table",
    "timezone",
    "title",
    "trend",
    "view",
    "yAxis",
    "singleValueFullPrecision",
    "labels",
    "warnings",
];

/// Checks the properties and returns the number of metrics.
pub(super) fn check(properties: &At<'_>, checked: &mut Checked) -> usize {
    region(properties, checked);
    source(properties, checked);
    properties.text(checked, "title");
    for key in [
        "stacked",
        "liveData",
        "sparkline",
        "trend",
        "setPeriodToTimeRange",
    ] {
        properties.switch(checked, key);
    }
    properties.one_of(checked, "view", &VIEWS);
    if let Some(legend) = properties.get("legend") {
        legend.one_of(checked, "position", &["right", "bottom", "hidden"]);
    }
    statistic::check(properties, checked);
    period(properties, checked);
    axes(properties, checked);
    annotations::check(properties, checked);
    properties.unknown_keys(checked, &KNOWN, "a metric widget");
    let rows = properties.list(checked, "metrics", 0, MOST_ROWS);
    rows.map_or(0, |rows| series::check(properties, &rows, checked))
}

/// Reports a widget that has neither a region and metrics nor an alarm. CloudWatch lists what is
/// missing for both: <https://github.com/aws/aws-cdk/issues/31393>.
fn source(properties: &At<'_>, checked: &mut Checked) {
    let annotations = properties.get("annotations");
    if annotations
        .as_ref()
        .is_some_and(|annotations| annotations.get("alarms").is_some())
    {
        return;
    }
    let mut missing = vec!["region", "metrics"];
    missing.retain(|key| properties.get(key).is_none());
    if properties.get("insightRule").is_some() {
        missing.retain(|key| *key != "metrics");
    }
    if missing.is_empty() {
        return;
    }
    for key in missing {
        checked.error(
            &*properties.path,
            format!("Should have required property '{key}'"),
        );
    }
    checked.error(
        &*properties.path,
        "The metric widget should have specified a region and a data source or an alarm annotation",
    );
    if annotations.is_none() {
        checked.error(
            &*properties.path,
            "Should have required property 'annotations'",
        );
    }
}

fn axes(properties: &At<'_>, checked: &mut Checked) {
    let both = properties.get("yAxis");
    for side in ["left", "right"] {
        let Some(axis) = both.as_ref().and_then(|both| both.get(side)) else {
            continue;
        };
        let least = axis.number(checked, "min");
        let most = axis.number(checked, "max");
        axis.text(checked, "label");
        axis.switch(checked, "showUnits");
        if let (Some(least), Some(most)) = (least, most)
            && least >= most
        {
            checked.error(&*axis.path, "Should be <= max");
            checked.error(&*axis.path, "Should be >= min");
        }
    }
    if properties.value.get("view").and_then(Value::as_str) == Some("gauge") {
        // A gauge needs both ends of its scale.
        match both.and_then(|both| both.get("left")) {
            Some(left) => {
                left.required(checked, &["min", "max"]);
            }
            None => checked.error(&*properties.path, "Should have required property 'yAxis'"),
        }
    }
}
