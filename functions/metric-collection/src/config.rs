//! The settings of metric-collection.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use shared::{
    alerts::{
        sns,
        threshold::{self, Direction, Threshold},
    },
    env::{Settings, names},
    model::{metric::Field, service::ServiceName},
};

use crate::{plan::Plan, roster::Roster, seconds, timeline::Thresholds};

mod service;

/// From which processor usage on it is a warning and critical where nothing is said, in percent.
const USAGE: [f64; 2] = [80.0, 95.0];

/// The name of the function, as Lambda sets it.
const LAMBDA_NAME: &str = "AWS_LAMBDA_FUNCTION_NAME";

/// The name of the function where Lambda gives it none.
const FUNCTION: &str = "metric-collection";

/// No task runs.
const NO_TASK: Threshold = Threshold {
    warning: None,
    critical: Some(0.0),
    clear: None,
    direction: Direction::Below,
};

/// A host fails its health check.
const UNHEALTHY_HOST: Threshold = Threshold {
    warning: Some(1.0),
    critical: None,
    clear: None,
    direction: Direction::Above,
};

/// The settings of metric-collection, apart from the services.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// How long a window is.
    pub period: SignedDuration,
    /// How long after its end a window counts as settled.
    pub settle: SignedDuration,
    /// What is an alarm.
    pub thresholds: Thresholds,
    /// The topic of alerts.
    pub topic: Option<String>,
    /// The list of the services that this deployment watches.
    pub roster: Roster,
}

impl Config {
    /// Reads the settings; what is wrong with them stays in `settings`.
    pub fn read(settings: &mut Settings) -> Self {
        let period = settings.number(names::METRICS_PERIOD_SECONDS, 300, 60, 3_600);
        if !period.is_multiple_of(60) {
            settings.refuse(names::METRICS_PERIOD_SECONDS, "must be a multiple of 60");
        }
        let settle = settings.number(names::METRICS_SETTLE_SECONDS, 180, 0, 3_600);
        Self {
            period: seconds(period),
            settle: seconds(settle),
            thresholds: thresholds(settings),
            topic: sns::topic(settings),
            roster: Roster::of(settings.text(LAMBDA_NAME).unwrap_or(FUNCTION)),
        }
    }

    /// Reads which services are watched on AWS; what is wrong stays in `settings`.
    pub fn plan(&self, settings: &mut Settings) -> Plan {
        Plan::new(service::read(settings, self.period), self.period)
    }
}

/// The thresholds of the settings. They replace the default of `cpu.usage`; the defaults about whether a
/// service is up stay unless a field is set, or is `null`. `{}` is no threshold at all.
fn thresholds(settings: &mut Settings) -> Thresholds {
    let example = r#"{"cpu.usage": {"warning": 80, "critical": 95, "clear": 70}}"#;
    let own = threshold::read_nullable(settings, names::METRICS_THRESHOLDS, example);
    if own.as_ref().is_some_and(BTreeMap::is_empty) {
        return Thresholds::new();
    }
    let [warning, critical] = USAGE;
    let own = own.unwrap_or_else(|| {
        BTreeMap::from([(Field::CpuUsage, Some(Threshold::above(warning, critical)))])
    });
    let mut thresholds = BTreeMap::from([
        (Field::TasksRunning, Some(NO_TASK)),
        (Field::TasksUnhealthyHosts, Some(UNHEALTHY_HOST)),
    ]);
    thresholds.extend(own);
    let thresholds = thresholds.into_iter();
    thresholds
        .filter_map(|(field, threshold)| Some((field, threshold?)))
        .collect()
}

/// The name that the records of an ECS service are kept under where none is given.
fn name_of(service: &str) -> ServiceName {
    ServiceName::from_text(service)
}

#[cfg(test)]
mod tests;
