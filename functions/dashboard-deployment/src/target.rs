//! Where dashboards are kept: CloudWatch, or a directory on one machine.

use std::{error::Error, fmt};

use async_trait::async_trait;
use shared::deadline::Deadline;

use crate::finding::{Finding, errors_as_line};

/// Keeps dashboards by their name.
///
/// Contract, which `suite` tests:
/// - What was put is what `get` returns, as a JSON text that means the same.
/// - `put` replaces the whole dashboard of that name.
/// - `get` and `delete` of what is not there are no errors.
/// - A name that CloudWatch refuses is refused, with its words.
/// - Nothing waits longer than to the deadline.
#[async_trait]
pub trait DashboardTarget: fmt::Debug + Send + Sync {
    /// The body of a dashboard, if there is one of that name.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    async fn get(&self, name: &str, deadline: Deadline) -> Result<Option<String>, TargetError>;

    /// Makes or replaces a dashboard; the answer is what the target says about one that it took.
    ///
    /// # Errors
    ///
    /// When it is refused, or it is not known whether it was taken.
    async fn put(
        &self,
        name: &str,
        body: &str,
        deadline: Deadline,
    ) -> Result<Vec<Finding>, TargetError>;

    /// Deletes a dashboard; the answer is whether there was one.
    ///
    /// # Errors
    ///
    /// When it is refused, or it is not known whether it is gone.
    async fn delete(&self, name: &str, deadline: Deadline) -> Result<bool, TargetError>;

    /// Where a person looks at a dashboard.
    fn location(&self, name: &str) -> String;
}

/// Why a target failed.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The dashboard or its name is refused, for these reasons.
    #[error("the dashboard is refused: {}", errors_as_line(.0))]
    Refused(Vec<Finding>),
    /// The one who asks may not do this.
    #[error("not allowed: {0}")]
    Forbidden(String),
    /// There were too many requests.
    #[error("too many requests at once: {0}")]
    Throttled(String),
    /// There was no answer in time.
    #[error("there was no answer in time")]
    TimedOut,
    /// It cannot be reached, or failed for a reason of its own.
    #[error("the dashboards cannot be reached")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

impl TargetError {
    /// Whether the same may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Refused(_) | Self::Forbidden(_) => false,
            Self::Throttled(_) | Self::TimedOut | Self::Unavailable(_) => true,
        }
    }

    /// Whether a `put` that failed so may have happened all the same.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        matches!(self, Self::TimedOut | Self::Unavailable(_))
    }
}
