//! The resources of the template are created, updated and deleted with the stack.

use aws_sdk_cloudwatch::Client;
use bongsu_tests::packages::FUNCTIONS;
use serde_json::{Value, json};

use super::deployed::{Deployed, ENVIRONMENT};

/// The prefix of the functions' names.
const PREFIX: &str = "bongsu-";

/// Checks that the resources exist.
pub(crate) async fn exist(stack: &Deployed) {
    for (schedule, rate) in [
        ("log-analysis", "rate(1 minute)"),
        ("metric-collection", "rate(1 minute)"),
    ] {
        let path = format!("schedules/{PREFIX}{schedule}");
        let found = stack.server.rest("scheduler", "GET", &path, "").await;
        let found = found.expect_success(&path).json();
        assert_eq!(found["ScheduleExpression"], rate, "{found}");
        assert_eq!(found["State"], "ENABLED", "{found}");
        let target = found["Target"]["Arn"].as_str().expect("a target");
        assert!(target.ends_with(&format!(":{PREFIX}{schedule}")), "{found}");
    }
    assert_eq!(destinations(stack).await, ["bongsu-log-ingest"]);
    for function in FUNCTIONS {
        let path = format!("2015-03-31/functions/{PREFIX}{function}/configuration");
        let found = stack.server.rest("lambda", "GET", &path, "").await;
        let found = found.expect_success(&path).json();
        assert_eq!(found["Runtime"], "provided.al2023", "{found}");
    }
    let board = dashboard(stack).await.expect("a dashboard");
    let text = board.to_string();
    for word in [
        stack.service.as_str(),
        stack.log_group().as_str(),
        "GMTool/API",
        "bongsu-log-ingest",
        ":alarm:bongsu-error-rate",
    ] {
        assert!(text.contains(word), "no {word} in {board:#}");
    }
    let kinds = |kind: &str| {
        let widgets = board["widgets"].as_array().expect("widgets");
        widgets.iter().filter(|one| one["type"] == kind).count()
    };
    for kind in ["text", "metric", "alarm", "log"] {
        assert!(kinds(kind) > 0, "no {kind} in {board:#}");
    }
}

/// The link that the update adds to the dashboard.
const LINK: &str = "Wiki=https://wiki.example.com/봉수";

/// Updates the stack: adds a link to the dashboard, and reads logs from a stream.
pub(crate) async fn update(stack: &Deployed) {
    let before = dashboard(stack).await.expect("a dashboard");
    assert!(!before.to_string().contains("wiki.example.com"));
    let changes = [("DashboardLinks", LINK), ("IngestThrough", "kinesis")];
    stack.deploy(&changes).await;
    let after = dashboard(stack).await.expect("a dashboard");
    assert!(after.to_string().contains("wiki.example.com"), "{after:#}");
    assert_eq!(
        before["widgets"].as_array().map(Vec::len),
        after["widgets"].as_array().map(Vec::len)
    );
    assert_eq!(destinations(stack).await, ["stream/bongsu-logs"]);
}

/// Deletes the stack and checks that its resources are deleted.
pub(crate) async fn are_deleted(stack: &Deployed) {
    stack.stack.delete().await;
    assert_eq!(dashboard(stack).await, None);
    for function in FUNCTIONS {
        let path = format!("2015-03-31/functions/{PREFIX}{function}/configuration");
        let found = stack.server.rest("lambda", "GET", &path, "").await;
        assert_eq!(found.status, 404, "{found:?}");
    }
    let path = format!("schedules/{PREFIX}log-analysis");
    let found = stack.server.rest("scheduler", "GET", &path, "").await;
    assert_eq!(found.status, 404, "{found:?}");
    // The service's log group stays, without a subscription.
    assert_eq!(destinations(stack).await, Vec::<String>::new());
    let queues = stack
        .sqs("ListQueues", &json!({"QueueNamePrefix": PREFIX}))
        .await;
    let queues = queues["QueueUrls"].as_array().map_or(0, Vec::len);
    assert_eq!(queues, 0);
}

/// The subscribers of the watched log group, by the last parts of their ARNs.
async fn destinations(stack: &Deployed) -> Vec<String> {
    let arguments = json!({"logGroupName": stack.log_group()});
    let filters = stack.logs("DescribeSubscriptionFilters", &arguments).await;
    let filters = filters["subscriptionFilters"].as_array().expect("filters");
    let destination = |filter: &Value| {
        let arn = filter["destinationArn"].as_str().expect("an ARN");
        arn.rsplit(':').next().unwrap_or_default().to_owned()
    };
    filters.iter().map(destination).collect()
}

/// The body of the service's dashboard.
async fn dashboard(stack: &Deployed) -> Option<Value> {
    let name = format!("{}-{ENVIRONMENT}", stack.service);
    let client = Client::new(&stack.aws);
    let found = client.get_dashboard().dashboard_name(name).send().await;
    match found {
        Ok(found) => {
            let body = found.dashboard_body().expect("a body");
            Some(serde_json::from_str(body).expect("JSON"))
        }
        Err(error) => {
            let error = error.into_service_error();
            assert!(error.is_dashboard_not_found_error(), "{error:?}");
            None
        }
    }
}
