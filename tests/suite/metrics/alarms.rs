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

/// A service with a CPU usage that a test sets.
struct Fixture {
    usage: Arc<Mutex<Option<f64>>>,
    url: String,
    store: Arc<dyn LogStore>,
    publisher: Arc<Recorder>,
}

impl Fixture {
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
async fn the_start_and_the_end_of_an_alarm_are_sent_across_restarts() {
    let fixture = Fixture::new().await;
    let mut sent = Vec::new();
    let usages = [
        (33, Some(50.0), 0),
        (38, Some(85.0), 1),
        // The same window sends nothing again.
        (38, Some(85.0), 0),
        (43, Some(79.0), 0),
        (48, None, 0),
        (53, Some(97.0), 1),
        (58, Some(90.0), 0),
        (63, Some(60.0), 1),
        (68, Some(60.0), 0),
    ];
    for (minute, usage, expected) in usages {
        let report = fixture.run(minute, usage).await.expect("collected");
        assert_eq!(report.alerts, expected, "at minute {minute}");
        sent = fixture.publisher.sent();
    }
    assert_eq!(sent, ["warning", "critical", "end"]);
    let alerts = fixture.publisher.alerts.lock().expect("no panic").clone();
    assert!(alerts[0].title.contains("gm-tool: cpu.usage at 85%"));
    let keys: std::collections::BTreeSet<_> = alerts.iter().map(|alert| &alert.dedup_key).collect();
    assert_eq!(keys.len(), 1, "one alarm has one key");
}

#[tokio::test]
async fn an_alert_that_cannot_be_published_fails_the_run_and_is_sent_by_the_next() {
    let fixture = Fixture::new().await;
    *fixture.publisher.broken.lock().expect("no panic") = true;
    let error = fixture.run(33, Some(90.0)).await.expect_err("not sent");
    assert!(matches!(error, CollectionError::Alert(_)), "{error:?}");
    assert!(error.is_retryable());
    // The metrics are not lost for it.
    assert_eq!(stored(&fixture.store).await.len(), 3);
    *fixture.publisher.broken.lock().expect("no panic") = false;
    let report = fixture
        .run(33, Some(90.0))
        .await
        .expect("sent by the retry");
    assert_eq!(report.alerts, 1);
    assert_eq!(fixture.publisher.sent(), ["warning"]);
}
