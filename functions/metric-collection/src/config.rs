//! The settings of metric-collection.

use jiff::SignedDuration;
use shared::{
    alerts::{
        sns,
        threshold::{self, Threshold},
    },
    env::{Settings, names},
    model::{metric::Field, service::ServiceName},
};

use crate::{alarm::Thresholds, plan::Plan, seconds};

mod service;

/// From which processor usage on it is a warning and critical where nothing is said, in percent.
const USAGE: [f64; 2] = [80.0, 95.0];

/// The settings of metric-collection, apart from the services.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// How long a window is.
    pub period: SignedDuration,
    /// How long after its end a window counts as settled.
    pub settle: SignedDuration,
    /// What is an alarm.
    pub thresholds: Thresholds,
    /// Where alerts go.
    pub topic: Option<String>,
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
        }
    }

    /// Reads which services are watched on AWS; what is wrong stays in `settings`.
    pub fn plan(&self, settings: &mut Settings) -> Plan {
        Plan::new(service::read(settings, self.period), self.period)
    }
}

fn thresholds(settings: &mut Settings) -> Thresholds {
    let example = r#"{"cpu.usage": {"warning": 80, "critical": 95, "clear": 70}}"#;
    let thresholds = threshold::read(settings, names::METRICS_THRESHOLDS, example);
    let [warning, critical] = USAGE;
    thresholds.unwrap_or_else(|| {
        Thresholds::from([(Field::CpuUsage, Threshold::above(warning, critical))])
    })
}

/// The name that the records of an ECS service are kept under where none is given.
fn name_of(service: &str) -> ServiceName {
    ServiceName::from_text(service)
}

#[cfg(test)]
mod tests;
