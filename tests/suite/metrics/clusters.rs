//! Metric records on real clusters: stored completely, replaced by the next run and usable in charts.

use std::sync::Arc;

use bongsu_tests::{ministack::config_at, servers};
use serde_json::json;
use shared::{
    env::names,
    log_store::{LogStore, RecordKind},
    model::window::Window,
};

use super::{
    context,
    endpoint::{page, start},
    run,
};
use crate::documents::{instant, new_service, soon, store};

#[tokio::test]
async fn a_cluster_stores_metric_records_and_aggregates_them() {
    let servers = [servers::elasticsearch(), servers::opensearch()];
    for server in servers.into_iter().flatten() {
        let kept: Arc<dyn LogStore> = Arc::new(store(&server.settings()));
        kept.prepare(soon()).await.expect("prepared");
        let service = new_service("metrics");
        let services = json!([{ "cluster": "games", "service": service.as_str() }]).to_string();
        let endpoint = start(|call| page(call.whole()));
        let aws = config_at(&endpoint.url).await;
        let pairs = [(names::METRICS_SERVICES, services.as_str())];
        let context = context(&aws, &kept, Arc::default(), &pairs).await;
        // The second run finds nothing new or changed.
        for stored in [3, 0] {
            let report = run(&context).await.expect("collected");
            assert_eq!(report.records_stored, stored);
            kept.refresh(&service, soon()).await.expect("refreshed");
        }
        let day = Window {
            start: instant("2026-11-24T00:00:00Z"),
            end: instant("2026-11-25T00:00:00Z"),
        };
        let records = kept.records(RecordKind::Metrics, &service, day, 100, soon());
        let records = metric_collection::record::metrics(&records.await.expect("records"));
        assert_eq!(records.len(), 3);
        assert_eq!(records[0].cpu.usage, Some(42.5));
        let average = json!({ "size": 0, "aggs": {
            "usage": { "avg": { "field": "metrics.cpu.usage" } },
            "iops": { "avg": { "field": "metrics.disk.iops" } },
        } });
        let path = format!("metrics-{service}-2026.11.24/_search");
        let found = server.request("POST", &path, Some(average)).await;
        assert_eq!(found["aggregations"]["usage"]["value"], json!(42.5));
        // A value that was not measured does not count as zero.
        assert_eq!(found["aggregations"]["iops"]["value"], json!(null));
    }
}
