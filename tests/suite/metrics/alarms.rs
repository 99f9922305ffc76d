//! Alarms over several runs, each in a process of its own.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use bongsu_tests::ministack::config_at;
use metric_collection::{CollectionError, CollectionReport};
use shared::log_store::LogStore;

use super::{
    Recorder, SERVICE, context, empty_store,
    endpoint::{page, start},
    instant, run_within, soon, stored,
};

/// The values of a metric by the start of their window, in seconds. A metric that is not here has the
/// same value in every window.
type Timed = BTreeMap<&'static str, BTreeMap<i64, f64>>;

/// A service with values that a test sets.
struct Fixture {
    usage: Arc<Mutex<Option<f64>>>,
    timed: Arc<Mutex<Timed>>,
    url: String,
    store: Arc<dyn LogStore>,
    publisher: Arc<Recorder>,
}

impl Fixture {
    async fn new() -> Self {
        let usage = Arc::new(Mutex::new(Some(0.0)));
        let shown = usage.clone();
        let timed = Arc::new(Mutex::new(Timed::new()));
        let known = timed.clone();
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
            for (metric, values) in known.lock().expect("no panic").iter() {
                if let Some(position) = call.position(metric) {
                    let values = call
                        .buckets
                        .iter()
                        .filter_map(|bucket| values.get(bucket).map(|value| (*bucket, *value)));
                    results[position].values = values.collect();
                }
            }
            page(results)
        });
        Self {
            usage,
            timed,
            url: server.url.clone(),
            store: empty_store().await,
            publisher: Arc::default(),
        }
    }

    /// A metric has a value in the window that starts at a minute past midnight.
    fn set(&self, metric: &'static str, minute: i64, value: f64) {
        let start = instant("2026-11-24T00:00:00Z").as_second() + 60 * minute;
        let mut timed = self.timed.lock().expect("no panic");
        timed.entry(metric).or_default().insert(start, value);
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

#[tokio::test]
async fn forty_minutes_at_99_percent_alarm_although_each_value_is_four_minutes_late() {
    let fixture = Fixture::new().await;
    for number in 6..20 {
        // A run at minute 33 reads the window from 25 to 30, whose value is there at minute 34.
        let late = 5 * (number - 2);
        fixture.set(
            "CPUUtilization",
            late,
            if (40..80).contains(&late) { 99.0 } else { 20.0 },
        );
        let minute = u32::try_from(5 * number + 3).expect("small");
        fixture.run(minute, Some(0.0)).await.expect("collected");
    }
    assert_eq!(fixture.publisher.sent(), ["critical", "end"]);
}

#[tokio::test]
async fn values_that_are_corrected_from_70_to_99_alarm() {
    let fixture = Fixture::new().await;
    for minute in [15, 20, 25] {
        fixture.set("CPUUtilization", minute, 70.0);
    }
    fixture.run(33, Some(0.0)).await.expect("collected");
    for minute in [15, 20, 25, 30] {
        fixture.set("CPUUtilization", minute, 99.0);
    }
    fixture.run(38, Some(0.0)).await.expect("collected");
    assert_eq!(fixture.publisher.sent(), ["critical"]);
}

#[tokio::test]
async fn forty_minutes_without_a_task_alarm_while_some_are_desired() {
    let fixture = Fixture::new().await;
    for minute in (10..100).step_by(5) {
        fixture.set("DesiredTaskCount", minute, 2.0);
        let running = if (40..80).contains(&minute) { 0.0 } else { 2.0 };
        fixture.set("RunningTaskCount", minute, running);
    }
    for minute in (33..103).step_by(5) {
        fixture.run(minute, Some(20.0)).await.expect("collected");
    }
    assert_eq!(fixture.publisher.sent(), ["critical", "end"]);
    let alerts = fixture.publisher.alerts.lock().expect("no panic").clone();
    assert_eq!(alerts[0].metadata["field"], "tasks.running");
    assert_eq!(alerts[0].metadata["since"], "2026-11-24T00:40:00Z");
    assert!(
        alerts
            .iter()
            .all(|alert| !alert.metadata.contains_key("quality"))
    );
}
