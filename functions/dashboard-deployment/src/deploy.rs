//! Deploys a dashboard: validate, get the deployed one, compare, put.

use serde::Serialize;
use serde_json::Value;
use shared::deadline::Deadline;

use crate::{
    DeploymentSetup,
    body::{self, DashboardConfig},
    default_dashboard,
    diff::{self, DashboardChange},
    error::DeployError,
    finding::Finding,
    owner::Owner,
    target::TargetError,
    validate,
};

/// A dashboard to deploy, and how.
#[derive(Clone, Debug)]
pub struct DeployRequest {
    /// The dashboard; without `widgets`, the default dashboard.
    pub config: DashboardConfig,
    /// Its owner.
    pub owner: Owner,
    /// Report the result without writing.
    pub dry_run: bool,
    /// Replace a dashboard that has another owner.
    pub adopt: bool,
}

/// The action that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// No dashboard of this name existed.
    Created,
    /// A different dashboard was replaced.
    Updated,
    /// The deployed dashboard is equal; nothing was written.
    Unchanged,
}

/// The result of a deployment.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    /// The dashboard's name.
    pub name: String,
    /// The action; with `dryRun`, the one that would be taken.
    pub action: Action,
    /// True if nothing was written because of `dryRun`.
    pub dry_run: bool,
    /// The changes to the deployed dashboard; empty for a new one.
    pub changes: Vec<DashboardChange>,
    /// Problems that CloudWatch accepts, including its own messages.
    pub warnings: Vec<Finding>,
    /// The dashboard's URL or path.
    pub location: String,
}

/// Deploys a dashboard.
///
/// # Errors
///
/// If it is invalid, has another owner, or the target fails.
pub async fn deploy(
    request: &DeployRequest,
    setup: &DeploymentSetup,
    deadline: Deadline,
) -> Result<Deployment, DeployError> {
    let name = name(&request.config, setup);
    let body = complete(request, setup);
    let mut findings = validate::name(&name);
    findings.extend(validate::body(&body));
    if validate::refuses(&findings) {
        return Err(DeployError::Invalid { name, findings });
    }
    let target = &setup.target;
    let failed = |doing| {
        let name = name.clone();
        move |source: TargetError| DeployError::Target {
            name,
            doing,
            source,
        }
    };
    let before = target.get(&name, deadline).await.map_err(failed("read"))?;
    let (action, changes) = match &before {
        None => (Action::Created, Vec::new()),
        Some(before) => {
            let owner = Owner::of_body(before);
            if !request.adopt && !request.owner.may_replace(owner.as_ref()) {
                return Err(DeployError::NotOurs { name, owner });
            }
            // Invalid JSON differs from everything.
            let before: Value = serde_json::from_str(before).unwrap_or_default();
            let changes = diff::diff(&before, &body);
            if changes.is_empty() {
                (Action::Unchanged, changes)
            } else {
                (Action::Updated, changes)
            }
        }
    };
    if action != Action::Unchanged && !request.dry_run {
        let put = target.put(&name, &body.to_string(), deadline).await;
        findings.extend(put.map_err(failed("put"))?);
    }
    let deployment = Deployment {
        location: target.location(&name),
        name,
        action,
        dry_run: request.dry_run,
        changes,
        warnings: findings,
    };
    log(&deployment);
    Ok(deployment)
}

/// The name of a configuration, or the one in the settings.
#[must_use]
pub fn name(config: &DashboardConfig, setup: &DeploymentSetup) -> String {
    let name = config.name.as_deref().map(str::trim);
    let name = name.filter(|name| !name.is_empty());
    name.unwrap_or(&setup.config.name).to_owned()
}

/// The complete body of a request.
#[must_use]
pub fn complete(request: &DeployRequest, setup: &DeploymentSetup) -> Value {
    let mut config = request.config.clone();
    if !config.body.contains_key("widgets") {
        let mut body = default_dashboard::body(&setup.config.scene);
        // Keys such as `start` apply to the default dashboard.
        body.append(&mut config.body);
        config.body = body;
    }
    body::owned_body(&config, &request.owner)
}

fn log(deployment: &Deployment) {
    for warning in &deployment.warnings {
        tracing::warn!(dataPath = warning.data_path, "{}", warning.message);
    }
    tracing::info!(
        dashboard = deployment.name,
        action = ?deployment.action,
        dryRun = deployment.dry_run,
        changeCount = deployment.changes.len(),
        warningCount = deployment.warnings.len(),
        "deployed a dashboard"
    );
}
