//! Each rule, with CloudWatch's own message.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{body, name, text};
use crate::finding::Finding;

fn lines(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| {
            format!(
                "{:?} {} {}",
                finding.severity, finding.data_path, finding.message
            )
        })
        .collect()
}

/// Checks the findings about a widget.
#[expect(
    clippy::needless_pass_by_value,
    reason = "tests read better without references"
)]
fn check(widget: Value, expected: &[(&str, &str)]) {
    let expected: Vec<Finding> = expected
        .iter()
        .map(|(path, message)| Finding::error(format!("/widgets/0{path}"), *message))
        .collect();
    assert_eq!(body(&json!({"widgets": [widget]})), expected);
}

fn metric(properties: Value) -> Value {
    let mut all = json!({"region": "eu-west-1", "metrics": [["AWS/Lambda", "Errors"]]});
    if let (Value::Object(all), Value::Object(properties)) = (&mut all, properties) {
        all.extend(properties);
    }
    json!({"type": "metric", "properties": all})
}

#[test]
fn a_body_is_an_object_with_a_list_of_widgets() {
    for no_object in ["", "{", "[]", "7"] {
        assert_eq!(
            text(no_object),
            [Finding::error(
                "",
                "The field DashboardBody must be a valid JSON object"
            )]
        );
    }
    assert_eq!(
        text("{}"),
        [Finding::error(
            "",
            "Should have required property 'widgets'"
        )]
    );
    assert_eq!(
        text(r#"{"widgets": {}}"#),
        [Finding::error("/widgets", "Should be array")]
    );
    assert_eq!(text(r#"{"widgets": []}"#), []);
}

#[test]
fn every_widget_has_a_type_properties_and_a_valid_position() {
    check(
        json!({}),
        &[
            ("", "Should have required property 'type'"),
            ("", "Should have required property 'properties'"),
        ],
    );
    let mut widget = metric(json!({}));
    for (key, value) in [("x", 24), ("y", -1), ("width", 25), ("height", 1001)] {
        widget[key] = json!(value);
    }
    check(
        widget,
        &[
            ("/x", "Should be <= 23"),
            ("/y", "Should be >= 0"),
            ("/width", "Should be <= 24"),
            ("/height", "Should be <= 1000"),
        ],
    );
}

#[test]
fn a_metric_widget_needs_a_region_and_something_to_draw() {
    check(
        json!({"type": "metric", "properties": {"region": "eu-west-1"}}),
        &[
            ("/properties", "Should have required property 'metrics'"),
            (
                "/properties",
                "The metric widget should have specified a region and a data source or an alarm \
                 annotation",
            ),
            ("/properties", "Should have required property 'annotations'"),
        ],
    );
    check(
        metric(json!({"region": null})),
        &[
            ("/properties", "Should have required property 'region'"),
            (
                "/properties",
                "The metric widget should have specified a region and a data source or an alarm \
                 annotation",
            ),
            ("/properties", "Should have required property 'annotations'"),
        ],
    );
    // AWS's own sample of an alarm has no region.
    let alarm = json!(["arn:aws:cloudwatch:eu-west-1:1:alarm:a"]);
    for properties in [
        json!({"region": "eu-west-1", "annotations": {"alarms": alarm}}),
        json!({"title": "A", "annotations": {"alarms": alarm}}),
    ] {
        check(json!({"type": "metric", "properties": properties}), &[]);
    }
}

#[test]
fn a_row_is_an_array_of_strings_and_options() {
    let no_row = "Field \"metrics\" has to be an array of array of strings, with an optional \
                  metricRenderer object as last element";
    check(
        metric(json!({"metrics": ["AWS/Lambda", "Errors"]})),
        &[
            ("/properties/metrics/0", "Should be array"),
            ("/properties/metrics/0", no_row),
            ("/properties/metrics/1", "Should be array"),
            ("/properties/metrics/1", no_row),
        ],
    );
    check(
        metric(json!({"metrics": [["AWS/Lambda", "Errors", {"stat": "Sum"}, {"label": "E"}]]})),
        &[(
            "/properties/metrics/0/2",
            "Invalid metric field type, only \"String\" type is allowed",
        )],
    );
}

#[test]
fn invalid_options_are_an_item_too_many_and_the_detail_says_why() {
    for (options, detail) in [
        (
            json!({"color": "red"}),
            "color is \"red\", not a colour such as #d62728",
        ),
        (json!({"stat": "Avg"}), "stat is \"Avg\", not a statistic"),
        (json!({"period": 45}), "period is 45, not a period"),
        (json!({"yAxis": "middle"}), "not left or right"),
        (json!({"visible": "no"}), "not true or false"),
        (json!({"FunctionName": "f"}), "looks like a dimension"),
        (json!({"id": "1"}), "not an id"),
    ] {
        let row = json!(["AWS/Lambda", "Errors", options]);
        let findings = body(&json!({"widgets": [metric(json!({"metrics": [row]}))]}));
        let [finding] = &findings[..] else {
            panic!("{options}: {findings:?}");
        };
        assert!(finding.is_error());
        assert_eq!(finding.data_path, "/widgets/0/properties/metrics/0");
        assert_eq!(finding.message, "Should NOT have more than 2 items");
        let said = finding.detail.as_deref().unwrap_or_default();
        assert!(said.contains(detail), "{options}: {said}");
    }
    let fine = json!({"color": "#0aF", "stat": "p99.9", "period": 30, "yAxis": "right",
        "visible": true, "id": "m1", "label": "${LABEL}", "region": "eu-west-1"});
    check(
        metric(json!({"metrics": [["AWS/Lambda", "Errors", fine]]})),
        &[],
    );
}

#[test]
fn annotations_have_a_colour_and_an_axis_that_exist() {
    let line = json!({"value": 1, "color": "red", "yAxis": "annotations"});
    check(
        metric(json!({"annotations": {"horizontal": [line]}})),
        &[
            (
                "/properties/annotations/horizontal/0/color",
                "Should match pattern \"^#[0-9a-fA-F]{6}$\"",
            ),
            (
                "/properties/annotations/horizontal/0/yAxis",
                "Should be equal to one of the allowed values",
            ),
        ],
    );
}

#[test]
fn other_widgets_need_their_content() {
    let of = |kind: &str, properties: Value| json!({"type": kind, "properties": properties});
    check(
        of("text", json!({})),
        &[("/properties", "Should have required property 'markdown'")],
    );
    check(
        of("alarm", json!({})),
        &[("/properties", "Should have required property 'alarms'")],
    );
    check(
        of("alarm", json!({"alarms": []})),
        &[("/properties/alarms", "Should NOT have less than 1 items")],
    );
    check(
        of("log", json!({})),
        &[
            ("/properties", "Should have required property 'region'"),
            ("/properties", "Should have required property 'query'"),
        ],
    );
}

#[test]
fn periods_are_whole_minutes_or_known_short_ones() {
    for period in [1, 5, 10, 20, 30, 60, 300, 86_400] {
        check(metric(json!({"period": period})), &[]);
    }
    let one_of = "Should match exactly one schema in oneOf";
    let path = "/properties/period";
    check(
        metric(json!({"period": 45})),
        &[
            (path, "Should be >= 60"),
            (path, "Should be multiple of 60"),
            (path, one_of),
        ],
    );
    check(
        metric(json!({"period": 90})),
        &[(path, "Should be multiple of 60"), (path, one_of)],
    );
}

#[test]
fn statistics_and_axes_are_checked() {
    let findings = body(&json!({"widgets": [metric(json!({"stat": "Avg"}))]}));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].data_path, "/widgets/0/properties/stat");
    assert!(findings[0].message.starts_with(
        "Should match pattern \"^((SampleCount|Average|Sum|Minimum|Maximum|IQM)|(p|tc|tm|ts|wm)"
    ));
    check(
        metric(json!({"yAxis": {"left": {"min": 5, "max": 5}}})),
        &[
            ("/properties/yAxis/left", "Should be <= max"),
            ("/properties/yAxis/left", "Should be >= min"),
        ],
    );
    check(
        metric(json!({"view": "gauge"})),
        &[("/properties", "Should have required property 'yAxis'")],
    );
}

#[test]
fn names_have_letters_digits_dashes_and_underscores() {
    assert_eq!(name("gm-tool_1"), []);
    let message = "The value for field DashboardName contains invalid characters. It can only \
                   contain alphanumerics, dash (-) and underscore (_).";
    for bad in ["gm tool", "운영", "a/b"] {
        assert_eq!(name(bad), [Finding::error("", message)]);
    }
    assert_eq!(name("").len(), 1);
    assert_eq!(name(&"a".repeat(256)).len(), 1);
}

/// CloudWatch accepts these and shows nothing.
#[test]
fn graphs_that_stay_empty_cause_warnings() {
    let rows = |rows: Value| metric(json!({"metrics": rows}));
    let at = |mut widget: Value, place: [u64; 4]| {
        for (key, value) in ["x", "y", "width", "height"].iter().zip(place) {
            widget[*key] = json!(value);
        }
        widget
    };
    let findings = body(&json!({"widgets": [
        rows(json!([["AWS/ECS", "CPUUtilization", "ServiceName", "gm-tool"]])),
        rows(json!([["AWS/ECS", "CPUUtilization", "ClusterName", "games"]])),
        rows(json!([["AWS/ECS", "CPUUtilization", "ClusterName", "a", "ServiceName", "b", {"stat": "p99"}]])),
        rows(json!([["AWS/ApplicationELB", "TargetResponseTime"]])),
        rows(json!([[{"expression": "100 * m2 / m1", "id": "e1"}], ["AWS/Lambda", "Errors", {"id": "m1"}]])),
        rows(json!([["AWS/Lambda", "Errors", {"visible": false}]])),
        rows(json!([])),
        {"type": "metricc", "properties": {}},
        at(rows(json!([["A", "B"]])), [0, 90, 12, 6]),
        at(rows(json!([["A", "B"]])), [6, 92, 20, 6]),
        {"type": "log", "properties": {"region": "Seoul", "query": "fields @message"}},
        {"type": "alarm", "properties": {"alarms": ["HighCpu"]}},
        metric(json!({"veiw": "pie", "view": "donut"})),
    ]}));
    assert!(
        findings.iter().all(|finding| !finding.is_error()),
        "{:#?}",
        lines(&findings)
    );
    insta::assert_snapshot!(lines(&findings).join("\n"));
}

#[test]
fn invalid_rows_are_refused_with_their_path() {
    let findings = body(&json!({"widgets": [metric(json!({"metrics": [
        "AWS/Lambda", ["AWS/Lambda"], ["AWS/Lambda", "Errors", "FunctionName"], [7, "x"], [".", "."],
        ["A", "B", {"id": "Upper", "stat": "Avg"}], ["A", "B", {"id": "m"}], ["A", "C", {"id": "m"}],
    ]}))]}));
    insta::assert_snapshot!(lines(&findings).join("\n"));
}

#[test]
fn all_problems_are_reported_at_once_errors_first() {
    let findings = body(&json!({"extra": 1, "end": "x", "widgets": [
        {"type": "unknown", "properties": {}},
        {"type": "text", "properties": {}},
        7,
    ]}));
    let severities: Vec<_> = findings.iter().map(|finding| finding.severity).collect();
    assert!(severities.is_sorted(), "{severities:?}");
    assert_eq!(findings.len(), 5, "{:#?}", lines(&findings));
}

#[test]
fn limits_are_enforced() {
    let many = |count: usize| vec![metric(json!({})); count];
    assert_eq!(body(&json!({"widgets": many(500)})), []);
    assert_eq!(
        body(&json!({"widgets": many(501)})),
        [Finding::error(
            "/widgets",
            "Should NOT have more than 500 items"
        )]
    );
    let rows = |count: usize| metric(json!({"metrics": vec![json!(["A", "B"]); count]}));
    assert_eq!(body(&json!({"widgets": vec![rows(500); 5]})), []);
    assert_eq!(body(&json!({"widgets": vec![rows(500); 6]})).len(), 1);
    assert_eq!(body(&json!({"widgets": [rows(501)]})).len(), 1);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-zA-Z.$/]{0,12}|metric|text|\\.|\\.\\.\\.".prop_map(Value::from),
    ];
    let keys = "widgets|type|properties|x|y|width|metrics|stat|period|yAxis|left|min|annotations|alarms|view|query|expression|id|markdown";
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((keys, inner), 0..8)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_input_causes_a_panic(widgets in prop::collection::vec(any_json(), 0..4), whole in any_json()) {
        let _ = body(&whole);
        let _ = body(&json!({"widgets": widgets.clone()}));
        for properties in widgets {
            for kind in ["metric", "text", "log", "alarm", "explorer", "custom"] {
                let _ = body(&json!({"widgets": [{"type": kind, "properties": properties}]}));
            }
        }
    }
}
