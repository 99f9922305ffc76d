//! Events that a function cannot read.

use bongsu_tests::{http_server::FakeResponse, http_server::HttpServer, packages};
use serde_json::json;
use shared::env::names;

use super::{LOGGED, PASSWORD, SentinelRun, assert_clean, check, echo, lines::LINE};

#[test]
fn no_unreadable_event_shows_a_secret_in_it() {
    let store = HttpServer::start(|_| FakeResponse::new(200, r#"{"version":{"number":"8.19.0"}}"#));
    let aws = echo(400);
    let settings = [
        (names::ELASTICSEARCH_URL, store.url.as_str()),
        (names::ELASTICSEARCH_USERNAME, "elastic"),
        (names::ELASTICSEARCH_PASSWORD, PASSWORD),
        ("AWS_ENDPOINT_URL", aws.url.as_str()),
        (names::ALERT_LEDGER_TABLE, "ledger"),
    ];
    let payloads = [
        json!({"password": LOGGED}).to_string(),
        json!([{"token": LOGGED}]).to_string(),
        json!(LINE).to_string(),
        json!({"awslogs": {"data": LINE}}).to_string(),
        json!({"awslogs": {"password": LOGGED}}).to_string(),
        json!({"Records": [{"eventSource": format!("password={LOGGED}")}]}).to_string(),
        json!({"Records": [{"Sns": {"Message": {"password": LOGGED}}}]}).to_string(),
        json!({"start": {"password": LOGGED}, "end": "2026"}).to_string(),
        json!({"time": "2026-11-24T00:15:00Z", "detail-type": format!("token={LOGGED}")})
            .to_string(),
        json!({"name": format!("password={LOGGED}"), "widgets": [{"type": "password"}]})
            .to_string(),
        json!({"RequestType": format!("password={LOGGED}"), "ResponseURL": "x"}).to_string(),
    ];
    let mut runs = Vec::new();
    for function in packages::FUNCTIONS {
        for (number, payload) in payloads.iter().enumerate() {
            let name = format!("event {number}");
            runs.push(SentinelRun::new(name, function, &settings, payload));
        }
    }
    check(&runs);
    for request in store.requests().iter().chain(&aws.requests()) {
        assert_clean("a request after an unreadable event", &request.body);
    }
}

/// The address at which CloudFormation expects an answer is signed: whoever has it can answer.
#[test]
fn the_address_of_an_answer_to_cloudformation_is_not_shown() {
    let refusing = echo(403);
    let silent = super::silence();
    let runs = [
        "http://127.0.0.1:1",
        &refusing.url,
        &silent.url,
        "http://[broken",
    ]
    .map(|url| {
        let event = json!({"RequestType": "Create", "RequestId": "r", "StackId": "s",
            "ResponseURL": format!("{url}/?X-Amz-Signature={LOGGED}"),
            "ResourceType": "Custom::Dashboard", "LogicalResourceId": "d",
            "ResourceProperties": {"DashboardName": "a", "Dashboard": {"widgets": []}}});
        let settings = [("AWS_ENDPOINT_URL", refusing.url.as_str())];
        SentinelRun::new(url, "dashboard-deployment", &settings, event.to_string())
    });
    check(&runs);
}
