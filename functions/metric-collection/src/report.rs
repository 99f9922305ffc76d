//! What a run answers with.

use serde::Serialize;
use shared::{
    emf,
    model::{health, metric::SystemMetrics},
};

use crate::source::Measured;

/// What a run did.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectionReport {
    /// The newest metrics of each service.
    pub services: Vec<SystemMetrics>,
    /// The number of stored records: new ones, and earlier ones that have changed.
    pub records_stored: u64,
    /// The number of windows without a record that were read later than their own run.
    pub windows_filled: u64,
    /// The number of published alerts.
    pub alerts: u64,
    /// How many metrics CloudWatch was asked for, which is what AWS bills.
    pub metrics_requested: u64,
    /// How many calls that took.
    pub calls: u64,
}

impl CollectionReport {
    /// The report of a run that has measured, and done nothing else.
    pub(crate) fn of(measured: &Measured) -> Self {
        let mut report = Self {
            services: Vec::new(),
            records_stored: 0,
            windows_filled: 0,
            alerts: 0,
            metrics_requested: 0,
            calls: 0,
        };
        report.add_calls(measured);
        report
    }

    /// Adds what measuring took.
    pub(crate) fn add_calls(&mut self, measured: &Measured) {
        self.metrics_requested += measured.metrics_requested;
        self.calls += measured.calls;
    }

    /// What the function publishes about itself.
    #[must_use]
    pub fn own_metrics(&self) -> [emf::Metric<'static>; 1] {
        [(
            health::METRICS_REQUESTED,
            "Count",
            self.metrics_requested as f64,
        )]
    }
}
