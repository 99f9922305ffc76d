//! The contract of [`DashboardTarget`] as a test that every implementation passes. It is here, behind
//! a feature, for the reason in ADR 17: the trait is this crate's own.

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

use std::time::Duration;

use serde_json::{Value, json};
use shared::deadline::Deadline;

use crate::target::{DashboardTarget, TargetError};

/// Runs the suite on dashboards whose names begin with `prefix`.
pub async fn run(target: &dyn DashboardTarget, prefix: &str) {
    let soon = Deadline::after(Duration::from_secs(30));
    let body = |title: &str| json!({"widgets": [widget(title)]});
    let (one, other) = (format!("{prefix}-One_1"), format!("{prefix}-other"));
    let get = async |name: &str| -> Option<Value> {
        let found = target.get(name, soon).await.expect("an answer");
        found.map(|text| serde_json::from_str(&text).expect("JSON"))
    };
    let put = async |name: &str, body: &Value| {
        let put = target.put(name, &body.to_string(), soon).await;
        assert!(put.expect("taken").is_empty());
    };

    assert_eq!(get(&one).await, None, "nothing exists yet");
    assert!(!target.delete(&one, soon).await.expect("an answer"));
    put(&one, &body("first")).await;
    put(&other, &body("플레이어 \"응답\" <시간>")).await;
    assert_eq!(get(&one).await, Some(body("first")));
    assert_eq!(get(&other).await, Some(body("플레이어 \"응답\" <시간>")));
    // `put` replaces the whole dashboard.
    let second = json!({"widgets": [widget("second"), widget("third")], "start": "-PT8H"});
    put(&one, &second).await;
    assert_eq!(get(&one).await, Some(second));
    put(&one, &body("first")).await;
    assert_eq!(get(&one).await, Some(body("first")));
    assert!(target.location(&one).contains(&one));

    assert!(target.delete(&one, soon).await.expect("deleted"));
    assert_eq!(get(&one).await, None);
    assert!(get(&other).await.is_some(), "other dashboards stay");
    assert!(target.delete(&other, soon).await.expect("deleted"));
}

/// The part of the contract for targets that validate.
pub async fn run_refusals(target: &dyn DashboardTarget) {
    let soon = Deadline::after(Duration::from_secs(30));
    for (name, body) in [
        ("../x", r#"{"widgets":[]}"#),
        ("x", "no JSON"),
        ("x", r#"{"widgets":[{"type":"text"}]}"#),
    ] {
        let refused = target.put(name, body, soon).await;
        assert!(
            matches!(refused, Err(TargetError::Refused(_))),
            "{name} {body}: {refused:?}"
        );
    }
}

fn widget(title: &str) -> Value {
    json!({
        "type": "metric", "x": 0, "y": 0, "width": 8, "height": 6,
        "properties": {
            "region": "eu-west-1", "title": title,
            "metrics": [["AWS/Lambda", "Errors", "FunctionName", "f", {"stat": "Sum"}]],
        },
    })
}
