//! How the store handles the cluster's answers to bulk requests, with a fake server.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use bongsu_tests::http_server::{FakeResponse, HttpRequest, HttpServer};
use serde_json::{Value, json};
use shared::{
    deadline::Deadline,
    env::names,
    log_store::{LogStore as _, StoreError},
    model::log::LogDocument,
};

use crate::documents::{document, new_service, soon, store};

mod failures;

/// Checks the form of a bulk request and returns its ids.
fn ids(request: &HttpRequest) -> Vec<String> {
    assert!(request.path.starts_with("/_bulk?"), "{}", request.path);
    assert_eq!(request.method, "POST");
    assert_eq!(request.headers["content-type"], "application/x-ndjson");
    assert_eq!(request.headers["content-encoding"], "gzip");
    assert!(request.sent_bytes < request.body.len(), "compressed");
    let lines = request.lines();
    let pairs = lines.chunks_exact(2);
    assert!(pairs.remainder().is_empty() && !lines.is_empty());
    pairs
        .map(|pair| {
            let action = &pair[0]["create"];
            let index = action["_index"].as_str().expect("an index");
            assert!(index.starts_with("logs-") && index.ends_with("-2026.11.24"));
            assert_eq!(pair[1]["id"], action["_id"]);
            action["_id"].as_str().expect("an id").to_owned()
        })
        .collect()
}

/// A response with a status for each id.
fn answer(request: &HttpRequest, status: impl Fn(&str) -> u16) -> FakeResponse {
    let item = |id: &String| {
        let status = status(id);
        let mut item = json!({ "status": status });
        if status >= 300 {
            item["error"] = json!({ "type": "some_exception", "reason": "because" });
        }
        json!({ "create": item })
    };
    let items: Vec<Value> = ids(request).iter().map(item).collect();
    FakeResponse::new(200, json!({ "errors": true, "items": items }).to_string())
}

fn documents(count: u32) -> Vec<LogDocument> {
    (0..count).map(document).collect()
}

/// Counts the requests of a server.
#[derive(Default)]
struct Counter(AtomicU32);

impl Counter {
    fn next(&self) -> u32 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

#[tokio::test]
async fn a_retry_waits_as_long_as_a_busy_cluster_asks() {
    let counter = Counter::default();
    let server = HttpServer::start(move |request| match counter.next() {
        0 => FakeResponse::Answer {
            status: 429,
            headers: vec!["Retry-After: 2".to_owned()],
            body: String::new(),
        },
        _ => answer(request, |_| 201),
    });
    let started = Instant::now();
    let outcome = store(&[(names::ELASTICSEARCH_URL, &server.url)])
        .index(&new_service("busy"), &documents(3), soon())
        .await
        .expect("stored");
    assert!(started.elapsed() >= Duration::from_secs(2));
    assert_eq!((outcome.created, server.requests().len()), (3, 2));
}

#[tokio::test]
async fn only_items_with_temporary_failures_are_sent_again() {
    let counter = Counter::default();
    let server = HttpServer::start(move |request| {
        let first = counter.next() == 0;
        answer(request, move |id| match id {
            "id-1" | "id-4" if first => 429,
            "id-2" => 409,
            "id-3" => 400,
            _ => 201,
        })
    });
    let outcome = store(&[(names::ELASTICSEARCH_URL, &server.url)])
        .index(&new_service("items"), &documents(6), soon())
        .await
        .expect("stored");
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(ids(&requests[1]), ["id-1", "id-4"]);
    assert_eq!((outcome.created, outcome.duplicates), (4, 1));
    assert_eq!(outcome.rejected.len(), 1);
    assert_eq!(outcome.rejected[0].position, 3);
    assert_eq!(outcome.rejected[0].reason, "some_exception: because");
}

#[tokio::test]
async fn a_request_that_is_too_large_is_split_down_to_the_document_that_is_too_large() {
    let server = HttpServer::start(|request| {
        let too_large = request.body.contains("\"id-5\"") || request.lines().len() > 2 * 4;
        if too_large {
            FakeResponse::new(
                413,
                "{\"Message\":\"Request size exceeded 10485760 bytes\"}",
            )
        } else {
            answer(request, |_| 201)
        }
    });
    let outcome = store(&[(names::ELASTICSEARCH_URL, &server.url)])
        .index(&new_service("large"), &documents(16), soon())
        .await
        .expect("stored");
    assert_eq!(outcome.created, 15);
    assert_eq!(outcome.rejected.len(), 1);
    assert_eq!(outcome.rejected[0].position, 5);
    assert!(outcome.rejected[0].reason.contains("HTTP 413"));
}

#[tokio::test]
async fn after_a_cut_connection_the_request_is_repeated_and_stored_documents_are_duplicates() {
    let counter = Counter::default();
    let server = HttpServer::start(move |request| match counter.next() {
        0 => FakeResponse::Cut,
        _ => answer(request, |id| if id == "id-0" { 409 } else { 201 }),
    });
    let outcome = store(&[(names::ELASTICSEARCH_URL, &server.url)])
        .index(&new_service("cut"), &documents(2), soon())
        .await
        .expect("stored");
    assert_eq!((outcome.created, outcome.duplicates), (1, 1));
}

#[tokio::test]
async fn many_documents_are_split_into_requests_below_the_size_limit() {
    let server = HttpServer::start(|request| answer(request, |_| 201));
    let mut documents = documents(30);
    for document in &mut documents {
        document.message = "가".repeat(200_000);
    }
    let outcome = store(&[(names::ELASTICSEARCH_URL, &server.url)])
        .index(&new_service("many"), &documents, soon())
        .await
        .expect("stored");
    assert_eq!(outcome.created, 30);
    let requests = server.requests();
    assert!(requests.len() >= 4, "{}", requests.len());
    assert!(
        requests
            .iter()
            .all(|request| request.body.len() <= 5 * 1024 * 1024)
    );
}

#[tokio::test]
async fn no_documents_send_no_request() {
    let server = HttpServer::start(|_| FakeResponse::new(500, ""));
    let outcome = store(&[(names::ELASTICSEARCH_URL, &server.url)])
        .index(&new_service("none"), &[], soon())
        .await
        .expect("nothing to do");
    assert_eq!(outcome.created, 0);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_permanent_failure_is_an_error_without_a_retry() {
    for (status, body, forbidden) in [
        (
            401,
            json!({ "error": { "type": "security_exception", "reason": "who?" } }),
            true,
        ),
        (
            403,
            json!({ "error": { "type": "security_exception", "reason": "no" } }),
            true,
        ),
        (
            400,
            json!({ "error": { "type": "illegal_argument_exception" } }),
            false,
        ),
        (200, json!({ "hello": "world" }), false),
    ] {
        let server = HttpServer::start(move |_| FakeResponse::new(status, body.to_string()));
        let error = store(&[
            (names::ELASTICSEARCH_URL, &server.url),
            (names::ELASTICSEARCH_API_KEY, "aHVudGVyMg=="),
        ])
        .index(&new_service("refused"), &documents(1), soon())
        .await
        .expect_err("refused");
        let requests = server.requests();
        assert_eq!(requests.len(), 1);
        assert_eq!(requests[0].headers["authorization"], "ApiKey aHVudGVyMg==");
        match error {
            StoreError::Forbidden { .. } => assert!(forbidden, "{error}"),
            StoreError::Unexpected { .. } => assert!(!forbidden, "{error}"),
            _ => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn an_unavailable_cluster_is_an_error_before_the_deadline() {
    let server = HttpServer::start(|_| FakeResponse::new(503, "<html>\u{1b}[1mno"));
    let started = Instant::now();
    let error = store(&[(names::ELASTICSEARCH_URL, &server.url)])
        .index(
            &new_service("away"),
            &documents(1),
            Deadline::after(Duration::from_secs(2)),
        )
        .await
        .expect_err("unavailable");
    assert!(started.elapsed() < Duration::from_secs(3));
    assert!(error.is_retryable(), "{error}");
    assert!(error.to_string().contains("HTTP 503"), "{error}");
    assert!(server.requests().len() > 1);
}
