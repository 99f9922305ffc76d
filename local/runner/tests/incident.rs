//! The incident of the sample raises an alarm that begins, escalates and ends, with default thresholds.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bongsu::{report::style::Style, sample, session::Session};
use embedded_store::EmbeddedStore;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use shared::{
    alerts::{AlertPublisher, PublishError},
    deadline::Deadline,
    env::{Settings, names},
    invocation::Invocation,
    model::alert::{Alert, AlertStatus, measurement::Measurement},
};

/// Keeps alerts.
#[derive(Debug, Default)]
struct IncidentRecorder(Mutex<Vec<Alert>>);

#[async_trait]
impl AlertPublisher for IncidentRecorder {
    async fn publish(&self, alert: &Alert, _deadline: Deadline) -> Result<(), PublishError> {
        self.0.lock().expect("no panic").push(alert.clone());
        Ok(())
    }
}

async fn with_the_sample() -> Session {
    let store = EmbeddedStore::in_memory().expect("a store");
    let session = Session {
        store: Arc::new(store),
        service: sample::SERVICE.parse().expect("a service"),
        style: Style {
            colours: false,
            width: 80,
        },
        zone: TimeZone::UTC,
        now: sample::incident().end,
    };
    let prepared = session.store.prepare(session.deadline()).await;
    prepared.expect("prepared");
    let mut settings = Settings::from_pairs([(names::SERVICE_NAME, sample::SERVICE)]);
    let config = log_ingest::Config::read(&mut settings);
    let taken_in = sample::ingest_sample(config, &session).await;
    taken_in.expect("ingested");
    session
}

/// The alerts for windows of a length, from the first to the last whole minute of the sample: start of
/// the window, severity or `end`, and field.
async fn alerts(length: SignedDuration) -> Vec<String> {
    let session = with_the_sample().await;
    let recorder = Arc::new(IncidentRecorder::default());
    let mut settings = Settings::from_pairs([(names::SERVICE_NAME, sample::SERVICE)]);
    let config = log_analysis::Config {
        window: length,
        ..log_analysis::Config::read(&mut settings)
    };
    let settled = length + config.settle;
    let context = log_analysis::Context::new(session.store.clone(), config);
    let context = context.with_publisher(recorder.clone());
    let mut start: Timestamp = "2026-11-24T00:32:00Z".parse().expect("instant");
    let end: Timestamp = "2026-11-24T00:36:00Z".parse().expect("instant");
    while start < end {
        let now = start + settled;
        let event = format!(r#"{{"scheduledTime":"{now}"}}"#);
        let invocation = Invocation {
            now,
            ..session.invocation(event.clone())
        };
        let analysis = log_analysis::handle(&event, &context, &invocation).await;
        assert_eq!(analysis.expect("analysed").window.start, start);
        start += length;
    }
    let alerts = recorder.0.lock().expect("no panic");
    let word = |alert: &Alert| {
        let measurement = Measurement::read(&alert.metadata).expect("a measurement");
        let start = measurement.window.expect("a window").start;
        let what = match alert.status {
            Some(AlertStatus::Resolved) => "end",
            _ => alert.kind.name(),
        };
        format!("{start} {what} {}", measurement.field)
    };
    alerts.iter().map(word).collect()
}

#[tokio::test]
async fn the_incident_of_the_sample_is_reported_from_start_to_end() {
    assert_eq!(
        alerts(SignedDuration::from_mins(1)).await,
        // The sample ends before the second normal minute.
        ["2026-11-24T00:33:00Z critical incident"]
    );
    // The first half minute has a few seconds of it: not enough on the first day.
    assert_eq!(
        alerts(SignedDuration::from_secs(30)).await,
        [
            "2026-11-24T00:33:30Z critical incident",
            "2026-11-24T00:35:00Z end incident",
        ]
    );
}
