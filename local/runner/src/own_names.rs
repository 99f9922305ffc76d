//! The names of a service in metrics and queries, by which a preview knows what is the service's.

use dashboard_deployment::default_dashboard::Scene;

/// The names that the service's own data has in metrics and queries. Whatever has others is not the
/// service's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnNames {
    /// The namespace of the metrics that log-analysis publishes.
    pub namespace: String,
    /// The service in these metrics.
    pub service: String,
    /// The cluster in ECS; `None` if it is not configured.
    pub cluster: Option<String>,
    /// The service in ECS.
    pub ecs_service: String,
    /// The log group.
    pub log_group: String,
}

impl OwnNames {
    /// The names of a default dashboard. `has_cluster` is false if its cluster is a placeholder.
    #[must_use]
    pub fn of(scene: &Scene, has_cluster: bool) -> Self {
        Self {
            namespace: scene.namespace.clone(),
            service: scene.service.clone(),
            cluster: has_cluster.then(|| scene.cluster.clone()),
            ecs_service: scene.ecs_service.clone(),
            log_group: scene.log_group.clone(),
        }
    }
}
