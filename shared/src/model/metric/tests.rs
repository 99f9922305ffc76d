//! Every field has its place.

use jiff::Timestamp;

use super::{Field, Quality, Scope, Source, Status, SystemMetrics};
use crate::model::window::Window;

fn quality(status: Status) -> Quality {
    Quality {
        status,
        source: None,
        statistic: None,
        unit: "bytes".to_owned(),
        time: None,
        reason: None,
    }
}

#[test]
fn every_field_has_a_place_and_a_name_of_its_own() {
    let window = Window {
        start: Timestamp::UNIX_EPOCH,
        end: Timestamp::MAX,
    };
    let service = "gm-tool".parse().expect("a name");
    let mut metrics = SystemMetrics::new(service, window, Source::Host, Scope::Host);
    for (number, field) in (1..).zip(Field::ALL) {
        assert_eq!(field.name().parse::<Field>().expect("a field"), field);
        let json = serde_json::to_value(field).expect("JSON");
        assert_eq!(json, field.name());
        metrics.set(field, Some(f64::from(number)), quality(Status::Ok));
        assert_eq!(metrics.coverage.to_string(), format!("{number}/17"));
    }
    let values = Field::ALL.map(|field| metrics.value(field));
    let expected: Vec<_> = (1..=17).map(|number| Some(f64::from(number))).collect();
    assert_eq!(values.to_vec(), expected);
    let json = serde_json::to_value(&metrics).expect("JSON");
    for field in Field::ALL {
        let pointer = format!("/{}", field.name().replace('.', "/"));
        assert_eq!(
            json.pointer(&pointer).and_then(serde_json::Value::as_f64),
            metrics.value(field),
            "{field}"
        );
    }
    let read: SystemMetrics = serde_json::from_value(json).expect("metrics");
    assert_eq!(read, metrics);

    metrics.set(Field::CpuUsage, Some(f64::NAN), quality(Status::Error));
    assert_eq!(metrics.cpu.usage, None);
    assert_eq!(metrics.coverage.measured, 16);
    "cpu".parse::<Field>().expect_err("no field");
}

#[test]
fn a_status_is_called_the_same_in_json() {
    for status in [
        Status::Ok,
        Status::Provisional,
        Status::Stale,
        Status::NoData,
        Status::Inferred,
        Status::Partial,
        Status::Forbidden,
        Status::Error,
        Status::Unsupported,
        Status::NotConfigured,
    ] {
        let json = serde_json::to_value(status).expect("JSON");
        assert_eq!(json, status.name());
    }
}

#[test]
fn a_record_of_an_earlier_version_has_neither_tasks_nor_a_load_balancer() {
    let window = Window {
        start: Timestamp::UNIX_EPOCH,
        end: Timestamp::MAX,
    };
    let service = "gm-tool".parse().expect("a name");
    let metrics = SystemMetrics::new(service, window, Source::Host, Scope::Host);
    let mut json = serde_json::to_value(&metrics).expect("JSON");
    let members = json.as_object_mut().expect("an object");
    assert!(members.remove("tasks").is_some());
    assert!(members.remove("loadBalancer").is_some());
    let read: SystemMetrics = serde_json::from_value(json).expect("metrics");
    assert_eq!(read, metrics);
}
