//! Every fault of CloudWatch and of the delivery to CloudFormation: CloudFormation gets an answer in
//! time, with the reason.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use bongsu_tests::http_server::{FakeResponse, HttpServer};
use dashboard_deployment::{DeployError, Output, finding::FindingSeverity};
use serde_json::{Value, json};

use super::{
    answer_in, deployed,
    endpoint::{DashboardCall, DashboardReply, start},
    invoke, request, waiting,
};

/// The answer to CloudFormation for a creation with an endpoint that replies so.
async fn created(
    reply: impl Fn(&DashboardCall) -> DashboardReply + Send + Sync + 'static,
    seconds: u64,
) -> Value {
    let (_, context) = deployed(&start(reply).url).await;
    let cloudformation = waiting();
    let event = request("Create", &cloudformation, None, &json!({}));
    invoke(&context, &event, seconds).await.expect("answered");
    answer_in(&cloudformation)
}

fn new_dashboard(call: &DashboardCall) -> DashboardReply {
    match call {
        DashboardCall::Get => DashboardReply::NotThere,
        DashboardCall::Put(_) | DashboardCall::Delete => DashboardReply::Done(Vec::new()),
    }
}

#[tokio::test]
async fn a_validation_message_about_an_accepted_dashboard_is_a_warning() {
    let server = start(|call| match call {
        DashboardCall::Put(_) => {
            DashboardReply::Done(vec![("/widgets/2/properties", "is deprecated")])
        }
        other => new_dashboard(other),
    });
    let (_, context) = deployed(&server.url).await;
    let output = invoke(&context, &json!({"name": "x"}), 10)
        .await
        .expect("deployed");
    let Output::Deployment(deployment) = output else {
        panic!("not a custom resource");
    };
    let [warning] = deployment.warnings.as_slice() else {
        panic!("{:?}", deployment.warnings);
    };
    assert_eq!(warning.severity, FindingSeverity::Warning);
    assert_eq!(warning.to_string(), "/widgets/2/properties: is deprecated");
}

#[tokio::test]
async fn a_refusal_is_reported_with_the_messages_of_cloudwatch() {
    for (code, message, said) in [
        (
            "InvalidParameterInput",
            "The dashboard body is invalid",
            vec![("/widgets/0", "Should be <= 23")],
        ),
        (
            "InvalidParameterInput",
            "The dashboard body is invalid, there are 1 validation errors: \
             [{\"dataPath\":\"/widgets/0\",\"message\":\"Should be <= 23\"}]",
            Vec::new(),
        ),
    ] {
        let reply = move |call: &DashboardCall| match call {
            DashboardCall::Put(_) => DashboardReply::Error(400, code, message, said.clone()),
            other => new_dashboard(other),
        };
        let answer = created(reply, 10).await;
        assert_eq!(answer["Status"], "FAILED");
        let reason = answer["Reason"].as_str().expect("a reason");
        assert!(reason.contains("/widgets/0: Should be <= 23"), "{reason}");
        // No dashboard was put: a rollback must not search for it.
        assert_eq!(answer["PhysicalResourceId"], "none:Board");
    }
}

#[tokio::test]
async fn a_throttled_call_is_retried() {
    let calls = AtomicUsize::new(0);
    let answer = created(
        move |call| {
            if calls.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
                return DashboardReply::Error(
                    400,
                    "ThrottlingException",
                    "Rate exceeded",
                    Vec::new(),
                );
            }
            new_dashboard(call)
        },
        30,
    )
    .await;
    assert_eq!(answer["Status"], "SUCCESS", "{answer}");
}

#[tokio::test]
async fn endless_throttling_a_missing_permission_and_no_response_are_reported_in_time() {
    for (reply, words) in [
        (
            DashboardReply::Error(400, "ThrottlingException", "Rate exceeded", Vec::new()),
            [
                "too many requests",
                "before the deadline",
                "no answer in time",
            ],
        ),
        (
            DashboardReply::Error(
                403,
                "AccessDenied",
                "not authorized to perform GetDashboard",
                Vec::new(),
            ),
            ["not authorized to perform"; 3],
        ),
    ] {
        let started = Instant::now();
        let answer = created(move |_| reply.clone(), 4).await;
        assert!(started.elapsed() < Duration::from_secs(4));
        assert_eq!(answer["Status"], "FAILED");
        let reason = answer["Reason"].as_str().expect("a reason");
        assert!(words.iter().any(|words| reason.contains(words)), "{reason}");
    }
    let started = Instant::now();
    let answer = created(
        |_| {
            thread::sleep(Duration::from_secs(20));
            DashboardReply::NotThere
        },
        3,
    )
    .await;
    assert!(started.elapsed() < Duration::from_secs(3));
    assert_eq!(answer["Status"], "FAILED");
    // The dashboard may exist by now: a rollback has to search for it.
    assert_eq!(
        answer["PhysicalResourceId"], "gm-tool-production",
        "{answer}"
    );
}

#[tokio::test]
async fn an_answer_is_delivered_despite_errors_cut_connections_and_delays() {
    let (_, context) = deployed(&start(new_dashboard).url).await;
    let tries = AtomicUsize::new(0);
    let cloudformation = HttpServer::start(move |_| match tries.fetch_add(1, Ordering::SeqCst) {
        0 => FakeResponse::Cut,
        1 => FakeResponse::new(503, "slow down"),
        2 => {
            thread::sleep(Duration::from_secs(5));
            FakeResponse::new(200, "too late")
        }
        _ => FakeResponse::new(200, ""),
    });
    let event = request("Create", &cloudformation, None, &json!({}));
    invoke(&context, &event, 30).await.expect("answered");
    assert_eq!(answer_in(&cloudformation)["Status"], "SUCCESS");
}

#[tokio::test]
async fn an_undeliverable_answer_fails_the_invocation_and_does_not_show_its_url() {
    let (_, context) = deployed(&start(new_dashboard).url).await;
    let expired = HttpServer::start(|_| FakeResponse::new(403, "expired"));
    let event = request("Create", &expired, None, &json!({}));
    let error = invoke(&context, &event, 10)
        .await
        .expect_err("not delivered");
    assert!(matches!(error, DeployError::Answer(_)), "{error:?}");
    assert!(error.is_retryable());
    assert_eq!(
        expired.requests().len(),
        1,
        "an expired URL is not tried again"
    );

    let mut event = request("Delete", &expired, Some("x"), &json!({}));
    for nowhere in ["http://127.0.0.1:9/secret", "no address", ""] {
        event["ResponseURL"] = json!(nowhere);
        let error = invoke(&context, &event, 2)
            .await
            .expect_err("not delivered");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
}
