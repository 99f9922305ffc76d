//! When a cluster is set up: at the start of a process, and beside its first documents.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    config::{ElasticsearchConfig, SetupMode},
    connection::Connection,
    setup::{self, FoundSetup, SetupPlan, SetupReport},
};
use crate::{deadline::Deadline, log_store::StoreError};

/// What is left of a setup.
#[derive(Debug)]
enum DeferredSetup {
    /// The templates differ, in a way that does not change the mapping.
    Write(SetupPlan),
    /// The templates are as they should be; whether the indices are is not known yet.
    CheckFields,
}

/// The setup of one cluster by one process.
#[derive(Debug)]
pub(super) struct ClusterSetup {
    mode: SetupMode,
    retention_days: u64,
    /// What is done beside the first documents.
    deferred: Mutex<Option<DeferredSetup>>,
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
                    *self.deferred() = Some(DeferredSetup::CheckFields);
                    return Ok(report);
                }
            }
            Ok(plan) if plan.is_safe_to_defer() => {
                report.is_deferred = true;
                *self.deferred() = Some(DeferredSetup::Write(plan));
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

    fn deferred(&self) -> MutexGuard<'_, Option<DeferredSetup>> {
        self.deferred.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does `work`, and beside it what is left of the setup.
    pub(super) async fn beside<T>(
        &self,
        work: impl Future<Output = T>,
        connection: &Connection,
        deadline: Deadline,
    ) -> T {
        let deferred = self.deferred().take();
        let Some(deferred) = deferred else {
            return work.await;
        };
        // On the heap: a setup is rare, and its future is large.
        let rest = Box::pin(finish(deferred, connection, deadline));
        let (result, report) = tokio::join!(work, rest);
        match report {
            Ok(report) => report.log(),
            // The next process sees the same difference.
            Err(error) => tracing::warn!("the templates are not up to date: {error}"),
        }
        result
    }
}

/// Does what is left of a setup, and looks at the fields of the indices.
async fn finish(
    deferred: DeferredSetup,
    connection: &Connection,
    deadline: Deadline,
) -> Result<SetupReport, StoreError> {
    // What comes late is missed by this process: the work must not wait for it until the deadline.
    const LONGEST_CHECK: Duration = Duration::from_secs(5);
    let mut report = match deferred {
        DeferredSetup::Write(plan) => plan.write(connection, deadline).await?,
        DeferredSetup::CheckFields => SetupReport::default(),
    };
    let soon = Deadline::after(LONGEST_CHECK.min(deadline.remaining()));
    report.check_fields(connection, soon).await;
    Ok(report)
}
