//! What a run answers with.

use serde::Serialize;
use shared::{
    emf,
    model::{health, metric::SystemMetrics},
};

/// What a run did.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectionReport {
    /// The newest metrics of each service.
    pub services: Vec<SystemMetrics>,
    /// How many records were stored, those of earlier windows that were read again among them.
    pub records_stored: u64,
    /// How many alerts were passed on.
    pub alerts: u64,
    /// How many metrics CloudWatch was asked for, which is what AWS bills.
    pub metrics_requested: u64,
    /// How many calls that took.
    pub calls: u64,
}

impl CollectionReport {
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
