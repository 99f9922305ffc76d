//! dashboard-deployment: a CloudWatch dashboard as it should be.
//!
//! Triggered by CloudFormation as a custom resource, or directly with a DashboardConfig; [`trigger`]
//! has the shapes.
//!
//! Contract of [`handle`]:
//! - A dashboard that CloudWatch would refuse is refused before CloudWatch is asked, with everything
//!   that is wrong with it, in CloudWatch's words; [`validate`] has the rules. What it takes though a
//!   graph would stay empty is deployed, with warnings.
//! - A dashboard that means the same as what is there is not put again.
//! - A dashboard that somebody else keeps is neither replaced nor deleted; [`owner`] tells whose it
//!   is.
//! - CloudFormation is answered before the deadline, whatever fails. That the work failed is then no
//!   failure of the invocation: CloudFormation was told, and a second try by Lambda would answer a
//!   question that is closed. Only where it could not be told the invocation fails, so that Lambda
//!   tries again.

use std::{fmt, sync::Arc};

use serde::Serialize;
use shared::{env::InvalidSettings, invocation::Invocation};

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
pub use custom_resource::Answered;
pub use deploy::Deployment;
pub use error::DeployError;
use target::DashboardTarget;
use trigger::Trigger;

/// What a function that can work uses.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Where dashboards are kept.
    pub target: Arc<dyn DashboardTarget>,
    /// The settings.
    pub config: Config,
}

/// What every invocation uses.
#[derive(Clone)]
pub struct Context {
    setup: Result<Arc<Setup>, Arc<str>>,
    http: reqwest::Client,
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
    /// The context of a target that is ready.
    #[must_use]
    pub fn new(target: Arc<dyn DashboardTarget>, config: Config) -> Self {
        Self {
            setup: Ok(Arc::new(Setup { target, config })),
            http: custom_resource::http_client(),
        }
    }

    /// The context of a function whose settings are wrong. It fails every invocation, but not before
    /// CloudFormation was told: a function that does not start leaves a stack waiting for an hour.
    #[must_use]
    pub fn broken(error: &InvalidSettings) -> Self {
        Self {
            setup: Err(error.to_string().into()),
            http: custom_resource::http_client(),
        }
    }

    /// The setup, if the settings are right.
    ///
    /// # Errors
    ///
    /// When they are wrong.
    pub fn setup(&self) -> Result<Arc<Setup>, DeployError> {
        self.setup
            .clone()
            .map_err(|reason| DeployError::Settings(reason.to_string()))
    }
}

/// What an invocation returns.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Output {
    /// The result of a direct invocation.
    Deployment(Deployment),
    /// What CloudFormation was told.
    Answered(Answered),
}

/// Does what an event asks for.
///
/// # Errors
///
/// When a direct invocation fails, or CloudFormation could not be answered.
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
