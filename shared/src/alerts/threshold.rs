//! When a number is an alarm, and when the alarm is over. Pure.
//!
//! An alarm begins where a value reaches a threshold, and ends where it is back behind a second one,
//! so that a value that swings about the first one alarms once. Its severity only rises while it
//! lasts. A value that is missing begins nothing and ends nothing.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    env::Settings,
    model::alert::{Alarm, AlertType},
};

/// How far behind the threshold an alarm ends where nothing else is said, as a share of it.
const BACK: f64 = 0.1;

/// On which side of a threshold the trouble is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// High values are bad.
    #[default]
    Above,
    /// Low values are bad.
    Below,
}

/// The thresholds of a field.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Threshold {
    /// From where it is a warning.
    pub warning: Option<f64>,
    /// From where it is critical.
    pub critical: Option<f64>,
    /// From where it is over. Default: a tenth behind the milder threshold.
    pub clear: Option<f64>,
    /// On which side the trouble is.
    #[serde(default)]
    pub direction: Direction,
}

/// The thresholds of all fields that have any.
pub type Thresholds<Field> = BTreeMap<Field, Threshold>;

/// What begins, gets worse or ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transition<Field> {
    /// Of which field.
    pub field: Field,
    /// Its value.
    pub value: f64,
    /// The threshold that was crossed.
    pub threshold: f64,
    /// The alarm.
    pub alarm: Alarm,
    /// Whether the alarm ends.
    pub ends: bool,
}

impl Threshold {
    /// High values are bad: from these on it is a warning, and critical.
    #[must_use]
    pub fn above(warning: f64, critical: f64) -> Self {
        Self {
            warning: Some(warning),
            critical: Some(critical),
            clear: None,
            direction: Direction::Above,
        }
    }

    /// What is wrong with it.
    #[must_use]
    pub fn problem(&self) -> Option<&'static str> {
        let numbers = [self.warning, self.critical, self.clear];
        if numbers.iter().flatten().any(|number| !number.is_finite()) {
            return Some("a threshold is a number");
        }
        let Some(mildest) = self.warning.or(self.critical) else {
            return Some("a threshold needs `warning`, `critical` or both");
        };
        if self
            .critical
            .is_some_and(|critical| !self.reaches(critical, mildest))
        {
            return Some("`critical` lies before `warning`");
        }
        if self
            .clear
            .is_some_and(|clear| clear.total_cmp(&mildest).is_ne() && self.reaches(clear, mildest))
        {
            return Some("`clear` lies beyond `warning`");
        }
        None
    }

    fn reaches(&self, value: f64, threshold: f64) -> bool {
        match self.direction {
            Direction::Above => value >= threshold,
            Direction::Below => value <= threshold,
        }
    }

    /// The worst severity that a value has reached, with its threshold.
    #[must_use]
    pub fn severity(&self, value: f64) -> Option<(AlertType, f64)> {
        let levels = [
            (AlertType::Critical, self.critical),
            (AlertType::Warning, self.warning),
        ];
        levels.into_iter().find_map(|(severity, threshold)| {
            let threshold = threshold.filter(|threshold| self.reaches(value, *threshold))?;
            Some((severity, threshold))
        })
    }

    /// Whether an alarm is over at a value: it lies behind `clear`.
    #[must_use]
    pub fn is_over(&self, value: f64) -> bool {
        let behind = |clear: f64| value.total_cmp(&clear).is_ne() && !self.reaches(value, clear);
        self.clear().is_some_and(behind)
    }

    /// Behind which value an alarm is over.
    #[must_use]
    pub fn clear(&self) -> Option<f64> {
        let mildest = self.warning.or(self.critical)?;
        Some(self.clear.unwrap_or_else(|| match self.direction {
            Direction::Above => mildest - mildest.abs() * BACK,
            Direction::Below => mildest + mildest.abs() * BACK,
        }))
    }
}

/// The thresholds of a setting, a JSON object by the names of fields; `None` if it is not set. Problems
/// stay in `settings`, with `example` as a valid value.
pub fn read<Field: Ord + fmt::Display + DeserializeOwned>(
    settings: &mut Settings,
    name: &str,
    example: &str,
) -> Option<Thresholds<Field>> {
    let thresholds = read_nullable(settings, name, example)?.into_iter();
    Some(
        thresholds
            .filter_map(|(field, threshold)| Some((field, threshold?)))
            .collect(),
    )
}

/// As [`read`]; a field that is `null` has no threshold, not even its default.
pub fn read_nullable<Field: Ord + fmt::Display + DeserializeOwned>(
    settings: &mut Settings,
    name: &str,
    example: &str,
) -> Option<BTreeMap<Field, Option<Threshold>>> {
    match serde_json::from_str::<BTreeMap<Field, Option<Threshold>>>(settings.text(name)?) {
        Ok(thresholds) => {
            let problems: Vec<String> = thresholds
                .iter()
                .filter_map(|(field, threshold)| {
                    Some(format!("{field}: {}", threshold.as_ref()?.problem()?))
                })
                .collect();
            if !problems.is_empty() {
                settings.refuse(name, &problems.join("; "));
            }
            Some(thresholds)
        }
        Err(error) => {
            settings.refuse(name, &format!("must be JSON such as {example}: {error}"));
            None
        }
    }
}

/// What a window says about a field with a threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The value.
    pub value: f64,
    /// The severity that counts as reached, with its threshold.
    pub reached: Option<(AlertType, f64)>,
    /// Whether an alarm is over.
    pub is_over: bool,
    /// When an alarm that begins now began.
    pub since: Timestamp,
}

impl Reading {
    /// The reading of one window that starts at `since`.
    #[must_use]
    pub fn of(threshold: &Threshold, value: f64, since: Timestamp) -> Self {
        Self {
            value,
            reached: threshold.severity(value),
            is_over: threshold.is_over(value),
            since,
        }
    }
}

/// The alarm of a field after a reading, given the one before it, and its transition.
#[must_use]
pub fn advance<Field>(
    field: Field,
    threshold: &Threshold,
    before: Option<Alarm>,
    reading: Reading,
) -> (Option<Alarm>, Option<Transition<Field>>) {
    let Reading {
        value,
        reached,
        is_over,
        since,
    } = reading;
    let (after, crossed, alarm, ends) = match (before, reached) {
        (None, None) => return (None, None),
        (None, Some((severity, crossed))) => {
            let alarm = Alarm { severity, since };
            (Some(alarm), crossed, alarm, false)
        }
        (Some(alarm), Some((severity, crossed))) if severity > alarm.severity => {
            let alarm = Alarm { severity, ..alarm };
            (Some(alarm), crossed, alarm, false)
        }
        (Some(alarm), _) => match threshold.clear() {
            Some(clear) if is_over => (None, clear, alarm, true),
            _ => return (Some(alarm), None),
        },
    };
    let transition = Transition {
        field,
        value,
        threshold: crossed,
        alarm,
        ends,
    };
    (after, Some(transition))
}

/// The alarms after a window, given those before it, and what begins, gets worse or ends with it.
/// `since` is the start of the window.
#[must_use]
pub fn step<Field: Copy + Ord>(
    thresholds: &Thresholds<Field>,
    before: &BTreeMap<Field, Alarm>,
    since: Timestamp,
    value: impl Fn(Field) -> Option<f64>,
) -> (BTreeMap<Field, Alarm>, Vec<Transition<Field>>) {
    let mut alarms = BTreeMap::new();
    let mut transitions = Vec::new();
    for (field, threshold) in thresholds {
        let known = before.get(field).copied();
        let (after, transition) = match value(*field) {
            Some(value) => advance(
                *field,
                threshold,
                known,
                Reading::of(threshold, value, since),
            ),
            None => (known, None),
        };
        alarms.extend(after.map(|alarm| (*field, alarm)));
        transitions.extend(transition);
    }
    (alarms, transitions)
}

#[cfg(test)]
mod tests;
