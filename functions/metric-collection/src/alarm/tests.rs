//! What the alerts of metrics say.

use shared::{
    alerts::threshold::Threshold,
    model::{
        alert::{AlertStatus, AlertType},
        metric::{Field, Quality, Scope, Source, Status, SystemMetrics},
        window::Window,
    },
};

use super::{Alarms, Thresholds, step};

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

#[test]
fn an_alert_says_what_where_and_since_when() {
    let threshold = Threshold {
        clear: Some(70.0),
        ..Threshold::above(80.0, 95.0)
    };
    let thresholds = Thresholds::from([(Field::CpuUsage, threshold)]);
    let (first, second, third) = (
        metrics("2026-11-24T00:00:00Z", "2026-11-24T00:05:00Z", 91.25),
        metrics("2026-11-24T00:05:00Z", "2026-11-24T00:10:00Z", 97.0),
        metrics("2026-11-24T00:10:00Z", "2026-11-24T00:15:00Z", 60.0),
    );
    let (alarms, begun) = step(&thresholds, &Alarms::new(), &first);
    let (alarms, worse) = step(&thresholds, &alarms, &second);
    let (alarms, over) = step(&thresholds, &alarms, &third);
    assert!(alarms.is_empty());
    let alerts = [begun, worse, over].concat();
    let shown = alerts.iter().map(|alert| (alert.kind, alert.status));
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            (AlertType::Warning, Some(AlertStatus::Firing)),
            (AlertType::Critical, Some(AlertStatus::Firing)),
            (AlertType::Info, Some(AlertStatus::Resolved)),
        ]
    );
    assert!(
        alerts
            .iter()
            .all(|alert| alert.dedup_key == alerts[0].dedup_key),
        "one alarm has one key"
    );
    insta::assert_json_snapshot!(alerts);
}
