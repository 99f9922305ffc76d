//! What every case stands on: a ledger, and keys of its own.

use std::{
    process,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use shared::{
    deadline::Deadline,
    ledger::{Document, Entry, Ledger, LedgerError, Put, Version},
};

/// What the suite's keys begin with.
pub const KEY_PREFIX: &str = "suite ";

/// Long enough for a busy server on a small machine.
pub(super) fn deadline() -> Deadline {
    Deadline::after(Duration::from_mins(2))
}

/// The clock of the cases.
pub(super) fn now() -> Timestamp {
    "2026-11-24T10:00:00.123456789Z".parse().expect("instant")
}

/// An hour later: when entries of the cases expire that are not about expiry.
pub(super) fn later() -> Timestamp {
    now() + SignedDuration::from_hours(1)
}

/// A ledger, and one key that no other case and no other run has.
pub(super) struct LedgerFixture<'a> {
    pub(super) ledger: &'a dyn Ledger,
    pub(super) key: String,
}

impl<'a> LedgerFixture<'a> {
    pub(super) fn new(ledger: &'a dyn Ledger) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let time = SystemTime::now().duration_since(UNIX_EPOCH);
        let run = time.map_or(0, |time| time.as_nanos());
        Self {
            ledger,
            key: format!("{KEY_PREFIX}{run:x} {:x} {number:x} ", process::id()),
        }
    }

    pub(super) async fn get_at(&self, key: &str, now: Timestamp) -> Option<Entry> {
        let entry = self.ledger.get(key, now, deadline()).await;
        entry.expect("an answer")
    }

    pub(super) async fn get(&self) -> Option<Entry> {
        self.get_at(&self.key, now()).await
    }

    pub(super) async fn try_put(&self, key: &str, body: &Value) -> Result<Put, LedgerError> {
        self.try_put_in(key, body, None).await
    }

    pub(super) async fn try_put_in(
        &self,
        key: &str,
        body: &Value,
        list: Option<&str>,
    ) -> Result<Put, LedgerError> {
        let document = Document {
            body: body.clone(),
            list: list.map(str::to_owned),
            expires: later(),
        };
        self.ledger
            .put(key, &document, None, now(), deadline())
            .await
    }

    pub(super) async fn put_at(
        &self,
        body: &Value,
        seen: Option<&Version>,
        expires: Timestamp,
        now: Timestamp,
    ) -> Put {
        let document = Document {
            body: body.clone(),
            list: None,
            expires,
        };
        let put = self
            .ledger
            .put(&self.key, &document, seen.cloned(), now, deadline())
            .await;
        put.expect("an answer")
    }

    pub(super) async fn put(&self, body: &Value, seen: Option<&Version>) -> Put {
        self.put_at(body, seen, later(), now()).await
    }

    /// Puts what is stored, and returns its version.
    pub(super) async fn given(&self, body: &Value, seen: Option<&Version>) -> Version {
        stored(self.put(body, seen).await)
    }

    pub(super) async fn remove(&self, seen: &Version) {
        let removed = self.ledger.remove(&self.key, seen.clone(), deadline());
        removed.await.expect("an answer");
    }
}

/// The version of what was stored.
pub(super) fn stored(put: Put) -> Version {
    match put {
        Put::Stored(version) => version,
        Put::Changed(entry) => panic!("something else was there: {entry:?}"),
    }
}

/// What there was instead.
pub(super) fn changed(put: Put) -> Option<Entry> {
    match put {
        Put::Changed(entry) => entry,
        Put::Stored(version) => panic!("it was stored: {version:?}"),
    }
}
