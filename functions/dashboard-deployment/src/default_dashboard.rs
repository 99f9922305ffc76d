//! The default dashboard: the service's health at the top, causes below, Bongsu itself at the bottom.
//! Pure.
//!
//! Every metric has the dimensions that it is published with: `ClusterName` and `ServiceName` for
//! Amazon ECS, [`own_metrics::DIMENSIONS`] for those about the service, [`emf::DIMENSIONS`] for those
//! about Bongsu. The error rate is computed from sums, because an average of rates would weigh a quiet
//! minute like a busy one.
//!
//! [`emf::DIMENSIONS`]: shared::emf::DIMENSIONS

use serde_json::{Map, Value, json};
use shared::model::own_metrics;

mod health;
mod service;
mod widgets;

/// The content of the default dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// The service's name in its metrics.
    pub service: String,
    /// The environment's name in its metrics.
    pub environment: String,
    /// The region of all metrics and logs.
    pub region: String,
    /// The ECS cluster.
    pub cluster: String,
    /// The service's name in ECS.
    pub ecs_service: String,
    /// The load balancer and target group of the service, if they are known.
    pub balancer: Option<Balancer>,
    /// The namespace of [`own_metrics`].
    pub namespace: String,
    /// The window that they are published for, in minutes: the period of their graphs.
    pub window_minutes: u64,
    /// The service's log group.
    pub log_group: String,
    /// The ARNs of alarms.
    pub alarms: Vec<String>,
    /// The prefix of the names of Bongsu's functions.
    pub function_prefix: String,
    /// Further links for the header.
    pub links: Vec<DashboardLink>,
}

/// A load balancer and its target group, as their metrics name them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balancer {
    /// The end of the load balancer's ARN: `app/front/50dc6c495c0c9188`.
    pub load_balancer: String,
    /// The end of the target group's ARN: `targetgroup/api/73e2d6bc24d8a067`.
    pub target_group: String,
}

/// A link in the header of the dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DashboardLink {
    /// Its text.
    pub title: String,
    /// Its URL.
    pub url: String,
}

/// Bongsu's functions, without the prefix.
pub const FUNCTIONS: [&str; 5] = [
    "log-ingest",
    "log-analysis",
    "metric-collection",
    "dashboard-deployment",
    "alert-fanout",
];

/// The dashboard: a body whose widgets have no positions.
#[must_use]
pub fn body(scene: &Scene) -> Map<String, Value> {
    let mut widgets = vec![scene.header()];
    widgets.extend(scene.alarms());
    widgets.extend([
        scene.at_a_glance(),
        scene.cpu(),
        scene.memory(),
        scene.tasks(),
        scene.error_rate(),
        scene.requests(),
        scene.response_time(),
    ]);
    widgets.extend(scene.balancer());
    widgets.extend([
        scene.top_errors(),
        scene.errors_over_time(),
        Scene::own_header(),
        scene.ingestion_lag(),
        scene.lost(),
        scene.oldest_failures(),
        scene.not_understood(),
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
