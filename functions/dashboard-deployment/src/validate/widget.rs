//! Validates widgets: the common keys, and the kinds other than metric.

use serde_json::Value;

use super::{
    metric,
    property::{alarm_arn, region},
    schema::{At, Checked},
};

/// Checks a widget and returns its number of metrics.
pub(super) fn check(widget: &At<'_>, checked: &mut Checked) -> usize {
    if !widget.required(checked, &["type", "properties"]) && !widget.value.is_object() {
        return 0;
    }
    position(widget, checked);
    unknown_keys(widget, checked);
    let kind = widget.text(checked, "type");
    let Some(properties) = widget.get("properties") else {
        return 0;
    };
    if !properties.object(checked) {
        return 0;
    }
    match kind {
        Some("metric") => return metric::check(&properties, checked),
        Some("text") => text(&properties, checked),
        Some("log") => log(&properties, checked),
        Some("alarm") => alarm(&properties, checked),
        Some("explorer") => explorer(&properties, checked),
        Some("custom") => {
            properties.required(checked, &["endpoint"]);
        }
        // New and not documented well enough to check.
        Some("chart") | None => {}
        Some(unknown) => checked.warn(
            format!("{}/type", widget.path),
            format!(
                "{unknown:?} is not a known type of widget, so it may show nothing; the known types \
                 are metric, text, log, alarm, explorer, custom and chart"
            ),
        ),
    }
    0
}

/// Warns of unknown keys, in CloudWatch's words.
fn unknown_keys(widget: &At<'_>, checked: &mut Checked) {
    let known = ["type", "properties", "x", "y", "width", "height"];
    widget.each_unknown_key(&known, |key| {
        let words = format!(
            "The \"{key}\" property is not expected to be part of a widget definition, will be ignored"
        );
        checked.warn(&*widget.path, words);
    });
}

fn position(widget: &At<'_>, checked: &mut Checked) {
    widget.integer(checked, "x", 0, Some(23));
    widget.integer(checked, "y", 0, None);
    widget.integer(checked, "width", 1, Some(24));
    widget.integer(checked, "height", 1, Some(1_000));
    for (key, other) in [("x", "y"), ("y", "x")] {
        if widget.get(key).is_some() && widget.get(other).is_none() {
            checked.error(
                &*widget.path,
                format!("Should have property {other} when property {key} is present"),
            );
        }
    }
}

fn text(properties: &At<'_>, checked: &mut Checked) {
    properties.required(checked, &["markdown"]);
    properties.text(checked, "markdown");
    properties.one_of(checked, "background", &["transparent", "solid"]);
    properties.unknown_keys(checked, &["markdown", "background"], "a text widget");
}

fn log(properties: &At<'_>, checked: &mut Checked) {
    properties.required(checked, &["region", "query"]);
    region(properties, checked);
    properties.text(checked, "title");
    properties.one_of(checked, "view", &["table", "timeSeries", "bar", "pie"]);
    properties.unknown_keys(
        checked,
        &[
            "region",
            "query",
            "title",
            "view",
            "stacked",
            "accountId",
            "queryLanguage",
            "queryBy",
            "logGroupPrefixes",
        ],
        "a log widget",
    );
    let language = properties
        .value
        .get("queryLanguage")
        .and_then(Value::as_str);
    if let Some(query) = properties.text(checked, "query") {
        // The other languages name their sources differently.
        let is_insights = language.is_none_or(|language| language == "CWLI" || language == "Logs");
        let by_prefix = properties.get("queryBy").is_some();
        if is_insights && !by_prefix && !query.trim_start().starts_with("SOURCE ") {
            checked.warn(
                format!("{}/query", properties.path),
                "the query names no log group, so it finds nothing: begin it with \
                 SOURCE 'log-group' |",
            );
        }
    }
}

fn alarm(properties: &At<'_>, checked: &mut Checked) {
    properties.required(checked, &["alarms"]);
    properties.text(checked, "title");
    properties.one_of(
        checked,
        "sortBy",
        &["default", "stateUpdatedTimestamp", "timestamp"],
    );
    properties.unknown_keys(
        checked,
        &["alarms", "sortBy", "states", "title"],
        "an alarm widget",
    );
    for alarm in properties
        .list(checked, "alarms", 1, 100)
        .unwrap_or_default()
    {
        alarm_arn(&alarm, checked);
    }
    for state in properties.list(checked, "states", 0, 3).unwrap_or_default() {
        let known = ["ALARM", "INSUFFICIENT_DATA", "OK"];
        if !state
            .value
            .as_str()
            .is_some_and(|state| known.contains(&state))
        {
            checked.warn(state.path, format!("is not one of {}", known.join(", ")));
        }
    }
}

fn explorer(properties: &At<'_>, checked: &mut Checked) {
    properties.required(checked, &["metrics", "labels"]);
    for metric in properties
        .list(checked, "metrics", 1, 100)
        .unwrap_or_default()
    {
        metric.required(checked, &["metricName", "resourceType", "stat"]);
    }
    properties.list(checked, "labels", 1, usize::MAX);
}
