//! Alarms over several runs, each in a process of its own, over a store that really keeps.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use embedded_store::EmbeddedStore;
use jiff::{SignedDuration, Timestamp};
use log_analysis::{AnalysisError, Config, Context, handle};
use shared::{
    deadline::Deadline,
    env::{Settings, names},
    invocation::Invocation,
    log_store::LogStore,
    model::{
        alert::{Alert, AlertStatus},
        analysis::LogAnalysis,
        level::Level,
        log::LogDocument,
    },
};
use shared_tests::alerts::RecordingPublisher;

mod upgrade;

/// A service with logs for every quarter of an hour.
struct AnalysisFixture {
    store: Arc<EmbeddedStore>,
    publisher: Arc<RecordingPublisher>,
    /// The fixed thresholds.
    thresholds: &'static str,
}

fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(30))
}

/// The start of a window by its number.
fn start(number: i64) -> Timestamp {
    let first: Timestamp = "2026-11-24T06:00:00Z".parse().expect("instant");
    first + SignedDuration::from_mins(15 * number)
}

impl AnalysisFixture {
    /// By the learned baseline.
    async fn new() -> Self {
        Self::with("").await
    }

    /// By fixed thresholds.
    async fn fixed() -> Self {
        Self::with(r#"{"errorRate": {"warning": 0.05, "critical": 0.2}}"#).await
    }

    async fn with(thresholds: &'static str) -> Self {
        let store = EmbeddedStore::in_memory().expect("a store");
        store.prepare(soon()).await.expect("prepared");
        Self {
            store: Arc::new(store),
            publisher: Arc::default(),
            thresholds,
        }
    }

    /// Runs windows without errors.
    async fn calm(&self, numbers: impl IntoIterator<Item = i64>) {
        for number in numbers {
            self.logs(number, 100, 0, "all is well").await;
            self.run(number).await.expect("analysed");
        }
        assert_eq!(self.sent(), []);
    }

    /// Logs of a window: so many entries, of which so many are errors.
    async fn logs(&self, number: i64, total: i64, errors: i64, message: &str) {
        let documents: Vec<_> = (0..total)
            .map(|position| {
                let at = start(number) + SignedDuration::from_secs(position);
                let level = if position < errors {
                    Level::Error
                } else {
                    Level::Info
                };
                document(at, level, message)
            })
            .collect();
        let service = "gm-tool".parse().expect("a name");
        let outcome = self.store.index(&service, &documents, soon()).await;
        assert_eq!(outcome.expect("indexed").created, documents.len() as u64);
    }

    /// The scheduled run of a window, in a new process, so many windows late.
    async fn run_late(&self, number: i64, late: i64) -> Result<LogAnalysis, AnalysisError> {
        let time = start(number + 1) + SignedDuration::from_mins(3);
        let event = format!(r#"{{"scheduledTime":"{time}"}}"#);
        let now = time + SignedDuration::from_mins(15 * late);
        self.invoke(&event, now, None).await
    }

    async fn run(&self, number: i64) -> Result<LogAnalysis, AnalysisError> {
        self.run_late(number, 0).await
    }

    async fn invoke(
        &self,
        event: &str,
        now: Timestamp,
        environment: Option<&str>,
    ) -> Result<LogAnalysis, AnalysisError> {
        let mut settings = Settings::from_pairs([
            (names::SERVICE_NAME, "gm-tool"),
            (names::ENVIRONMENT, environment.unwrap_or_default()),
            (names::ANALYSIS_THRESHOLDS, self.thresholds),
        ]);
        let config = Config::read(&mut settings);
        settings.finish().expect("valid settings");
        let context =
            Context::new(self.store.clone(), config).with_publisher(self.publisher.clone());
        let invocation = Invocation {
            request_id: "a run".to_owned(),
            now,
            deadline: soon(),
        };
        handle(event, &context, &invocation).await
    }

    /// The alerts since the last call.
    fn sent(&self) -> Vec<Alert> {
        self.publisher.take()
    }

    /// The same as titles without the service.
    fn titles(&self) -> Vec<String> {
        let sent = self.sent().into_iter();
        sent.map(|alert| alert.title.replace("gm-tool: ", ""))
            .collect()
    }
}

fn document(at: Timestamp, level: Level, message: &str) -> LogDocument {
    LogDocument {
        level,
        environment: Some("production".into()),
        correlation_id: Some("c7ce".to_owned()),
        ..LogDocument::new("gm-tool", at.as_millisecond().to_string(), at, message)
    }
}

/// Analyses a window with so many errors of 100 entries. A second run sends nothing more.
async fn check_window(
    fixture: &AnalysisFixture,
    number: i64,
    errors: i64,
    expected: &[&str],
) -> LogAnalysis {
    fixture.logs(number, 100, errors, "no player").await;
    let analysis = fixture.run(number).await.expect("analysed");
    assert_eq!(fixture.titles(), expected, "window {number}");
    let again = fixture.run_late(number, 1).await.expect("analysed again");
    assert_eq!(fixture.titles(), [""; 0], "window {number} again");
    assert_eq!(again.alarms, analysis.alarms);
    analysis
}

#[tokio::test]
async fn a_fixed_threshold_begins_gets_worse_holds_and_ends_and_no_window_reports_twice() {
    let fixture = AnalysisFixture::fixed().await;
    for (number, errors, expected) in [
        (0, 0, &[][..]),
        (1, 10, &["errorRate at 10% (warning)"]),
        (2, 10, &[]),
        (3, 30, &["errorRate at 30% (critical)"]),
        (4, 6, &[]),
        (5, 1, &["errorRate is back to normal"]),
        (6, 1, &[]),
    ] {
        check_window(&fixture, number, errors, expected).await;
    }
}

#[tokio::test]
async fn an_incident_begins_holds_and_ends_and_no_window_reports_twice() {
    let fixture = AnalysisFixture::new().await;
    // The same time of the day before, and the windows before.
    fixture.calm(-97..-88).await;
    fixture.calm([-4, -3, -2, -1]).await;
    for (number, errors, expected) in [
        (0, 0, &[][..]),
        (
            1,
            40,
            &["40 of 100 entries are errors (40%); usual at this time: under 1%"],
        ),
        (2, 50, &[]),
        (3, 40, &[]),
        (4, 0, &[]),
        (
            5,
            0,
            &["back to normal: 40 of 100 entries are errors (40%); usual at this time: under 1%"],
        ),
        (6, 0, &[]),
    ] {
        let analysis = check_window(&fixture, number, errors, expected).await;
        let baseline = analysis.baseline.as_ref().expect("a baseline");
        assert_eq!(baseline.days, 1, "window {number}");
    }
}

#[tokio::test]
async fn what_has_begun_survives_missed_runs_and_those_by_hand() {
    let fixture = AnalysisFixture::fixed().await;
    for number in [0, 1, 90] {
        fixture.logs(number, 100, 50, "no player").await;
    }
    fixture.logs(91, 100, 0, "all is well").await;
    fixture.run(0).await.expect("analysed");
    let begun = fixture.sent();
    assert_eq!(begun.len(), 1, "{begun:?}");
    // Somebody fills the gap by hand: more windows than are read at first.
    for number in 1..91 {
        let event = format!(
            r#"{{"start":"{}","end":"{}","store":true}}"#,
            start(number),
            start(number + 1)
        );
        let analysis = fixture.invoke(&event, start(91), None).await;
        assert_eq!(analysis.expect("analysed").alarms, None);
    }
    // And once more the window that is known, which must not lose what it knows.
    let event = format!(
        r#"{{"start":"{}","end":"{}","store":true}}"#,
        start(0),
        start(1)
    );
    let analysis = fixture.invoke(&event, start(91), None).await;
    assert!(analysis.expect("analysed").alarms.is_some());
    assert_eq!(fixture.sent(), []);
    fixture.run(91).await.expect("analysed");
    let over = fixture.sent();
    assert_eq!(over.len(), 1, "{over:?}");
    assert_eq!(over[0].status, Some(AlertStatus::Resolved));
    assert_eq!(over[0].dedup_key, begun[0].dedup_key);
}

#[tokio::test]
async fn a_run_that_comes_after_a_later_one_moves_no_alarm() {
    let fixture = AnalysisFixture::fixed().await;
    fixture.logs(-1, 100, 0, "all is well").await;
    fixture.logs(0, 100, 50, "no player").await;
    fixture.logs(1, 100, 0, "all is well").await;
    fixture.run(1).await.expect("analysed");
    let late = fixture.run_late(0, 1).await.expect("analysed late");
    assert_eq!(late.alarms, None);
    assert_eq!(fixture.titles(), [""; 0]);
    // Late, and none after it: that is the newest that is known.
    fixture.logs(4, 100, 50, "no player").await;
    fixture.run_late(4, 20).await.expect("analysed late");
    assert_eq!(fixture.titles(), ["errorRate at 50% (critical)"]);
}

#[tokio::test]
async fn an_alert_that_cannot_be_published_fails_the_run_and_is_sent_by_the_retry() {
    let fixture = AnalysisFixture::fixed().await;
    fixture.logs(0, 100, 0, "all is well").await;
    fixture.logs(1, 100, 50, "no player").await;
    fixture.run(0).await.expect("analysed");
    fixture.publisher.set_broken(true);
    for _ in 0..2 {
        let error = fixture.run(1).await.expect_err("not published");
        assert!(matches!(error, AnalysisError::Alert(_)), "{error:?}");
        assert!(error.is_retryable());
    }
    fixture.publisher.set_broken(false);
    let analysis = fixture.run(1).await.expect("published by the retry");
    assert!(analysis.alarms.is_some());
    let alerts = fixture.sent();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert!(
        alerts
            .iter()
            .all(|alert| alert.occurred_at == Some(start(2)))
    );
}

#[tokio::test]
async fn what_no_retry_could_publish_is_published_by_the_next_window() {
    let fixture = AnalysisFixture::fixed().await;
    fixture.logs(0, 100, 0, "all is well").await;
    fixture.logs(1, 100, 50, "no player").await;
    fixture.logs(2, 100, 50, "no player").await;
    fixture.run(0).await.expect("analysed");
    fixture.publisher.set_broken(true);
    fixture.run(1).await.expect_err("not published");
    fixture.publisher.set_broken(false);
    fixture.run(2).await.expect("analysed");
    let alerts = fixture.sent();
    let titles: Vec<_> = alerts.iter().map(|alert| alert.title.as_str()).collect();
    assert_eq!(titles, ["gm-tool: errorRate at 50% (critical)"]);
    // The alert is that of the window in which it began, as the retry would have sent it.
    assert_eq!(alerts[0].occurred_at, Some(start(2)));
}

#[tokio::test]
async fn a_new_error_of_a_late_window_is_reported_once_without_a_status() {
    let fixture = AnalysisFixture::new().await;
    fixture.calm([-97, -96, -95]).await;
    fixture.calm([-4, -3, -2, -1]).await;
    fixture.logs(0, 100, 50, "no player").await;
    fixture.calm([1]).await;
    let late = fixture.run_late(0, 1).await.expect("analysed late");
    assert_eq!(late.alarms, None);
    let sent = fixture.sent();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0].title, "gm-tool: new error, 50 times: no player");
    assert_eq!(sent[0].status, None);
    fixture.run_late(0, 1).await.expect("analysed again");
    assert_eq!(fixture.sent(), []);
}

#[tokio::test]
async fn silence_begins_holds_over_many_windows_and_ends() {
    let fixture = AnalysisFixture::new().await;
    for number in 0..5 {
        fixture.logs(number, 30, 0, "all is well").await;
        fixture.run(number).await.expect("analysed");
    }
    for number in 5..40 {
        fixture.run(number).await.expect("analysed");
    }
    for number in 40..42 {
        fixture.logs(number, 1, 0, "all is well").await;
        fixture.run(number).await.expect("analysed");
    }
    let alerts = fixture.sent();
    let [begun, over] = &alerts[..] else {
        panic!("two alerts, not {alerts:?}");
    };
    assert_eq!(begun.title, "gm-tool: no logs");
    assert_eq!(over.status, Some(AlertStatus::Resolved));
    assert_eq!(begun.dedup_key, over.dedup_key);
}

#[tokio::test]
async fn a_time_of_day_that_is_always_quiet_is_no_silence() {
    let fixture = AnalysisFixture::new().await;
    let day = 96;
    // A day on which the windows 5 to 34 were quiet.
    for number in (0..5).chain(35..day + 5) {
        fixture.logs(number, 30, 0, "all is well").await;
    }
    for number in 0..day + 40 {
        fixture.run(number).await.expect("analysed");
    }
    // The first day cannot know it. The next day does not come back when the first did.
    let alerts = fixture.sent();
    let begun: Vec<_> = alerts
        .iter()
        .filter(|alert| alert.status == Some(AlertStatus::Firing))
        .map(|alert| alert.occurred_at.expect("a time"))
        .collect();
    assert_eq!(begun, [start(6), start(day + 36)], "{alerts:?}");
}

#[tokio::test]
async fn environments_have_alarms_of_their_own() {
    let fixture = AnalysisFixture::fixed().await;
    fixture.logs(0, 100, 50, "no player").await;
    let event = format!(
        r#"{{"scheduledTime":"{}"}}"#,
        start(1) + SignedDuration::from_mins(3)
    );
    for environment in [None, Some("production"), Some("staging")] {
        let analysis = fixture.invoke(&event, start(2), environment).await;
        assert!(analysis.expect("analysed").alarms.is_some());
    }
    let keys: BTreeSet<_> = fixture
        .sent()
        .into_iter()
        .filter_map(|alert| alert.dedup_key)
        .collect();
    let since = start(0);
    assert_eq!(
        keys.into_iter().collect::<Vec<_>>(),
        [
            format!("logs/gm-tool/errorRate/{since}"),
            format!("logs/gm-tool/production/errorRate/{since}"),
        ]
    );
}
