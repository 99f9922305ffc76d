//! Retention by ILM or ISM, with a fake server: the real servers of the tests have neither.

use bongsu_tests::http_server::{FakeResponse, HttpRequest, HttpServer};
use serde_json::{Value, json};
use shared::{
    env::names,
    log_store::{LogStore as _, elasticsearch::Retention},
};

use crate::documents::{soon, store};

fn no_handler(request: &HttpRequest) -> FakeResponse {
    let error = format!("no handler found for uri [{}]", request.path);
    FakeResponse::new(400, json!({ "error": error }).to_string())
}

/// The answer of an Elasticsearch.
fn of_elasticsearch(status: u16, body: &str) -> FakeResponse {
    FakeResponse::Answer {
        status,
        headers: vec!["X-elastic-product: Elasticsearch".to_owned()],
        body: body.to_owned(),
    }
}

/// The bodies of the requests below a path.
fn sent(server: &HttpServer, path: &str) -> Vec<Value> {
    let requests = server.requests();
    let wanted = requests
        .iter()
        .filter(|request| request.path.starts_with(path) && !request.body.is_empty());
    wanted
        .map(|request| serde_json::from_str(&request.body).expect("JSON"))
        .collect()
}

#[tokio::test]
async fn with_ilm_the_templates_name_the_policy() {
    let server = HttpServer::start(|_| of_elasticsearch(200, "{}"));
    let settings = [
        (names::ELASTICSEARCH_URL, server.url.as_str()),
        (names::LOG_RETENTION_DAYS, "7"),
    ];
    store(&settings).prepare(soon()).await.expect("prepared");
    let policies = sent(&server, "/_ilm/policy/bongsu-retention");
    assert_eq!(policies.len(), 1);
    assert_eq!(policies[0]["policy"]["phases"]["delete"]["min_age"], "7d");
    let templates = sent(&server, "/_index_template/");
    assert_eq!(templates.len(), 4);
    for template in templates {
        let settings = &template["template"]["settings"];
        assert_eq!(settings["index.lifecycle.name"], "bongsu-retention");
    }
}

#[tokio::test]
async fn with_ism_an_older_policy_is_replaced() {
    let server = HttpServer::start(|request| {
        let is_policy = request.path.starts_with("/_plugins/_ism");
        match request.method.as_str() {
            "PUT" if is_policy && !request.path.contains("if_seq_no") => {
                FakeResponse::new(409, "{}")
            }
            "GET" if is_policy => {
                let policy = json!({ "description": "Bongsu: deletes indices after 7 days" });
                let found = json!({ "_seq_no": 3, "_primary_term": 2, "policy": policy });
                FakeResponse::new(200, found.to_string())
            }
            _ => FakeResponse::new(200, "{}"),
        }
    });
    let settings = [
        (names::ELASTICSEARCH_URL, server.url.as_str()),
        (names::LOG_RETENTION_DAYS, "30"),
    ];
    let report = store(&settings).prepared(soon()).await.expect("set");
    let retention = report.retention;
    assert_eq!(retention, Retention::Ism { days: 30 });
    let requests = server.requests();
    let policies = requests
        .iter()
        .rfind(|request| request.path.starts_with("/_plugins/_ism"));
    let put = policies.expect("a request");
    assert!(put.path.contains("if_seq_no=3") && put.path.contains("if_primary_term=2"));
    assert!(put.body.contains("30d"), "{}", put.body);
}

#[tokio::test]
async fn a_cluster_without_retention_is_no_error() {
    let server = HttpServer::start(|request| {
        if request.path.starts_with("/_index_template") {
            return FakeResponse::new(200, "{}");
        }
        no_handler(request)
    });
    let store = store(&[(names::ELASTICSEARCH_URL, &server.url)]);
    let report = store.prepared(soon()).await.expect("prepared");
    assert_eq!((report.retention, report.written), (Retention::None, 4));
    // Nor does it have component templates.
    let template = &sent(&server, "/_index_template/")[0];
    assert_eq!(template["composed_of"], json!([]));
}

#[tokio::test]
async fn a_forbidden_policy_is_a_warning_that_names_the_remedy() {
    let server = HttpServer::start(|request| {
        if !request.path.starts_with("/_ilm") {
            return of_elasticsearch(200, "{}");
        }
        let error = json!({ "error": { "type": "security_exception", "reason": "no" } });
        of_elasticsearch(403, &error.to_string())
    });
    let store = store(&[(names::ELASTICSEARCH_URL, &server.url)]);
    let report = store.prepared(soon()).await.expect("prepared");
    assert_eq!(report.written, 4);
    let warning = report.warnings.first().expect("a warning");
    assert!(warning.contains("LOG_RETENTION_DAYS=0"), "{warning}");
}

#[tokio::test]
async fn zero_days_remove_the_deletion_from_an_older_policy() {
    let server = HttpServer::start(|_| of_elasticsearch(200, "{}"));
    let settings = [
        (names::ELASTICSEARCH_URL, server.url.as_str()),
        (names::LOG_RETENTION_DAYS, "0"),
    ];
    let store = store(&settings);
    let report = store.prepared(soon()).await.expect("prepared");
    assert_eq!(report.retention, Retention::None);
    let policies = sent(&server, "/_ilm/policy/");
    assert_eq!(policies.len(), 1);
    assert_eq!(policies[0]["policy"]["phases"]["delete"], Value::Null);
}
