//! Every fault of CloudWatch and of the way to CloudFormation: there is an answer, in time, that says
//! what happened.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use bongsu_tests::http_server::{HttpServer, Response};
use dashboard_deployment::{DeployError, Output, finding::Severity};
use serde_json::{Value, json};

use super::{
    deployed,
    endpoint::{Call, Reply, start},
    invoke, request, told, waiting,
};

/// What CloudFormation is told of a creation over an endpoint that answers so.
async fn created(reply: impl Fn(&Call) -> Reply + Send + Sync + 'static, seconds: u64) -> Value {
    let (_, context) = deployed(&start(reply).url).await;
    let cloudformation = waiting();
    let event = request("Create", &cloudformation, None, &json!({}));
    invoke(&context, &event, seconds).await.expect("answered");
    told(&cloudformation)
}

fn new_dashboard(call: &Call) -> Reply {
    match call {
        Call::Get => Reply::NotThere,
        Call::Put(_) | Call::Delete => Reply::Done(Vec::new()),
    }
}

#[tokio::test]
async fn what_cloudwatch_says_about_a_dashboard_that_it_takes_is_a_warning() {
    let server = start(|call| match call {
        Call::Put(_) => Reply::Done(vec![("/widgets/2/properties", "is deprecated")]),
        other => new_dashboard(other),
    });
    let (_, context) = deployed(&server.url).await;
    let output = invoke(&context, &json!({"name": "x"}), 10)
        .await
        .expect("deployed");
    let Output::Deployment(deployment) = output else {
        panic!("is no custom resource");
    };
    let [warning] = deployment.warnings.as_slice() else {
        panic!("{:?}", deployment.warnings);
    };
    assert_eq!(warning.severity, Severity::Warning);
    assert_eq!(warning.to_string(), "/widgets/2/properties: is deprecated");
}

#[tokio::test]
async fn what_cloudwatch_refuses_is_told_in_its_own_words() {
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
        let reply = move |call: &Call| match call {
            Call::Put(_) => Reply::Error(400, code, message, said.clone()),
            other => new_dashboard(other),
        };
        let answer = created(reply, 10).await;
        assert_eq!(answer["Status"], "FAILED");
        let reason = answer["Reason"].as_str().expect("a reason");
        assert!(reason.contains("/widgets/0: Should be <= 23"), "{reason}");
        // Nothing was put: a rollback must not look for it.
        assert_eq!(answer["PhysicalResourceId"], "none:Board");
    }
}

#[tokio::test]
async fn throttling_is_waited_out() {
    let calls = AtomicUsize::new(0);
    let answer = created(
        move |call| {
            if calls.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
                return Reply::Error(400, "ThrottlingException", "Rate exceeded", Vec::new());
            }
            new_dashboard(call)
        },
        30,
    )
    .await;
    assert_eq!(answer["Status"], "SUCCESS", "{answer}");
}

#[tokio::test]
async fn endless_throttling_a_missing_permission_and_silence_are_told_in_time() {
    for (reply, words) in [
        (
            Reply::Error(400, "ThrottlingException", "Rate exceeded", Vec::new()),
            [
                "too many requests",
                "before the deadline",
                "no answer in time",
            ],
        ),
        (
            Reply::Error(
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
            Reply::NotThere
        },
        3,
    )
    .await;
    assert!(started.elapsed() < Duration::from_secs(3));
    assert_eq!(answer["Status"], "FAILED");
    // It may be there by now, and a rollback has to look for it.
    assert_eq!(
        answer["PhysicalResourceId"], "gm-tool-production",
        "{answer}"
    );
}

#[tokio::test]
async fn an_answer_is_delivered_in_spite_of_errors_cuts_and_delays() {
    let (_, context) = deployed(&start(new_dashboard).url).await;
    let tries = AtomicUsize::new(0);
    let cloudformation = HttpServer::start(move |_| match tries.fetch_add(1, Ordering::SeqCst) {
        0 => Response::Cut,
        1 => Response::new(503, "slow down"),
        2 => {
            thread::sleep(Duration::from_secs(5));
            Response::new(200, "too late")
        }
        _ => Response::new(200, ""),
    });
    let event = request("Create", &cloudformation, None, &json!({}));
    invoke(&context, &event, 30).await.expect("answered");
    assert_eq!(told(&cloudformation)["Status"], "SUCCESS");
}

#[tokio::test]
async fn an_answer_that_cannot_be_delivered_fails_the_invocation_and_tells_no_address() {
    let (_, context) = deployed(&start(new_dashboard).url).await;
    let expired = HttpServer::start(|_| Response::new(403, "expired"));
    let event = request("Create", &expired, None, &json!({}));
    let error = invoke(&context, &event, 10)
        .await
        .expect_err("not delivered");
    assert!(matches!(error, DeployError::Answer(_)), "{error:?}");
    assert!(error.is_retryable());
    assert_eq!(
        expired.requests().len(),
        1,
        "an address that has expired stays so"
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
