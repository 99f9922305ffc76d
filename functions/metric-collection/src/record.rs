//! What is kept of metrics, and what of it the next run needs.
//!
//! Invariants: the id of a record is made of its window alone, so that a run that reads the same
//! window replaces what an earlier one kept; what was measured once is never replaced by a failure.

use serde::Deserialize as _;
use shared::{
    log_store::{Record, RecordKind},
    model::metric::{Field, SystemMetrics},
};

use crate::alarm::Alarms;

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

/// The metrics of records, without those that an other version wrote.
#[must_use]
pub fn metrics(records: &[Record]) -> Vec<SystemMetrics> {
    records.iter().filter_map(read).collect()
}

fn read(record: &Record) -> Option<SystemMetrics> {
    SystemMetrics::deserialize(&record.body).ok()
}

/// The alarms as of a record's window, where somebody looked.
#[must_use]
pub fn alarms(record: &Record) -> Option<Alarms> {
    read(record)?.alarms
}

/// Metrics with what an earlier run measured of the same window, where this one failed to, and with
/// the alarms that it found.
pub fn complete(metrics: &mut SystemMetrics, earlier: &SystemMetrics) {
    metrics.alarms.clone_from(&earlier.alarms);
    for field in Field::ALL {
        let failed = metrics
            .quality
            .get(&field)
            .is_some_and(|quality| quality.status.is_failure());
        if let (true, None, Some(value), Some(quality)) = (
            failed,
            metrics.value(field),
            earlier.value(field),
            earlier.quality.get(&field),
        ) {
            metrics.set(field, Some(value), quality.clone());
        }
    }
}
