//! Every request gets an answer, and deletion affects only the resource's own dashboard.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::{Value, json};
use shared::{
    custom_resource::{ResourceAnswer, ResourceRequest},
    deadline::Deadline,
    env::Settings,
};

use super::work_in_time;
use crate::{
    Config, Context,
    directory::Directory,
    finding::Finding,
    owner::Owner,
    target::{DashboardTarget, TargetError},
};

/// A target that never answers, or panics.
#[derive(Debug)]
enum Bad {
    Silent,
    Panicking,
    Throttling,
}

#[async_trait]
impl DashboardTarget for Bad {
    async fn get(&self, _: &str, _: Deadline) -> Result<Option<String>, TargetError> {
        match self {
            Self::Silent => std::future::pending().await,
            Self::Panicking => panic!("a bug"),
            Self::Throttling => Err(TargetError::Throttled("Rate exceeded".to_owned())),
        }
    }

    async fn put(&self, _: &str, _: &str, _: Deadline) -> Result<Vec<Finding>, TargetError> {
        panic!("is not put")
    }

    async fn delete(&self, _: &str, _: Deadline) -> Result<bool, TargetError> {
        panic!("is not deleted")
    }

    fn location(&self, name: &str) -> String {
        name.to_owned()
    }
}

fn config() -> Config {
    let mut settings = Settings::from_pairs([
        ("SERVICE_NAME", "gm-tool"),
        ("AWS_REGION", "eu-west-1"),
        ("ECS_CLUSTER_NAME", "games"),
    ]);
    let config = Config::read(&mut settings);
    settings.finish().expect("valid");
    config
}

const STACK: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/a/b";

fn request(kind: &str, id: &str, properties: &Value) -> ResourceRequest {
    let event = json!({
        "RequestType": kind, "ResponseURL": "https://example.com/secret", "StackId": STACK,
        "RequestId": "r-1", "LogicalResourceId": "Board", "PhysicalResourceId": id,
        "ResourceProperties": properties,
    });
    ResourceRequest::read(event.as_object().expect("an object"))
}

async fn answer(context: &Context, request: ResourceRequest) -> ResourceAnswer {
    let outcome = work_in_time(
        request.clone(),
        context,
        Deadline::after(Duration::from_millis(800)),
    );
    super::answer(&request, outcome.await, context)
}

#[tokio::test]
async fn every_failure_is_answered_with_a_reason() {
    let invalid = json!({"DashboardName": "a", "Dashboard": {"widgets": [{}]}});
    for (target, kind, properties, reason, id) in [
        (
            Bad::Silent,
            "Create",
            json!({"DashboardName": "a"}),
            "did not finish before the deadline",
            "a",
        ),
        (
            Bad::Panicking,
            "Create",
            json!({"DashboardName": "a"}),
            "without a result",
            "a",
        ),
        (
            Bad::Silent,
            "Create",
            json!({}),
            "did not finish before the deadline",
            "gm-tool-development",
        ),
        (
            Bad::Throttling,
            "Create",
            json!({"DashboardName": "a"}),
            "Rate exceeded",
            "none:Board",
        ),
        (
            Bad::Silent,
            "Create",
            invalid,
            "/widgets/0: Should have required property 'type'",
            "none:Board",
        ),
        (
            Bad::Silent,
            "Create",
            json!([]),
            "an array as ResourceProperties",
            "none:Board",
        ),
        (
            Bad::Silent,
            "Repair",
            json!({}),
            "RequestType \"Repair\"",
            "none:Board",
        ),
    ] {
        let context = Context::new(Arc::new(target), config());
        let answer = answer(&context, request(kind, "", &properties)).await;
        assert_eq!(answer.status(), "FAILED");
        let said = answer.reason.as_deref().unwrap_or_default();
        assert!(said.contains(reason), "{said}");
        assert_eq!(answer.physical_id, id, "{said}");
        assert!(!format!("{answer:?}").contains("secret"));
    }
}

#[tokio::test]
async fn invalid_settings_are_reported_and_a_rollback_after_them_succeeds() {
    let mut settings = Settings::from_pairs([]);
    Config::read(&mut settings);
    let context = Context::broken(&settings.finish().expect_err("wrong"));
    let created = answer(&context, request("Create", "", &json!({}))).await;
    assert!(
        created
            .reason
            .expect("a reason")
            .contains("SERVICE_NAME is not set")
    );
    assert_eq!(created.physical_id, "none:Board");
    let deleted = answer(
        &context,
        request("Delete", &created.physical_id, &json!({})),
    )
    .await;
    assert_eq!(deleted.status(), "SUCCESS");
}

#[tokio::test]
async fn only_the_resource_s_own_dashboard_is_deleted() {
    let directory = tempfile::tempdir().expect("a directory");
    let target = Directory::new(directory.path());
    let context = Context::new(Arc::new(target.clone()), config());
    let soon = Deadline::after(Duration::from_secs(5));
    let strangers = json!({"widgets": [Owner::of_stack("other", "Board").widget(0)]}).to_string();
    let nobodys = json!({"widgets": []}).to_string();
    for (name, body) in [
        ("theirs", strangers.as_str()),
        ("nobodys", nobodys.as_str()),
    ] {
        target.put(name, body, soon).await.expect("put");
        let create = answer(
            &context,
            request("Create", "", &json!({"DashboardName": name})),
        )
        .await;
        assert_eq!(create.status(), "FAILED");
        assert_eq!(create.physical_id, "none:Board");
        // Even if CloudFormation had its name as the id.
        for id in [name, &create.physical_id] {
            let deleted = answer(&context, request("Delete", id, &json!({}))).await;
            assert_eq!(
                (deleted.status(), deleted.physical_id.as_str()),
                ("SUCCESS", id)
            );
        }
        let there = target.get(name, soon).await.expect("an answer");
        assert_eq!(there.as_deref(), Some(body));
    }
    let adopted = json!({"DashboardName": "theirs", "Adopt": "true"});
    let created = answer(&context, request("Create", "", &adopted)).await;
    assert_eq!(created.status(), "SUCCESS", "{created:?}");
    for id in ["theirs", "not-there", "no name", ""] {
        let deleted = answer(&context, request("Delete", id, &json!({}))).await;
        assert_eq!(deleted.status(), "SUCCESS", "{id}");
        assert!(!deleted.physical_id.is_empty());
    }
    assert_eq!(target.get("theirs", soon).await.expect("an answer"), None);
}

#[tokio::test]
async fn a_new_name_is_a_replacement_and_a_failed_update_keeps_the_old_dashboard() {
    let directory = tempfile::tempdir().expect("a directory");
    let context = Context::new(Arc::new(Directory::new(directory.path())), config());
    let named = |name: &str| json!({"DashboardName": name});
    let created = answer(&context, request("Create", "", &named("one"))).await;
    assert_eq!(created.physical_id, "one");
    assert_eq!(created.data["Action"], "created");
    let same = answer(&context, request("Update", "one", &named("one"))).await;
    assert_eq!(
        (same.physical_id.as_str(), &same.data["Action"]),
        ("one", &json!("unchanged"))
    );
    let renamed = answer(&context, request("Update", "one", &named("two"))).await;
    assert_eq!(renamed.physical_id, "two");
    let failed = answer(&context, request("Update", "two", &named("no name"))).await;
    assert_eq!(
        (failed.status(), failed.physical_id.as_str()),
        ("FAILED", "two")
    );
}
