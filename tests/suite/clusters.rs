//! What only a real cluster can show: which template wins, what its mapping refuses, and how it
//! reports missing permissions and blocks.

use std::time::{Duration, Instant};

use bongsu_tests::{
    say,
    servers::{self, Server},
};
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    strategy::ValueTree as _,
    test_runner::TestRunner,
};
use serde_json::{Value, json};
use shared::{
    deadline::Deadline,
    env::names,
    log_store::{
        DeadLetter, LogSearch, LogStore as _, SearchQuery, StoreError,
        elasticsearch::ElasticsearchStore, facts::AnalysisQuestion,
    },
    model::{metadata::Metadata, service::ServiceName, window::Window},
};

use crate::documents::{document, instant, new_service, soon, store};

/// The servers of this run, with a prepared store on each.
pub(crate) async fn clusters() -> Vec<(&'static Server, ElasticsearchStore)> {
    let servers = [servers::elasticsearch(), servers::opensearch()];
    let mut clusters = Vec::new();
    for server in servers.into_iter().flatten() {
        let store = store(&server.settings());
        store.prepare(soon()).await.expect("prepared");
        clusters.push((server, store));
    }
    clusters
}

fn day() -> Window {
    let window = Window::new(
        instant("2026-11-24T00:00:00Z"),
        instant("2026-11-25T00:00:00Z"),
    );
    window.expect("a day")
}

fn question(service: &ServiceName, window: Window) -> AnalysisQuestion {
    AnalysisQuestion {
        known_since: window.previous().start,
        error_patterns: 10,
        users: 10,
        timeline_parts: 4,
        ..AnalysisQuestion::new(service.clone(), window)
    }
}

fn everything(service: &ServiceName) -> LogSearch {
    LogSearch {
        service: service.clone(),
        window: day(),
        query: SearchQuery::all(),
        limit: 10_000,
    }
}

#[tokio::test]
async fn our_template_overrides_the_built_in_one_and_matches_no_foreign_data_stream() {
    for (server, store) in clusters().await {
        let built_in = json!({
            "index_patterns": ["logs-*-*"],
            "priority": 100,
            "data_stream": {},
            "template": { "mappings": { "properties": { "message": { "type": "keyword" } } } }
        });
        let path = "_index_template/bongsu-tests-like-built-in";
        let (status, answer) = server.ask("PUT", path, Some(built_in)).await;
        // A full Elasticsearch has the real one, and refuses a second one with its priority.
        let has_real_one = answer.to_string().contains("same priority");
        assert!(status < 300 || has_real_one, "{answer}");

        let service = new_service("template");
        let outcome = store.index(&service, &[document(0)], soon()).await;
        assert_eq!(outcome.expect("stored").created, 1);
        let index = format!("logs-{service}-2026.11.24");
        let found = server.request("GET", &index, None).await;
        let mappings = &found[&index]["mappings"];
        assert_eq!(mappings["dynamic"], "false");
        let fields = &mappings["properties"];
        assert_eq!(fields["pattern"]["type"], "keyword");
        assert_eq!(fields["message"]["type"], "text");
        let metadata = fields["metadata"]["type"].as_str().expect("a type");
        assert!(
            ["flattened", "flat_object"].contains(&metadata),
            "{metadata}"
        );
        assert_eq!(found[&index]["data_stream"], Value::Null);

        let foreign = "_index_template/_simulate_index/logs-nginx.access-default";
        let foreign = server.request("POST", foreign, None).await.to_string();
        assert!(!foreign.contains("redactions"), "{foreign}");
        if !has_real_one {
            server.request("DELETE", path, None).await;
        }
    }
}

/// Any JSON within the limits of a document: at most 18 levels, no duplicate key, no NUL in a key.
fn metadata() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<f64>().prop_map(|number| json!(number)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<u64>().prop_map(|number| json!(number)),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number,
        any::<String>().prop_map(Value::from),
        (0_usize..40_000).prop_map(|length| "한".repeat(length).into()),
    ];
    let key = prop_oneof![
        "[^\\x00]{0,8}",
        "[a-c.]{0,3}",
        Just("@timestamp".to_owned()),
        Just("k".repeat(33_000))
    ];
    let value = leaf.prop_recursive(16, 32, 4, move |inner| {
        let object = btree_map(key.clone(), inner.clone(), 0..4);
        prop_oneof![
            vec(inner, 0..4).prop_map(Value::from),
            object.prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    });
    btree_map("[^\\x00]{0,12}", value, 0..4)
        .prop_map(|map| Value::Object(map.into_iter().collect()))
}

#[tokio::test]
async fn metadata_of_any_shape_is_stored_and_read_back_unchanged() {
    let mut runner = TestRunner::deterministic();
    let mut deepest = json!(1);
    for _ in 0..17 {
        deepest = json!({ "level": deepest });
    }
    let mut documents = vec![document(0)];
    documents[0].metadata = Some(raw(&deepest));
    for number in 1..300 {
        let value = metadata().new_tree(&mut runner).expect("a value").current();
        let mut document = document(number);
        document.metadata = Some(raw(&value));
        documents.push(document);
    }
    for (_, store) in clusters().await {
        let service = new_service("metadata");
        let outcome = store.index(&service, &documents, soon()).await;
        let outcome = outcome.expect("stored");
        assert_eq!(outcome.rejected, [], "refused by {}", store.location());
        store.refresh(&service, soon()).await.expect("refreshed");
        let mut found = store
            .search(&everything(&service), soon())
            .await
            .expect("found");
        found.reverse();
        assert_eq!(found.len(), documents.len());
        for (found, stored) in found.iter().zip(&documents) {
            assert_eq!(found.id, stored.id);
            let text = |metadata: &Option<Metadata>| {
                metadata.as_ref().map(|metadata| metadata.get().to_owned())
            };
            assert_eq!(text(&found.metadata), text(&stored.metadata));
        }
    }
}

fn raw(value: &Value) -> Metadata {
    Metadata::read(value.to_string()).expect("JSON")
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_not_shown_in_the_error() {
    let Some(server) = servers::elasticsearch() else {
        return;
    };
    if server.login.is_none() {
        say("this Elasticsearch has no security: the test of a wrong password is skipped");
        return;
    }
    let mut settings = server.address();
    settings.push((names::ELASTICSEARCH_USERNAME, "elastic"));
    settings.push((names::ELASTICSEARCH_PASSWORD, "hunter2"));
    let store = store(&settings);
    let service = new_service("password");
    let errors = [
        store.prepare(soon()).await.expect_err("refused"),
        store
            .index(&service, &[document(0)], soon())
            .await
            .expect_err("refused"),
        store
            .analyse(&question(&service, day()), soon())
            .await
            .expect_err("refused"),
    ];
    for error in errors {
        assert!(matches!(error, StoreError::Forbidden { .. }), "{error}");
        let words = format!("{error} {error:?} {store:?}");
        assert!(words.contains("ELASTICSEARCH_PASSWORD"), "{words}");
        assert!(!words.contains("hunter2"), "{words}");
    }
}

#[tokio::test]
async fn the_error_of_a_user_with_read_permission_names_the_missing_permission() {
    for (server, prepared) in clusters().await {
        let Some((user, password)) = &server.reader else {
            if server.login.is_some() {
                say("this server has no user with read permission only: the test is skipped");
            }
            continue;
        };
        let mut settings = server.address();
        settings.push((names::ELASTICSEARCH_USERNAME, user));
        settings.push((names::ELASTICSEARCH_PASSWORD, password.expose()));
        let store = store(&settings);
        let service = new_service("reader");
        let stored = prepared.index(&service, &[document(0)], soon()).await;
        assert_eq!(stored.expect("stored").created, 1);
        let index = store.index(&service, &[document(1)], soon()).await;
        let index = index.expect_err("may not write").to_string();
        assert!(
            index.contains("refuses access") && index.contains("create_index"),
            "{index}"
        );
        let report = store.prepared(soon()).await.expect("prepared");
        let warning = report.warnings.first().expect("a warning");
        assert!(warning.contains("manage_index_templates"), "{warning}");
        let facts = store.analyse(&question(&service, day()), soon()).await;
        assert!(facts.expect("may read").indexed);
    }
}

#[tokio::test]
async fn a_blocked_index_is_retried_and_not_reported_as_a_missing_permission() {
    for (server, store) in clusters().await {
        let service = new_service("block");
        store
            .index(&service, &[document(0)], soon())
            .await
            .expect("stored");
        let settings = format!("logs-{service}-2026.11.24/_settings");
        let block = |on: bool| Some(json!({ "index.blocks.read_only_allow_delete": on }));
        server.request("PUT", &settings, block(true)).await;

        let error = store
            .index(
                &service,
                &[document(1)],
                Deadline::after(Duration::from_secs(1)),
            )
            .await
            .expect_err("blocked");
        assert!(error.is_retryable(), "{error}");
        assert!(error.to_string().contains("block"), "{error}");

        let documents = [document(1)];
        let unblock = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            server.request("PUT", &settings, block(false)).await;
        };
        let (outcome, ()) = tokio::join!(store.index(&service, &documents, soon()), unblock);
        assert_eq!(outcome.expect("stored by a retry").created, 1);
    }
}

#[tokio::test]
async fn a_service_without_an_index_has_empty_facts() {
    for (_, store) in clusters().await {
        let service = new_service("missing");
        let facts = store.analyse(&question(&service, day()), soon()).await;
        let facts = facts.expect("an answer");
        assert!(!facts.indexed && !facts.has_history);
        assert_eq!(facts.failures, [""; 0]);
        assert_eq!(facts.current.timeline.len(), 4);
        assert_eq!(facts.current.totals.requests.durations, None);
        let found = store.search(&everything(&service), soon()).await;
        assert!(found.expect("an answer").is_empty());
    }
}

#[tokio::test]
async fn an_index_that_cannot_be_read_is_reported_and_the_others_are_counted() {
    for (server, store) in clusters().await {
        let service = new_service("partly");
        store
            .index(&service, &[document(0)], soon())
            .await
            .expect("stored");
        let foreign = json!({ "mappings": { "properties": { "level": { "type": "text" } } } });
        let index = format!("logs-{service}-2026.11.25");
        server.request("PUT", &index, Some(foreign)).await;
        server
            .request(
                "PUT",
                &format!("{index}/_doc/1"),
                Some(json!({ "@timestamp": "2026-11-25T00:00:00Z", "level": "error" })),
            )
            .await;
        store.refresh(&service, soon()).await.expect("refreshed");
        let window = Window {
            end: instant("2026-11-25T12:00:00Z"),
            ..day()
        };
        let facts = store.analyse(&question(&service, window), soon()).await;
        let facts = facts.expect("an answer");
        assert!(facts.indexed);
        assert!(!facts.failures.is_empty());
        assert!(facts.failures[0].contains(&index), "{:?}", facts.failures);
        assert_eq!(facts.current.totals.errors(), 1);
    }
}

#[tokio::test]
async fn the_indices_of_a_service_with_a_longer_name_are_not_read() {
    for (_, store) in clusters().await {
        let service = new_service("x");
        let longer = format!("{service}-2").parse().expect("a service");
        store
            .index(&longer, &[document(0)], soon())
            .await
            .expect("stored");
        store.refresh(&longer, soon()).await.expect("refreshed");
        let found = store.search(&everything(&service), soon()).await;
        assert!(found.expect("an answer").is_empty());
    }
}

#[tokio::test]
async fn a_dead_letter_is_stored_once() {
    for (server, store) in clusters().await {
        let service = new_service("letter");
        let letter = DeadLetter {
            id: "id-0".to_owned(),
            timestamp: instant("2026-11-24T00:00:00Z"),
            reason: "not usable".repeat(10_000),
            document: "{\"한\":1}".repeat(100_000),
            event: None,
        };
        let letters = [letter.clone(), letter];
        for _ in 0..2 {
            store
                .dead_letter(&service, &letters, soon())
                .await
                .expect("kept");
        }
        store.refresh(&service, soon()).await.expect("refreshed");
        let path = format!("dead-letter-{service}-2026.11.24/_search");
        let found = server.request("GET", &path, None).await;
        let hits = found["hits"]["hits"].as_array().expect("hits");
        assert_eq!(hits.len(), 1);
        assert_eq!(hits[0]["_source"]["document"], letters[0].document);
    }
}

#[tokio::test]
async fn an_unreachable_address_is_an_error_before_the_deadline() {
    let store = store(&[(names::ELASTICSEARCH_URL, "http://127.0.0.1:1")]);
    let started = Instant::now();
    let deadline = Deadline::after(Duration::from_secs(2));
    let error = store.prepare(deadline).await.expect_err("unavailable");
    assert!(started.elapsed() < Duration::from_secs(3));
    assert!(error.is_retryable(), "{error}");
    assert!(error.to_string().contains("127.0.0.1:1"), "{error}");
}

#[tokio::test]
async fn preparing_twice_at_once_is_safe() {
    for (_, store) in clusters().await {
        let (first, second) = tokio::join!(store.prepare(soon()), store.prepare(soon()));
        first.and(second).expect("prepared");
    }
}
