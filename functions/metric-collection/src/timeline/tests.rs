//! Alarms step through late and corrected values as through values in order.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use shared::{
    alerts::threshold::{Direction, Threshold},
    model::{
        metric::{Field, Quality, Scope, Source, Status, SystemMetrics},
        window::Window,
    },
};

use super::{Alarms, Evaluation, Thresholds, evaluate, seen};

const USAGE: Threshold = Threshold {
    warning: Some(80.0),
    critical: Some(95.0),
    clear: Some(70.0),
    direction: Direction::Above,
};

const NO_TASK: Threshold = Threshold {
    warning: None,
    critical: Some(0.0),
    clear: None,
    direction: Direction::Below,
};

fn usage() -> Thresholds {
    Thresholds::from([(Field::CpuUsage, USAGE)])
}

fn start(number: usize) -> Timestamp {
    let first: Timestamp = "2026-11-24T00:00:00Z".parse().expect("instant");
    first + SignedDuration::from_mins(5 * i64::try_from(number).expect("small"))
}

fn set(metrics: &mut SystemMetrics, field: Field, value: Option<f64>) {
    let quality = Quality {
        status: Status::Ok,
        source: None,
        statistic: None,
        unit: field.unit().to_owned(),
        time: None,
        reason: None,
    };
    metrics.set(field, value, quality);
}

fn metrics(number: usize, values: &[(Field, Option<f64>)]) -> SystemMetrics {
    let window = Window {
        start: start(number),
        end: start(number + 1),
    };
    let service = "gm-tool".parse().expect("a name");
    let source = Source::CloudWatch;
    let mut metrics = SystemMetrics::new(service, window, source, Scope::PerTaskAverage);
    for (field, value) in values {
        set(&mut metrics, *field, *value);
    }
    metrics
}

/// A service whose windows are evaluated again and again.
struct TimelineFixture {
    thresholds: Thresholds,
    windows: Vec<SystemMetrics>,
    act_from: Timestamp,
    sent: Vec<String>,
    late: usize,
}

impl TimelineFixture {
    fn new(thresholds: Thresholds) -> Self {
        Self {
            thresholds,
            windows: Vec::new(),
            act_from: start(0),
            sent: Vec::new(),
            late: 0,
        }
    }

    /// The windows now have these values of CPU usage.
    fn see(&mut self, values: &[Option<f64>]) {
        for (number, value) in values.iter().enumerate() {
            if number == self.windows.len() {
                self.windows.push(metrics(number, &[]));
            }
            set(&mut self.windows[number], Field::CpuUsage, *value);
        }
        // A window without a value is the newest one.
        while self.windows.len() <= values.len() {
            self.windows.push(metrics(self.windows.len(), &[]));
        }
        self.evaluate();
    }

    fn evaluate(&mut self) {
        let Evaluation {
            alarms,
            transitions,
            withdrawn,
            late,
            postponed,
        } = evaluate(
            &self.thresholds,
            &Alarms::new(),
            &self.windows,
            self.act_from,
        );
        self.late += late.len();
        for (window, transition) in transitions {
            let verb = if transition.ends {
                "end"
            } else {
                transition.alarm.severity.name()
            };
            let since = transition.alarm.since.duration_since(start(0)).as_mins() / 5;
            self.sent.push(format!("{window}: {verb} of {since}"));
        }
        for (field, _) in withdrawn {
            self.sent.push(format!("{field} withdrawn"));
        }
        let newest = self.windows.len() - 1;
        for (position, (metrics, alarms)) in self.windows.iter_mut().zip(alarms).enumerate() {
            let none = BTreeSet::new();
            let postponed = if position == newest {
                &postponed
            } else {
                &none
            };
            metrics.checked = seen(&self.thresholds, metrics, postponed);
            metrics.alarms = Some(alarms);
        }
    }

    fn active(&self) -> Option<&super::Alarm> {
        let alarms = self.windows.last()?.alarms.as_ref()?;
        alarms.get(&Field::CpuUsage)
    }
}

#[test]
fn late_values_raise_the_alarms_of_values_in_time() {
    let values = [Some(50.0), Some(99.0), Some(99.0), Some(60.0), Some(85.0)];
    let expected = ["1: critical of 1", "3: end of 1", "4: warning of 4"];
    let mut in_time = TimelineFixture::new(usage());
    for seen in 1..=values.len() {
        in_time.see(&values[..seen]);
    }
    assert_eq!(in_time.sent, expected);
    let mut late = TimelineFixture::new(usage());
    for seen in 1..=values.len() {
        // The newest value is never there.
        let mut now = values[..seen].to_vec();
        now.push(None);
        late.see(&now);
    }
    assert_eq!(late.sent, expected);
    let mut at_once = TimelineFixture::new(usage());
    at_once.see(&values);
    assert_eq!(at_once.sent, expected);
    at_once.see(&values);
    assert_eq!(at_once.sent, expected, "each value is stepped once");
}

#[test]
fn a_late_value_between_evaluated_windows_begins_and_ends_an_alarm() {
    let mut fixture = TimelineFixture::new(usage());
    fixture.see(&[Some(50.0), None, Some(50.0)]);
    fixture.see(&[Some(50.0), Some(99.0), Some(50.0)]);
    assert_eq!(fixture.sent, ["1: critical of 1", "2: end of 1"]);
}

#[test]
fn a_corrected_value_begins_an_alarm_and_takes_one_back() {
    let mut fixture = TimelineFixture::new(usage());
    fixture.see(&[Some(70.0), Some(70.0)]);
    fixture.see(&[Some(99.0), Some(99.0)]);
    assert_eq!(fixture.sent, ["0: critical of 0"]);
    fixture.see(&[Some(50.0), Some(50.0)]);
    assert_eq!(fixture.sent[1..], ["1: end of 0"]);
    fixture.see(&[Some(50.0), Some(50.0)]);
    assert_eq!(fixture.sent.len(), 2);
    assert_eq!(fixture.active(), None);
}

#[test]
fn an_alarm_whose_end_is_corrected_begins_again_under_another_key() {
    let mut fixture = TimelineFixture::new(usage());
    fixture.see(&[Some(99.0), Some(50.0)]);
    fixture.see(&[Some(99.0), Some(97.0)]);
    let expected = ["0: critical of 0", "1: end of 0", "1: critical of 1"];
    assert_eq!(fixture.sent, expected);
    fixture.see(&[Some(99.0), Some(97.0), Some(50.0)]);
    assert_eq!(fixture.sent[3..], ["2: end of 1"]);
}

#[test]
fn an_alarm_that_was_sent_keeps_its_start_when_an_earlier_value_arrives() {
    let mut fixture = TimelineFixture::new(usage());
    fixture.see(&[None, Some(85.0)]);
    fixture.see(&[Some(99.0), Some(85.0)]);
    assert_eq!(fixture.sent, ["1: warning of 1", "0: critical of 1"]);
    fixture.see(&[Some(99.0), Some(85.0), Some(50.0)]);
    assert_eq!(fixture.sent[2..], ["2: end of 1"]);
}

#[test]
fn the_newest_window_ends_no_alarm_until_the_next_run() {
    let mut fixture = TimelineFixture::new(usage());
    let push = |fixture: &mut TimelineFixture, value: f64| {
        let number = fixture.windows.len();
        fixture
            .windows
            .push(metrics(number, &[(Field::CpuUsage, Some(value))]));
        fixture.evaluate();
    };
    push(&mut fixture, 99.0);
    push(&mut fixture, 50.0);
    assert_eq!(fixture.sent, ["0: critical of 0"]);
    // The value is corrected: the alarm goes on.
    set(&mut fixture.windows[1], Field::CpuUsage, Some(99.0));
    push(&mut fixture, 50.0);
    push(&mut fixture, 50.0);
    assert_eq!(fixture.sent[1..], ["2: end of 0"]);
}

#[test]
fn old_values_raise_no_alarm_and_are_reported_once() {
    let mut fixture = TimelineFixture::new(usage());
    fixture.act_from = start(3);
    fixture.see(&[Some(99.0), Some(85.0), Some(50.0), Some(60.0)]);
    fixture.see(&[Some(99.0), Some(85.0), Some(50.0), Some(60.0)]);
    assert!(fixture.sent.is_empty(), "{:?}", fixture.sent);
    assert_eq!(fixture.late, 2);
}

#[test]
fn a_threshold_that_is_removed_ends_its_alarm_once() {
    let mut fixture = TimelineFixture::new(usage());
    fixture.see(&[Some(99.0)]);
    fixture.thresholds.clear();
    fixture.see(&[Some(99.0), Some(99.0)]);
    fixture.see(&[Some(99.0), Some(99.0), Some(99.0)]);
    assert_eq!(fixture.sent, ["0: critical of 0", "cpu.usage withdrawn"]);
}

/// What is sent about a service with these numbers of running and desired tasks.
fn down(tasks: &[(Option<f64>, Option<f64>)]) -> Vec<String> {
    let mut fixture = TimelineFixture::new(Thresholds::from([(Field::TasksRunning, NO_TASK)]));
    let newest = (None, None);
    for (number, (running, desired)) in tasks.iter().chain([&newest]).enumerate() {
        let values = [
            (Field::TasksRunning, *running),
            (Field::TasksDesired, *desired),
        ];
        fixture.windows.push(metrics(number, &values));
        fixture.evaluate();
    }
    fixture.sent
}

#[test]
fn a_service_is_down_after_two_windows_without_a_task_while_some_are_desired() {
    let (none, some) = (Some(0.0), Some(2.0));
    assert!(down(&[(some, some), (none, some), (some, some)]).is_empty());
    let expected = ["2: critical of 1", "3: end of 1"];
    let windows = [(some, some), (none, some), (none, some), (some, some)];
    assert_eq!(down(&windows), expected);
    // Nothing is concluded from a missing window.
    let windows = [(some, some), (none, some), (None, None), (none, some)];
    assert_eq!(down(&windows), ["3: critical of 1"]);
    // A service that is scaled to 0 is not down.
    assert!(down(&[(none, none), (none, none), (none, none)]).is_empty());
    let windows = [(none, some), (none, some), (none, none)];
    assert_eq!(down(&windows), ["1: critical of 0", "2: end of 0"]);
    // Without Container Insights it is not known how many are desired.
    assert_eq!(down(&[(none, None), (none, None)]), ["1: critical of 0"]);
}

fn value() -> impl Strategy<Value = Option<f64>> {
    prop::sample::select(vec![None, Some(50.0), Some(75.0), Some(85.0), Some(99.0)])
}

proptest! {
    /// Values become visible in order, each with a delay of its own; evaluations happen whenever.
    #[test]
    fn any_delay_that_keeps_the_order_sends_what_values_in_time_send(
        values in prop::collection::vec(value(), 1..24),
        evaluations in prop::collection::vec(0_usize..24, 0..24),
    ) {
        let mut in_time = TimelineFixture::new(usage());
        for seen in 1..=values.len() {
            in_time.see(&values[..seen]);
        }
        let mut late = TimelineFixture::new(usage());
        let mut evaluations = evaluations;
        evaluations.sort_unstable();
        for visible in evaluations.into_iter().chain([values.len()]) {
            let visible = visible.min(values.len());
            // Windows that exist already, but whose values are not there yet.
            let ahead = (visible + 2).min(values.len()) - visible;
            let mut now = values[..visible].to_vec();
            now.extend(std::iter::repeat_n(None, ahead));
            late.see(&now);
        }
        prop_assert_eq!(&late.sent, &in_time.sent);
        let alarms = |fixture: &TimelineFixture| -> Vec<_> {
            fixture.windows.iter().map(|metrics| metrics.alarms.clone()).collect()
        };
        prop_assert_eq!(alarms(&late), alarms(&in_time));
    }

    /// Values become visible in any order and are corrected at will. In the end the alarm is as if all
    /// of them had been known, and every alarm that was sent has ended, or is the one that is active.
    #[test]
    fn any_order_and_correction_ends_in_the_right_state(
        drafts in prop::collection::vec(prop::collection::vec(value(), 1..12), 1..8),
    ) {
        let mut fixture = TimelineFixture::new(usage());
        let mut known: Vec<Option<f64>> = Vec::new();
        for draft in &drafts {
            for (number, value) in draft.iter().enumerate() {
                if number == known.len() {
                    known.push(*value);
                } else if value.is_some() {
                    known[number] = *value;
                }
            }
            let before = fixture.sent.len();
            let known = known.clone();
            fixture.see(&known);
            let sent = fixture.sent.len();
            fixture.see(&known);
            prop_assert_eq!(fixture.sent.len(), sent, "nothing new after {}", before);
        }
        let mut open: BTreeMap<String, usize> = BTreeMap::new();
        for sent in &fixture.sent {
            let (verb, since) = sent.split_once(": ").and_then(|(_, rest)| rest.split_once(" of "))
                .expect("a verb and a start");
            if verb == "end" {
                prop_assert!(open.remove(since).is_some(), "ends twice: {:?}", fixture.sent);
            } else {
                *open.entry(since.to_owned()).or_default() += 1;
            }
        }
        let active = fixture.active().map(|alarm| {
            (alarm.since.duration_since(start(0)).as_mins() / 5).to_string()
        });
        let open: Vec<_> = open.into_keys().collect();
        prop_assert_eq!(&open, &active.iter().cloned().collect::<Vec<_>>(), "{:?}", fixture.sent);
        let mut at_once = TimelineFixture::new(usage());
        at_once.see(&known);
        // In the band between `clear` and `warning` an end that was sent stands.
        let last = known.iter().rev().flatten().next().copied();
        if last.is_some_and(|last| !(70.0..80.0).contains(&last)) {
            prop_assert_eq!(active.is_some(), at_once.active().is_some(), "{:?}", fixture.sent);
        }
    }
}
