//! dashboard-deployment with CloudWatch and CloudFormation: with an emulator, and with a fake endpoint
//! for every fault.

use std::{sync::Arc, time::Duration};

use bongsu_tests::{
    http_server::{FakeResponse, HttpRequest, HttpServer},
    ministack::{REGION, config_at},
};
use dashboard_deployment::{
    Config, Context, DeployError, Output, cloudwatch::CloudWatch, handle, target::DashboardTarget,
};
use serde_json::{Value, json};
use shared::{
    deadline::Deadline,
    env::{Settings, names},
    invocation::Invocation,
};

mod emulator;
mod endpoint;
mod faults;

/// The stack of the tested custom resource.
const STACK: &str = "arn:aws:cloudformation:ap-northeast-2:123456789012:stack/bongsu/5e1f";

fn config() -> Config {
    let mut settings = Settings::from_pairs([
        (names::SERVICE_NAME, "gm-tool"),
        (names::ENVIRONMENT, "production"),
        (names::AWS_REGION, REGION),
        (names::ECS_CLUSTER_NAME, "games"),
    ]);
    let config = Config::read(&mut settings);
    settings.finish().expect("valid settings");
    config
}

/// CloudWatch at a URL, and the function's context for it.
async fn deployed(url: &str) -> (Arc<CloudWatch>, Context) {
    let target = Arc::new(CloudWatch::new(&config_at(url).await));
    (Arc::clone(&target), Context::new(target, config()))
}

fn invocation(patience: Duration) -> Invocation {
    Invocation {
        request_id: "test".to_owned(),
        now: crate::documents::instant("2026-11-24T00:00:00Z"),
        deadline: Deadline::after(patience),
    }
}

async fn invoke(context: &Context, event: &Value, seconds: u64) -> Result<Output, DeployError> {
    let invocation = invocation(Duration::from_secs(seconds));
    handle(&event.to_string(), context, &invocation).await
}

/// The server that receives the answers to CloudFormation, in place of S3. It accepts everything.
fn waiting() -> HttpServer {
    HttpServer::start(|_| FakeResponse::new(200, ""))
}

fn request(kind: &str, answer_to: &HttpServer, id: Option<&str>, properties: &Value) -> Value {
    let mut event = json!({
        "RequestType": kind,
        "ResponseURL": format!("{}/bucket/answer%7Cone?X-Amz-Signature=secret", answer_to.url),
        "StackId": STACK, "RequestId": "r-1", "LogicalResourceId": "Board",
        "ResourceType": "Custom::Dashboard", "ResourceProperties": properties,
    });
    if let Some(id) = id {
        event["PhysicalResourceId"] = json!(id);
    }
    event
}

/// Checks the form of the last answer to CloudFormation and returns it.
fn answer_in(server: &HttpServer) -> Value {
    let requests = server.requests();
    let last: &HttpRequest = requests.last().expect("an answer");
    assert_eq!(last.method, "PUT");
    assert_eq!(last.path, "/bucket/answer%7Cone?X-Amz-Signature=secret");
    assert_eq!(
        last.headers.get("content-type").map(String::as_str),
        Some("")
    );
    assert!(!last.headers.contains_key("authorization"));
    assert!(last.body.len() <= 4_096);
    let body: Value = serde_json::from_str(&last.body).expect("JSON");
    assert_eq!(body["StackId"], STACK);
    assert_eq!(body["RequestId"], "r-1");
    assert_eq!(body["LogicalResourceId"], "Board");
    body
}

async fn dashboard(target: &CloudWatch, name: &str) -> Option<Value> {
    let found = target.get(name, crate::documents::soon()).await;
    let found = found.expect("an answer");
    found.map(|body| serde_json::from_str(&body).expect("JSON"))
}
