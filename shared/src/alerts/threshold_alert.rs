//! The alert of a number that crosses a threshold, and what all alerts of our own functions have in
//! common. Pure.

use std::collections::BTreeMap;

use super::threshold::Transition;
use crate::{
    format::quantity,
    model::{
        alert::{
            Alarm, Alert, AlertStatus, AlertType,
            measurement::{Measurement, Withdrawal},
        },
        service::ServiceName,
        window::Window,
    },
};

/// What an alert is about, and when.
#[derive(Clone, Copy, Debug)]
pub struct AlertOrigin<'a> {
    /// What was evaluated, `logs` or `metrics`: the first part of keys.
    pub kind: &'static str,
    /// The service.
    pub service: &'a ServiceName,
    /// Its environment, if only one was evaluated.
    pub environment: Option<&'a str>,
    /// The window that was evaluated.
    pub window: Window,
}

impl AlertOrigin<'_> {
    /// The service with its environment, as a title begins with it.
    #[must_use]
    pub fn name(&self) -> String {
        match self.environment {
            Some(environment) => format!("{} ({environment})", self.service),
            None => self.service.to_string(),
        }
    }

    /// The `dedupKey` of an alarm about a field. `which` names the alarm; all alerts of one alarm, from
    /// its beginning to its end, have the same key.
    #[must_use]
    pub fn key(&self, field: &str, which: &str) -> String {
        let Self { kind, service, .. } = self;
        match self.environment {
            Some(environment) => format!("{kind}/{service}/{environment}/{field}/{which}"),
            None => format!("{kind}/{service}/{field}/{which}"),
        }
    }

    /// The measurement of a field, without a value.
    #[must_use]
    pub fn measurement(&self, field: &str) -> Measurement {
        Measurement {
            service: self.service.to_string(),
            environment: self.environment.map(str::to_owned),
            field: field.to_owned(),
            window: Some(self.window),
            ..Measurement::default()
        }
    }

    /// An alert of the window without a status. Created again, it is the same.
    #[must_use]
    pub fn alert(
        &self,
        kind: AlertType,
        (title, message): (String, String),
        key: String,
        measurement: &Measurement,
    ) -> Alert {
        Alert {
            kind,
            title,
            message,
            metadata: measurement.metadata(),
            channels: None,
            dedup_key: Some(key),
            status: None,
            links: BTreeMap::new(),
            occurred_at: Some(self.window.end),
        }
    }
}

/// What a value is compared with in an alert: earlier values of the same field.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EarlierValues {
    /// The value an hour before.
    pub hour_ago: Option<f64>,
    /// The value a day before.
    pub day_ago: Option<f64>,
}

impl EarlierValues {
    /// ` An hour before it was 40%, a day before 35%.`; empty if neither value is known.
    fn sentence(self, unit: &str) -> String {
        let [hour, day] =
            [self.hour_ago, self.day_ago].map(|value| value.map(|value| quantity(value, unit)));
        match (hour, day) {
            (None, None) => String::new(),
            (Some(hour), None) => format!(" An hour before it was {hour}."),
            (None, Some(day)) => format!(" A day before it was {day}."),
            (Some(hour), Some(day)) => {
                format!(" An hour before it was {hour}, a day before {day}.")
            }
        }
    }
}

/// The resolution of an alarm that no value ends: its threshold or its service is gone.
#[must_use]
pub fn withdrawal_alert(
    origin: &AlertOrigin<'_>,
    field: &str,
    alarm: Alarm,
    why: Withdrawal,
) -> Alert {
    let name = origin.name();
    let reason = match why {
        Withdrawal::Threshold => "the field has no threshold any more",
        Withdrawal::Service => "the service is not watched any more, or under another name",
    };
    let title = format!("{name}: {field} is not watched any more");
    let message = format!(
        "The alarm about {field} of {name} that began at {} ends, because {reason}. Whether the \
         value is back to normal is not known.",
        alarm.since
    );
    let measurement = Measurement {
        severity: Some(alarm.severity),
        since: Some(alarm.since),
        withdrawn: Some(why),
        ..origin.measurement(field)
    };
    let key = origin.key(field, &alarm.since.to_string());
    Alert {
        status: Some(AlertStatus::Resolved),
        ..origin.alert(AlertType::Info, (title, message), key, &measurement)
    }
}

/// The alert of a transition of the field of `measurement`, which has what else is known. Its key consists of the field and the start of the alarm, so that all
/// alerts of one alarm belong together, and a second run creates the same alert.
#[must_use]
pub fn threshold_alert<Field>(
    measurement: Measurement,
    origin: &AlertOrigin<'_>,
    unit: &str,
    transition: &Transition<Field>,
) -> Alert {
    let Transition {
        value,
        threshold,
        alarm,
        ends,
        ..
    } = *transition;
    let earlier = EarlierValues {
        hour_ago: measurement.hour_ago,
        day_ago: measurement.day_ago,
    };
    let name = origin.name();
    let field = measurement.field.clone();
    let severity = alarm.severity.name();
    let value_text = quantity(value, unit);
    let (kind, status, title, verb) = if ends {
        let title = format!("{name}: {field} is back to normal");
        (AlertType::Info, AlertStatus::Resolved, title, "is inside")
    } else {
        let title = format!("{name}: {field} at {value_text} ({severity})");
        (alarm.severity, AlertStatus::Firing, title, "has reached")
    };
    let Window { start, end } = origin.window;
    let message = format!(
        "{field} of {name} was {value_text} from {start} to {end} and {verb} {}; the alarm began at \
         {}.{}",
        quantity(threshold, unit),
        alarm.since,
        earlier.sentence(unit),
    );
    let measurement = Measurement {
        value: Some(value),
        unit: Some(unit.to_owned()),
        threshold: Some(threshold),
        severity: Some(alarm.severity),
        since: Some(alarm.since),
        ..measurement
    };
    let key = origin.key(&field, &alarm.since.to_string());
    Alert {
        status: Some(status),
        ..origin.alert(kind, (title, message), key, &measurement)
    }
}
