//! Requests to AWS are signed; the signatures are verified by an implementation of our own.

use std::time::{Duration, Instant};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use bongsu_tests::sigv4::{self, SigningKey};
use shared::{
    env::Settings,
    log_store::{
        LogStore as _,
        elasticsearch::{ElasticsearchConfig, ElasticsearchStore},
    },
    model::window::Window,
};

use super::{
    FakeResponse, HttpRequest, HttpServer, Value, document, json, names, new_service, soon, stored,
};
use crate::documents::instant;

const KEY: SigningKey<'_> = SigningKey {
    id: "AKIDEXAMPLE",
    secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

/// A store that signs for a service.
fn signing(url: &str, service: &str) -> ElasticsearchStore {
    let mut settings = Settings::from_pairs([
        (names::ELASTICSEARCH_URL, url),
        (names::ELASTICSEARCH_AWS_SERVICE, service),
        (names::AWS_REGION, "ap-northeast-2"),
    ]);
    let config = ElasticsearchConfig::read(&mut settings).expect("a cluster");
    settings.finish().expect("valid");
    let credentials =
        Credentials::new(KEY.id, KEY.secret, Some("session".to_owned()), None, "test");
    let provider = SharedCredentialsProvider::new(credentials);
    ElasticsearchStore::new(&config.signed_by(provider)).expect("a store")
}

#[tokio::test]
async fn every_request_to_aws_has_a_valid_signature() {
    for service in ["es", "aoss"] {
        let server = HttpServer::start(|request| {
            if request.path.starts_with("/_bulk") {
                stored(request)
            } else {
                FakeResponse::new(200, r#"{"responses":[],"index_templates":[]}"#)
            }
        });
        let store = signing(&server.url, service);
        let name = new_service("signed");
        let _ = store.prepare(soon()).await;
        let outcome = store
            .index(&name, &[document(0), document(1)], soon())
            .await;
        assert_eq!(outcome.expect("stored").created, 2);
        // Commas and asterisks in a path, and asterisks in a query, are what signers differ in.
        let _ = store.refresh(&name, soon()).await;
        let window = Window {
            start: instant("2026-11-24T00:00:00Z"),
            end: instant("2026-11-25T00:00:00Z"),
        };
        let kind = shared::log_store::RecordKind::Metrics;
        let _ = store.records(kind, &name, window, 10, soon()).await;
        let requests = server.requests();
        assert!(requests.len() >= 4, "{}", requests.len());
        for request in &requests {
            let scope = sigv4::verify(request, KEY);
            assert_eq!(
                scope,
                Ok(format!("ap-northeast-2/{service}")),
                "{}",
                request.path
            );
            assert_eq!(request.headers["x-amz-security-token"], "session");
            assert!(request.headers.contains_key("x-amz-content-sha256"));
        }
    }
}

#[tokio::test]
async fn a_refused_signature_names_the_permissions_and_not_the_password() {
    let server = HttpServer::start(|_| {
        FakeResponse::new(
            403,
            r#"{"Message":"User: x is not authorized to perform: es:ESHttpPost"}"#,
        )
    });
    for (service, words) in [("es", "es:ESHttpPost and"), ("aoss", "aoss:APIAccessAll")] {
        let error = signing(&server.url, service)
            .index(&new_service("refused"), &[document(0)], soon())
            .await
            .expect_err("refused")
            .to_string();
        assert!(error.contains(words), "{error}");
        assert!(!error.contains("ELASTICSEARCH_PASSWORD"), "{error}");
        assert!(!error.contains(KEY.secret), "{error}");
    }
}

#[tokio::test]
async fn a_signed_request_is_signed_again_for_each_try() {
    let started = Instant::now();
    let server = HttpServer::start(move |request| {
        if started.elapsed() < Duration::from_millis(1100) {
            FakeResponse::new(503, "{}")
        } else {
            stored(request)
        }
    });
    let outcome = signing(&server.url, "es")
        .index(&new_service("again"), &[document(0)], soon())
        .await;
    assert_eq!(outcome.expect("stored").created, 1);
    let mut dates: Vec<String> = server
        .requests()
        .iter()
        .map(|request| {
            sigv4::verify(request, KEY).expect("a signature");
            request.headers["x-amz-date"].clone()
        })
        .collect();
    dates.dedup();
    assert!(dates.len() > 1, "{dates:?}");
}

/// Answers as a collection that takes no ids.
fn without_ids(request: &HttpRequest) -> FakeResponse {
    let reason = "Document ID is not supported in create/index operation request";
    let error = json!({ "type": "illegal_argument_exception", "reason": reason });
    if request.method == "PUT" {
        return FakeResponse::new(400, json!({ "error": error }).to_string());
    }
    if !request.path.starts_with("/_bulk") {
        return FakeResponse::new(201, "{}");
    }
    let lines = request.lines();
    let items: Vec<Value> = lines
        .chunks(2)
        .map(|pair| {
            if pair[0]["create"]["_id"].is_null() {
                json!({ "create": { "status": 201 } })
            } else {
                json!({ "create": { "status": 400, "error": error } })
            }
        })
        .collect();
    FakeResponse::new(200, json!({ "errors": true, "items": items }).to_string())
}

#[tokio::test]
async fn a_time_series_collection_stores_without_ids() {
    let server = HttpServer::start(without_ids);
    let name = new_service("series");
    let store = signing(&server.url, "aoss");
    for _ in 0..2 {
        let outcome = store
            .index(&name, &[document(0), document(1)], soon())
            .await;
        let outcome = outcome.expect("stored");
        assert_eq!((outcome.created, outcome.rejected.len()), (2, 0));
    }
    // Refused, sent again without ids, and the second call without ids.
    assert_eq!(server.requests().len(), 3);
    let record = shared::log_store::Record {
        kind: shared::log_store::RecordKind::Metrics,
        service: name.clone(),
        id: "a".to_owned(),
        timestamp: instant("2026-11-24T00:00:00Z"),
        body: json!({}),
    };
    store.put_record(&record, soon()).await.expect("stored");
    let last = server.requests().pop().expect("a request");
    assert_eq!(last.method, "POST");
    assert!(last.path.ends_with("/_doc"), "{}", last.path);
    // Any other cluster that says so has refused the document.
    let outcome = signing(&server.url, "es")
        .index(&name, &[document(0)], soon())
        .await;
    assert_eq!(outcome.expect("an outcome").rejected.len(), 1);
}
