//! How a function finds again what has begun: in the records that it keeps of each window (ADR 9).
//!
//! A window's record has the alarms as of that window, or says that nobody looked: it was analysed by
//! hand, or an alert of it could not be passed on. The newest record that knows is where a run steps
//! from, however many windows were missed in between.

use jiff::{SignedDuration, Timestamp};

use crate::{
    deadline::Deadline,
    log_store::{LogStore, Record, RecordKind, StoreError},
    model::{service::ServiceName, window::Window},
};

/// How far back alarms are looked for. What has begun before and was not looked at since is forgotten.
pub const LOOKBACK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How many records are read at first. Enough wherever a schedule runs, also where several
/// environments of a service are analysed.
pub const FEW: usize = 24;

/// How many are read where that was not enough.
pub const MANY: usize = 500;

/// The finest time that every store tells apart.
pub const A_MILLISECOND: SignedDuration = SignedDuration::from_millis(1);

/// The records of a service, for those who look for alarms in them.
#[derive(Clone, Copy, Debug)]
pub struct Memory<'a> {
    /// Where they are kept.
    pub store: &'a dyn LogStore,
    /// Of which kind they are.
    pub kind: RecordKind,
    /// Whose they are.
    pub service: &'a ServiceName,
    /// When the answer must be there.
    pub deadline: Deadline,
}

impl Memory<'_> {
    /// The newest `limit` records of [`LOOKBACK`] that start before `end`, oldest first.
    ///
    /// # Errors
    ///
    /// When the store does not answer.
    pub async fn before(&self, end: Timestamp, limit: usize) -> Result<Vec<Record>, StoreError> {
        let start = end.saturating_sub(LOOKBACK).unwrap_or(Timestamp::MIN);
        self.records(Window { start, end }, limit).await
    }

    /// The records that start at an instant.
    ///
    /// # Errors
    ///
    /// When the store does not answer.
    pub async fn at(&self, start: Timestamp) -> Result<Vec<Record>, StoreError> {
        let end = start.saturating_add(A_MILLISECOND).unwrap_or(start);
        self.records(Window { start, end }, FEW).await
    }

    /// The alarms that a window steps from: those of the newest record before `start` that knows any.
    /// `recent` are the newest records already read, at most `limit`; if none of them knows, older
    /// ones are read. `alarms` reads a record.
    ///
    /// # Errors
    ///
    /// When the store does not answer.
    pub async fn alarms<A>(
        &self,
        start: Timestamp,
        recent: &[Record],
        limit: usize,
        alarms: impl Fn(&Record) -> Option<A>,
    ) -> Result<Option<A>, StoreError> {
        let newest = |records: &[Record]| {
            let mut before = records
                .iter()
                .rev()
                .filter(|record| record.timestamp < start);
            before.find_map(&alarms)
        };
        let found = newest(recent);
        if found.is_some() || recent.len() < limit {
            return Ok(found);
        }
        Ok(newest(&self.before(start, MANY).await?))
    }

    /// Whether a later window has moved the alarms on already, so that this one comes too late: its
    /// run was delayed, or is repeated. Asks the store only where a later window has settled by `now`,
    /// so that a run in time asks nothing.
    ///
    /// # Errors
    ///
    /// When the store does not answer.
    pub async fn is_overtaken<A>(
        &self,
        window: Window,
        settle: SignedDuration,
        now: Timestamp,
        alarms: impl Fn(&Record) -> Option<A>,
    ) -> Result<bool, StoreError> {
        if now.duration_since(window.end) < window.length() + settle {
            return Ok(false);
        }
        let end = window.end.saturating_add(LOOKBACK).unwrap_or(now);
        let later = Window {
            start: window.end,
            end: end.min(now),
        };
        let records = self.records(later, FEW).await?;
        Ok(records.iter().any(|record| alarms(record).is_some()))
    }

    async fn records(&self, window: Window, limit: usize) -> Result<Vec<Record>, StoreError> {
        self.store
            .records(self.kind, self.service, window, limit, self.deadline)
            .await
    }
}
