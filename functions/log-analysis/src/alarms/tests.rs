//! What begins and ends over windows, as values.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use shared::{
    alerts::threshold::{Threshold, Thresholds},
    log_store::facts::{
        AnalysisFacts, AnalysisQuestion, DurationFacts, NewPattern, PatternFacts, RequestFacts,
    },
    model::{
        alert::{Alert, AlertStatus, measurement::Measurement},
        analysis::{
            AnalysisRules, FailureCause, LogAnalysis,
            alarms::{LogAlarms, LogNumber},
        },
        level::Level,
        service::ServiceName,
        window::Window,
    },
};

use super::{
    silence::{self, Verdict},
    step, value,
};
use crate::evaluate::evaluate;

fn service() -> ServiceName {
    "gm-tool".parse().expect("a name")
}

/// The start of a window by its number: a quarter of an hour each.
fn start(number: i64) -> Timestamp {
    let first: Timestamp = "2026-11-24T00:00:00Z".parse().expect("instant");
    first + SignedDuration::from_mins(15 * number)
}

fn evaluated(number: i64, facts: AnalysisFacts) -> LogAnalysis {
    let window = Window {
        start: start(number),
        end: start(number + 1),
    };
    let question = AnalysisQuestion {
        service: service(),
        environment: None,
        window,
        previous: window.previous(),
        known_since: start(number - 7 * 96),
        error_patterns: 50,
        users: 20,
        timeline_parts: 1,
    };
    let rules = AnalysisRules {
        min_sample: 20,
        slow_milliseconds: 1_000.0,
        known_since: question.known_since,
    };
    evaluate(facts, &question, rules, true)
}

fn facts(total: u64, errors: u64) -> AnalysisFacts {
    let mut facts = AnalysisFacts {
        indexed: true,
        has_history: true,
        ..AnalysisFacts::default()
    };
    facts.current.totals.total = total;
    facts.current.totals.levels = [(Level::Error, errors)].into();
    facts
}

/// A window with so many entries, of which so many are errors.
fn window(number: i64, total: u64, errors: u64) -> LogAnalysis {
    evaluated(number, facts(total, errors))
}

fn requests(number: i64, count: u64, p95: f64) -> LogAnalysis {
    let mut facts = facts(count, 0);
    facts.current.totals.requests = RequestFacts {
        count,
        failed: count / 2,
        durations: Some(DurationFacts {
            average: p95 / 2.0,
            p50: 1.0,
            p95,
            p99: p95,
            max: p95,
        }),
    };
    evaluated(number, facts)
}

/// The alerts of windows in their order, each run with what the one before it kept as JSON.
fn run(windows: &[LogAnalysis]) -> Vec<Alert> {
    let thresholds = Thresholds::from([
        (LogNumber::ErrorRate, Threshold::above(0.05, 0.2)),
        (LogNumber::LatencyP95, Threshold::above(2_000.0, 5_000.0)),
    ]);
    let mut kept = r#"{"numbers":{},"silence":null}"#.to_owned();
    let mut sent = Vec::new();
    for (number, analysis) in windows.iter().enumerate() {
        let before: LogAlarms = serde_json::from_str(&kept).expect("alarms");
        let silent_since = match silence::verdict(analysis, &windows[..number]) {
            Verdict::Silent(since) => Some(since),
            Verdict::Usual | Verdict::Unknown => None,
        };
        let (after, alerts) = step(&thresholds, &before, analysis, silent_since, &service());
        kept = serde_json::to_string(&after).expect("JSON");
        sent.extend(alerts);
    }
    sent
}

fn titles(alerts: &[Alert]) -> Vec<&str> {
    alerts.iter().map(|alert| alert.title.as_str()).collect()
}

#[test]
fn an_error_rate_begins_gets_worse_and_ends_under_one_key() {
    let alerts = run(&[
        window(0, 100, 4),
        window(1, 100, 6),
        window(2, 100, 5),
        window(3, 200, 145),
        window(4, 100, 5),
        window(5, 100, 3),
        window(6, 100, 3),
    ]);
    insta::assert_json_snapshot!(alerts);
}

#[test]
fn too_few_samples_begin_nothing_and_end_nothing() {
    assert_eq!(run(&[window(0, 19, 19)]), []);
    let alerts = run(&[window(0, 100, 50), window(1, 19, 0), window(2, 20, 0)]);
    assert_eq!(
        titles(&alerts),
        [
            "gm-tool: errorRate at 50% (critical)",
            "gm-tool: errorRate is back to normal"
        ]
    );
    assert_eq!(alerts[1].occurred_at, Some(start(3)));
    let few = requests(0, 19, 9_000.0);
    assert_eq!(value(&few, LogNumber::LatencyP95), None);
    assert_eq!(value(&few, LogNumber::RequestErrorRate), None);
}

#[test]
fn every_number_is_read_from_its_place() {
    let analysis = requests(0, 100, 2_500.0);
    let of = |number| value(&analysis, number);
    assert_eq!(of(LogNumber::LatencyP95), Some(2_500.0));
    assert_eq!(of(LogNumber::LatencyAverage), Some(1_250.0));
    assert_eq!(of(LogNumber::RequestErrorRate), Some(0.5));
    assert_eq!(of(LogNumber::ErrorRate), Some(0.0));
    let alerts = run(&[analysis]);
    assert_eq!(titles(&alerts), ["gm-tool: latency.p95 at 2.5 s (warning)"]);
}

#[test]
fn silence_is_reported_once_and_ends_with_the_first_logs() {
    let busy = (0..4).map(|number| window(number, 100, 0));
    let quiet = (4..8).map(|number| window(number, 0, 0));
    let windows: Vec<_> = busy.chain(quiet).chain([window(8, 3, 0)]).collect();
    insta::assert_json_snapshot!(run(&windows));
}

#[test]
fn silence_means_something_only_where_there_always_were_logs() {
    let verdict = |totals: &[u64]| {
        let windows: Vec<_> = (0..)
            .zip(totals)
            .map(|(number, total)| window(number, *total, 0))
            .collect();
        let (last, before) = windows.split_last().expect("a window");
        silence::verdict(last, before)
    };
    for (totals, expected) in [
        (&[100, 100, 100, 100, 0][..], Verdict::Silent(start(4))),
        (&[100, 100, 100, 100, 0, 0, 0], Verdict::Silent(start(4))),
        // The service stopped at the beginning of its last window.
        (&[100, 100, 100, 100, 1, 0], Verdict::Silent(start(5))),
        (&[100, 100, 100, 100, 1], Verdict::Usual),
        (&[100, 100, 100, 0], Verdict::Unknown),
        (&[0, 0], Verdict::Unknown),
        (&[100, 100, 100, 100, 1, 1, 0], Verdict::Usual),
        (&[100, 0, 100, 100, 100, 0], Verdict::Usual),
        (&[5, 5, 5, 5, 5, 0], Verdict::Usual),
    ] {
        assert_eq!(verdict(totals), expected, "{totals:?}");
    }
}

#[test]
fn entries_of_an_unknown_level_are_logs_and_no_errors() {
    let unknown = |number, total| {
        let mut facts = facts(total, 0);
        facts.current.totals.levels = [(Level::Unknown, total)].into();
        evaluated(number, facts)
    };
    let windows: Vec<_> = (0..4).map(|number| unknown(number, 100)).collect();
    assert_eq!(value(&windows[0], LogNumber::ErrorRate), None);
    assert_eq!(
        silence::verdict(&window(4, 0, 0), &windows),
        Verdict::Silent(start(4))
    );
    // An alarm neither begins nor ends with what is not known.
    let alerts = run(&[window(0, 100, 50), unknown(1, 100), window(2, 100, 0)]);
    assert_eq!(alerts.len(), 2, "{alerts:?}");
    assert_eq!(alerts[1].occurred_at, Some(start(3)));
}

#[test]
fn only_earlier_windows_decide_about_silence() {
    // Three earlier windows are too few, and neither the record of an earlier run nor a later window
    // is the fourth.
    let busy = [0, 1, 2].map(|number| window(number, 100, 0));
    for fourth in [window(3, 100, 0), window(4, 100, 0)] {
        let before = [busy.as_slice(), &[fourth]].concat();
        assert_eq!(
            silence::verdict(&window(3, 0, 0), &before),
            Verdict::Unknown
        );
    }
}

#[test]
fn a_quiet_window_of_another_day_makes_silence_a_habit() {
    let quiet = window(4, 0, 0);
    assert!(silence::is_habit(&quiet, &[window(-92, 0, 0)]));
    assert!(!silence::is_habit(&quiet, &[window(-92, 1, 0)]));
    assert!(!silence::is_habit(&quiet, &[]));
}

fn with_new_errors(count: usize) -> LogAnalysis {
    let mut facts = facts(100, 4);
    let patterns = (0..count).map(|number| format!("오류 {number}: pool exhausted"));
    facts.new_patterns = patterns
        .map(|pattern| NewPattern {
            pattern,
            count: 2,
            first_seen: start(0) + SignedDuration::from_secs(7),
        })
        .collect();
    facts.current.error_patterns = vec![PatternFacts {
        pattern: "오류 0: pool exhausted".to_owned(),
        count: 2,
        example: "오류 0: pool exhausted after 3 s".to_owned(),
        correlation_id: Some("c7ce".to_owned()),
        first_seen: start(0),
        last_seen: start(0),
        users: 1,
    }];
    evaluated(0, facts)
}

#[test]
fn the_most_frequent_new_errors_get_an_alert_each_and_the_others_one() {
    for (count, expected) in [(0, 0), (1, 1), (4, 4), (5, 4), (80, 4)] {
        assert_eq!(run(&[with_new_errors(count)]).len(), expected, "{count}");
    }
    let alerts = run(&[with_new_errors(5)]);
    insta::assert_json_snapshot!([&alerts[0], &alerts[3]]);
    let many = run(&[with_new_errors(80)]);
    assert_eq!(many[3].title, "gm-tool: 77 more new errors");
    // An error is sent under the same key wherever it occurs.
    assert_eq!(many[0].dedup_key, alerts[0].dedup_key);
    assert_ne!(alerts[0].dedup_key, alerts[1].dedup_key);
}

#[test]
fn a_new_error_that_explains_the_failed_requests_has_the_first_alert_and_the_others_share_one() {
    let mut analysis = with_new_errors(12);
    analysis.requests.failed = 455;
    analysis.causes = vec![FailureCause {
        message: "오류 …: pool exhausted".to_owned(),
        patterns: vec![
            "오류 3: pool exhausted".to_owned(),
            "오류 7: pool exhausted".to_owned(),
        ],
        failed_requests: 450,
        share: 450.0 / 455.0,
        users: 60,
        routes: 7,
        previous_failed_requests: 0,
        is_new: Some(true),
        example: None,
        first_seen: None,
        last_seen: None,
    }];
    let alerts = run(std::slice::from_ref(&analysis));
    assert_eq!(
        titles(&alerts),
        [
            "gm-tool: new error: 오류 …: pool exhausted",
            "gm-tool: 10 more new errors"
        ]
    );
    let sentence = "It explains 450 of 455 failed requests, of 60 users and 7 routes.";
    assert!(
        alerts[0].message.contains(sentence),
        "{}",
        alerts[0].message
    );
    // A known error, or one that explains little, changes nothing.
    analysis.causes[0].is_new = Some(false);
    assert_eq!(run(std::slice::from_ref(&analysis)).len(), 4);
}

#[test]
fn no_alert_is_sent_if_it_is_not_known_what_is_new() {
    let mut facts = facts(100, 4);
    facts.has_history = false;
    facts.new_patterns = vec![NewPattern {
        pattern: "first of all".to_owned(),
        count: 1,
        first_seen: start(0),
    }];
    assert_eq!(run(&[evaluated(0, facts)]), []);
}

proptest! {
    #[test]
    fn beginnings_and_ends_alternate_under_one_key_whatever_the_windows(
        windows in prop::collection::vec((prop::sample::select(vec![0_u64, 0, 5, 50, 100]), 0_u64..100), 0..60),
    ) {
        let windows: Vec<_> = (0..)
            .zip(windows)
            .map(|(number, (total, errors))| window(number, total, errors.min(total)))
            .collect();
        let mut open = std::collections::BTreeMap::new();
        for alert in run(&windows) {
            let measurement = Measurement::read(&alert.metadata).expect("a measurement");
            prop_assert!(measurement.window.is_some_and(|window| Some(window.end) == alert.occurred_at));
            if alert.status == Some(AlertStatus::Resolved) {
                let begun = open.remove(&measurement.field);
                prop_assert_eq!(begun, Some((alert.dedup_key, measurement.severity)));
            } else {
                let severity = measurement.severity;
                let worse = open.insert(measurement.field, (alert.dedup_key.clone(), severity));
                if let Some((key, milder)) = worse {
                    prop_assert!(key == alert.dedup_key && milder < severity);
                }
            }
        }
    }
}
