//! The dashboard that a team gets without writing one: whether the service is well at the top, why
//! it is not beneath, and what Bongsu itself does at the bottom. Pure.
//!
//! Every metric is asked for with the dimensions that it is published with: those of Amazon ECS with
//! `ClusterName` and `ServiceName`, Bongsu's own with [`own_metrics::DIMENSIONS`]. The error rate is
//! computed of sums, as an average of rates would weigh a quiet minute like a busy one.

use serde_json::{Map, Value, json};
use shared::model::own_metrics;

mod widgets;

/// What the dashboard is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// The service, as its metrics name it.
    pub service: String,
    /// The environment, as its metrics name it.
    pub environment: String,
    /// The region of all metrics and logs.
    pub region: String,
    /// The ECS cluster.
    pub cluster: String,
    /// The service's name in ECS.
    pub ecs_service: String,
    /// The namespace of [`own_metrics`].
    pub namespace: String,
    /// The length of the windows that they are published for, in minutes: the period of their
    /// graphs.
    pub window_minutes: u64,
    /// The service's log group.
    pub log_group: String,
    /// The ARNs of alarms.
    pub alarms: Vec<String>,
    /// What the names of Bongsu's functions begin with.
    pub function_prefix: String,
    /// Further links for the head.
    pub links: Vec<DashboardLink>,
}

/// A link at the head of the dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DashboardLink {
    /// Its text.
    pub title: String,
    /// Where it leads.
    pub url: String,
}

/// Bongsu's functions, as they are deployed after the prefix.
pub const FUNCTIONS: [&str; 5] = [
    "log-ingest",
    "log-analysis",
    "metric-collection",
    "dashboard-deployment",
    "alert-fanout",
];

/// The dashboard: a body whose widgets flow.
#[must_use]
pub fn body(scene: &Scene) -> Map<String, Value> {
    let mut widgets = vec![scene.header()];
    widgets.extend(scene.alarms());
    widgets.extend([
        scene.at_a_glance(),
        scene.cpu(),
        scene.memory(),
        scene.error_rate(),
        scene.requests(),
        scene.response_time(),
        scene.top_errors(),
        scene.errors_over_time(),
        Scene::own_header(),
        scene.own("Invocations", "Invocations", "Sum"),
        scene.own("Errors", "Errors", "Sum"),
        scene.own("Duration, p95", "Duration", "p95"),
    ]);
    let mut body = Map::new();
    body.insert("start".to_owned(), json!("-PT3H"));
    body.insert("periodOverride".to_owned(), json!("inherit"));
    body.insert("widgets".to_owned(), Value::Array(widgets));
    body
}

#[cfg(test)]
mod tests;
