//! dashboard-deployment: deploys a CloudWatch dashboard.
//!
//! Triggered by CloudFormation as a custom resource, or directly with a DashboardConfig. [`trigger`]
//! documents the events.
//!
//! Contract of [`handle`]:
//! - A dashboard that CloudWatch would refuse is refused before CloudWatch is called, with every
//!   problem, in CloudWatch's words ([`validate`]). A dashboard that CloudWatch accepts although a
//!   graph would stay empty is deployed, with warnings.
//! - A dashboard that equals the deployed one in meaning is not put again ([`diff`]).
//! - A dashboard with another owner is neither replaced nor deleted ([`owner`]).
//! - CloudFormation is answered before the deadline, also after a failure. The invocation then
//!   succeeds: CloudFormation knows of the failure, and a retry by Lambda would answer a request that
//!   is closed. The invocation fails only if the answer was not delivered, so that Lambda retries.

use std::{fmt, sync::Arc};

use serde::Serialize;
use shared::{custom_resource::DeliveredAnswer, env::InvalidSettings, invocation::Invocation};

pub mod body;
pub mod cloudwatch;
pub mod config;
pub mod custom_resource;
pub mod default_dashboard;
pub mod deploy;
pub mod diff;
pub mod directory;
pub mod error;
pub mod finding;
pub mod layout;
pub mod owner;
pub mod rows;
#[cfg(any(test, feature = "suite"))]
pub mod suite;
pub mod target;
pub mod trigger;
pub mod validate;

pub use config::Config;
pub use deploy::Deployment;
pub use error::DeployError;
use target::DashboardTarget;
use trigger::Trigger;

/// The parts of a function whose settings are valid.
#[derive(Clone, Debug)]
pub struct DeploymentSetup {
    /// The place where dashboards are stored.
    pub target: Arc<dyn DashboardTarget>,
    /// The settings.
    pub config: Config,
}

/// The state that all invocations share.
#[derive(Clone)]
pub struct Context {
    setup: Result<Arc<DeploymentSetup>, Arc<str>>,
}

impl fmt::Debug for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Context")
            .field("setup", &self.setup)
            .finish_non_exhaustive()
    }
}

impl Context {
    /// A context for a target.
    #[must_use]
    pub fn new(target: Arc<dyn DashboardTarget>, config: Config) -> Self {
        Self {
            setup: Ok(Arc::new(DeploymentSetup { target, config })),
        }
    }

    /// A context for a function with invalid settings. Every invocation fails, after CloudFormation
    /// was answered: a function that does not start leaves a stack waiting for an hour.
    #[must_use]
    pub fn broken(error: &InvalidSettings) -> Self {
        Self {
            setup: Err(error.to_string().into()),
        }
    }

    /// The setup.
    ///
    /// # Errors
    ///
    /// If the settings are invalid.
    pub fn setup(&self) -> Result<Arc<DeploymentSetup>, DeployError> {
        self.setup
            .clone()
            .map_err(|reason| DeployError::Settings(reason.to_string()))
    }
}

/// The result of an invocation.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Output {
    /// The result of a direct invocation.
    Deployment(Deployment),
    /// The answer that was sent to CloudFormation.
    Answered(DeliveredAnswer),
}

/// Handles one event.
///
/// # Errors
///
/// If a direct invocation fails, or an answer to CloudFormation could not be delivered.
///
/// # Examples
///
/// ```
/// use std::{sync::Arc, time::Duration};
///
/// use dashboard_deployment::{Config, Context, Output, directory::Directory, handle};
/// use shared::{deadline::Deadline, env::Settings, invocation::Invocation};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut settings = Settings::from_pairs([
///     ("SERVICE_NAME", "shop"),
///     ("AWS_REGION", "eu-west-1"),
///     ("ECS_CLUSTER_NAME", "games"),
/// ]);
/// let config = Config::read(&mut settings);
/// settings.finish()?;
/// let directory = tempfile::tempdir()?;
/// let context = Context::new(Arc::new(Directory::new(directory.path())), config);
/// let invocation = Invocation {
///     request_id: "example".to_owned(),
///     now: "2026-11-24T00:00:00Z".parse()?,
///     deadline: Deadline::after(Duration::from_secs(5)),
/// };
/// let event = r##"{"name": "shop", "widgets": [
///     {"type": "text", "properties": {"markdown": "# Shop"}}
/// ]}"##;
/// let Output::Deployment(deployment) = handle(event, &context, &invocation).await? else {
///     return Err("this event is a direct invocation".into());
/// };
/// assert_eq!(deployment.name, "shop");
/// # Ok(())
/// # }
/// ```
pub async fn handle(
    payload: &str,
    context: &Context,
    invocation: &Invocation,
) -> Result<Output, DeployError> {
    match trigger::kind_of(payload)? {
        Trigger::CustomResource(event) => {
            let answered = custom_resource::handle(&event, context, invocation.deadline).await?;
            Ok(Output::Answered(answered))
        }
        Trigger::Direct(event) => {
            let request = trigger::deploy_request(event)?;
            let setup = context.setup()?;
            let deployment = deploy::deploy(&request, &setup, invocation.deadline).await?;
            Ok(Output::Deployment(deployment))
        }
    }
}
