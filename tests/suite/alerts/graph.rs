//! Graphs, from a CloudWatch that answers as a test says: the emulator draws none.

use std::time::Duration;

use alert_fanout::{
    channel::graph::{GraphRenderer as _, cloudwatch::CloudWatchGraphs},
    notice::GraphSpec,
};
use bongsu_tests::{
    http_server::{FakeResponse, HttpRequest, HttpServer},
    ministack::config_at,
};
use ciborium::Value;
use jiff::tz::TimeZone;
use serde_json::json;
use shared::deadline::Deadline;

use crate::documents::instant;

/// A picture of one white pixel.
pub(super) const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0,
    0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 10, b'I', b'D', b'A', b'T',
    0x78, 0xda, 0x63, 0xf8, 0x0f, 0, 1, 1, 1, 0, 0x1b, 0xb6, 0xee, 0x56, 0, 0, 0, 0, b'I', b'E',
    b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

fn map(entries: Vec<(&str, Value)>) -> Vec<u8> {
    let entries = entries.into_iter();
    let entries = entries.map(|(name, value)| (Value::Text(name.to_owned()), value));
    let mut body = Vec::new();
    ciborium::into_writer(&Value::Map(entries.collect()), &mut body).expect("CBOR");
    body
}

fn says(status: u16, body: Vec<u8>) -> FakeResponse {
    FakeResponse::Bytes {
        status,
        headers: vec![
            "Content-Type: application/cbor".to_owned(),
            "smithy-protocol: rpc-v2-cbor".to_owned(),
        ],
        body,
    }
}

fn drawn(bytes: &[u8]) -> FakeResponse {
    says(
        200,
        map(vec![("MetricWidgetImage", Value::Bytes(bytes.to_vec()))]),
    )
}

/// The description that a request has.
fn widget(request: &HttpRequest) -> serde_json::Value {
    assert!(request.path.ends_with("/operation/GetMetricWidgetImage"));
    let body: Value = ciborium::from_reader(request.bytes.as_slice()).expect("CBOR");
    let mut entries = body.as_map().expect("a map").iter();
    let found = entries.find(|(key, _)| key.as_text() == Some("MetricWidget"));
    let (_, text) = found.expect("a description");
    serde_json::from_str(text.as_text().expect("a text")).expect("JSON")
}

fn spec() -> GraphSpec {
    GraphSpec {
        region: "eu-west-1".to_owned(),
        metrics: json!([["AWS/ECS", "CPUUtilization", "ServiceName", "gm-tool"]]),
        threshold: Some(80.0),
        title: "gm-tool: CPU 사용률".to_owned(),
    }
}

async fn draw(
    url: &str,
    graph: &GraphSpec,
    time: Duration,
) -> Result<alert_fanout::channel::graph::Graph, String> {
    let zone = TimeZone::get("Asia/Seoul").expect("a zone");
    let pictures = CloudWatchGraphs::new(&config_at(url).await, zone);
    let now = instant("2026-11-24T00:33:20Z");
    let deadline = Deadline::after(time);
    pictures.draw(graph, now, deadline).await
}

const LONG: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_graph_is_drawn_in_its_region_and_in_the_teams_time() {
    let server = HttpServer::start(|_| drawn(PNG));
    let graph = draw(&server.url, &spec(), LONG).await.expect("a picture");
    assert_eq!(graph.png, PNG);
    assert_eq!(graph.alt, "gm-tool: CPU 사용률");
    let requests = server.requests();
    let asked = widget(&requests[0]);
    assert_eq!(asked["timezone"], "+0900");
    assert_eq!(asked["start"], "-PT3H");
    assert_eq!(asked["metrics"], spec().metrics);
    assert_eq!(asked["annotations"]["horizontal"][0]["value"], 80.0);
    let scope = &requests[0].headers["authorization"];
    assert!(scope.contains("/eu-west-1/monitoring/"), "{scope}");
}

#[tokio::test]
async fn every_failure_is_a_reason_in_words() {
    let error = |code: &str| {
        let kind = Value::Text(format!("com.amazonaws.cloudwatch#{code}"));
        let message = Value::Text("no".to_owned());
        says(400, map(vec![("__type", kind), ("message", message)]))
    };
    for (answer, words) in [
        (error("ValidationError"), "ValidationError"),
        (error("AccessDenied"), "AccessDenied"),
        (error("Throttling"), "Throttling"),
        (drawn(b"GIF89a"), "without a picture"),
        (says(200, map(Vec::new())), "without a picture"),
        (says(200, b"<html>".to_vec()), ""),
        (FakeResponse::Cut, ""),
    ] {
        let server = HttpServer::start(move |_| answer.clone());
        let reason = draw(&server.url, &spec(), LONG).await.expect_err(words);
        assert!(reason.contains(words) && !reason.is_empty(), "{reason}");
        assert!(server.requests().len() <= 2, "an alert waits for it");
    }
    let large = GraphSpec {
        metrics: json!(["x".repeat(110_000)]),
        ..spec()
    };
    let server = HttpServer::start(|_| drawn(PNG));
    draw(&server.url, &large, LONG)
        .await
        .expect_err("too large");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_picture_that_takes_long_is_not_waited_for() {
    let server = HttpServer::start(|_| {
        std::thread::sleep(Duration::from_secs(30));
        drawn(PNG)
    });
    let time = Duration::from_millis(500);
    let reason = draw(&server.url, &spec(), time).await.expect_err("late");
    assert!(reason.contains("in time"), "{reason}");
}
