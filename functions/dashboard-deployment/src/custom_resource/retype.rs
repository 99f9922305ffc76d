//! Converts the strings of CloudFormation's object form back to numbers and booleans. Pure.
//!
//! CloudFormation passes numbers and booleans to a custom resource as strings: `width: 12` arrives as
//! `"12"`. The place of a value decides, not its key: `value` is a number in an annotation and text in a
//! variable, and `params` of a custom widget belongs to the widget's own function.

use serde_json::Value;

/// The places of numbers; `*` is any member of a list or any key.
const NUMBERS: [&str; 12] = [
    "widgets.*.x",
    "widgets.*.y",
    "widgets.*.width",
    "widgets.*.height",
    "widgets.*.properties.period",
    "widgets.*.properties.metrics.*.*.period",
    "widgets.*.properties.yAxis.*.min",
    "widgets.*.properties.yAxis.*.max",
    "widgets.*.properties.annotations.horizontal.*.value",
    // An end of a band.
    "widgets.*.properties.annotations.horizontal.*.*.value",
    "widgets.*.properties.widgetOptions.rowsPerPage",
    "widgets.*.properties.widgetOptions.widgetsPerRow",
];

/// The places of booleans.
const BOOLEANS: [&str; 18] = [
    "widgets.*.properties.stacked",
    "widgets.*.properties.liveData",
    "widgets.*.properties.sparkline",
    "widgets.*.properties.trend",
    "widgets.*.properties.setPeriodToTimeRange",
    "widgets.*.properties.singleValueFullPrecision",
    "widgets.*.properties.metrics.*.*.visible",
    "widgets.*.properties.yAxis.*.showUnits",
    "widgets.*.properties.annotations.*.*.visible",
    "widgets.*.properties.annotations.*.*.*.visible",
    "widgets.*.properties.table.stickySummary",
    "widgets.*.properties.table.showTimeSeriesData",
    "widgets.*.properties.widgetOptions.stacked",
    "widgets.*.properties.widgetOptions.legend.visible",
    "widgets.*.properties.updateOn.refresh",
    "widgets.*.properties.updateOn.resize",
    "widgets.*.properties.updateOn.timeRange",
    "variables.*.visible",
];

/// The dashboard with numbers and booleans where CloudWatch wants them.
pub(super) fn retyped(dashboard: Value) -> Value {
    at(dashboard, &mut Vec::new())
}

fn at(value: Value, path: &mut Vec<String>) -> Value {
    match value {
        Value::Array(members) => {
            let members = members.into_iter();
            members.map(|member| inside("*", member, path)).collect()
        }
        Value::Object(map) => {
            let entries = map.into_iter().map(|(key, member)| {
                let member = inside(&key, member, path);
                (key, member)
            });
            Value::Object(entries.collect())
        }
        Value::String(text) => of_text(text, path),
        other => other,
    }
}

fn inside(key: &str, member: Value, path: &mut Vec<String>) -> Value {
    path.push(key.to_owned());
    let member = at(member, path);
    path.pop();
    member
}

fn of_text(text: String, path: &[String]) -> Value {
    if is_one_of(path, &NUMBERS)
        && let Ok(number @ Value::Number(_)) = serde_json::from_str(&text)
    {
        return number;
    }
    match text.as_str() {
        "true" if is_one_of(path, &BOOLEANS) => Value::Bool(true),
        "false" if is_one_of(path, &BOOLEANS) => Value::Bool(false),
        _ => Value::String(text),
    }
}

fn is_one_of(path: &[String], places: &[&str]) -> bool {
    places.iter().any(|place| {
        let parts = place.split('.');
        parts.clone().count() == path.len()
            && parts
                .zip(path)
                .all(|(part, key)| part == "*" || part == key)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::retyped;

    /// The same with every number and boolean as text, as CloudFormation sends it.
    fn as_sent(value: &Value) -> Value {
        match value {
            Value::Array(members) => members.iter().map(as_sent).collect(),
            Value::Object(map) => {
                let entries = map.iter().map(|(key, value)| (key.clone(), as_sent(value)));
                Value::Object(entries.collect())
            }
            Value::Number(number) => json!(number.to_string()),
            Value::Bool(is_true) => json!(is_true.to_string()),
            other => other.clone(),
        }
    }

    #[test]
    fn every_number_and_boolean_of_a_dashboard_comes_back() {
        let dashboard = json!({
            "start": "-PT3H",
            "variables": [{"id": "80", "type": "property", "property": "period", "visible": true,
                "inputType": "select", "defaultValue": "80", "values": [{"value": "80", "label": "true"}]}],
            "widgets": [
                {"type": "metric", "x": 0, "y": 3, "width": 12, "height": 6, "properties": {
                    "title": "12", "period": 300, "stacked": false, "liveData": true,
                    "metrics": [["A", "12", "x", "true", {"period": 60, "visible": false, "label": "7"}]],
                    "yAxis": {"left": {"min": 0.5, "max": 1e9, "showUnits": false, "label": "1"}},
                    "annotations": {
                        "horizontal": [{"value": 80, "label": "80"}, [{"value": 1}, {"value": 2, "visible": true}]],
                        "vertical": [{"value": "2026-11-24T00:00:00Z"}],
                    },
                    "table": {"stickySummary": true, "layout": "vertical"},
                }},
                {"type": "explorer", "properties": {"widgetOptions": {"rowsPerPage": 50, "stacked": true}}},
                {"type": "custom", "properties": {
                    "endpoint": "arn", "updateOn": {"refresh": true, "resize": false, "timeRange": true},
                    "params": {"width": "12", "visible": "true", "period": "60"},
                }},
            ],
        });
        assert_eq!(retyped(as_sent(&dashboard)), dashboard);
    }

    proptest! {
        #[test]
        fn text_elsewhere_is_left_alone(key in "[a-z]{1,8}", text in "-?[0-9]{1,4}|true|false") {
            let sent = json!({"widgets": [{"properties": {"params": {&key: &text}, "title": &text}}],
                "variables": [{"values": [{"value": &text}]}]});
            prop_assert_eq!(retyped(sent.clone()), sent);
        }
    }
}
