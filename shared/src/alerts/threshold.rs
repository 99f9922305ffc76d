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
    fn severity(&self, value: f64) -> Option<(AlertType, f64)> {
        let levels = [
            (AlertType::Critical, self.critical),
            (AlertType::Warning, self.warning),
        ];
        levels.into_iter().find_map(|(severity, threshold)| {
            let threshold = threshold.filter(|threshold| self.reaches(value, *threshold))?;
            Some((severity, threshold))
        })
    }

    /// Behind which value an alarm is over.
    fn clear(&self) -> Option<f64> {
        let mildest = self.warning.or(self.critical)?;
        Some(self.clear.unwrap_or_else(|| match self.direction {
            Direction::Above => mildest - mildest.abs() * BACK,
            Direction::Below => mildest + mildest.abs() * BACK,
        }))
    }
}

/// The thresholds that a setting says, a JSON object by the names of fields; `None` where it is not
/// set. What is wrong stays in `settings`, with `example` as what would be right.
pub fn read<Field: Ord + fmt::Display + DeserializeOwned>(
    settings: &mut Settings,
    name: &str,
    example: &str,
) -> Option<Thresholds<Field>> {
    match serde_json::from_str::<Thresholds<Field>>(settings.text(name)?) {
        Ok(thresholds) => {
            let problems: Vec<String> = thresholds
                .iter()
                .filter_map(|(field, threshold)| Some(format!("{field}: {}", threshold.problem()?)))
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
        let Some(value) = value(*field) else {
            alarms.extend(known.map(|alarm| (*field, alarm)));
            continue;
        };
        let reached = threshold.severity(value);
        let transition = |threshold, alarm, ends| Transition {
            field: *field,
            value,
            threshold,
            alarm,
            ends,
        };
        let after = match (known, reached) {
            (None, None) => None,
            (None, Some((severity, crossed))) => {
                let alarm = Alarm { severity, since };
                transitions.push(transition(crossed, alarm, false));
                Some(alarm)
            }
            (Some(alarm), Some((severity, crossed))) if severity > alarm.severity => {
                let alarm = Alarm { severity, ..alarm };
                transitions.push(transition(crossed, alarm, false));
                Some(alarm)
            }
            (Some(alarm), _) => match threshold.clear() {
                Some(clear)
                    if value.total_cmp(&clear).is_ne() && !threshold.reaches(value, clear) =>
                {
                    transitions.push(transition(clear, alarm, true));
                    None
                }
                _ => Some(alarm),
            },
        };
        alarms.extend(after.map(|alarm| (*field, alarm)));
    }
    (alarms, transitions)
}

#[cfg(test)]
mod tests;
