//! The ledger, used as far as it answers: a ledger that fails holds back no alert. What cannot be read
//! counts as unknown, and what cannot be written is skipped.

use std::{
    future::Future,
    sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    time::Duration,
};

use jiff::Timestamp;
use serde::Serialize;
use shared::{
    deadline::Deadline,
    ledger::{Document, Entry, Ledger, LedgerError, Put, Version},
};
use tokio::time::timeout;

use crate::delivery::clock::Clock;

/// The longest time of one call.
const BUDGET: Duration = Duration::from_secs(5);
/// The number of consecutive failures after which a run stops asking the ledger, so that waiting for it
/// does not take the time that alerts need.
const PATIENCE: u32 = 3;

/// The ledger did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::delivery) struct Unknown;

/// The ledger of one run.
#[derive(Debug)]
pub(in crate::delivery) struct BestEffortLedger<'a> {
    ledger: &'a dyn Ledger,
    clock: Clock,
    deadline: Deadline,
    failures: AtomicU64,
    in_a_row: AtomicU32,
    was_logged: AtomicBool,
}

impl<'a> BestEffortLedger<'a> {
    pub(in crate::delivery) fn new(
        ledger: &'a dyn Ledger,
        clock: Clock,
        deadline: Deadline,
    ) -> Self {
        Self {
            ledger,
            clock,
            deadline,
            failures: AtomicU64::new(0),
            in_a_row: AtomicU32::new(0),
            was_logged: AtomicBool::new(false),
        }
    }

    /// The number of failed calls.
    pub(in crate::delivery) fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    pub(in crate::delivery) async fn get(&self, key: &str) -> Result<Option<Entry>, Unknown> {
        let deadline = self.deadline();
        let now = self.clock.now();
        self.ask(self.ledger.get(key, now, deadline)).await
    }

    pub(in crate::delivery) async fn get_many(
        &self,
        keys: &[String],
    ) -> Result<Vec<Option<Entry>>, Unknown> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let deadline = self.deadline();
        let now = self.clock.now();
        self.ask(self.ledger.get_many(keys, now, deadline)).await
    }

    pub(in crate::delivery) async fn list(
        &self,
        list: &str,
    ) -> Result<Vec<(String, Entry)>, Unknown> {
        let deadline = self.deadline();
        let now = self.clock.now();
        self.ask(self.ledger.list(list, now, deadline)).await
    }

    pub(in crate::delivery) async fn put(
        &self,
        key: &str,
        body: &impl Serialize,
        list: Option<String>,
        seen: Option<Version>,
        expires: Timestamp,
    ) -> Result<Put, Unknown> {
        // Our own types are JSON.
        let body = serde_json::to_value(body).map_err(|_| Unknown)?;
        let deadline = self.deadline();
        let document = Document {
            body,
            list,
            expires,
        };
        let now = self.clock.now();
        let put = self.ledger.put(key, &document, seen, now, deadline);
        self.ask(put).await
    }

    fn deadline(&self) -> Deadline {
        Deadline::after(self.deadline.remaining().min(BUDGET))
    }

    async fn ask<T>(
        &self,
        call: impl Future<Output = Result<T, LedgerError>>,
    ) -> Result<T, Unknown> {
        if self.in_a_row.load(Ordering::Relaxed) >= PATIENCE {
            return Err(Unknown);
        }
        let reason = match timeout(self.deadline().remaining(), call).await {
            Ok(Ok(answer)) => {
                self.in_a_row.store(0, Ordering::Relaxed);
                return Ok(answer);
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("the ledger {} did not answer", self.ledger.location()),
        };
        self.in_a_row.fetch_add(1, Ordering::Relaxed);
        self.failures.fetch_add(1, Ordering::Relaxed);
        if !self.was_logged.swap(true, Ordering::Relaxed) {
            tracing::warn!("the ledger fails; alerts are sent and may be duplicated: {reason}");
        }
        Err(Unknown)
    }
}
