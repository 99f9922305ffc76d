//! Alarms begin once and end once.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use proptest::prelude::*;
use shared::model::{
    alert::{AlertStatus, AlertType},
    metric::{Field, Quality, Scope, Source, Status, SystemMetrics},
    window::Window,
};

use super::{Direction, Threshold, Thresholds, Transition, step};
use crate::alarm::alert;

const USAGE: Threshold = Threshold {
    warning: Some(80.0),
    critical: Some(95.0),
    clear: Some(70.0),
    direction: Direction::Above,
};

fn metrics(number: i64, value: Option<f64>) -> SystemMetrics {
    let start: jiff::Timestamp = "2026-11-24T00:00:00Z".parse().expect("instant");
    let start = start + SignedDuration::from_mins(5 * number);
    let window = Window {
        start,
        end: start + SignedDuration::from_mins(5),
    };
    let service = "gm-tool".parse().expect("a name");
    let mut metrics = SystemMetrics::new(service, window, Source::Host, Scope::Host);
    let quality = Quality {
        status: Status::Ok,
        source: None,
        statistic: None,
        unit: "percent".to_owned(),
        time: None,
        reason: None,
    };
    metrics.set(Field::CpuUsage, value, quality);
    metrics
}

/// What begins and ends over a series of values.
fn run(threshold: Threshold, values: &[Option<f64>]) -> Vec<(i64, Transition)> {
    let thresholds = Thresholds::from([(Field::CpuUsage, threshold)]);
    let mut alarms = BTreeMap::new();
    let mut all = Vec::new();
    for (number, value) in (0..).zip(values) {
        let (after, transitions) = step(&thresholds, &alarms, &metrics(number, *value));
        alarms = after;
        all.extend(
            transitions
                .into_iter()
                .map(|transition| (number, transition)),
        );
    }
    all
}

fn check(threshold: Threshold, values: &[f64], expected: &[(i64, &str)]) {
    let values: Vec<_> = values
        .iter()
        .map(|value| (!value.is_nan()).then_some(*value))
        .collect();
    let told: Vec<_> = run(threshold, &values)
        .into_iter()
        .map(
            |(number, transition)| match (transition.ends, transition.alarm.severity) {
                (true, _) => (number, "end"),
                (false, severity) => (number, severity.name()),
            },
        )
        .collect();
    assert_eq!(told, expected, "{values:?}");
}

#[test]
fn an_alarm_is_told_when_it_begins_and_when_it_ends_and_not_in_between() {
    check(
        USAGE,
        &[10.0, 85.0, 79.0, 81.0, 71.0, 70.0, 69.9, 10.0],
        &[(1, "warning"), (6, "end")],
    );
    check(
        USAGE,
        &[85.0, 96.0, 90.0, 97.0, 60.0],
        &[(0, "warning"), (1, "critical"), (4, "end")],
    );
    check(
        USAGE,
        &[99.0, 85.0, 99.0, 60.0],
        &[(0, "critical"), (3, "end")],
    );
    check(
        USAGE,
        &[80.0, f64::NAN, 69.0, f64::NAN, 85.0],
        &[(0, "warning"), (2, "end"), (4, "warning")],
    );
}

#[test]
fn low_values_can_be_bad_and_the_end_lies_a_tenth_behind_where_nothing_is_said() {
    let low = Threshold {
        warning: Some(100.0),
        critical: None,
        clear: None,
        direction: Direction::Below,
    };
    check(
        low,
        &[150.0, 100.0, 109.0, 110.0, 111.0],
        &[(1, "warning"), (4, "end")],
    );
}

#[test]
fn thresholds_that_make_no_sense_are_told() {
    let of = |warning, critical, clear| Threshold {
        warning,
        critical,
        clear,
        ..USAGE
    };
    for (threshold, words) in [
        (of(None, None, None), Some("needs `warning`")),
        (of(Some(80.0), Some(70.0), None), Some("lies before")),
        (of(Some(80.0), None, Some(90.0)), Some("lies beyond")),
        (of(Some(f64::NAN), None, None), Some("is a number")),
        (of(None, Some(80.0), Some(80.0)), None),
        (USAGE, None),
    ] {
        let problem = threshold.problem();
        assert_eq!(
            problem.is_some(),
            words.is_some(),
            "{threshold:?}: {problem:?}"
        );
        assert!(
            problem
                .unwrap_or_default()
                .contains(words.unwrap_or_default())
        );
    }
}

#[test]
fn an_alert_says_what_where_and_since_when() {
    let transitions = run(USAGE, &[Some(91.25), Some(60.0)]);
    let alerts: Vec<_> = transitions
        .iter()
        .map(|(number, transition)| alert(&metrics(*number, Some(transition.value)), transition))
        .collect();
    assert_eq!(alerts[0].kind, AlertType::Warning);
    assert_eq!(alerts[1].status, Some(AlertStatus::Resolved));
    insta::assert_json_snapshot!(alerts);
}

proptest! {
    #[test]
    fn beginnings_and_ends_alternate_whatever_the_values(
        values in prop::collection::vec(prop::option::of(0.0_f64..120.0), 0..60),
    ) {
        let mut worst: Option<AlertType> = None;
        for (number, transition) in run(USAGE, &values) {
            if transition.ends {
                prop_assert!(worst.take().is_some(), "an end without a beginning at {}", number);
            } else {
                prop_assert!(worst < Some(transition.alarm.severity));
                worst = Some(transition.alarm.severity);
            }
        }
    }
}
