//! The settings of metric-collection.

use jiff::SignedDuration;
use shared::{
    alerts::sns,
    env::{Settings, names},
    model::{metric::Field, service::ServiceName},
};

use crate::{
    plan::Plan,
    rules::{Threshold, Thresholds},
    seconds,
};

mod service;

/// From which processor usage on it is a warning and critical where nothing is said, in percent.
const USAGE: [f64; 2] = [80.0, 95.0];

/// What metric-collection can be told, apart from the services.
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
            topic: topic(settings),
        }
    }

    /// Reads which services are watched on AWS; what is wrong stays in `settings`.
    pub fn plan(&self, settings: &mut Settings) -> Plan {
        Plan::new(service::read(settings, self.period), self.period)
    }
}

fn thresholds(settings: &mut Settings) -> Thresholds {
    let Some(text) = settings.text(names::METRICS_THRESHOLDS) else {
        let [warning, critical] = USAGE;
        let threshold = Threshold {
            warning: Some(warning),
            critical: Some(critical),
            clear: None,
            direction: crate::rules::Direction::Above,
        };
        return Thresholds::from([(Field::CpuUsage, threshold)]);
    };
    match serde_json::from_str::<Thresholds>(text) {
        Ok(thresholds) => {
            let problems: Vec<String> = thresholds
                .iter()
                .filter_map(|(field, threshold)| Some(format!("{field}: {}", threshold.problem()?)))
                .collect();
            if !problems.is_empty() {
                settings.refuse(names::METRICS_THRESHOLDS, &problems.join("; "));
            }
            thresholds
        }
        Err(error) => {
            let reason = format!(
                "must be JSON such as {{\"cpu.usage\": {{\"warning\": 80, \"critical\": 95, \
                 \"clear\": 70}}}}: {error}"
            );
            settings.refuse(names::METRICS_THRESHOLDS, &reason);
            Thresholds::new()
        }
    }
}

fn topic(settings: &mut Settings) -> Option<String> {
    let topic = settings.text(names::SNS_TOPIC_ARN)?.to_owned();
    if let Err(error) = sns::region(&topic) {
        settings.refuse(names::SNS_TOPIC_ARN, &error.to_string());
    }
    Some(topic)
}

/// The name that the records of an ECS service are kept under where none is given.
fn name_of(service: &str) -> ServiceName {
    ServiceName::from_text(service)
}

#[cfg(test)]
mod tests;
