//! When a cluster is set up: at the start of a process, and beside its first documents.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{
    config::{ElasticsearchConfig, SetupMode},
    connection::Connection,
    setup::{self, FoundSetup, SetupPlan, SetupReport},
};
use crate::{deadline::Deadline, log_store::StoreError};

/// The setup of one cluster by one process.
#[derive(Debug)]
pub(super) struct ClusterSetup {
    mode: SetupMode,
    retention_days: u64,
    /// What is written beside the first documents.
    deferred: Mutex<Option<SetupPlan>>,
}

impl ClusterSetup {
    pub(super) fn new(config: &ElasticsearchConfig) -> Self {
        Self {
            mode: config.setup,
            retention_days: config.retention_days,
            deferred: Mutex::default(),
        }
    }

    /// Reads what the cluster has, and writes or defers what differs.
    pub(super) async fn prepare(
        &self,
        connection: &Connection,
        deadline: Deadline,
    ) -> Result<SetupReport, StoreError> {
        let mut report = SetupReport::default();
        if self.mode == SetupMode::Never {
            return Ok(report);
        }
        let (stored, product) = match setup::look(connection, deadline).await? {
            FoundSetup::Templates(stored, product) => (stored, product),
            FoundSetup::Unreadable(reason) => {
                report.warn_unreadable(&reason);
                report.check_fields(connection, deadline).await;
                return Ok(report);
            }
        };
        report.warn_of_foreign(&stored);
        match SetupPlan::new(stored, product, self.retention_days) {
            Err(retention) => {
                report.retention = retention;
                if report.warnings.is_empty() {
                    return Ok(report);
                }
            }
            Ok(plan) if plan.is_safe_to_defer() => {
                report.is_deferred = true;
                *self.deferred() = Some(plan);
                return Ok(report);
            }
            Ok(plan) => {
                let written = Box::pin(plan.write(connection, deadline)).await?;
                report.retention = written.retention;
                report.written = written.written;
                written
                    .warnings
                    .into_iter()
                    .for_each(|warning| report.warn(warning));
            }
        }
        report.check_fields(connection, deadline).await;
        Ok(report)
    }

    fn deferred(&self) -> MutexGuard<'_, Option<SetupPlan>> {
        self.deferred.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does `work`, and beside it what is left of the setup.
    pub(super) async fn beside<T>(
        &self,
        work: impl Future<Output = T>,
        connection: &Connection,
        deadline: Deadline,
    ) -> T {
        let plan = self.deferred().take();
        let Some(plan) = plan else {
            return work.await;
        };
        // On the heap: a setup is rare, and its future is large.
        let write = Box::pin(plan.write(connection, deadline));
        let (result, written) = tokio::join!(work, write);
        match written {
            Ok(report) => report.log(),
            // The next process sees the same difference.
            Err(error) => tracing::warn!("the templates are not up to date: {error}"),
        }
        result
    }
}
