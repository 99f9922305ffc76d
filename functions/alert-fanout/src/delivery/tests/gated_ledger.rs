//! A ledger behind a gate, which decides what becomes of each call.

use std::{
    fmt::Debug,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use jiff::Timestamp;
use shared::{
    deadline::Deadline,
    ledger::{Document, Entry, Ledger, LedgerError, Put, Version},
};

use super::recording_channel::Killer;

/// Decides what becomes of a call.
pub(super) trait LedgerGate: Send + Sync + Debug {
    /// Makes the call, or does not.
    fn around<T: Send>(
        &self,
        call: impl Future<Output = Result<T, LedgerError>> + Send,
    ) -> impl Future<Output = Result<T, LedgerError>> + Send;
}

/// A ledger behind a gate.
#[derive(Debug)]
pub(super) struct GatedLedger<G>(pub(super) Arc<dyn Ledger>, pub(super) Arc<G>);

#[async_trait]
impl<G: LedgerGate> Ledger for GatedLedger<G> {
    async fn get_many(
        &self,
        keys: &[String],
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Vec<Option<Entry>>, LedgerError> {
        self.1.around(self.0.get_many(keys, now, deadline)).await
    }

    async fn list(
        &self,
        list: &str,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Vec<(String, Entry)>, LedgerError> {
        self.1.around(self.0.list(list, now, deadline)).await
    }

    async fn put(
        &self,
        key: &str,
        document: &Document,
        seen: Option<Version>,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Put, LedgerError> {
        let put = self.0.put(key, document, seen, now, deadline);
        self.1.around(put).await
    }

    async fn remove(
        &self,
        key: &str,
        seen: Version,
        deadline: Deadline,
    ) -> Result<(), LedgerError> {
        self.1.around(self.0.remove(key, seen, deadline)).await
    }

    fn location(&self) -> String {
        self.0.location()
    }
}

/// The process is killed at a call.
impl LedgerGate for Killer {
    async fn around<T: Send>(
        &self,
        call: impl Future<Output = Result<T, LedgerError>> + Send,
    ) -> Result<T, LedgerError> {
        Self::around(self, call).await
    }
}

/// The ledger does not answer from some call on.
#[derive(Debug)]
pub(super) struct Absent {
    left: AtomicU64,
    /// The number of calls that were tried.
    pub(super) calls: AtomicU64,
}

impl Absent {
    pub(super) fn from(call: u64) -> Arc<Self> {
        Arc::new(Self {
            left: AtomicU64::new(call),
            calls: AtomicU64::new(0),
        })
    }
}

impl LedgerGate for Absent {
    async fn around<T: Send>(
        &self,
        call: impl Future<Output = Result<T, LedgerError>> + Send,
    ) -> Result<T, LedgerError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let less = |left: u64| left.checked_sub(1);
        let there = self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less);
        if there.is_err() {
            return Err(LedgerError::Unavailable {
                location: "nowhere".to_owned(),
                reason: "connection refused".to_owned(),
            });
        }
        call.await
    }
}
