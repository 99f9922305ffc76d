//! Why a dashboard was not deployed, and whether trying again helps.

use serde_json::Value;

use crate::{
    body::ConfigError,
    finding::{Finding, errors_as_line},
    owner::Owner,
    target::TargetError,
};

/// Why dashboard-deployment failed.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// The settings are wrong. The function starts all the same, as it could not answer
    /// CloudFormation otherwise.
    #[error("the function cannot work: {0}")]
    Settings(String),
    /// The event is no JSON.
    #[error("the event is no JSON")]
    NotJson(#[source] serde_json::Error),
    /// The event asks for nothing that can be done.
    #[error("the event {0}")]
    Event(String),
    /// What should be deployed is no dashboard.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// CloudWatch would refuse the dashboard.
    #[error("the dashboard {name} is invalid: {}", errors_as_line(findings))]
    Invalid {
        /// Its name.
        name: String,
        /// Everything that is wrong with it.
        findings: Vec<Finding>,
    },
    /// There is a dashboard of that name that belongs to somebody else.
    #[error(
        "there is a dashboard {name} already, kept by {}; choose another name, delete it, or ask for \
         it with \"adopt\": true",
        owner.as_ref().map_or("nobody that says so".to_owned(), ToString::to_string)
    )]
    NotOurs {
        /// Its name.
        name: String,
        /// Who keeps it, if it says so.
        owner: Option<Owner>,
    },
    /// The target failed.
    #[error("the dashboard {name} cannot be {doing}")]
    Target {
        /// Its name.
        name: String,
        /// What was tried.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: TargetError,
    },
    /// There was no time left.
    #[error("the work was not done before the deadline")]
    OutOfTime,
    /// The work ended without a result, by a panic.
    #[error("the work ended without a result")]
    Broken,
    /// CloudFormation was not answered.
    #[error("CloudFormation could not be told the result")]
    Answer(#[from] AnswerError),
}

impl DeployError {
    /// Whether the same event may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Target { source, .. } => source.is_retryable(),
            Self::OutOfTime | Self::Answer(_) => true,
            _ => false,
        }
    }

    /// Whether the dashboard may be there although it failed.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::Target { source, doing, .. } => *doing == "put" && source.may_have_happened(),
            Self::OutOfTime | Self::Broken => true,
            _ => false,
        }
    }
}

/// The reason an answer to CloudFormation was not delivered.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The address is not a URL.
    #[error("the ResponseURL is not a URL")]
    Address,
    /// The address refused the answer, with this HTTP status.
    #[error("the answer was refused with status {0}")]
    Refused(u16),
    /// It cannot be reached.
    #[error("the address of the answer cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// The deadline passed.
    #[error("there was no time left for the answer")]
    OutOfTime,
}

/// What a value is, for a message that must not show it.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
