//! The place where dashboards are stored: CloudWatch, or a directory on one machine.

use std::{error::Error, fmt};

use async_trait::async_trait;
use shared::deadline::Deadline;

use crate::finding::{Finding, errors_as_line};

/// Stores dashboards by name.
///
/// Contract, tested by `suite`:
/// - `get` returns the JSON of the last `put`, possibly formatted differently.
/// - `put` replaces the whole dashboard of that name.
/// - `get` and `delete` of a missing dashboard succeed.
/// - A name that CloudWatch refuses is refused, with CloudWatch's message.
/// - No call outlasts its deadline.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use dashboard_deployment::{directory::Directory, target::DashboardTarget};
/// use shared::deadline::Deadline;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let directory = tempfile::tempdir()?;
/// let target = Directory::new(directory.path());
/// let deadline = Deadline::after(Duration::from_secs(5));
/// target.put("shop", r#"{"widgets":[]}"#, deadline).await?;
/// assert!(target.get("shop", deadline).await?.is_some());
/// assert!(target.delete("shop", deadline).await?);
/// assert_eq!(target.get("shop", deadline).await?, None);
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait DashboardTarget: fmt::Debug + Send + Sync {
    /// The body of a dashboard; `None` if it does not exist.
    ///
    /// # Errors
    ///
    /// If the target fails.
    async fn get(&self, name: &str, deadline: Deadline) -> Result<Option<String>, TargetError>;

    /// Creates or replaces a dashboard and returns the target's warnings.
    ///
    /// # Errors
    ///
    /// If it is refused, or the outcome is unknown.
    async fn put(
        &self,
        name: &str,
        body: &str,
        deadline: Deadline,
    ) -> Result<Vec<Finding>, TargetError>;

    /// Deletes a dashboard; `false` if it did not exist.
    ///
    /// # Errors
    ///
    /// If it is refused, or the outcome is unknown.
    async fn delete(&self, name: &str, deadline: Deadline) -> Result<bool, TargetError>;

    /// The dashboard's URL or path.
    fn location(&self, name: &str) -> String;
}

/// The reason a target failed.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The dashboard or its name is refused.
    #[error("the dashboard is refused: {}", errors_as_line(.0))]
    Refused(Vec<Finding>),
    /// The caller lacks the permission.
    #[error("not allowed: {0}")]
    Forbidden(String),
    /// Too many requests.
    #[error("too many requests at once: {0}")]
    Throttled(String),
    /// No response before the deadline.
    #[error("no response before the deadline")]
    TimedOut,
    /// The target cannot be reached or failed.
    #[error("the dashboards cannot be reached")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

impl TargetError {
    /// True if a retry may succeed.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Refused(_) | Self::Forbidden(_) => false,
            Self::Throttled(_) | Self::TimedOut | Self::Unavailable(_) => true,
        }
    }

    /// True if a failed `put` may have been applied.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        matches!(self, Self::TimedOut | Self::Unavailable(_))
    }
}
