//! The records of metrics.
//!
//! Invariants: the id of a record consists of its window, so that a run that reads the same window
//! again replaces it; no value is replaced by `null`, nor by one that is known less well.

use serde::Deserialize as _;
use shared::{
    log_store::{Record, RecordKind},
    model::metric::{Field, Status, SystemMetrics},
};

/// The record of metrics: it is about the instant at which their window starts.
///
/// # Errors
///
/// When they cannot be written as JSON.
pub fn record(metrics: &SystemMetrics) -> Result<Record, serde_json::Error> {
    Ok(Record {
        kind: RecordKind::Metrics,
        service: metrics.service.clone(),
        id: metrics.window.id(),
        timestamp: metrics.window.start,
        body: serde_json::to_value(metrics)?,
    })
}

/// The metrics of records, without those that another version wrote.
#[must_use]
pub fn metrics(records: &[Record]) -> Vec<SystemMetrics> {
    records.iter().filter_map(read).collect()
}

fn read(record: &Record) -> Option<SystemMetrics> {
    SystemMetrics::deserialize(&record.body).ok()
}

/// How well the value of a field is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Knowledge {
    /// Not at all.
    Missing,
    /// Nothing was published, which means 0.
    Inferred,
    /// From a part of the measurements.
    Partial,
    /// Measured.
    Measured,
}

fn knowledge(metrics: &SystemMetrics, field: Field) -> Knowledge {
    let status = metrics.quality.get(&field).map(|quality| quality.status);
    match (metrics.value(field), status) {
        (None, _) => Knowledge::Missing,
        (Some(_), Some(Status::Inferred)) => Knowledge::Inferred,
        (Some(_), Some(Status::Partial)) => Knowledge::Partial,
        (Some(_), _) => Knowledge::Measured,
    }
}

/// Completes metrics with the record of the same window that an earlier run stored: its values where
/// they are known better, and what its alarms saw.
pub fn complete(metrics: &mut SystemMetrics, earlier: &SystemMetrics) {
    metrics.alarms.clone_from(&earlier.alarms);
    metrics.checked.clone_from(&earlier.checked);
    metrics.backlog = earlier.backlog;
    for field in Field::ALL {
        if let (Some(value), Some(quality)) = (earlier.value(field), earlier.quality.get(&field))
            && knowledge(metrics, field) < knowledge(earlier, field)
        {
            metrics.set(field, Some(value), quality.clone());
        }
    }
}
