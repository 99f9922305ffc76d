//! What begins and ends over windows, as values.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use shared::{
    alerts::threshold::{Threshold, Thresholds},
    log_store::facts::{AnalysisFacts, AnalysisQuestion, DurationFacts, RequestFacts},
    model::{
        alert::{Alarm, Alert, AlertStatus, measurement::Measurement},
        analysis::{AnalysisRules, LogAnalysis, alarms::LogNumber},
        level::Level,
        service::ServiceName,
        window::Window,
    },
};

use super::{step, value};
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
        known_since: start(number - 7 * 96),
        ..AnalysisQuestion::new(service(), window)
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
    let mut kept = "{}".to_owned();
    let mut sent = Vec::new();
    for analysis in windows {
        let before: BTreeMap<LogNumber, Alarm> = serde_json::from_str(&kept).expect("alarms");
        let (after, alerts) = step(&thresholds, &before, analysis, &service());
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
fn entries_of_an_unknown_level_are_logs_and_no_errors() {
    let unknown = |number, total| {
        let mut facts = facts(total, 0);
        facts.current.totals.levels = [(Level::Unknown, total)].into();
        evaluated(number, facts)
    };
    let windows: Vec<_> = (0..4).map(|number| unknown(number, 100)).collect();
    assert_eq!(value(&windows[0], LogNumber::ErrorRate), None);
    // An alarm neither begins nor ends with what is not known.
    let alerts = run(&[window(0, 100, 50), unknown(1, 100), window(2, 100, 0)]);
    assert_eq!(alerts.len(), 2, "{alerts:?}");
    assert_eq!(alerts[1].occurred_at, Some(start(3)));
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
        let mut open = BTreeMap::new();
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
