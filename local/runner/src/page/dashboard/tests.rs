//! That a page is whole, and that nothing in it is anybody's HTML.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::page;
use crate::measured::{ErrorRow, LocalData, PARTS};

fn measured() -> LocalData {
    let end: Timestamp = "2026-11-24T12:00:00Z".parse().expect("an instant");
    LocalData::nothing(end)
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
