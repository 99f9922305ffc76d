//! Batches of records, out of a stream and out of a queue: what fails is named, and only that.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops"
)]

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use embedded_store::EmbeddedStore;
use log_ingest::{Config, Context, IngestStats, handle_with_stats};
use serde_json::{Value, json};
use shared::{
    deadline::Deadline,
    env::Settings,
    invocation::Invocation,
    log_store::{LogSearch, LogStore},
    model::{health, service::ServiceName, window::Window},
};
use shared_tests::{
    log_store::failing::{FailingStore, StoreFault},
    subscription,
};

fn invocation() -> Invocation {
    Invocation {
        request_id: "test".to_owned(),
        now: "2026-11-24T00:00:10Z".parse().expect("an instant"),
        deadline: Deadline::after(Duration::from_mins(1)),
    }
}

async fn new_store() -> Arc<EmbeddedStore> {
    let store = EmbeddedStore::in_memory().expect("a store");
    let prepared = store.prepare(invocation().deadline).await;
    prepared.expect("prepared");
    Arc::new(store)
}

async fn new_context() -> (Arc<FailingStore>, Context) {
    context_of(FailingStore::new(new_store().await))
}

fn context_of(store: FailingStore) -> (Arc<FailingStore>, Context) {
    let store = Arc::new(store);
    let config = Config::read(&mut Settings::from_pairs([]));
    let context = Context::new(store.clone(), config).expect("valid rules");
    (store, context)
}

/// The time of the events.
const TIME: i64 = 1_795_478_400_000;

/// The packed data of one log event, at the start of the day.
fn packed(message: &str, log_group: &str) -> String {
    let event = subscription::log_event(message, TIME, message);
    subscription::data(log_group, "s", &[event])
}

fn of_stream(data: &[String]) -> String {
    let records: Vec<Value> = (1..)
        .zip(data)
        .map(|(number, data)| {
            json!({
                "eventSource": "aws:kinesis",
                "kinesis": {
                    "sequenceNumber": number.to_string(), "data": data,
                    "approximateArrivalTimestamp": 1_795_478_401.5,
                },
            })
        })
        .collect();
    json!({ "Records": records }).to_string()
}

fn of_queue(bodies: &[Value]) -> String {
    let records: Vec<Value> = (1..)
        .zip(bodies)
        .map(|(number, body)| {
            json!({
                "eventSource": "aws:sqs", "messageId": format!("m-{number}"),
                "body": body.to_string(),
            })
        })
        .collect();
    json!({ "Records": records }).to_string()
}

/// The ids of the records that failed, and what was noted.
async fn failed(payload: &str, context: &Context) -> (Vec<String>, IngestStats) {
    let (answer, measured) = handle_with_stats(payload, context, &invocation()).await;
    let answer = serde_json::to_value(answer.expect("an answer")).expect("JSON");
    let answer = answer.as_object().expect("an object");
    assert_eq!(answer.len(), 1, "only what Lambda reads: {answer:?}");
    let failures = answer["batchItemFailures"].as_array().expect("a list");
    let ids = failures.iter().map(|failure| {
        failure["itemIdentifier"]
            .as_str()
            .expect("an id")
            .to_owned()
    });
    (ids.collect(), measured)
}

#[tokio::test]
async fn a_record_that_cannot_be_read_fails_and_those_around_it_are_stored() {
    let (_, context) = new_context().await;
    let mut data: Vec<String> = (1..=9)
        .map(|number| packed(&format!("event {number}"), "/ecs/shop"))
        .collect();
    data[1] = STANDARD.encode("not gzip");
    data[6] = STANDARD.encode("neither");
    let (ids, measured) = failed(&of_stream(&data), &context).await;
    assert_eq!(ids, ["2", "7"]);
    assert_eq!((measured.report.received, measured.report.indexed), (7, 7));
    assert_eq!((measured.events, measured.failed), (7, 2));
    // Lambda delivers again from the second on.
    let (ids, measured) = failed(&of_stream(&data), &context).await;
    assert_eq!(ids, ["2", "7"]);
    assert_eq!(measured.report.duplicates, 7);
}

#[tokio::test]
async fn a_batch_without_failures_names_none() {
    let (_, context) = new_context().await;
    let (ids, measured) = failed(&of_stream(&[packed("one", "/ecs/shop")]), &context).await;
    assert!(ids.is_empty());
    let metrics = measured.own_metrics(invocation().now, Duration::ZERO);
    let lag = metrics
        .iter()
        .find(|metric| metric.0 == health::INGESTION_LAG);
    assert_eq!(lag.map(|metric| metric.2), Some(10_000.0));
}

#[tokio::test]
async fn records_that_were_not_begun_when_the_store_failed_are_failures_untried() {
    let (_, context) = new_context().await;
    let mut data: Vec<String> = (1..=30)
        .map(|number| packed(&format!("event {number}"), "/ecs/shop"))
        .collect();
    data[2] = packed("break down", "/ecs/shop");
    let (ids, measured) = failed(&of_stream(&data), &context).await;
    let indexed = measured.report.indexed;
    assert_eq!(ids.first().map(String::as_str), Some("3"));
    assert_eq!(ids.len() as u64 + indexed, 30, "{ids:?}");
    assert!(indexed < 10, "{indexed} were stored after the store failed");
    assert_eq!(ids.last().map(String::as_str), Some("30"));
}

#[tokio::test]
async fn a_replay_stores_what_failed_and_no_duplicates() {
    let (_, context) = new_context().await;
    let event = |message: &str| json!({"awslogs": {"data": packed(message, "/ecs/shop")}});
    let record = |event: Value| {
        json!({
            "version": "1.0", "requestContext": {"condition": "RetriesExhausted"},
            "requestPayload": event, "responsePayload": {"errorMessage": "the store is down"},
        })
    };
    let payload = of_queue(&[
        event("one"),
        record(event("two")),
        record(event("one")),
        json!({"KinesisBatchInfo": {"shardId": "shardId-0"}, "requestContext": {}}),
    ]);
    let (ids, measured) = failed(&payload, &context).await;
    assert_eq!(ids, ["m-4"]);
    let report = measured.report;
    assert_eq!(
        (report.received, report.indexed, report.duplicates),
        (3, 2, 1)
    );
    assert_eq!(measured.newest, None, "a replay is no lag");
}

#[tokio::test]
async fn what_the_store_refuses_is_a_dead_letter_and_no_failure() {
    let (store, context) = new_context().await;
    let data = [
        packed("refuse this", "/ecs/shop"),
        packed("fine", "/ecs/shop"),
    ];
    let (ids, measured) = failed(&of_stream(&data), &context).await;
    assert!(ids.is_empty());
    assert_eq!(measured.report.dead_lettered, 1);
    assert_eq!(store.letters().len(), 1);
}

#[tokio::test]
async fn the_logs_of_bongsus_own_functions_are_filtered_and_counted() {
    let (_, context) = new_context().await;
    let data = [
        packed("one", "/aws/lambda/bongsu-log-ingest"),
        packed("two", "/aws/lambda/bongsu-alert-fanout"),
        packed("three", "/aws/lambda/shop-api"),
    ];
    let (ids, measured) = failed(&of_stream(&data), &context).await;
    assert!(ids.is_empty());
    let report = measured.report;
    assert_eq!(
        (report.received, report.indexed, report.filtered),
        (3, 1, 2)
    );
}

#[tokio::test]
async fn a_failed_run_still_reports_its_statistics() {
    let (_, context) = new_context().await;
    let payload = json!({"awslogs": {"data": packed("break down", "/ecs/shop")}}).to_string();
    let (answer, measured) = handle_with_stats(&payload, &context, &invocation()).await;
    assert!(answer.is_err());
    assert_eq!((measured.events, measured.failed), (1, 1));
    assert!(measured.bytes > 100);
    assert_eq!(measured.report.received, 0);
}

#[tokio::test]
async fn a_failed_run_reports_what_was_stored_before_it_failed() {
    let (_, context) = new_context().await;
    let lines = ["one", "two", "break down", "four"];
    let events = lines.map(|line| subscription::log_event(line, TIME, line));
    let payload = subscription::payload("/ecs/shop", "s", &events);
    let (answer, measured) = handle_with_stats(&payload, &context, &invocation()).await;
    let error = answer.expect_err("the store failed");
    assert!(error.is_retryable(), "{error}");
    assert!(
        error.to_string().contains("2 documents were stored before"),
        "{error}"
    );
    assert_eq!(
        (measured.events, measured.failed, measured.retries),
        (4, 1, 3)
    );
    assert_eq!((measured.report.received, measured.report.indexed), (2, 2));
}

#[tokio::test]
async fn a_run_without_its_dead_letters_fails_and_reports_what_was_stored() {
    let store = FailingStore::with_fault(new_store().await, StoreFault::DeadLetters);
    let (_, context) = context_of(store);
    let lines = ["one", "refuse", "three"];
    let events = lines.map(|line| subscription::log_event(line, TIME, line));
    let payload = subscription::payload("/ecs/shop", "s", &events);
    let (answer, measured) = handle_with_stats(&payload, &context, &invocation()).await;
    answer.expect_err("no dead letter");
    let report = measured.report;
    assert_eq!((measured.events, measured.failed), (3, 1));
    assert_eq!(
        (report.received, report.indexed, report.dead_lettered),
        (2, 2, 0)
    );
}

#[tokio::test]
async fn each_record_of_a_line_is_an_entry_and_a_repetition_stores_none_again() {
    let (store, context) = new_context().await;
    let otlp = r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1795478400123000000","severityText":"INFO","body":{"stringValue":"same"}},{"timeUnixNano":"1795478400123000000","severityText":"INFO","body":{"stringValue":"same"}},{"severityText":"ERROR","body":{"stringValue":"boom"}}, "no record"]}]}]}"#;
    let calls = r#"{"Records":[{"eventVersion":"1.08","eventSource":"s3","eventTime":"2026-11-24T00:00:01Z","eventName":"A"},{"eventVersion":"1.08","eventSource":"s3","eventTime":"2026-11-24T00:00:02Z","eventName":"B","errorCode":"AccessDenied"}]}"#;
    let data = [packed(otlp, "/ecs/shop"), packed(calls, "/ecs/shop")];
    let (ids, measured) = failed(&of_stream(&data), &context).await;
    assert!(ids.is_empty());
    let report = measured.report;
    assert_eq!((report.received, report.indexed), (6, 6));
    assert_eq!(measured.events, 2, "what CloudWatch sent");
    let (_, again) = failed(&of_stream(&data), &context).await;
    assert_eq!((again.report.indexed, again.report.duplicates), (0, 6));
    let service: ServiceName = "shop".parse().expect("a name");
    let refreshed = store.refresh(&service, invocation().deadline).await;
    refreshed.expect("refreshed");
    let search = LogSearch {
        service,
        window: Window::new(
            "2026-11-24T00:00:00Z".parse().expect("an instant"),
            "2026-11-24T01:00:00Z".parse().expect("an instant"),
        )
        .expect("a window"),
        query: shared::log_store::SearchQuery::all(),
        limit: 10,
    };
    let found = store.search(&search, invocation().deadline).await;
    let mut said: Vec<String> = found
        .expect("found")
        .iter()
        .map(|document| format!("{} {}", document.level.name(), document.message))
        .collect();
    said.sort();
    let expected = [
        "error boom",
        "error s3 B AccessDenied",
        "info s3 A",
        "info same",
        "info same",
        "unknown \"no record\"",
    ];
    assert_eq!(said, expected);
}
