//! Alarms where runs are missed, late or made by hand, over a store that really keeps.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use embedded_store::EmbeddedStore;
use jiff::{SignedDuration, Timestamp};
use metric_collection::{
    CollectionReport, Config, Context, handle,
    source::{Measured, MetricSource, SourceError},
    span::Span,
};
use shared::{
    deadline::Deadline,
    env::Settings,
    invocation::Invocation,
    log_store::LogStore,
    model::{
        alert::AlertStatus,
        metric::{Field, Quality, Scope, Source, Status, SystemMetrics},
    },
};
use shared_tests::alerts::RecordingPublisher;

/// Measures the same processor usage whenever it is asked.
#[derive(Debug)]
struct Usage(f64);

#[async_trait]
impl MetricSource for Usage {
    async fn measure(&self, span: &Span, _deadline: Deadline) -> Result<Measured, SourceError> {
        let measured = span.buckets.iter().map(|bucket| {
            let service = "gm-tool".parse().expect("a name");
            let mut metrics =
                SystemMetrics::new(service, *bucket, Source::CloudWatch, Scope::PerTaskAverage);
            let quality = Quality {
                status: Status::Ok,
                source: None,
                statistic: None,
                unit: "percent".to_owned(),
                time: None,
                reason: None,
            };
            metrics.set(Field::CpuUsage, Some(self.0), quality);
            metrics
        });
        Ok(Measured {
            services: vec![measured.collect()],
            metrics_requested: 1,
            calls: 1,
        })
    }
}

struct CollectionFixture {
    store: Arc<EmbeddedStore>,
    publisher: Arc<RecordingPublisher>,
}

fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(30))
}

/// The start of a window by its number: five minutes each.
fn start(number: i64) -> Timestamp {
    let first: Timestamp = "2026-11-24T00:00:00Z".parse().expect("instant");
    first + SignedDuration::from_mins(5 * number)
}

impl CollectionFixture {
    async fn new() -> Self {
        let store = EmbeddedStore::in_memory().expect("a store");
        store.prepare(soon()).await.expect("prepared");
        Self {
            store: Arc::new(store),
            publisher: Arc::default(),
        }
    }

    /// The scheduled run of a window, so many windows late. How many alerts it passes on.
    async fn run(&self, number: i64, late: i64, usage: f64) -> u64 {
        let time = start(number + 1) + SignedDuration::from_mins(4);
        let event = format!(r#"{{"scheduledTime":"{time}"}}"#);
        let now = time + SignedDuration::from_mins(5 * late);
        self.invoke(&event, now, usage).await.alerts
    }

    async fn invoke(&self, event: &str, now: Timestamp, usage: f64) -> CollectionReport {
        let config = Config::read(&mut Settings::from_pairs([]));
        let source = Arc::new(Usage(usage));
        let context = Context::new(self.store.clone(), source, self.publisher.clone(), config);
        let invocation = Invocation {
            request_id: "a run".to_owned(),
            now,
            deadline: soon(),
        };
        let report = handle(event, &context, &invocation).await;
        report.expect("collected")
    }
}

#[tokio::test]
async fn an_alarm_survives_two_days_without_a_run_and_their_being_filled_by_hand() {
    let fixture = CollectionFixture::new().await;
    assert_eq!(fixture.run(0, 0, 90.0).await, 1);
    let days = 2 * 288;
    // More windows by hand than are read at first.
    let event = format!(
        r#"{{"start":"{}","end":"{}","store":true}}"#,
        start(days - 40),
        start(days)
    );
    let report = fixture.invoke(&event, start(days + 1), 50.0).await;
    assert_eq!((report.records_stored, report.alerts), (40, 0));
    assert_eq!(fixture.run(days, 0, 50.0).await, 1);
    let alerts = fixture.publisher.take();
    assert_eq!(alerts[1].status, Some(AlertStatus::Resolved));
    assert_eq!(alerts[1].dedup_key, alerts[0].dedup_key);
    assert_eq!(alerts[1].metadata["severity"], "warning");
}

#[tokio::test]
async fn a_run_that_comes_after_a_later_one_sends_what_it_would_have_sent_in_time() {
    let fixture = CollectionFixture::new().await;
    assert_eq!(fixture.run(9, 0, 50.0).await, 0);
    // The later windows are known: the alarm begins and is over.
    assert_eq!(fixture.run(4, 5, 90.0).await, 2);
    assert_eq!(fixture.run(10, 0, 50.0).await, 0);
    assert_eq!(fixture.run(14, 5, 90.0).await, 1);
}
