//! Outages, states of a cluster, and rotated credentials: what is waited out, and what a failed call
//! says of its progress.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bongsu_tests::http_server::{FakeResponse, HttpRequest, HttpServer};
use serde_json::{Value, json};
use shared::{
    deadline::Deadline,
    env::{Settings, names},
    log_store::{
        LogStore as _, StoreError,
        elasticsearch::{CredentialSource, Credentials, ElasticsearchConfig, ElasticsearchStore},
    },
    secret::Secret,
};

use super::{Counter, answer, documents, ids};
use crate::documents::{new_service, soon, store};

/// A response in which the items from `stored` on have an error with this status and class.
fn partly(request: &HttpRequest, stored: usize, status: u16, class: &str) -> FakeResponse {
    let error = json!({ "type": class, "reason": "because" });
    let item = |position| match position {
        _ if position < stored => json!({ "create": { "status": 201 } }),
        _ => json!({ "create": { "status": status, "error": error } }),
    };
    let items: Vec<Value> = (0..ids(request).len()).map(item).collect();
    FakeResponse::new(200, json!({ "errors": true, "items": items }).to_string())
}

#[tokio::test]
async fn rounds_that_store_something_are_not_counted_as_failed_tries() {
    let server = HttpServer::start(|request| partly(request, 1, 429, "some_exception"));
    let outcome = store(&[(names::ELASTICSEARCH_URL, &server.url)])
        .index(&new_service("slow"), &documents(10), soon())
        .await
        .expect("stored");
    assert_eq!((outcome.created, outcome.retries), (10, 9));
}

#[tokio::test]
async fn an_outage_is_waited_out_as_long_as_there_is_time() {
    let counter = Counter::default();
    let server = HttpServer::start(move |request| match counter.next() {
        0..7 => FakeResponse::new(503, "red"),
        _ => answer(request, |_| 201),
    });
    let outcome = store(&[(names::ELASTICSEARCH_URL, &server.url)])
        .index(
            &new_service("outage"),
            &documents(2),
            Deadline::after(Duration::from_mins(1)),
        )
        .await
        .expect("stored");
    assert_eq!((outcome.created, outcome.retries), (2, 7));
}

#[tokio::test]
async fn the_state_of_the_cluster_or_of_an_index_makes_no_dead_letters() {
    for (status, class) in [
        (400, "index_closed_exception"),
        (404, "index_not_found_exception"),
        (403, "cluster_block_exception"),
        (503, "unavailable_shards_exception"),
    ] {
        let counter = Counter::default();
        let server = HttpServer::start(move |request| match counter.next() {
            0 => partly(request, 0, status, class),
            _ => answer(request, |_| 201),
        });
        let outcome = store(&[(names::ELASTICSEARCH_URL, &server.url)])
            .index(&new_service("state"), &documents(3), soon())
            .await
            .expect("stored");
        assert_eq!(outcome.rejected, [], "{class}");
        assert_eq!(outcome.created, 3, "{class}");
    }
}

#[tokio::test]
async fn what_was_stored_before_a_failure_is_part_of_the_error() {
    let counter = Counter::default();
    let server = HttpServer::start(move |request| match counter.next() {
        0 => partly(request, 2, 429, "some_exception"),
        _ => FakeResponse::new(503, "red"),
    });
    let error = store(&[(names::ELASTICSEARCH_URL, &server.url)])
        .index(
            &new_service("partly"),
            &documents(5),
            Deadline::after(Duration::from_secs(2)),
        )
        .await
        .expect_err("unavailable");
    assert!(error.is_retryable(), "{error}");
    let StoreError::Interrupted {
        created, retries, ..
    } = error
    else {
        panic!("{error}");
    };
    assert_eq!(created, 2);
    assert!(retries >= 2, "{retries}");
}

/// The credentials after a rotation, and how often they were read.
#[derive(Debug, Default)]
struct RotatedKey(AtomicU32);

#[async_trait]
impl CredentialSource for RotatedKey {
    async fn credentials(&self, _: Deadline) -> Result<Option<Credentials>, String> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(Some(Credentials::ApiKey(Secret::new("bmV3"))))
    }
}

fn renewable(url: &str, source: &Arc<RotatedKey>) -> ElasticsearchStore {
    let mut settings = Settings::from_pairs([
        (names::ELASTICSEARCH_URL, url),
        (names::ELASTICSEARCH_API_KEY, "b2xk"),
    ]);
    let config = ElasticsearchConfig::read(&mut settings).expect("a cluster");
    let store = ElasticsearchStore::new(&config.renewed_from(source.clone()));
    store.expect("a client")
}

#[tokio::test]
async fn rotated_credentials_are_read_again_once_and_the_request_is_repeated() {
    let server = HttpServer::start(|request| match request.headers["authorization"].as_str() {
        "ApiKey bmV3" => answer(request, |_| 201),
        _ => FakeResponse::new(401, "{}"),
    });
    let source = Arc::default();
    let store = renewable(&server.url, &source);
    for _ in 0..2 {
        let outcome = store
            .index(&new_service("rotated"), &documents(2), soon())
            .await
            .expect("stored");
        assert_eq!((outcome.created, outcome.retries), (2, 0));
    }
    assert_eq!(source.0.load(Ordering::Relaxed), 1);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn credentials_that_are_refused_again_are_an_error_and_not_read_without_end() {
    let server = HttpServer::start(|_| FakeResponse::new(401, "{}"));
    let source = Arc::default();
    let store = renewable(&server.url, &source);
    for requests in [2, 3] {
        let error = store
            .index(&new_service("refused"), &documents(1), soon())
            .await
            .expect_err("refused");
        assert!(matches!(error, StoreError::Forbidden { .. }), "{error}");
        assert_eq!(server.requests().len(), requests);
    }
    assert_eq!(source.0.load(Ordering::Relaxed), 1);
}
