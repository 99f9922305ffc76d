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

#[tokio::test]
async fn documents_beside_one_that_is_forbidden_are_counted() {
    let server = HttpServer::start(|request| {
        let forbidden = json!({ "type": "security_exception", "reason": "because" });
        let items: Vec<Value> = (0..ids(request).len())
            .map(|position| match position {
                0 => json!({ "create": { "status": 403, "error": forbidden } }),
                1 => json!({ "create": { "status": 409, "error": { "type": "x" } } }),
                _ => json!({ "create": { "status": 201 } }),
            })
            .collect();
        FakeResponse::new(200, json!({ "errors": true, "items": items }).to_string())
    });
    let error = store(&[(names::ELASTICSEARCH_URL, &server.url)])
        .index(&new_service("forbidden"), &documents(5), soon())
        .await
        .expect_err("forbidden");
    assert!(!error.is_retryable());
    let words = error.to_string();
    assert!(
        words.contains("3 documents were stored and 1 found before"),
        "{words}"
    );
    assert_eq!(words.matches("security_exception").count(), 1, "{words}");
}

#[tokio::test]
async fn an_answer_that_was_cut_on_the_way_is_asked_for_again() {
    for cut in ["", r#"{"items":[{"create":{"sta"#] {
        let counter = Counter::default();
        let server = HttpServer::start(move |request| match counter.next() {
            0 => FakeResponse::new(200, cut),
            _ => answer(request, |_| 201),
        });
        let outcome = store(&[(names::ELASTICSEARCH_URL, &server.url)])
            .index(&new_service("cut"), &documents(2), soon())
            .await
            .expect("stored");
        assert_eq!((outcome.created, outcome.retries), (2, 1));
    }
}

#[tokio::test]
async fn the_cluster_answers_about_a_missing_shard_before_the_client_gives_up() {
    let server = HttpServer::start(|request| answer(request, |_| 201));
    let store = store(&[(names::ELASTICSEARCH_URL, &server.url)]);
    for (seconds, most) in [(4, 2000), (600, 20_000)] {
        let deadline = Deadline::after(Duration::from_secs(seconds));
        let service = new_service("red");
        let stored = store.index(&service, &documents(1), deadline).await;
        assert_eq!(stored.expect("stored").created, 1);
        let requests = server.requests();
        let path = &requests.last().expect("a request").path;
        let timeout = path
            .split("timeout=")
            .nth(1)
            .and_then(|it| it.strip_suffix("ms"));
        let timeout: u64 = timeout.and_then(|it| it.parse().ok()).expect(path);
        assert!((most * 9 / 10..=most).contains(&timeout), "{path}");
    }
}

#[tokio::test]
async fn an_outage_at_the_start_is_waited_out_unless_a_person_waits() {
    let start = async |is_for_a_person| {
        let counter = Counter::default();
        let server = HttpServer::start(move |_| match counter.next() {
            // As many tries as a person waits for.
            0..6 => FakeResponse::new(503, "red"),
            _ => FakeResponse::new(200, r#"{"index_templates":[]}"#),
        });
        let mut settings = Settings::from_pairs([(names::ELASTICSEARCH_URL, server.url.as_str())]);
        let config = ElasticsearchConfig::read(&mut settings).expect("a cluster");
        let config = if is_for_a_person {
            config.for_a_person()
        } else {
            config
        };
        let store = ElasticsearchStore::new(&config).expect("a client");
        store.prepare(Deadline::after(Duration::from_mins(1))).await
    };
    let (function, person) = tokio::join!(start(false), start(true));
    function.expect("prepared");
    let error = person.expect_err("given up").to_string();
    assert!(error.contains("(tried 6 times)"), "{error}");
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_named() {
    let server = HttpServer::start(|_| FakeResponse::Answer {
        status: 429,
        headers: vec!["Retry-After: 3600".to_owned()],
        body: "busy".to_owned(),
    });
    let error = store(&[(names::ELASTICSEARCH_URL, &server.url)])
        .index(&new_service("long"), &documents(1), soon())
        .await
        .expect_err("busy")
        .to_string();
    assert!(
        error.contains("HTTP 429 busy (tried 1 time, as it asks to wait 3600 s)"),
        "{error}"
    );
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
