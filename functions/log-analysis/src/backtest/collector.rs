//! Takes alerts and sends none.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use shared::{
    alerts::{AlertPublisher, PublishError},
    deadline::Deadline,
    model::alert::Alert,
};

/// Collects the alerts of a run.
#[derive(Debug, Default)]
pub(super) struct AlertCollector(Mutex<Vec<Alert>>);

impl AlertCollector {
    /// The alerts since the last call.
    pub(super) fn take(&self) -> Vec<Alert> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl AlertPublisher for AlertCollector {
    async fn publish(&self, alert: &Alert, _deadline: Deadline) -> Result<(), PublishError> {
        let mut alerts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        alerts.push(alert.clone());
        Ok(())
    }
}
