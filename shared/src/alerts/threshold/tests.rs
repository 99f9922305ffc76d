//! Alarms begin once and end once.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::{Alarm, AlertType, Direction, Settings, Threshold, Thresholds, Transition, read, step};
use crate::env::names;

/// Most tests are about one field.
const FIELD: u8 = 0;

const USAGE: Threshold = Threshold {
    warning: Some(80.0),
    critical: Some(95.0),
    clear: Some(70.0),
    direction: Direction::Above,
};

/// What begins and ends over a series of values.
fn run(threshold: Threshold, values: &[Option<f64>]) -> Vec<(i64, Transition<u8>)> {
    let thresholds = Thresholds::from([(FIELD, threshold)]);
    let first: jiff::Timestamp = "2026-11-24T00:00:00Z".parse().expect("instant");
    let mut kept = String::from("{}");
    let mut all = Vec::new();
    for (number, value) in (0..).zip(values) {
        let start = first + SignedDuration::from_mins(5 * number);
        // What has begun is kept as JSON from one run to the next.
        let before: BTreeMap<u8, Alarm> = serde_json::from_str(&kept).expect("alarms");
        let (after, transitions) = step(&thresholds, &before, start, |_| *value);
        kept = serde_json::to_string(&after).expect("JSON");
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
    let found: Vec<_> = run(threshold, &values)
        .into_iter()
        .map(
            |(number, transition)| match (transition.ends, transition.alarm.severity) {
                (true, _) => (number, "end"),
                (false, severity) => (number, severity.name()),
            },
        )
        .collect();
    assert_eq!(found, expected, "{values:?}");
}

#[test]
fn an_alarm_is_reported_when_it_begins_and_when_it_ends_and_not_in_between() {
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
fn thresholds_that_make_no_sense_are_problems() {
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
fn thresholds_are_read_from_a_setting_and_every_problem_is_reported() {
    let name = names::METRICS_THRESHOLDS;
    let problem = |text| {
        let mut settings = Settings::from_pairs([(name, text)]);
        let thresholds = read::<String>(&mut settings, name, r#"{"cpu": {"warning": 80}}"#);
        let problem = settings.finish().err().map(|error| error.to_string());
        (thresholds, problem.unwrap_or_default())
    };
    let (thresholds, none) = problem(r#"{"cpu": {"warning": 80, "critical": 95, "clear": 70}}"#);
    let cpu = Thresholds::from([("cpu".to_owned(), USAGE)]);
    assert_eq!((thresholds, none.as_str()), (Some(cpu), ""));
    assert_eq!(problem("{}"), (Some(Thresholds::new()), String::new()));
    assert_eq!(problem(""), (None, String::new()));
    let (_, wrong) = problem(r#"{"cpu": {}, "disk": {"warning": 8, "critical": 7}}"#);
    assert!(wrong.contains("cpu: a threshold needs"), "{wrong}");
    assert!(wrong.contains("disk: `critical` lies before"), "{wrong}");
    let (_, wrong) = problem("80");
    assert!(wrong.contains("must be JSON such as {\"cpu\""), "{wrong}");
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

    #[test]
    fn a_run_that_is_missed_or_measures_nothing_changes_nothing(
        values in prop::collection::vec(prop::option::of(0.0_f64..120.0), 0..60),
    ) {
        let measured: Vec<_> = values.iter().copied().flatten().map(Some).collect();
        let found = |values: &[_]| -> Vec<_> {
            let transitions = run(USAGE, values).into_iter();
            transitions.map(|(_, found)| (found.value, found.alarm.severity, found.ends)).collect()
        };
        prop_assert_eq!(found(&values), found(&measured));
    }
}
