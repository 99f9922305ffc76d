//! The setup of real clusters: what they keep of a template, and what it does.

use serde_json::json;
use shared::log_store::LogStore as _;
use tokio::sync::Mutex;

use super::{document, new_service, soon};
use crate::clusters::clusters;

/// Held by tests that change the templates of a cluster, or expect that nobody does.
pub(crate) static TEMPLATES: Mutex<()> = Mutex::const_new(());

#[tokio::test]
async fn a_prepared_cluster_is_left_as_it_is() {
    let _alone = TEMPLATES.lock().await;
    for (server, store) in clusters().await {
        let report = store.prepared(soon()).await.expect("prepared");
        assert_eq!(
            (report.written, report.is_deferred),
            (0, false),
            "{}",
            server.url
        );
    }
}

#[tokio::test]
async fn the_users_own_settings_apply_and_stay() {
    for (server, store) in clusters().await {
        let path = "_component_template/bongsu-logs@custom";
        // Harmless for the other tests, which run at the same time.
        let own =
            json!({ "template": { "settings": { "index.mapping.total_fields.limit": 999 } } });
        server.request("PUT", path, Some(own)).await;
        store.prepare(soon()).await.expect("prepared");
        let service = new_service("custom");
        let stored = store.index(&service, &[document(0)], soon()).await;
        assert_eq!(stored.expect("stored").created, 1);
        let index = format!("logs-{service}-2026.11.24");
        let found = server.request("GET", &index, None).await;
        let limit = &found[&index]["settings"]["index"]["mapping"]["total_fields"]["limit"];
        assert_eq!(limit, "999", "{}", server.url);
        let kept = server.request("GET", path, None).await.to_string();
        assert!(kept.contains("999"), "{kept}");
    }
}

#[tokio::test]
async fn a_foreign_template_above_ours_and_its_mapping_are_reported() {
    for (server, store) in clusters().await {
        let service = new_service("foreign");
        let name = format!("{service}-foreign");
        let foreign = json!({
            "index_patterns": [format!("logs-{service}-*")],
            "priority": 501,
            "template": { "mappings": { "properties": { "level": { "type": "text" } } } }
        });
        let path = format!("_index_template/{name}");
        server.request("PUT", &path, Some(foreign)).await;
        let mut today = document(0);
        today.timestamp = jiff::Timestamp::now();
        let stored = store.index(&service, &[today], soon()).await;
        assert_eq!(stored.expect("stored").created, 1);
        store.refresh(&service, soon()).await.expect("refreshed");
        let report = store.prepared(soon()).await.expect("prepared");
        server.request("DELETE", &path, None).await;
        let words = report.warnings.join("\n");
        assert!(
            words.contains(&format!("the index template {name}")),
            "{words}"
        );
        assert!(
            words.contains("the field level has the type text"),
            "{words}"
        );
        let index = format!("logs-{service}-*");
        let _ = server.ask("DELETE", &index, None).await;
    }
}
