//! A template of somebody else that has the priority of ours.

use bongsu_tests::http_server::{FakeResponse, HttpServer};
use serde_json::json;
use shared::log_store::LogStore as _;

use super::{FakeCluster, document, new_service, open, soon};

#[tokio::test]
async fn a_foreign_template_of_the_same_priority_is_reported_and_stops_nothing() {
    let cluster = FakeCluster::default();
    let server = HttpServer::start(move |request| {
        let (status, body) = if request.method == "PUT" && request.path.ends_with("/bongsu-logs") {
            // The words of Elasticsearch 8.19.
            let reason = "index template [bongsu-logs] has index patterns [logs-*-20*.*.*] matching \
                          patterns from existing templates [theirs] with patterns (theirs => [logs-*]) \
                          that have the same priority [500], multiple index templates may not match \
                          during index creation, please use a different priority";
            let error = json!({ "type": "illegal_argument_exception", "reason": reason });
            (400, json!({ "error": error }))
        } else {
            cluster.answer(request)
        };
        FakeResponse::Answer {
            status,
            headers: vec!["X-elastic-product: Elasticsearch".to_owned()],
            body: body.to_string(),
        }
    });
    let store = open(&server, "30", "auto");
    let report = store.prepared(soon()).await.expect("prepared");
    assert_eq!(
        (report.written, report.warnings.len()),
        (3, 1),
        "{report:?}"
    );
    let warning = &report.warnings[0];
    assert!(warning.contains("[theirs]"), "{warning}");
    assert!(
        warning.contains("lower the priority of the other template below 500"),
        "{warning}"
    );
    let stored = store
        .index(&new_service("same"), &[document(0)], soon())
        .await
        .expect("stored");
    assert_eq!(stored.created, 1);
}
