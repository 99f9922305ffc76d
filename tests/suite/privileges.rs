//! The roles in docs/log-store.md suffice, on real clusters with users.

use bongsu_tests::{
    roles::DocumentedRole,
    say,
    servers::{self, Product, Server},
};
use serde_json::json;
use shared::{
    env::names,
    log_store::{
        DeadLetter, DeadLetterPage, LogSearch, LogStore as _, Record, RecordKind, SearchQuery,
        StoreError, elasticsearch::ElasticsearchStore, facts::AnalysisQuestion,
    },
    model::{service::ServiceName, window::Window},
};

use crate::{
    documents::{document, instant, new_service, soon, store},
    setup::real::TEMPLATES,
};

/// The servers that have users, and for Elasticsearch those of the documented roles.
fn with_users() -> Vec<(Product, &'static Server)> {
    let servers = [
        (Product::Elasticsearch, servers::elasticsearch()),
        (Product::Opensearch, servers::opensearch()),
    ];
    let mut found = Vec::new();
    for (product, server) in servers {
        let Some(server) = server else { continue };
        let has_users = match product {
            Product::Elasticsearch => server.reader.is_some(),
            Product::Opensearch => server.login.is_some(),
        };
        if has_users {
            found.push((product, server));
        } else {
            let name = product.name();
            say(format_args!(
                "this {name} has no users: roles are not tested"
            ));
        }
    }
    found
}

/// A store of a user with this role.
async fn store_of(
    product: Product,
    server: &Server,
    role: DocumentedRole,
    setup: &str,
) -> ElasticsearchStore {
    let mut settings = server.address();
    settings.push((names::ELASTICSEARCH_SETUP, setup));
    if product == Product::Elasticsearch {
        settings.push((names::ELASTICSEARCH_USERNAME, role.user()));
        settings.push((names::ELASTICSEARCH_PASSWORD, servers::PASSWORD));
        return store(&settings);
    }
    let name = new_service("role").to_string();
    let password = "a-Long.passw0rd, of 2 tests";
    let user = json!({ "password": password, "opendistro_security_roles": [&name] });
    for (path, body) in [("roles", role.json(product)), ("internalusers", user)] {
        let path = format!("_plugins/_security/api/{path}/{name}");
        server.request("PUT", &path, Some(body)).await;
    }
    settings.push((names::ELASTICSEARCH_USERNAME, &name));
    settings.push((names::ELASTICSEARCH_PASSWORD, password));
    store(&settings)
}

fn day() -> Window {
    let [start, end] = ["2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"].map(instant);
    Window::new(start, end).expect("a window")
}

fn letter() -> DeadLetter {
    DeadLetter {
        id: "id-0".to_owned(),
        timestamp: instant("2026-11-24T00:00:00Z"),
        reason: "refused".to_owned(),
        document: "{}".to_owned(),
        event: None,
    }
}

fn question(service: &ServiceName) -> AnalysisQuestion {
    AnalysisQuestion {
        error_patterns: 10,
        users: 10,
        timeline_parts: 4,
        ..AnalysisQuestion::new(service.clone(), day())
    }
}

/// Lets the store replace the template of an earlier version.
async fn set_up(server: &Server, store: &ElasticsearchStore) {
    let _alone = TEMPLATES.lock().await;
    let path = "_index_template/bongsu-metrics";
    // Another test may replace it first.
    for _ in 0..10 {
        let found = server.request("GET", path, None).await;
        let mut earlier = found["index_templates"][0]["index_template"].clone();
        earlier["version"] = json!(1);
        server.request("PUT", path, Some(earlier)).await;
        let report = store.prepared(soon()).await.expect("prepared");
        // Other tests leave indices with wrong types, which are reported too.
        let refused = report.warnings.iter().find(|it| it.contains("allow it"));
        assert_eq!(refused, None, "{}", server.url);
        if report.written > 0 {
            return;
        }
    }
    panic!("no template was written");
}

#[tokio::test]
async fn the_documented_role_suffices_for_the_setup_and_for_all_functions() {
    for (product, server) in with_users() {
        let store = store_of(product, server, DocumentedRole::Everything, "auto").await;
        self::store(&server.settings())
            .prepare(soon())
            .await
            .expect("prepared");
        set_up(server, &store).await;

        let service = new_service("privileges");
        let outcome = store.index(&service, &[document(0)], soon()).await;
        assert_eq!(outcome.expect("stored").created, 1);
        let letters = [letter()];
        store
            .dead_letter(&service, &letters, soon())
            .await
            .expect("kept");
        store.refresh(&service, soon()).await.expect("refreshed");
        let facts = store
            .analyse(&question(&service), soon())
            .await
            .expect("facts");
        assert_eq!(
            (facts.current.totals.total, facts.failures),
            (1, Vec::new())
        );
        let search = LogSearch {
            service: service.clone(),
            window: day(),
            query: SearchQuery::all(),
            limit: 10,
        };
        let found = store.search(&search, soon()).await.expect("found");
        assert_eq!(found.len(), 1);
        let record = Record {
            kind: RecordKind::Analysis,
            service: service.clone(),
            id: "a".to_owned(),
            timestamp: day().start,
            body: json!({ "totalCount": 1 }),
        };
        for _ in 0..2 {
            store
                .put_record(&record, soon())
                .await
                .expect("stored and replaced");
        }
        store.refresh(&service, soon()).await.expect("refreshed");
        let records = store
            .records(RecordKind::Analysis, &service, day(), 10, soon())
            .await;
        assert_eq!(records.expect("records").len(), 1);
        let is_known = |services: &[shared::log_store::ServiceSummary]| {
            services.iter().any(|known| known.service == service)
        };
        assert!(is_known(&store.services(soon()).await.expect("services")));
        assert!(is_known(
            &store.dead_letter_services(soon()).await.expect("services")
        ));
        let page = DeadLetterPage {
            service: service.clone(),
            window: day(),
            after: None,
            limit: 10,
        };
        assert_eq!(
            store.dead_letters(&page, soon()).await.expect("letters"),
            letters
        );
        store
            .replace_dead_letters(&service, &letters, soon())
            .await
            .expect("replaced");
        store
            .remove_dead_letters(&service, &letters, soon())
            .await
            .expect("removed");
    }
}

#[tokio::test]
async fn the_documented_role_of_a_writer_stores_and_reads_nothing() {
    for (product, server) in with_users() {
        let name = product.name();
        let prepared = store(&server.settings());
        prepared.prepare(soon()).await.expect("prepared");
        let store = store_of(product, server, DocumentedRole::Writer, "never").await;
        store.prepare(soon()).await.expect("nothing to do");
        let service = new_service("writer");
        for created in [1, 0] {
            let outcome = store.index(&service, &[document(0)], soon()).await;
            assert_eq!(outcome.expect("stored").created, created, "{name}");
        }
        store
            .dead_letter(&service, &[letter()], soon())
            .await
            .expect("kept");
        let refused = store.analyse(&question(&service), soon()).await;
        let refused = refused.expect_err("may not read");
        assert!(
            matches!(refused, StoreError::Forbidden { .. }),
            "{name}: {refused}"
        );
    }
}
