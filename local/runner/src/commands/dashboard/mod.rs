//! `bongsu dashboard`: checks, previews, compares and deploys a CloudWatch dashboard.

use std::{path::Path, sync::Arc};

use dashboard_deployment::{
    Config, Context, DeploymentSetup,
    body::{self, DashboardConfig},
    cloudwatch::CloudWatch,
    deploy::{self, DeployRequest},
    directory::Directory,
    error::DeployError,
    finding::Finding,
    owner::Owner,
    target::DashboardTarget,
    validate,
};
use serde_json::Value;
use shared::{
    aws,
    env::{Settings, names},
    model::service::ServiceName,
};

use crate::{
    cli,
    error::CommandError,
    measured, output,
    own_names::OwnNames,
    page::dashboard as preview,
    report::dashboard,
    session::{self, Session},
};

pub mod file;
mod template;

/// Placeholders for settings that are not needed, because nothing is deployed with them.
const STAND_INS: [(&str, &str); 2] = [
    (names::AWS_REGION, "us-east-1"),
    // The name of Amazon ECS's default cluster.
    (names::ECS_CLUSTER_NAME, "default"),
];

/// Runs the command.
///
/// # Errors
///
/// If the dashboard has problems, or cannot be read, written or deployed.
pub async fn run(
    arguments: cli::DashboardArguments,
    store: Option<&Path>,
    settings: Settings,
) -> Result<(), CommandError> {
    let mut config = match &arguments.file {
        Some(path) => file::read(path)?,
        None => DashboardConfig::default(),
    };
    if arguments.name.is_some() {
        config.name.clone_from(&arguments.name);
    }
    let is_default = !config.body.contains_key("widgets") && arguments.file.is_none();
    let service = arguments.service.as_ref().map(ServiceName::as_str);
    let mut settings = session::with_options(settings, &[(names::SERVICE_NAME, service)]);
    let has_cluster = settings.text(names::ECS_CLUSTER_NAME).is_some();
    if !(is_default && (arguments.deploy || arguments.dry_run) && arguments.to.is_none()) {
        for (name, stand_in) in STAND_INS {
            if settings.text(name).is_none() {
                settings.set(name, stand_in);
            }
        }
    }
    let request = DeployRequest {
        config,
        owner: Owner::by_hand(),
        dry_run: arguments.dry_run,
        adopt: arguments.adopt,
    };
    if let Some(path) = &arguments.preview {
        let kind = PreviewKind {
            is_default,
            has_cluster,
        };
        preview(path, &request, store, settings, kind).await
    } else if arguments.check {
        check(&arguments, &request, settings, is_default)
    } else {
        deploy(&arguments, &request, settings).await
    }
}

/// Reports all problems of a dashboard.
fn check(
    arguments: &cli::DashboardArguments,
    request: &DeployRequest,
    settings: Settings,
    is_default: bool,
) -> Result<(), CommandError> {
    let (style, settings) = session::without_store(settings, Config::read)?;
    let (_, findings) = examined(request, &settings, is_default);
    if arguments.json {
        output::print_json(&findings)?;
    } else {
        output::print(&dashboard::findings(&findings, style))?;
    }
    let is_wrong = validate::refuses(&findings) || (arguments.strict && !findings.is_empty());
    if is_wrong {
        return Err(CommandError::Findings(dashboard::summary(&findings)));
    }
    Ok(())
}

/// The body of a configuration, and its findings. A user's dashboard is checked unchanged, without the
/// owner's widget.
fn examined(request: &DeployRequest, config: &Config, is_default: bool) -> (Value, Vec<Finding>) {
    let body = if is_default {
        let mut default = request.config.clone();
        default.body = dashboard_deployment::default_dashboard::body(&config.scene);
        body::body(&default)
    } else {
        body::body(&request.config)
    };
    let mut findings: Vec<Finding> = match &request.config.name {
        Some(name) => validate::name(name),
        None => Vec::new(),
    };
    findings.extend(validate::body(&body));
    (body, findings)
}

/// What a preview shows.
#[derive(Clone, Copy, Debug)]
struct PreviewKind {
    /// True for the default dashboard.
    is_default: bool,
    /// False if the cluster is a placeholder.
    has_cluster: bool,
}

/// Writes a page that shows a dashboard.
async fn preview(
    path: &Path,
    request: &DeployRequest,
    store: Option<&Path>,
    settings: Settings,
    kind: PreviewKind,
) -> Result<(), CommandError> {
    let (session, config) = Session::open(store, settings, Config::read).await?;
    let (body, findings) = examined(request, &config, kind.is_default);
    let names = OwnNames::of(&config.scene, kind.has_cluster);
    let measured = measured::measure(&session, names).await?;
    let name = request.config.name.as_deref().unwrap_or(&config.name);
    let page = preview::page(name, &body, &findings, &measured, &session.zone);
    std::fs::write(path, page).map_err(|source| CommandError::Page {
        path: path.to_owned(),
        source,
    })?;
    output::print(&format!(
        "Wrote {}: open it in a browser.\n",
        path.display()
    ))
}

/// Deploys a dashboard, or reports what that would do.
async fn deploy(
    arguments: &cli::DashboardArguments,
    request: &DeployRequest,
    settings: Settings,
) -> Result<(), CommandError> {
    let (style, config) = session::without_store(settings, Config::read)?;
    let target: Arc<dyn DashboardTarget> = match &arguments.to {
        Some(directory) => Arc::new(Directory::new(directory)),
        None => Arc::new(CloudWatch::new(&aws::config().await)),
    };
    let setup = DeploymentSetup { target, config };
    let deadline = session::invocation(String::new()).deadline;
    match deploy::deploy(request, &setup, deadline).await {
        Ok(deployment) if arguments.json => output::print_json(&deployment),
        Ok(deployment) => output::print(&dashboard::deployment(&deployment, style)),
        Err(DeployError::Invalid { findings, .. }) => {
            output::print(&dashboard::findings(&findings, style))?;
            Err(CommandError::Findings(dashboard::summary(&findings)))
        }
        Err(error) => Err(CommandError::Function {
            function: "dashboard-deployment",
            source: Box::new(error),
        }),
    }
}

/// The function's context for CloudWatch.
///
/// # Errors
///
/// If settings are invalid.
pub async fn cloudwatch(settings: Settings) -> Result<Context, CommandError> {
    let settings = session::with_options(settings, &[]);
    let (_, config) = session::without_store(settings, Config::read)?;
    Ok(Context::new(
        Arc::new(CloudWatch::new(&aws::config().await)),
        config,
    ))
}
