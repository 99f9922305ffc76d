//! What is no difference, and how a difference is told.

use serde_json::{Value, json};

use super::{Change, Kind, diff};

fn told(changes: &[Change]) -> Vec<String> {
    let told = changes.iter().flat_map(|change| {
        let head = format!("{:?} {}", change.kind, change.what);
        [head]
            .into_iter()
            .chain(change.details.iter().map(|detail| format!("  {detail}")))
    });
    told.collect()
}

#[test]
fn order_of_keys_forms_of_numbers_dots_and_defaults_are_no_difference() {
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
    assert_eq!(told(&diff(&before, &after)), [""; 0]);
}

fn metric(title: &str, x: u64, statistic: &str) -> Value {
    json!({"type": "metric", "x": x, "y": 0, "width": 8, "height": 6, "properties": {
        "title": title, "region": "eu-west-1",
        "metrics": [["AWS/Lambda", "Duration", "FunctionName", "f", {"stat": statistic}]],
    }})
}

#[test]
fn a_difference_is_told_widget_by_widget() {
    let before = json!({"start": "-PT3H", "widgets": [
        metric("Duration", 0, "p90"), metric("Gone", 8, "p90"), metric("Moved", 16, "p90"),
    ]});
    let after = json!({"start": "-PT8H", "widgets": [
        metric("Moved", 0, "p90"), metric("Duration", 8, "p99"), metric("New", 16, "p90"),
        {"type": "text", "properties": {"markdown": "\n# Head\nand more"}},
    ]});
    insta::assert_snapshot!(told(&diff(&before, &after)).join("\n"));
}

#[test]
fn a_renamed_widget_at_its_place_is_changed_and_not_another() {
    let changes = diff(
        &json!({"widgets": [metric("CPU", 0, "p90")]}),
        &json!({"widgets": [metric("CPU usage", 0, "p90")]}),
    );
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].kind, Kind::Changed);
    assert_eq!(changes[0].details[0].path, "properties/title");
}

#[test]
fn anything_can_be_compared() {
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
