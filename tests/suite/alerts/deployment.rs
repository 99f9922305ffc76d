//! CloudFormation asks the function whether its settings are valid.

use std::time::Duration;

use alert_fanout::invocation::{InvocationAnswer, InvocationError, invoke};
use bongsu_tests::http_server::{FakeResponse, HttpServer};
use serde_json::{Value, json};
use shared::{
    custom_resource::DeliveredAnswer, deadline::Deadline, env::names, invocation::Invocation,
};

use super::{scenarios::now, whole::Team};

fn request(kind: &str, server: &HttpServer) -> String {
    json!({
        "RequestType": kind, "ResponseURL": format!("{}/answer?X-Amz-Signature=secret", server.url),
        "StackId": "arn:aws:cloudformation:r:1:stack/s/1", "RequestId": "r-1",
        "LogicalResourceId": "AlertSettings", "ResourceType": "Custom::AlertSettings",
        "ResourceProperties": {"ServiceToken": "arn", "Settings": ["x"]},
    })
    .to_string()
}

/// The last answer that CloudFormation got.
fn answered(server: &HttpServer) -> Value {
    let requests = server.requests();
    let last = requests.last().expect("an answer");
    assert_eq!(
        (last.method.as_str(), last.path.as_str()),
        ("PUT", "/answer?X-Amz-Signature=secret")
    );
    assert_eq!(
        last.headers.get("content-type").map(String::as_str),
        Some("")
    );
    let body: Value = serde_json::from_str(&last.body).expect("JSON");
    assert_eq!(body["StackId"], "arn:aws:cloudformation:r:1:stack/s/1");
    assert_eq!(
        (&body["RequestId"], &body["LogicalResourceId"]),
        (&json!("r-1"), &json!("AlertSettings"))
    );
    assert_eq!(body["PhysicalResourceId"], "alert-settings");
    body
}

fn accepting() -> HttpServer {
    HttpServer::start(|_| FakeResponse::new(200, ""))
}

#[tokio::test]
async fn a_deployment_with_valid_settings_goes_on() {
    let server = accepting();
    let team = Team::new().await;
    for kind in ["Create", "Update", "Delete"] {
        let answer = team.check(&request(kind, &server), now()).await;
        assert_eq!((answer.status, answer.reason), ("SUCCESS", None), "{kind}");
        assert_eq!(answered(&server)["Status"], "SUCCESS");
    }
    assert!(team.slack.messages().is_empty() && team.mails() == 0);
}

#[tokio::test]
async fn a_deployment_with_invalid_settings_fails_and_names_all_of_them() {
    let server = accepting();
    let team = Team::new().await;
    let team = team
        .with(
            names::ALERT_SILENCES,
            r#"[{"tittle": "x", "until": "2026-11-25T00:00:00Z", "reason": "r"}]"#,
        )
        .with(names::ALERT_TIME_ZONE, "Asia/Soul");
    for kind in ["Create", "Update"] {
        let DeliveredAnswer { status, reason, .. } =
            team.check(&request(kind, &server), now()).await;
        let reason = reason.expect("a reason");
        assert_eq!(status, "FAILED");
        for word in ["ALERT_SILENCES", "tittle", "ALERT_TIME_ZONE", "Asia/Soul"] {
            assert!(reason.contains(word), "{word}: {reason}");
        }
        let body = answered(&server);
        assert_eq!(
            (&body["Status"], &body["Reason"]),
            (&json!("FAILED"), &json!(reason))
        );
    }
    // What is undone must not be held up.
    let answer = team.check(&request("Delete", &server), now()).await;
    assert_eq!(answer.status, "SUCCESS");
}

#[tokio::test]
async fn a_function_that_cannot_start_answers_with_the_reason() {
    let server = accepting();
    let run = Invocation {
        request_id: "r".to_owned(),
        now: now(),
        deadline: Deadline::after(Duration::from_secs(20)),
    };
    let reason = || Err("no channel is configured".to_owned());
    let answer = invoke(&request("Create", &server), reason(), &run).await;
    let Ok(InvocationAnswer::Settings(answer)) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(answer.status, "FAILED");
    assert_eq!(answered(&server)["Reason"], "no channel is configured");
    let deleted = invoke(&request("Delete", &server), reason(), &run).await;
    assert!(
        matches!(deleted, Ok(InvocationAnswer::Settings(answer)) if answer.status == "SUCCESS")
    );
    // Alerts are tried again by Lambda.
    let alert = invoke("{}", reason(), &run).await;
    let error = alert.expect_err("no context");
    assert!(matches!(error, InvocationError::CannotStart(_)));
    assert!(error.to_string().contains("no channel"), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_lost_is_sent_again() {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let server = HttpServer::start(move |_| {
        match count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 => FakeResponse::Cut,
            1 => FakeResponse::new(503, ""),
            _ => FakeResponse::new(200, ""),
        }
    });
    let team = Team::new().await;
    let answer = team.check(&request("Create", &server), now()).await;
    assert_eq!((answer.status, server.requests().len()), ("SUCCESS", 3));
}
