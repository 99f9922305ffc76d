//! The setup of a cluster: what is read and written at the start, with a fake cluster that remembers
//! templates.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bongsu_tests::http_server::{FakeResponse, HttpRequest, HttpServer};
use serde_json::{Value, json};
use shared::{
    deadline::Deadline,
    env::names,
    log_store::{
        LogStore as _, StoreError,
        elasticsearch::{ElasticsearchStore, Retention},
    },
};

use crate::documents::{document, new_service, soon, store};

mod conflict;
pub(crate) mod real;

/// What a fake Elasticsearch answers with.
#[derive(Clone, Default)]
struct FakeCluster {
    /// The stored objects by their paths.
    stored: Arc<Mutex<BTreeMap<String, Value>>>,
    /// How long each answer of the master takes.
    delay: Duration,
    /// Paths that the user may not use.
    forbidden: Vec<&'static str>,
}

impl FakeCluster {
    fn start(&self) -> HttpServer {
        let cluster = self.clone();
        HttpServer::start(move |request| {
            let (status, body) = cluster.answer(request);
            FakeResponse::Answer {
                status,
                headers: vec!["X-elastic-product: Elasticsearch".to_owned()],
                body: body.to_string(),
            }
        })
    }

    fn answer(&self, request: &HttpRequest) -> (u16, Value) {
        let path = request
            .path
            .split('?')
            .next()
            .unwrap_or_default()
            .to_owned();
        if self.forbidden.iter().any(|start| path.starts_with(start)) {
            let error = json!({ "type": "security_exception", "reason": "unauthorized for user" });
            return (403, json!({ "error": error }));
        }
        if path == "/_bulk" {
            let items: Vec<Value> = request
                .lines()
                .chunks(2)
                .map(|_| json!({ "create": { "status": 201 } }))
                .collect();
            return (200, json!({ "errors": false, "items": items }));
        }
        std::thread::sleep(self.delay);
        let mut stored = self.stored.lock().expect("no panic");
        if request.method == "PUT" {
            if request.path.contains("create=true") && stored.contains_key(&path) {
                let reason = "component template [x] already exists";
                return (
                    400,
                    json!({ "error": { "type": "illegal_argument_exception", "reason": reason } }),
                );
            }
            stored.insert(path, serde_json::from_str(&request.body).expect("JSON"));
            return (200, json!({ "acknowledged": true }));
        }
        if path.contains("_field_caps") {
            return (200, stored.get("fields").cloned().unwrap_or(json!({})));
        }
        let templates = stored.iter().filter_map(|(path, body)| {
            let name = path.strip_prefix("/_index_template/")?;
            Some(json!({ "name": name, "index_template": body }))
        });
        (
            200,
            json!({ "index_templates": templates.collect::<Vec<_>>() }),
        )
    }

    fn put(&self, path: &str, body: Value) {
        self.stored
            .lock()
            .expect("no panic")
            .insert(path.to_owned(), body);
    }

    fn get(&self, path: &str) -> Value {
        let stored = self.stored.lock().expect("no panic");
        stored.get(path).cloned().unwrap_or(Value::Null)
    }
}

fn open(server: &HttpServer, days: &str, setup: &str) -> ElasticsearchStore {
    store(&[
        (names::ELASTICSEARCH_URL, &server.url),
        (names::LOG_RETENTION_DAYS, days),
        (names::ELASTICSEARCH_SETUP, setup),
    ])
}

/// The methods and paths of the requests, without their parameters.
fn paths(server: &HttpServer) -> Vec<String> {
    let requests = server.requests();
    let paths = requests.iter().map(|request| {
        let path = request.path.split('?').next().unwrap_or_default();
        format!("{} {path}", request.method)
    });
    paths.collect()
}

#[tokio::test]
async fn a_second_start_sends_one_request() {
    let cluster = FakeCluster::default();
    let first = cluster.start();
    let report = open(&first, "30", "auto")
        .prepared(soon())
        .await
        .expect("prepared");
    assert_eq!(
        (report.written, report.retention),
        (4, Retention::Ilm { days: 30 })
    );
    assert_eq!(report.warnings, [""; 0]);
    // A look, the policy and four component templates, four templates, and a look at the fields.
    let sent = paths(&first);
    assert_eq!(sent.len(), 11, "{sent:#?}");
    let template = cluster.get("/_index_template/bongsu-logs");
    assert_eq!(template["composed_of"], json!(["bongsu-logs@custom"]));

    let second = cluster.start();
    let report = open(&second, "30", "auto")
        .prepared(soon())
        .await
        .expect("prepared");
    assert_eq!(paths(&second), ["GET /_index_template/*"]);
    assert_eq!(
        (report.written, report.retention),
        (0, Retention::Ilm { days: 30 })
    );
}

#[tokio::test]
async fn the_fields_are_checked_beside_the_first_documents_if_nothing_is_written() {
    let cluster = FakeCluster::default();
    let first = cluster.start();
    open(&first, "30", "auto")
        .prepare(soon())
        .await
        .expect("prepared");
    let server = cluster.start();
    let store = open(&server, "30", "auto");
    store.prepare(soon()).await.expect("prepared");
    for _ in 0..2 {
        let stored = store
            .index(&new_service("fields"), &[document(0)], soon())
            .await;
        assert_eq!(stored.expect("stored").created, 1);
    }
    let mut paths = paths(&server);
    assert_eq!(paths.remove(0), "GET /_index_template/*");
    assert_eq!(
        paths.iter().filter(|path| *path == "POST /_bulk").count(),
        2
    );
    let checks = paths.iter().filter(|path| path.ends_with("/_field_caps"));
    assert_eq!(checks.count(), 1, "{paths:#?}");
}

#[tokio::test]
async fn a_slow_master_stops_no_function() {
    let cluster = FakeCluster {
        delay: Duration::from_millis(2500),
        ..FakeCluster::default()
    };
    for longest in [9.0, 3.5] {
        let server = cluster.start();
        let store = open(&server, "30", "auto");
        let started = Instant::now();
        // The time that Lambda gives a function to start.
        let deadline = Deadline::after(Duration::from_secs(9));
        store.prepare(deadline).await.expect("prepared");
        let took = started.elapsed().as_secs_f64();
        // The look at the fields may come too late, which is no failure.
        assert!(took < longest + 0.5, "{took} s");
        assert!(cluster.get("/_index_template/bongsu-metrics").is_object());
    }
}

#[tokio::test]
async fn a_user_who_may_only_write_gets_a_warning_and_stores() {
    for forbidden in [
        vec![
            "/_index_template",
            "/_component_template",
            "/_ilm",
            "/logs-",
        ],
        vec!["/_ilm"],
        vec!["/_component_template"],
    ] {
        let cluster = FakeCluster {
            forbidden,
            ..FakeCluster::default()
        };
        let server = cluster.start();
        let store = open(&server, "30", "auto");
        let report = store.prepared(soon()).await.expect("prepared");
        assert_eq!(report.warnings.len(), 1, "{report:?}");
        let warning = &report.warnings[0];
        assert!(warning.contains("unauthorized for user"), "{warning}");
        assert!(
            warning.contains("manage_index_templates") || warning.contains("manage_ilm"),
            "{warning}"
        );
        let outcome = store
            .index(&new_service("writer"), &[document(0)], soon())
            .await;
        assert_eq!(outcome.expect("stored").created, 1);
    }
}

#[tokio::test]
async fn a_setup_by_somebody_else_sends_nothing() {
    let server = FakeCluster::default().start();
    let store = open(&server, "30", "never");
    store.prepare(soon()).await.expect("prepared");
    assert!(server.requests().is_empty());
    store
        .index(&new_service("never"), &[document(0)], soon())
        .await
        .expect("stored");
    assert_eq!(paths(&server), ["POST /_bulk"]);
}

#[tokio::test]
async fn another_retention_is_written_beside_the_first_documents() {
    let cluster = FakeCluster::default();
    open(&cluster.start(), "30", "auto")
        .prepare(soon())
        .await
        .expect("prepared");
    let server = cluster.start();
    let store = open(&server, "7", "auto");
    let report = store.prepared(soon()).await.expect("prepared");
    assert!(report.is_deferred, "{report:?}");
    assert_eq!(paths(&server).len(), 1);
    for _ in 0..2 {
        store
            .index(&new_service("days"), &[document(0)], soon())
            .await
            .expect("stored");
    }
    let sent = paths(&server);
    // The look, two bulk requests, the policy and the four templates, and the look at the fields.
    assert_eq!(sent.len(), 9, "{sent:#?}");
    let policy = cluster.get("/_ilm/policy/bongsu-retention");
    assert_eq!(policy["policy"]["phases"]["delete"]["min_age"], "7d");
}

#[tokio::test]
async fn a_template_of_an_earlier_version_is_replaced_before_the_first_document() {
    let cluster = FakeCluster::default();
    open(&cluster.start(), "30", "auto")
        .prepare(soon())
        .await
        .expect("prepared");
    let path = "/_index_template/bongsu-logs";
    let mut older = cluster.get(path);
    older["version"] = json!(1);
    cluster.put(path, older);
    let report = open(&cluster.start(), "30", "auto")
        .prepared(soon())
        .await
        .expect("prepared");
    assert_eq!((report.written, report.is_deferred), (1, false));

    let mut newer = cluster.get(path);
    newer["version"] = json!(1000);
    cluster.put(path, newer.clone());
    let report = open(&cluster.start(), "30", "auto")
        .prepared(soon())
        .await
        .expect("prepared");
    assert_eq!(report.written, 0);
    assert_eq!(cluster.get(path), newer);
}

#[tokio::test]
async fn the_users_own_component_template_is_not_overwritten() {
    let cluster = FakeCluster::default();
    let path = "/_component_template/bongsu-logs@custom";
    let own = json!({ "template": { "settings": { "number_of_replicas": 0 } } });
    cluster.put(path, own.clone());
    for days in ["30", "7"] {
        let store = open(&cluster.start(), days, "auto");
        store.prepare(soon()).await.expect("prepared");
        store
            .index(&new_service("own"), &[document(0)], soon())
            .await
            .expect("stored");
        assert_eq!(cluster.get(path), own);
    }
}

#[tokio::test]
async fn a_foreign_template_and_a_wrong_mapping_are_reported_at_the_start() {
    let cluster = FakeCluster::default();
    open(&cluster.start(), "30", "auto")
        .prepare(soon())
        .await
        .expect("prepared");
    let foreign = json!({ "index_patterns": ["logs-*"], "priority": 900, "data_stream": { "hidden": false } });
    cluster.put("/_index_template/team-logs", foreign);
    cluster.put(
        "fields",
        json!({ "fields": { "level": { "text": { "type": "text" } } } }),
    );
    let report = open(&cluster.start(), "30", "auto")
        .prepared(soon())
        .await
        .expect("prepared");
    let [template, mapping] = report.warnings.as_slice() else {
        panic!("{report:?}");
    };
    assert!(
        template.contains("team-logs (logs-*, priority 900) overrides"),
        "{template}"
    );
    assert!(template.contains("data streams"), "{template}");
    assert!(
        mapping.contains("the field level has the type text, not keyword"),
        "{mapping}"
    );
}

#[tokio::test]
async fn a_record_in_a_data_stream_names_the_template_to_change() {
    let reason = "only write ops with an op_type of create are allowed in data streams";
    let server = HttpServer::start(move |_| {
        let error = json!({ "type": "illegal_argument_exception", "reason": reason });
        FakeResponse::new(400, json!({ "error": error }).to_string())
    });
    let record = shared::log_store::Record {
        kind: shared::log_store::RecordKind::Metrics,
        service: new_service("stream"),
        id: "a".to_owned(),
        timestamp: crate::documents::instant("2026-11-24T00:00:00Z"),
        body: json!({}),
    };
    let store = store(&[(names::ELASTICSEARCH_URL, &server.url)]);
    let error = store
        .put_record(&record, soon())
        .await
        .expect_err("refused");
    assert!(matches!(error, StoreError::Unexpected { .. }), "{error}");
    assert!(
        error.to_string().contains("lower its priority below 500"),
        "{error}"
    );
}
