//! The alerts of a service's metrics. Pure.

use std::collections::BTreeMap;

use jiff::Timestamp;
use shared::{
    alerts::{
        threshold::Transition,
        threshold_alert::{AlertOrigin, EarlierValues, threshold_alert, withdrawal_alert},
    },
    format::{counted, duration, quantity},
    model::{
        alert::{
            Alarm, Alert, AlertType,
            measurement::{LATE_VALUES, LateValues, Measurement, Withdrawal},
        },
        metric::{Field, SystemMetrics},
        service::ServiceName,
        window::Window,
    },
};

use crate::timeline::{ACTIONABLE, LateValue};

fn origin(service: &ServiceName, window: Window) -> AlertOrigin<'_> {
    AlertOrigin {
        kind: "metrics",
        service,
        environment: None,
        window,
    }
}

/// The alert of a transition in a window, with earlier values of its field.
#[must_use]
pub fn of_transition(
    metrics: &SystemMetrics,
    transition: &Transition<Field>,
    earlier: EarlierValues,
) -> Alert {
    let origin = origin(&metrics.service, metrics.window);
    let field = transition.field;
    let EarlierValues { hour_ago, day_ago } = earlier;
    let measurement = Measurement {
        hour_ago,
        day_ago,
        ..origin.measurement(field.name())
    };
    threshold_alert(measurement, &origin, field.unit(), transition)
}

/// The resolution of an alarm whose threshold or service is gone.
#[must_use]
pub fn withdrawal(
    service: &ServiceName,
    window: Window,
    (field, alarm): (Field, Alarm),
    why: Withdrawal,
) -> Alert {
    withdrawal_alert(&origin(service, window), field.name(), alarm, why)
}

/// One alert about all values over a threshold that are too old to act on; `None` if there are none.
#[must_use]
pub fn of_late_values(windows: &[SystemMetrics], late: &[LateValue]) -> Option<Alert> {
    let mut fields: BTreeMap<Field, LateField> = BTreeMap::new();
    for value in late {
        if let Some(metrics) = windows.get(value.window) {
            let field = fields.entry(value.field);
            let field = field.or_insert_with(|| LateField::new(metrics.window, value));
            field.add(metrics.window, value);
        }
    }
    let service = &windows.first()?.service;
    let start = fields.values().map(|field| field.window.start).min()?;
    let end = fields.values().map(|field| field.window.end).max()?;
    let origin = origin(service, Window { start, end });
    let lines = fields.iter().map(|(field, late)| {
        let windows = counted(late.count, "window", "windows");
        format!(
            "{field} reached {} ({}) in {windows} between {} and {}",
            quantity(late.worst, field.unit()),
            late.severity.name(),
            late.window.start,
            late.window.end
        )
    });
    let name = origin.name();
    let message = format!(
        "Values over a threshold were read more than {} after their time, so they raised no alarm: \
         {}.",
        duration(ACTIONABLE),
        lines.collect::<Vec<_>>().join("; ")
    );
    let measurement = Measurement {
        count: Some(fields.values().map(|field| field.count).sum()),
        late: fields
            .iter()
            .map(|(field, late)| LateValues {
                field: field.name().to_owned(),
                value: late.worst,
                unit: field.unit().to_owned(),
                severity: late.severity,
                window: late.window,
                count: late.count,
            })
            .collect(),
        ..origin.measurement(LATE_VALUES)
    };
    let title = format!("{name}: values over a threshold arrived too late");
    let key = origin.key(LATE_VALUES, &start.to_string());
    Some(origin.alert(AlertType::Warning, (title, message), key, &measurement))
}

/// The late values of one field.
struct LateField {
    count: u64,
    severity: AlertType,
    /// The value of the worst severity: of several, the latest.
    worst: f64,
    window: Window,
}

impl LateField {
    fn new(window: Window, value: &LateValue) -> Self {
        Self {
            count: 0,
            severity: value.severity,
            worst: value.value,
            window,
        }
    }

    fn add(&mut self, window: Window, value: &LateValue) {
        self.count += 1;
        self.window.end = self.window.end.max(window.end);
        if value.severity >= self.severity {
            self.severity = value.severity;
            self.worst = value.value;
        }
    }
}

/// The instants whose values an alert about a window is compared with: an hour and a day before.
#[must_use]
pub fn earlier_instants(window: Window) -> [Option<Timestamp>; 2] {
    [1, 24].map(|hours| {
        let before = jiff::SignedDuration::from_hours(hours);
        window.start.checked_sub(before).ok()
    })
}

#[cfg(test)]
mod tests;
