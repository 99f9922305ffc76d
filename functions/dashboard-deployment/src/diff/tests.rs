//! Equal dashboards have no changes; other changes are listed by widget.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{ChangeKind, DashboardChange, canonical, diff};

fn lines(changes: &[DashboardChange]) -> Vec<String> {
    let lines = changes.iter().flat_map(|change| {
        let head = format!("{:?} {}", change.kind, change.what);
        [head]
            .into_iter()
            .chain(change.details.iter().map(|detail| format!("  {detail}")))
    });
    lines.collect()
}

#[test]
fn key_order_number_notation_dots_and_defaults_are_no_difference() {
    let before: Value = serde_json::from_str(
        r#"{"widgets":[{"type":"metric","x":0,"y":0,"width":6,"height":6,"properties":{
            "region":"eu-west-1","view":"timeSeries","stacked":false,"period":300,
            "metrics":[["AWS/EC2","CPUUtilization","InstanceId","i-1"],
                       [".",".",".","i-2",{"visible":true,"period":60}]]}},
            {"type":"text","x":6.0,"y":0,"properties":{"markdown":"x","background":"solid"}}],
            "periodOverride":"auto","variables":[]}"#,
    )
    .expect("JSON");
    let after: Value = serde_json::from_str(
        r#"{"widgets":[{"properties":{"metrics":[["AWS/EC2","CPUUtilization","InstanceId","i-1",{}],
            ["AWS/EC2","CPUUtilization","InstanceId","i-2",{"period":60.0}]],"region":"eu-west-1",
            "title":null},"y":0,"x":0,"type":"metric"},
            {"x":6,"y":0.0,"type":"text","properties":{"markdown":"x"}}]}"#,
    )
    .expect("JSON");
    assert_eq!(lines(&diff(&before, &after)), [""; 0]);
}

fn metric(title: &str, x: u64, statistic: &str) -> Value {
    json!({"type": "metric", "x": x, "y": 0, "width": 8, "height": 6, "properties": {
        "title": title, "region": "eu-west-1",
        "metrics": [["AWS/Lambda", "Duration", "FunctionName", "f", {"stat": statistic}]],
    }})
}

#[test]
fn differences_are_listed_by_widget() {
    let before = json!({"start": "-PT3H", "widgets": [
        metric("Duration", 0, "p90"), metric("Gone", 8, "p90"), metric("Moved", 16, "p90"),
    ]});
    let after = json!({"start": "-PT8H", "widgets": [
        metric("Moved", 0, "p90"), metric("Duration", 8, "p99"), metric("New", 16, "p90"),
        {"type": "text", "properties": {"markdown": "\n# Head\nand more"}},
    ]});
    insta::assert_snapshot!(lines(&diff(&before, &after)).join("\n"));
}

#[test]
fn a_renamed_widget_at_the_same_position_is_changed_not_replaced() {
    let changes = diff(
        &json!({"widgets": [metric("CPU", 0, "p90")]}),
        &json!({"widgets": [metric("CPU usage", 0, "p90")]}),
    );
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].kind, ChangeKind::Changed);
    assert_eq!(changes[0].details[0].path, "properties/title");
}

#[test]
fn any_json_can_be_compared() {
    for odd in [
        json!(null),
        json!([]),
        json!({"widgets": 7}),
        json!({"widgets": [7, {}]}),
    ] {
        assert!(diff(&odd, &odd).is_empty());
        let _ = diff(&odd, &json!({"widgets": [metric("CPU", 0, "p90")]}));
    }
}

fn any_row() -> impl Strategy<Value = Value> {
    let words = prop::collection::vec("AWS/ECS|CPUUtilization|a|b|\\.", 0..6);
    let options = prop::option::of(("visible|stat|period|yAxis", "true|left|Average|60|p99"));
    (words, options).prop_map(|(words, options)| {
        let mut row: Vec<Value> = words.into_iter().map(Value::from).collect();
        row.extend(options.map(|(key, value)| json!({key: value})));
        Value::Array(row)
    })
}

proptest! {
    #[test]
    fn the_canonical_form_is_stable_and_equal_to_the_original(
        rows in prop::collection::vec(any_row(), 0..6), x in 0_u64..24, stat in "Average|Sum|p99",
    ) {
        let body = json!({"widgets": [
            {"type": "metric", "x": x, "y": 0, "width": 6, "properties": {"metrics": rows, "stat": stat}},
        ]});
        let once = canonical(&body);
        prop_assert_eq!(canonical(&once), once.clone());
        prop_assert!(diff(&body, &once).is_empty());
        // CloudWatch may return it with keys in another order.
        let back: Value = serde_json::from_str(&body.to_string()).expect("JSON");
        prop_assert!(diff(&body, &back).is_empty());
    }
}
