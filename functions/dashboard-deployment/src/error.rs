//! The errors of dashboard-deployment, and whether a retry helps.

use shared::custom_resource::AnswerError;

use crate::{
    body::ConfigError,
    finding::{Finding, errors_as_line},
    owner::Owner,
    target::TargetError,
};

/// The reason dashboard-deployment failed.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// The settings are invalid. The function starts anyway, because it has to answer
    /// CloudFormation.
    #[error("the settings are invalid: {0}")]
    Settings(String),
    /// The event is not JSON.
    #[error("the event is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// The event is not one that this function handles.
    #[error("the event {0}")]
    Event(String),
    /// The configuration is not a dashboard.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// CloudWatch would refuse the dashboard.
    #[error("the dashboard {name} is invalid: {}", errors_as_line(findings))]
    Invalid {
        /// Its name.
        name: String,
        /// Every problem.
        findings: Vec<Finding>,
    },
    /// A dashboard of this name exists and has another owner.
    #[error(
        "a dashboard {name} exists already, owned by {}; choose another name, delete it, or replace \
         it with \"adopt\": true",
        owner.as_ref().map_or("someone else (it names no owner)".to_owned(), ToString::to_string)
    )]
    NotOurs {
        /// Its name.
        name: String,
        /// Its owner, if it names one.
        owner: Option<Owner>,
    },
    /// The target failed.
    #[error("the dashboard {name} cannot be {doing}")]
    Target {
        /// Its name.
        name: String,
        /// The failed operation: `read`, `put` or `deleted`.
        doing: &'static str,
        /// The reason.
        #[source]
        source: TargetError,
    },
    /// The deadline passed.
    #[error("the deployment did not finish before the deadline")]
    OutOfTime,
    /// The deployment panicked.
    #[error("the deployment ended without a result")]
    Broken,
    /// CloudFormation was not answered.
    #[error("the answer to CloudFormation was not delivered")]
    Answer(#[from] AnswerError),
}

impl DeployError {
    /// True if the same event may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Target { source, .. } => source.is_retryable(),
            Self::OutOfTime | Self::Answer(_) => true,
            _ => false,
        }
    }

    /// True if the dashboard may have been written in spite of the failure.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::Target { source, doing, .. } => *doing == "put" && source.may_have_happened(),
            Self::OutOfTime | Self::Broken => true,
            _ => false,
        }
    }
}
