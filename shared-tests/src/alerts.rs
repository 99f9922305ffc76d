//! A publisher that keeps its alerts, for tests of functions that publish alerts.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use shared::{
    alerts::{AlertPublisher, PublishError},
    deadline::Deadline,
    model::alert::Alert,
};

/// Keeps alerts, or refuses them while it is broken.
#[derive(Debug, Default)]
pub struct RecordingPublisher {
    alerts: Mutex<Vec<Alert>>,
    broken: AtomicBool,
}

impl RecordingPublisher {
    /// The alerts since the last call.
    pub fn take(&self) -> Vec<Alert> {
        std::mem::take(&mut self.alerts.lock().expect("no panic"))
    }

    /// Refuses alerts from now on, or takes them again.
    pub fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::Relaxed);
    }
}

#[async_trait]
impl AlertPublisher for RecordingPublisher {
    async fn publish(&self, alert: &Alert, _deadline: Deadline) -> Result<(), PublishError> {
        if self.broken.load(Ordering::Relaxed) {
            return Err(PublishError::Unavailable {
                destination: "the topic".to_owned(),
                reason: "it is away".to_owned(),
            });
        }
        self.alerts.lock().expect("no panic").push(alert.clone());
        Ok(())
    }
}
