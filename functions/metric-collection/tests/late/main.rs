//! Values that arrive late, runs that fail, and gaps, over a store that really keeps.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use jiff::SignedDuration;

mod fixture;
mod property;

use fixture::{LateFixture, start};

#[tokio::test]
async fn forty_minutes_at_99_percent_alarm_although_each_value_is_late() {
    let mut fixture = LateFixture::new().await;
    for number in 0..12 {
        // The value of the newest window is not there yet.
        let usage = if (2..10).contains(&(number - 1)) {
            99.0
        } else {
            50.0
        };
        fixture.arrives(number - 1, usage);
        fixture.run(number).await;
    }
    assert_eq!(fixture.sent(), ["critical of 2", "end of 2"]);
    let alert = &fixture.alerts[0];
    assert!(!alert.metadata.contains_key("quality"));
    assert_eq!(alert.metadata["value"], 99.0);
    assert_eq!(alert.metadata["threshold"], 95.0);
}

#[tokio::test]
async fn a_correction_of_every_value_from_70_to_99_alarms() {
    let mut fixture = LateFixture::new().await;
    for number in 0..8 {
        fixture.arrives(number - 1, 99.0);
        fixture.arrives(number, 70.0);
        fixture.run(number).await;
    }
    assert_eq!(fixture.sent(), ["critical of -1"]);
}

#[tokio::test]
async fn values_of_failed_runs_alarm_with_the_next_run() {
    let mut fixture = LateFixture::new().await;
    fixture.arrives(0, 50.0);
    fixture.run(0).await;
    for number in 1..8 {
        fixture.arrives(number, 99.0);
        fixture.fail(number).await;
    }
    for number in 8..11 {
        fixture.arrives(number, 50.0);
    }
    let report = fixture.run(10).await;
    assert_eq!(report.windows_filled, 7);
    assert_eq!(fixture.sent(), ["critical of 1", "end of 1"]);
    fixture.run(11).await;
    assert_eq!(fixture.sent().len(), 2, "each value is stepped once");
}

#[tokio::test]
async fn a_long_gap_is_filled_day_by_day_and_reported_once_per_run() {
    let mut fixture = LateFixture::new().await;
    for number in -2..1 {
        fixture.arrives(number, 50.0);
    }
    fixture.run(0).await;
    let newest = 700;
    for number in 1..=newest {
        fixture.arrives(number, if number < 600 { 99.0 } else { 50.0 });
    }
    for (run, filled) in [(0, 288), (1, 288), (2, 121), (3, 0)] {
        fixture.arrives(newest + run, 50.0);
        let report = fixture.run(newest + run).await;
        assert_eq!(report.windows_filled, filled, "in run {run}");
    }
    assert_eq!(fixture.sent(), ["too late", "too late", "too late"]);
    let usage = fixture.usage().await;
    assert!(
        (1..=newest).all(|number| usage[&number].is_some()),
        "{usage:?}"
    );
    let calls = fixture.source.0.lock().expect("no panic").calls.clone();
    assert!(calls.iter().all(|windows| *windows <= 288), "{calls:?}");
}

#[tokio::test]
async fn a_gap_beyond_what_cloudwatch_retains_is_not_asked_for() {
    let mut fixture = LateFixture::new().await;
    fixture.arrives(0, 50.0);
    fixture.run(0).await;
    // Values of five minutes are retained for 63 days.
    let days = 64 * 288;
    fixture.arrives(days, 50.0);
    fixture.run(days).await;
    let stored = fixture.stored("gm-tool").await;
    let backlog = stored
        .last()
        .and_then(|metrics| metrics.backlog)
        .expect("more to fill");
    assert!(
        backlog.start >= start(days) - SignedDuration::from_hours(63 * 24),
        "{backlog:?}"
    );
}

#[tokio::test]
async fn an_empty_answer_erases_no_value() {
    let mut fixture = LateFixture::new().await;
    for number in -2..1 {
        fixture.arrives(number, 50.0);
    }
    fixture.run(0).await;
    fixture.source.0.lock().expect("no panic").usage.clear();
    fixture.run(0).await;
    fixture.run(1).await;
    let usage = fixture.usage().await;
    assert_eq!(usage[&0], Some(50.0));
    assert_eq!(usage[&1], None);
}

#[tokio::test]
async fn a_removed_threshold_and_a_renamed_service_end_their_alarms() {
    let mut fixture = LateFixture::new().await;
    fixture.arrives(0, 99.0);
    fixture.run(0).await;
    fixture.thresholds = Some("{}");
    fixture.run(1).await;
    fixture.run(2).await;
    assert_eq!(fixture.sent(), ["critical of 0", "end of 0"]);
    fixture.thresholds = None;
    fixture.arrives(3, 99.0);
    fixture.run(3).await;
    fixture.rename("game-tool");
    fixture.source.0.lock().expect("no panic").usage.clear();
    fixture.run(4).await;
    fixture.run(5).await;
    let expected = ["critical of 0", "end of 0", "critical of 3", "end of 3"];
    assert_eq!(fixture.sent(), expected);
    let end = fixture.alerts.last().expect("an alert");
    assert_eq!(end.metadata["withdrawn"], "service");
    assert_eq!(end.dedup_key, fixture.alerts[2].dedup_key);
    let last = fixture.stored("gm-tool").await.pop().expect("a record");
    assert_eq!(last.alarms, Some(BTreeMap::new()));
}

#[tokio::test]
async fn an_alert_has_the_values_of_an_hour_and_a_day_before() {
    let mut fixture = LateFixture::new().await;
    for (number, usage) in [(0, 31.0), (276, 42.0), (288, 99.0)] {
        fixture.arrives(number, usage);
        fixture.run(number).await;
    }
    let alert = fixture.alerts.last().expect("an alert");
    assert_eq!(alert.metadata["hourAgo"], 42.0);
    assert_eq!(alert.metadata["dayAgo"], 31.0);
    assert!(
        alert
            .message
            .ends_with("An hour before it was 42%, a day before 31%."),
        "{}",
        alert.message
    );
}
