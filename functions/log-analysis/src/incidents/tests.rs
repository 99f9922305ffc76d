//! Incidents over several windows, as values.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use shared::model::{
    alert::AlertType,
    analysis::{
        alarms::LogAlarms,
        baseline::{Expectation, NumberKey, Verdict, WatchedNumber},
    },
    window::Window,
};

use super::{Event, EventKind, step};
use crate::baseline::{Judged, Limits};

use Verdict::{Elevated, Moderate, Normal, Strong, Unknown};

fn limits() -> Limits {
    Limits {
        evidence: 5.0,
        increase: 1.0,
        adopt: SignedDuration::from_hours(12),
        min_sample: 20,
    }
}

fn start(number: i64) -> Timestamp {
    let first: Timestamp = "2026-11-24T00:00:00Z".parse().expect("instant");
    first + SignedDuration::from_mins(15 * number)
}

fn failures() -> NumberKey {
    NumberKey::service(WatchedNumber::FailedRequests)
}

fn route(number: WatchedNumber, route: &str) -> NumberKey {
    NumberKey::of(number, route)
}

fn judged(key: NumberKey, verdict: Verdict, severity: AlertType) -> Judged {
    Judged {
        expectation: Expectation {
            key,
            value: 1.0,
            expected: Some(0.1),
            lower: None,
            upper: None,
            evidence: 0.0,
            verdict,
        },
        severity,
        is_new: false,
    }
}

/// Runs windows in their order, each with what the one before kept as JSON.
fn run(windows: &[Vec<Judged>]) -> Vec<(i64, Event)> {
    let mut kept = "{}".to_owned();
    let mut all = Vec::new();
    for (number, judged) in (0..).zip(windows) {
        let window = Window {
            start: start(number),
            end: start(number + 1),
        };
        let before: LogAlarms = serde_json::from_str(&kept).expect("alarms");
        let (after, events) = step(&before, judged, window, &limits());
        kept = serde_json::to_string(&after).expect("JSON");
        all.extend(events.into_iter().map(|event| (number, event)));
    }
    all
}

/// The windows of one number.
fn of_one(verdicts: &[Verdict]) -> Vec<Vec<Judged>> {
    let verdicts = verdicts.iter();
    verdicts
        .map(|verdict| vec![judged(failures(), *verdict, AlertType::Warning)])
        .collect()
}

fn kinds(events: &[(i64, Event)]) -> Vec<(i64, EventKind)> {
    let events = events.iter();
    events
        .map(|(number, event)| (*number, event.kind))
        .collect()
}

#[test]
fn strong_evidence_begins_at_once_and_moderate_evidence_in_two_windows_in_a_row() {
    for (verdicts, expected) in [
        (&[Strong][..], &[(0, EventKind::Begin)][..]),
        (&[Moderate], &[]),
        (&[Moderate, Moderate], &[(1, EventKind::Begin)]),
        (&[Moderate, Normal, Moderate], &[]),
        (&[Moderate, Elevated, Moderate], &[]),
        (&[Elevated, Elevated, Elevated], &[]),
        (&[Unknown], &[]),
    ] {
        assert_eq!(kinds(&run(&of_one(verdicts))), expected, "{verdicts:?}");
    }
}

#[test]
fn an_incident_is_over_after_two_normal_windows_in_a_row() {
    for (after, expected) in [
        (&[Normal][..], None),
        (&[Normal, Normal], Some(2)),
        (&[Normal, Elevated, Normal], None),
        (&[Normal, Strong, Normal, Normal], Some(4)),
        // What is not known is neither good nor bad news.
        (&[Normal, Unknown, Normal], Some(3)),
    ] {
        let verdicts = [&[Strong], after].concat();
        let events = kinds(&run(&of_one(&verdicts)));
        let end = events.iter().find(|(_, kind)| *kind == EventKind::End);
        assert_eq!(end.map(|(number, _)| *number), expected, "{after:?}");
    }
}

#[test]
fn findings_of_the_same_and_the_next_window_are_one_incident() {
    let slow = route(WatchedNumber::Latency, "GET /a");
    let user = NumberKey::service(WatchedNumber::UserShare);
    let strong = |key: &NumberKey| judged(key.clone(), Strong, AlertType::Warning);
    let events = run(&[
        vec![strong(&failures()), strong(&user)],
        vec![strong(&failures()), strong(&slow), strong(&user)],
    ]);
    assert_eq!(kinds(&events), [(0, EventKind::Begin)]);
    // The cause comes first.
    assert_eq!(events[0].1.incident.main, failures());
}

#[test]
fn what_begins_later_and_has_nothing_in_common_is_another_incident() {
    let slow = route(WatchedNumber::Latency, "GET /a");
    let failing = route(WatchedNumber::FailedRequests, "GET /a");
    let error = route(WatchedNumber::ErrorPattern, "disk full");
    let strong = |key: &NumberKey| judged(key.clone(), Strong, AlertType::Warning);
    let first = || vec![strong(&slow)];
    for (later, expected) in [(failing, 1), (error, 2)] {
        let mut windows = vec![first(), first(), first()];
        windows.push(vec![strong(&slow), strong(&later)]);
        assert_eq!(run(&windows).len(), expected, "{later:?}");
    }
}

#[test]
fn requests_that_fail_after_an_unusual_error_belong_to_its_incident() {
    let pattern = || {
        let key = NumberKey::of(WatchedNumber::ErrorPattern, "connection pool exhausted");
        judged(key, Strong, AlertType::Warning)
    };
    let failed = || judged(failures(), Strong, AlertType::Error);
    let after = |windows: usize| {
        let mut all = vec![vec![pattern()]; windows];
        all.push(vec![pattern(), failed()]);
        kinds(&run(&all))
    };
    assert_eq!(after(2), [(0, EventKind::Begin), (2, EventKind::Worse)]);
    // After more than an hour they are another incident.
    assert_eq!(after(6), [(0, EventKind::Begin), (6, EventKind::Begin)]);
}

#[test]
fn an_incident_is_sent_at_most_three_times() {
    let window = |verdict, severity| vec![judged(failures(), verdict, severity)];
    let events = run(&[
        window(Strong, AlertType::Warning),
        window(Strong, AlertType::Error),
        window(Strong, AlertType::Critical),
        window(Strong, AlertType::Warning),
        window(Normal, AlertType::Warning),
        window(Normal, AlertType::Warning),
        window(Normal, AlertType::Warning),
    ]);
    assert_eq!(
        kinds(&events),
        [
            (0, EventKind::Begin),
            (1, EventKind::Worse),
            (5, EventKind::End)
        ]
    );
    assert_eq!(events[2].1.incident.severity, AlertType::Critical);
}

#[test]
fn a_change_that_lasts_half_a_day_is_usual_and_a_critical_one_is_not() {
    for (severity, expected) in [
        (AlertType::Warning, Some((48, EventKind::Adopted))),
        (AlertType::Critical, None),
    ] {
        let windows: Vec<_> = (0..60)
            .map(|_| vec![judged(failures(), Strong, severity)])
            .take(49)
            .collect();
        let events = kinds(&run(&windows));
        assert_eq!(events.get(1).copied(), expected, "{severity:?}");
    }
}

proptest! {
    #[test]
    fn an_incident_begins_ends_and_gets_worse_at_most_once_whatever_the_windows(
        windows in prop::collection::vec(
            prop::collection::vec((0_usize..5, prop::sample::select(vec![
                Unknown, Normal, Normal, Elevated, Moderate, Strong
            ]), 1_usize..4), 0..5),
            0..60,
        ),
    ) {
        let keys = [
            failures(),
            NumberKey::service(WatchedNumber::Traffic),
            route(WatchedNumber::Latency, "GET /a"),
            route(WatchedNumber::FailedRequests, "GET /a"),
            route(WatchedNumber::ErrorPattern, "disk full"),
        ];
        let severities = [AlertType::Info, AlertType::Warning, AlertType::Error, AlertType::Critical];
        let windows: Vec<Vec<Judged>> = windows
            .into_iter()
            .map(|numbers| {
                let mut window: Vec<Judged> = Vec::new();
                for (key, verdict, severity) in numbers {
                    if window.iter().all(|judged| judged.expectation.key != keys[key]) {
                        window.push(judged(keys[key].clone(), verdict, severities[severity]));
                    }
                }
                window
            })
            .collect();
        let mut open = std::collections::BTreeMap::new();
        for (_, event) in run(&windows) {
            let since = event.incident.since;
            match event.kind {
                EventKind::Begin => prop_assert!(open.insert(since, 1).is_none()),
                EventKind::Worse => {
                    let sent = open.get_mut(&since).expect("begun");
                    *sent += 1;
                    prop_assert!(*sent <= 2);
                }
                EventKind::End | EventKind::Adopted => {
                    prop_assert!(open.remove(&since).is_some());
                }
            }
        }
    }

    #[test]
    fn a_worse_verdict_never_keeps_an_incident_from_beginning(
        verdicts in prop::collection::vec(0_usize..5, 1..20),
        worse in prop::collection::vec(0_usize..3, 20),
    ) {
        let order = [Unknown, Normal, Elevated, Moderate, Strong];
        let milder: Vec<Verdict> = verdicts.iter().map(|verdict| order[*verdict]).collect();
        let worse: Vec<Verdict> = verdicts
            .iter()
            .zip(worse)
            .map(|(verdict, worse)| order[(*verdict + worse).min(4)])
            .collect();
        let first = |verdicts: &[Verdict]| run(&of_one(verdicts)).first().map(|(number, _)| *number);
        if let Some(number) = first(&milder) {
            prop_assert!(first(&worse).is_some_and(|worse| worse <= number));
        }
    }
}
