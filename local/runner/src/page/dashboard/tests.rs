//! That a page is whole, and that nothing in it is anybody's HTML.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::page;
use crate::{
    measured::{ErrorRow, LocalData, PARTS},
    own_names::OwnNames,
};

fn measured() -> LocalData {
    let end: Timestamp = "2026-11-24T12:00:00Z".parse().expect("an instant");
    let names = OwnNames {
        namespace: "GMTool/API".to_owned(),
        service: "x".to_owned(),
        cluster: Some("games".to_owned()),
        ecs_service: "x-api".to_owned(),
        log_group: "/ecs/x".to_owned(),
    };
    LocalData::nothing(names, end)
}

fn rendered(body: &Value, measured: &LocalData) -> String {
    page("gm-tool", body, &[], measured, &TimeZone::UTC)
}

#[test]
fn hostile_texts_are_shown_as_they_are() {
    let hostile = "</style><script>alert(1)</script>\" onload=\"x";
    let mut measured = measured();
    measured.from = Some(hostile.to_owned());
    measured.log_errors = vec![1.0; PARTS];
    measured.errors = vec![ErrorRow {
        message: hostile.to_owned(),
        count: 1,
    }];
    let widget = |kind: &str, properties: Value| json!({"type": kind, "properties": properties});
    let body = json!({"widgets": [
        widget("text", json!({"markdown": hostile})),
        widget("metric", json!({
            "title": hostile, "metrics": [[hostile, hostile, {"label": hostile, "color": hostile}]],
            "yAxis": {"left": {"label": hostile}}, "annotations": {"horizontal": [{"value": 1, "label": hostile}]},
        })),
        widget("metric", json!({"view": "singleValue", "metrics": [["a", "b", {"label": hostile}]]})),
        widget("log", json!({"title": hostile})),
        widget("alarm", json!({"alarms": [hostile]})),
        widget(hostile, json!({"title": hostile})),
    ]});
    let html = page(hostile, &body, &[], &measured, &TimeZone::UTC);
    assert!(!html.contains("<script"), "{html}");
    assert!(!html.contains("onload=\"x"), "{html}");
    assert_eq!(html.matches("</style>").count(), 1);
}

#[test]
fn what_is_made_up_says_so_and_what_is_measured_does_not() {
    let own = json!([["GMTool/API", "RequestCount", "Service", "x", {"stat": "Sum"}]]);
    let body = json!({"widgets": [{"type": "metric", "properties": {"title": "Requests", "metrics": own}}]});
    assert!(rendered(&body, &measured()).contains("sample data</span>"));
    let mut known = measured();
    known.from = Some("x".to_owned());
    let values = vec![Some(7.0); PARTS];
    known.series.insert(("RequestCount", "Sum"), values);
    let html = rendered(&body, &known);
    assert!(!html.contains("sample data</span>"), "{html}");
    assert!(html.contains("<b>7</b>"), "{html}");
}

#[test]
fn any_widget_can_be_drawn() {
    for odd in [
        json!(null),
        json!({"widgets": [7, {}, {"type": "metric"}, {"type": "text", "x": -1}]}),
    ] {
        assert!(rendered(&odd, &measured()).ends_with("</html>\n"));
    }
}

/// A page with a graph of one row, from data that has every metric.
fn graph_of(row: &Value, change: impl FnOnce(&mut LocalData)) -> String {
    let mut known = measured();
    for key in [
        ("CPUUtilization", "Average"),
        ("RequestCount", "Sum"),
        ("ResponseTimeP95", "Average"),
    ] {
        known.series.insert(key, vec![Some(7.0); PARTS]);
    }
    change(&mut known);
    let properties = json!({"title": "Graph", "metrics": [row]});
    rendered(
        &json!({"widgets": [{"type": "metric", "properties": properties}]}),
        &known,
    )
}

#[test]
fn metrics_of_another_service_are_sample_data() {
    let ecs = |cluster: &str, service: &str| {
        json!([
            "AWS/ECS",
            "CPUUtilization",
            "ClusterName",
            cluster,
            "ServiceName",
            service
        ])
    };
    let own = |namespace: &str, service: &str| json!([namespace, "RequestCount", "Environment", "e", "Service", service, {"stat": "Sum"}]);
    for (row, is_sample) in [
        (ecs("games", "x-api"), false),
        (ecs("prod-eu", "x-api"), true),
        (ecs("games", "billing"), true),
        (
            json!(["AWS/EC2", "CPUUtilization", "InstanceId", "i-1"]),
            true,
        ),
        (own("GMTool/API", "x"), false),
        (own("GMTool/API", "billing"), true),
        (own("Other/API", "x"), true),
    ] {
        let html = graph_of(&row, |_| ());
        assert_eq!(html.contains("sample data</span>"), is_sample, "{row}");
        assert!(!html.contains("this host"), "{row}");
    }
    let html = graph_of(&ecs("games", "x-api"), |known| known.is_host = true);
    assert!(html.contains("x-api (this host)"), "{html}");
}

#[test]
fn numbers_are_those_of_the_whole_window() {
    let row = |name: &str, stat: &str| json!(["GMTool/API", name, "Service", "x", {"stat": stat, "id": stat.to_lowercase()}]);
    let properties = json!({"view": "singleValue", "title": "At a glance", "metrics": [
        row("RequestCount", "Sum"), row("ResponseTimeP95", "Average"),
        [{"expression": "100 * sum / sum", "label": "share"}],
    ]});
    let body = json!({"widgets": [{"type": "metric", "properties": properties}]});
    let mut known = measured();
    let mut values = vec![Some(10.0); PARTS];
    values[PARTS - 1] = None;
    known.series.insert(("RequestCount", "Sum"), values.clone());
    known.series.insert(("ResponseTimeP95", "Average"), values);
    // A percentile of a window is not made of those of its parts.
    known.totals.insert(("ResponseTimeP95", "Average"), 42.0);
    let html = rendered(&body, &known);
    for number in ["<b>470</b>", "<b>42</b>", "<b>100</b>", "of 3 h"] {
        assert!(html.contains(number), "{number} in {html}");
    }
}

#[test]
fn a_query_that_is_not_run_is_shown_as_text() {
    let widget =
        |query: &str| json!({"type": "log", "properties": {"title": "Logs", "query": query}});
    let page = |query: &str| rendered(&json!({"widgets": [widget(query)]}), &measured());
    let other = page("SOURCE '/ecs/billing' | stats count(*) as errors");
    assert!(other.contains("CloudWatch Logs runs this query"), "{other}");
    let own = page("SOURCE '/ecs/x' | stats count(*) as errors by what");
    assert!(own.contains("sample data</span>"), "{own}");
}
