//! Steps the alarms of a service through every window whose value is new or has changed. Pure.
//!
//! Invariants: windows are stepped in their order, whatever order their values arrived in; a value is
//! stepped once, because each record keeps the values that the alarms saw; a missing value begins
//! nothing and ends nothing. A late value is stepped together with all windows after it. If nothing was
//! sent about those windows, the alerts are those of values that arrive in order; if something was, only
//! the difference is sent. The newest window, whose value is often corrected, begins alarms but ends
//! none: the next run steps it again. Values older than [`ACTIONABLE`] change no alarm and are reported
//! once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use shared::{
    alerts::threshold::{self, Reading, Threshold, Transition, advance},
    model::{
        alert::{Alarm, AlertType},
        metric::{Field, SystemMetrics},
    },
};

mod rule;

use rule::rule;

/// The thresholds of all fields that have any.
pub type Thresholds = threshold::Thresholds<Field>;

/// The alarms as of a window.
pub type Alarms = BTreeMap<Field, Alarm>;

/// The age from which a value is too old to raise an alarm.
pub const ACTIONABLE: SignedDuration = SignedDuration::from_hours(2);

/// The fields whose values the alarms of these thresholds depend on.
fn inputs(thresholds: &Thresholds) -> BTreeSet<Field> {
    let fields = thresholds.keys().copied();
    let conditions = thresholds
        .keys()
        .filter_map(|field| rule(*field).only_while);
    fields.chain(conditions).collect()
}

/// The values of a window that the alarms see: what [`SystemMetrics::checked`] is after a step. A
/// `postponed` field counts as not seen.
#[must_use]
pub fn seen(
    thresholds: &Thresholds,
    metrics: &SystemMetrics,
    postponed: &BTreeSet<Field>,
) -> BTreeMap<Field, Option<f64>> {
    let fields = inputs(thresholds).into_iter();
    let seen = fields.map(|field| {
        let value = metrics.value(field);
        (field, value.filter(|_| !postponed.contains(&field)))
    });
    seen.collect()
}

/// The result of stepping the alarms of a service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// The alarms as of each window.
    pub alarms: Vec<Alarms>,
    /// What begins, gets worse or ends, with the position of its window.
    pub transitions: Vec<(usize, Transition<Field>)>,
    /// The alarms of fields that have no threshold any more.
    pub withdrawn: Vec<(Field, Alarm)>,
    /// The values over a threshold that are too old to act on.
    pub late: Vec<LateValue>,
    /// The fields whose alarm the newest window would end.
    pub postponed: BTreeSet<Field>,
}

/// A value over a threshold that is too old to act on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LateValue {
    /// The position of its window.
    pub window: usize,
    /// Its field.
    pub field: Field,
    /// The value.
    pub value: f64,
    /// The severity that it reached.
    pub severity: AlertType,
}

/// Steps the alarms through the windows of a service, oldest first. `before` are the alarms as of the
/// window before the first one; values of windows that start before `act_from` are too old.
#[must_use]
pub fn evaluate(
    thresholds: &Thresholds,
    before: &Alarms,
    windows: &[SystemMetrics],
    act_from: Timestamp,
) -> Evaluation {
    let known = windows.iter().filter_map(|metrics| metrics.alarms.as_ref());
    let with_alarms = known.chain([before]).flat_map(BTreeMap::keys);
    let fields: BTreeSet<Field> = thresholds.keys().chain(with_alarms).copied().collect();
    let mut evaluation = Evaluation {
        alarms: vec![Alarms::new(); windows.len()],
        ..Evaluation::default()
    };
    for field in fields {
        let old = known_states(field, before, windows);
        let track = FieldTrack {
            field,
            windows,
            before: before.get(&field).copied(),
            old,
            act_from,
        };
        let states = match thresholds.get(&field) {
            Some(threshold) => track.step(threshold, &mut evaluation),
            None => track.withdraw(&mut evaluation),
        };
        for (alarms, state) in evaluation.alarms.iter_mut().zip(states) {
            alarms.extend(state.map(|alarm| (field, alarm)));
        }
    }
    evaluation.transitions.sort_by_key(|(window, _)| *window);
    evaluation
}

/// The state of a field's alarm as of each window, as far as earlier runs knew it.
fn known_states(field: Field, before: &Alarms, windows: &[SystemMetrics]) -> Vec<Option<Alarm>> {
    let mut state = before.get(&field).copied();
    let states = windows.iter().map(|metrics| {
        if let Some(alarms) = &metrics.alarms {
            state = alarms.get(&field).copied();
        }
        state
    });
    states.collect()
}

/// One field over the windows of a service.
struct FieldTrack<'a> {
    field: Field,
    windows: &'a [SystemMetrics],
    before: Option<Alarm>,
    /// The states that earlier runs found, for each window.
    old: Vec<Option<Alarm>>,
    act_from: Timestamp,
}

/// The states of an alarm, for each window.
type States = Vec<Option<Alarm>>;

impl FieldTrack<'_> {
    /// Whether the alarms did not see the value of a window yet.
    fn is_changed(&self, metrics: &SystemMetrics) -> bool {
        if metrics.alarms.is_none() {
            return true;
        }
        let differs = |field: Field| {
            let checked = metrics.checked.get(&field);
            checked.is_some_and(|checked| !is_same(*checked, metrics.value(field)))
        };
        differs(self.field) || rule(self.field).only_while.is_some_and(differs)
    }

    fn is_old(&self, metrics: &SystemMetrics) -> bool {
        metrics.window.start < self.act_from
    }

    /// Whether the condition of the field's rule holds. An unknown condition holds.
    fn is_open(&self, metrics: &SystemMetrics) -> bool {
        let condition = rule(self.field).only_while;
        let value = condition.and_then(|field| metrics.value(field));
        value.is_none_or(|value| value > 0.0)
    }

    /// What a window says about the field; `None` without a value.
    fn reading(&self, threshold: &Threshold, position: usize) -> Option<Reading> {
        let windows = self.windows.get(..=position)?;
        let metrics = windows.last()?;
        let value = metrics.value(self.field)?;
        let start = metrics.window.start;
        if !self.is_open(metrics) {
            return Some(Reading {
                value,
                reached: None,
                is_over: true,
                since: start,
            });
        }
        let needed = rule(self.field).windows;
        let with_value = windows.iter().rev().filter_map(|metrics| {
            let value = metrics.value(self.field)?;
            let severity = threshold.severity(value).filter(|_| self.is_open(metrics));
            Some((metrics.window.start, severity))
        });
        let latest: Vec<_> = with_value.take(needed).collect();
        let severities: Option<Vec<_>> = latest.iter().map(|(_, severity)| *severity).collect();
        let reached = severities
            .filter(|severities| severities.len() == needed)
            .and_then(|severities| severities.into_iter().min_by_key(|(severity, _)| *severity));
        Some(Reading {
            value,
            reached,
            is_over: threshold.is_over(value),
            since: latest.last().map_or(start, |(start, _)| *start),
        })
    }

    fn step(self, threshold: &Threshold, evaluation: &mut Evaluation) -> States {
        evaluation.late.extend(self.late(threshold));
        let mut windows = self.windows.iter();
        let first = windows.position(|metrics| !self.is_old(metrics) && self.is_changed(metrics));
        let Some(first) = first else {
            return self.old;
        };
        let mut states = self.old.get(..first).unwrap_or_default().to_vec();
        let start = states.last().copied().unwrap_or(self.before);
        let mut state = start;
        let mut transitions = Vec::new();
        for position in first..self.windows.len() {
            if let Some(mut reading) = self.reading(threshold, position) {
                if position + 1 == self.windows.len() && reading.is_over && state.is_some() {
                    reading.is_over = false;
                    evaluation.postponed.insert(self.field);
                }
                let (after, transition) = advance(self.field, threshold, state, reading);
                state = after;
                transitions.extend(transition.map(|transition| (position, transition)));
            }
            states.push(state);
        }
        let mut sent = self.old.iter().skip(first);
        if sent.all(|old| *old == start) {
            // Nothing was sent about these windows.
            evaluation.transitions.extend(transitions);
            return states;
        }
        let (states, transition) = self.reconcile(threshold, states, &transitions);
        evaluation.transitions.extend(transition);
        states
    }

    /// Values over a threshold that the alarms did not see and that are too old. A value under an alarm
    /// that was sent says nothing new.
    fn late(&self, threshold: &Threshold) -> Vec<LateValue> {
        let windows = self.windows.iter().zip(&self.old).enumerate();
        let late = windows.filter_map(|(window, (metrics, old))| {
            let is_news = self.is_old(metrics) && self.is_changed(metrics) && old.is_none();
            let value = metrics.value(self.field).filter(|_| is_news)?;
            let (severity, _) = threshold
                .severity(value)
                .filter(|_| self.is_open(metrics))?;
            Some(LateValue {
                window,
                field: self.field,
                value,
                severity,
            })
        });
        late.collect()
    }

    /// The one transition from the state that was sent to the state that was found, if they differ.
    /// An alarm that was sent keeps its start, which its key consists of.
    fn reconcile(
        &self,
        threshold: &Threshold,
        mut states: States,
        transitions: &[(usize, Transition<Field>)],
    ) -> (States, Option<(usize, Transition<Field>)>) {
        let sent = self.old.last().copied().flatten();
        let found = states.last().copied().flatten();
        let latest = |is_wanted: &dyn Fn(&Transition<Field>) -> bool| {
            let mut latest = transitions.iter().rev();
            latest
                .find(|(_, transition)| is_wanted(transition))
                .copied()
        };
        let with = |(window, transition): (usize, Transition<Field>), alarm: Alarm| {
            (
                window,
                Transition {
                    alarm,
                    ..transition
                },
            )
        };
        let transition = match (sent, found) {
            (None, None) => None,
            (Some(sent), Some(found)) => {
                let severity = sent.severity.max(found.severity);
                for state in states.iter_mut().flatten() {
                    if state.since == found.since {
                        state.since = sent.since;
                        state.severity = state.severity.max(sent.severity);
                    }
                }
                let kept = Alarm {
                    severity,
                    since: sent.since,
                };
                let is_worse = |transition: &Transition<Field>| {
                    !transition.ends && transition.alarm.severity == severity
                };
                let worse = latest(&is_worse).filter(|_| severity > sent.severity);
                worse.map(|transition| with(transition, kept))
            }
            (Some(sent), None) => {
                let end = latest(&|transition| transition.ends);
                let end = end.map(|transition| with(transition, sent));
                end.or_else(|| self.end(threshold, sent))
            }
            (None, Some(found)) => {
                let begin =
                    latest(&|transition| !transition.ends && transition.alarm.since == found.since);
                begin.or_else(|| self.begin_again(threshold, found, &mut states))
            }
        };
        (states, transition)
    }

    /// The latest window with a value.
    fn latest(&self, threshold: &Threshold) -> Option<(usize, Reading)> {
        let mut positions = (0..self.windows.len()).rev();
        positions.find_map(|position| Some((position, self.reading(threshold, position)?)))
    }

    /// The end of an alarm whose first value was corrected.
    fn end(&self, threshold: &Threshold, alarm: Alarm) -> Option<(usize, Transition<Field>)> {
        let (position, reading) = self.latest(threshold)?;
        let transition = Transition {
            field: self.field,
            value: reading.value,
            threshold: threshold.clear()?,
            alarm,
            ends: true,
        };
        Some((position, transition))
    }

    /// The start of a new alarm where the end of `found` was sent, and a corrected value takes it back.
    /// Without a value that reaches a threshold, the end stands.
    fn begin_again(
        &self,
        threshold: &Threshold,
        found: Alarm,
        states: &mut States,
    ) -> Option<(usize, Transition<Field>)> {
        let again = self.latest(threshold).and_then(|(position, reading)| {
            let (severity, crossed) = reading.reached?;
            let since = reading.since;
            let alarm = Alarm { severity, since };
            let transition = Transition {
                field: self.field,
                value: reading.value,
                threshold: crossed,
                alarm,
                ends: false,
            };
            Some((position, transition))
        });
        let alarm = again.map(|(_, transition)| transition.alarm);
        for (state, old) in states.iter_mut().zip(&self.old) {
            if old.is_none() && state.is_some_and(|state| state.since == found.since) {
                *state = alarm;
            }
        }
        again
    }

    /// Ends an alarm whose threshold is gone.
    fn withdraw(self, evaluation: &mut Evaluation) -> States {
        let mut states = self.old;
        if let Some(last) = states.last_mut() {
            let alarm = last.take();
            evaluation
                .withdrawn
                .extend(alarm.map(|alarm| (self.field, alarm)));
        }
        states
    }
}

/// Whether two values are the same, but for what is lost when they are stored as text.
fn is_same(left: Option<f64>, right: Option<f64>) -> bool {
    match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => (left - right).abs() <= 1e-9 * left.abs().max(right.abs()),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
