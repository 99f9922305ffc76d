//! What the alerts of metrics say.

use shared::{
    alerts::{threshold::Transition, threshold_alert::EarlierValues},
    model::{
        alert::{Alarm, AlertStatus, AlertType, measurement::Withdrawal},
        metric::{Field, Quality, Scope, Source, Status, SystemMetrics},
        window::Window,
    },
};

use super::{of_late_values, of_transition, withdrawal};
use crate::timeline::LateValue;

fn metrics(start: &str, end: &str, value: f64) -> SystemMetrics {
    let window = Window {
        start: start.parse().expect("instant"),
        end: end.parse().expect("instant"),
    };
    let service = "gm-tool".parse().expect("a name");
    let mut metrics = SystemMetrics::new(service, window, Source::Host, Scope::Host);
    let quality = Quality {
        status: Status::Ok,
        source: None,
        statistic: None,
        unit: "percent".to_owned(),
        time: None,
        reason: None,
    };
    metrics.set(Field::CpuUsage, Some(value), quality);
    metrics
}

fn transition(value: f64, threshold: f64, severity: AlertType, ends: bool) -> Transition<Field> {
    Transition {
        field: Field::CpuUsage,
        value,
        threshold,
        alarm: Alarm {
            severity,
            since: "2026-11-24T00:00:00Z".parse().expect("instant"),
        },
        ends,
    }
}

#[test]
fn an_alert_states_value_threshold_start_and_earlier_values() {
    let windows = [
        metrics("2026-11-24T00:00:00Z", "2026-11-24T00:05:00Z", 91.25),
        metrics("2026-11-24T00:05:00Z", "2026-11-24T00:10:00Z", 97.0),
        metrics("2026-11-24T00:10:00Z", "2026-11-24T00:15:00Z", 60.0),
    ];
    let earlier = EarlierValues {
        hour_ago: Some(41.0),
        day_ago: Some(38.5),
    };
    let unknown = EarlierValues::default();
    let since = transition(0.0, 0.0, AlertType::Critical, true).alarm;
    let late = [
        (0, 96.0, AlertType::Critical),
        (1, 90.0, AlertType::Warning),
    ];
    let late = late.map(|(window, value, severity)| LateValue {
        window,
        field: Field::CpuUsage,
        value,
        severity,
    });
    let begins = transition(91.25, 80.0, AlertType::Warning, false);
    let worsens = transition(97.0, 95.0, AlertType::Critical, false);
    let ends = transition(60.0, 70.0, AlertType::Critical, true);
    let service = &windows[0].service;
    let alarm = (Field::CpuUsage, since);
    let alerts = [
        of_transition(&windows[0], &begins, earlier),
        of_transition(&windows[1], &worsens, unknown),
        of_transition(&windows[2], &ends, unknown),
        withdrawal(service, windows[2].window, alarm, Withdrawal::Threshold),
        of_late_values(&windows, &late).expect("an alert"),
    ];
    let (firing, resolved) = (Some(AlertStatus::Firing), Some(AlertStatus::Resolved));
    let shown: Vec<_> = alerts
        .iter()
        .map(|alert| (alert.kind, alert.status))
        .collect();
    assert_eq!(
        shown,
        [
            (AlertType::Warning, firing),
            (AlertType::Critical, firing),
            (AlertType::Info, resolved),
            (AlertType::Info, resolved),
            (AlertType::Warning, None),
        ]
    );
    let keys: std::collections::BTreeSet<_> =
        alerts[..4].iter().map(|alert| &alert.dedup_key).collect();
    assert_eq!(keys.len(), 1, "one alarm has one key");
    assert!(
        alerts
            .iter()
            .all(|alert| !alert.metadata.contains_key("quality"))
    );
    assert_eq!(of_late_values(&windows, &[]), None);
    insta::assert_json_snapshot!(alerts);
}
