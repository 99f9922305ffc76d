//! Alarms over several runs, each in a process of its own.

use std::sync::{Arc, Mutex};

use bongsu_tests::ministack::config_at;
use metric_collection::{CollectionError, CollectionReport};
use shared::log_store::LogStore;

use super::{
    Recorder, SERVICE, context, empty_store,
    endpoint::{page, start},
    run_within, soon, stored,
};

/// A service whose processor usage can be set.
struct Stage {
    usage: Arc<Mutex<Option<f64>>>,
    url: String,
    store: Arc<dyn LogStore>,
    publisher: Arc<Recorder>,
}

impl Stage {
    async fn new() -> Self {
        let usage = Arc::new(Mutex::new(Some(0.0)));
        let shown = usage.clone();
        let server = start(move |call| {
            let usage = *shown.lock().expect("no panic");
            let mut results = call.whole();
            if let Some(position) = call.position("CPUUtilization") {
                for (_, value) in &mut results[position].values {
                    *value = usage.unwrap_or_default();
                }
                if usage.is_none() {
                    results[position].values.clear();
                }
            }
            page(results)
        });
        Self {
            usage,
            url: server.url.clone(),
            store: empty_store().await,
            publisher: Arc::default(),
        }
    }

    /// Runs at a minute past midnight, in a new process.
    async fn run(
        &self,
        minute: u32,
        usage: Option<f64>,
    ) -> Result<CollectionReport, CollectionError> {
        *self.usage.lock().expect("no panic") = usage;
        let aws = config_at(&self.url).await;
        let context = context(&aws, &self.store, self.publisher.clone(), &SERVICE).await;
        let time = format!("2026-11-24T{:02}:{:02}:20Z", minute / 60, minute % 60);
        run_within(&context, &time, soon()).await
    }
}

#[tokio::test]
async fn an_alarm_is_told_when_it_begins_and_ends_and_survives_restarts() {
    let stage = Stage::new().await;
    let mut told = Vec::new();
    let usages = [
        (33, Some(50.0), 0),
        (38, Some(85.0), 1),
        // The same window again tells nothing new.
        (38, Some(85.0), 0),
        (43, Some(79.0), 0),
        (48, None, 0),
        (53, Some(97.0), 1),
        (58, Some(90.0), 0),
        (63, Some(60.0), 1),
        (68, Some(60.0), 0),
    ];
    for (minute, usage, expected) in usages {
        let report = stage.run(minute, usage).await.expect("collected");
        assert_eq!(report.alerts, expected, "at minute {minute}");
        told = stage.publisher.told();
    }
    assert_eq!(told, ["warning", "critical", "end"]);
    let alerts = stage.publisher.alerts.lock().expect("no panic").clone();
    assert!(alerts[0].title.contains("gm-tool: cpu.usage at 85%"));
    let keys: std::collections::BTreeSet<_> = alerts.iter().map(|alert| &alert.dedup_key).collect();
    assert_eq!(keys.len(), 1, "one alarm has one key");
}

#[tokio::test]
async fn an_alert_that_cannot_be_passed_on_fails_the_run_and_is_told_by_the_next() {
    let stage = Stage::new().await;
    *stage.publisher.broken.lock().expect("no panic") = true;
    let error = stage.run(33, Some(90.0)).await.expect_err("not told");
    assert!(matches!(error, CollectionError::Alert(_)), "{error:?}");
    assert!(error.is_retryable());
    // The metrics are not lost for it.
    assert_eq!(stored(&stage.store).await.len(), 3);
    *stage.publisher.broken.lock().expect("no panic") = false;
    let report = stage.run(33, Some(90.0)).await.expect("told by the retry");
    assert_eq!(report.alerts, 1);
    assert_eq!(stage.publisher.told(), ["warning"]);
}
