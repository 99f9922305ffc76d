//! Creates, updates, renames and deletes dashboards on a CloudWatch emulator.

use bongsu_tests::ministack::ministack;
use dashboard_deployment::{Output, deploy::Action, suite};
use serde_json::{Value, json};

use super::{answer_in, dashboard, deployed, invoke, request, waiting};

#[tokio::test]
async fn cloudwatch_passes_the_contract_suite_of_a_target() {
    let Some(server) = ministack() else { return };
    let (target, _) = deployed(&server.url).await;
    suite::run(target.as_ref(), "contract").await;
}

#[tokio::test]
async fn a_direct_invocation_creates_a_dashboard_and_updates_it_only_if_it_differs() {
    let Some(server) = ministack() else { return };
    let (target, context) = deployed(&server.url).await;
    let deploy = async |event: Value| match invoke(&context, &event, 30).await.expect("deployed") {
        Output::Deployment(deployment) => deployment,
        Output::Answered(_) => panic!("not a custom resource"),
    };
    // The default dashboard.
    let tried = deploy(json!({"dryRun": true})).await;
    assert_eq!(
        (tried.name.as_str(), tried.action),
        ("gm-tool-production", Action::Created)
    );
    assert_eq!(dashboard(&target, "gm-tool-production").await, None);
    assert_eq!(deploy(json!({})).await.action, Action::Created);
    assert_eq!(deploy(json!({})).await.action, Action::Unchanged);
    let body = dashboard(&target, "gm-tool-production")
        .await
        .expect("a dashboard");
    assert_eq!(body["widgets"][0]["type"], "text");

    let changed = json!({"start": "-PT12H"});
    let tried = deploy(json!({"start": "-PT12H", "dryRun": true})).await;
    assert_eq!((tried.action, tried.changes.len()), (Action::Updated, 1));
    assert_eq!(deploy(changed.clone()).await.action, Action::Updated);
    assert_eq!(deploy(changed).await.action, Action::Unchanged);
}

#[tokio::test]
async fn a_custom_resource_is_created_updated_renamed_and_deleted() {
    let Some(server) = ministack() else { return };
    let (target, context) = deployed(&server.url).await;
    let cloudformation = waiting();
    let properties = |name: &str, title: &str| {
        json!({"ServiceToken": "arn:aws:lambda:x:1:function:f", "DashboardName": name, "Dashboard": {
            "widgets": [{"type": "metric", "width": "12", "properties": {
                "region": "ap-northeast-2", "title": title, "stacked": "false",
                "metrics": [["AWS/Lambda", "Errors", "FunctionName", "f"]],
            }}],
        }})
    };
    let ask = async |kind: &str, id: Option<&str>, properties: &Value| {
        let event = request(kind, &cloudformation, id, properties);
        invoke(&context, &event, 30).await.expect("answered");
        answer_in(&cloudformation)
    };
    let answer = ask("Create", None, &properties("life", "One")).await;
    assert_eq!(answer["Status"], "SUCCESS", "{answer}");
    assert_eq!(answer["PhysicalResourceId"], "life");
    assert_eq!(answer["Data"]["DashboardName"], "life");
    let body = dashboard(&target, "life").await.expect("a dashboard");
    assert_eq!(body["widgets"][0]["width"], 12);
    assert_eq!(body["widgets"][0]["properties"]["stacked"], false);

    let answer = ask("Update", Some("life"), &properties("life", "Two")).await;
    assert_eq!(
        (&answer["Status"], &answer["Data"]["Action"]),
        (&json!("SUCCESS"), &json!("updated"))
    );
    let answer = ask("Update", Some("life"), &properties("life", "Two")).await;
    assert_eq!(answer["Data"]["Action"], "unchanged");

    // A new name creates a new resource; CloudFormation then deletes the old one.
    let answer = ask("Update", Some("life"), &properties("life-2", "Two")).await;
    assert_eq!(answer["PhysicalResourceId"], "life-2");
    assert!(dashboard(&target, "life").await.is_some());
    let answer = ask("Delete", Some("life"), &properties("life", "Two")).await;
    assert_eq!(answer["Status"], "SUCCESS");
    assert_eq!(dashboard(&target, "life").await, None);
    assert!(dashboard(&target, "life-2").await.is_some());

    for _ in 0..2 {
        let answer = ask("Delete", Some("life-2"), &properties("life-2", "Two")).await;
        assert_eq!(answer["Status"], "SUCCESS");
        assert_eq!(answer["PhysicalResourceId"], "life-2");
    }
    assert_eq!(dashboard(&target, "life-2").await, None);
}

#[tokio::test]
async fn a_failed_creation_and_its_rollback_do_not_change_a_foreign_dashboard() {
    let Some(server) = ministack() else { return };
    let (target, context) = deployed(&server.url).await;
    let by_hand = aws_sdk_cloudwatch::Client::new(&server.config().await);
    let body = r#"{"widgets":[]}"#;
    let put = by_hand
        .put_dashboard()
        .dashboard_name("theirs")
        .dashboard_body(body);
    put.send().await.expect("put");
    let cloudformation = waiting();
    let event = request(
        "Create",
        &cloudformation,
        None,
        &json!({"DashboardName": "theirs"}),
    );
    invoke(&context, &event, 30).await.expect("answered");
    let answer = answer_in(&cloudformation);
    assert_eq!(answer["Status"], "FAILED");
    let reason = answer["Reason"].as_str().expect("a reason");
    assert!(
        reason.contains("a dashboard theirs exists already"),
        "{reason}"
    );
    let id = answer["PhysicalResourceId"]
        .as_str()
        .expect("an id")
        .to_owned();
    for id in [id.as_str(), "theirs"] {
        let event = request("Delete", &cloudformation, Some(id), &json!({}));
        invoke(&context, &event, 30).await.expect("answered");
        assert_eq!(answer_in(&cloudformation)["Status"], "SUCCESS");
    }
    assert_eq!(
        dashboard(&target, "theirs").await,
        Some(json!({"widgets": []}))
    );
}
