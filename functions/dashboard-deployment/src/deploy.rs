//! The work itself: validate, look at what is there, compare, put.

use serde::Serialize;
use serde_json::Value;
use shared::deadline::Deadline;

use crate::{
    Setup,
    body::{self, DashboardConfig},
    default_dashboard,
    diff::{self, DashboardChange},
    error::DeployError,
    finding::Finding,
    owner::Owner,
    target::TargetError,
    validate,
};

/// What is to be deployed.
#[derive(Clone, Debug)]
pub struct DeployRequest {
    /// The dashboard; without `widgets` the default one.
    pub config: DashboardConfig,
    /// For whom.
    pub owner: Owner,
    /// Whether to tell only what would be done.
    pub dry_run: bool,
    /// Whether to replace a dashboard that belongs to somebody else.
    pub adopt: bool,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// There was no dashboard of that name.
    Created,
    /// There was another.
    Updated,
    /// There was one that means the same; nothing was put.
    Unchanged,
}

/// The result of a deployment.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    /// The dashboard's name.
    pub name: String,
    /// What was done, or with `dryRun` would have been.
    pub action: Action,
    /// Whether nothing was done in fact.
    pub dry_run: bool,
    /// How the new dashboard differs from the one before; empty for one that was created.
    pub changes: Vec<DashboardChange>,
    /// What is wrong with it though it is taken, CloudWatch's own words among it.
    pub warnings: Vec<Finding>,
    /// Where to look at it.
    pub location: String,
}

/// Deploys a dashboard.
///
/// # Errors
///
/// When it is invalid, belongs to somebody else, or the target fails.
pub async fn deploy(
    request: &DeployRequest,
    setup: &Setup,
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
            // What is no JSON differs from everything.
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

/// The name that a configuration has, or that of the settings.
#[must_use]
pub fn name(config: &DashboardConfig, setup: &Setup) -> String {
    let name = config.name.as_deref().map(str::trim);
    let name = name.filter(|name| !name.is_empty());
    name.unwrap_or(&setup.config.name).to_owned()
}

/// The body that an request comes to.
#[must_use]
pub fn complete(request: &DeployRequest, setup: &Setup) -> Value {
    let mut config = request.config.clone();
    if !config.body.contains_key("widgets") {
        let mut body = default_dashboard::body(&setup.config.scene);
        // What is said about the time range, say, is said of the default dashboard.
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
