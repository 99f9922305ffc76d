//! The alarms that earlier runs left in the records of a service (ADR 9).
//!
//! The record of a window holds the alarms as of that window, or none if they were not evaluated: the
//! window was read by hand, or an alert could not be published. A run continues from the newest record
//! that has them, however many windows were missed in between.

use jiff::{SignedDuration, Timestamp};

use crate::{
    deadline::Deadline,
    log_store::{LogStore, Record, RecordKind, StoreError},
    model::{service::ServiceName, window::Window},
};

/// How far back alarms are looked for. An older alarm is forgotten.
pub const LOOKBACK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How many records are read at first. Enough wherever a schedule runs, also where several
/// environments of a service are analysed.
pub const FEW: usize = 24;

/// How many records are read where [`FEW`] were not enough.
pub const MANY: usize = 500;

/// The finest time that every store keeps apart.
pub const MILLISECOND: SignedDuration = SignedDuration::from_millis(1);

/// The records of a service, as a source of earlier alarms.
#[derive(Clone, Copy, Debug)]
pub struct AlarmHistory<'a> {
    /// The store of the records.
    pub store: &'a dyn LogStore,
    /// Their kind.
    pub kind: RecordKind,
    /// Their service.
    pub service: &'a ServiceName,
    /// When a read must be answered.
    pub deadline: Deadline,
}

impl AlarmHistory<'_> {
    /// The newest `limit` records of [`LOOKBACK`] that start before `end`, oldest first.
    ///
    /// # Errors
    ///
    /// If the store does not answer.
    pub async fn before(&self, end: Timestamp, limit: usize) -> Result<Vec<Record>, StoreError> {
        let start = end.saturating_sub(LOOKBACK).unwrap_or(Timestamp::MIN);
        self.records(Window { start, end }, limit).await
    }

    /// The records that start at an instant.
    ///
    /// # Errors
    ///
    /// If the store does not answer.
    pub async fn at(&self, start: Timestamp) -> Result<Vec<Record>, StoreError> {
        let end = start.saturating_add(MILLISECOND).unwrap_or(start);
        self.records(Window { start, end }, FEW).await
    }

    /// The alarms of the newest record before `start` that has any. `recent` are the newest records
    /// already read, at most `limit`; if none of them has alarms, older ones are read.
    pub(super) async fn alarms<A>(
        &self,
        start: Timestamp,
        recent: &[Record],
        limit: usize,
        read: impl Fn(&Record) -> Option<A>,
    ) -> Result<Option<A>, StoreError> {
        let newest = |records: &[Record]| {
            let mut before = records
                .iter()
                .rev()
                .filter(|record| record.timestamp < start);
            before.find_map(&read)
        };
        let found = newest(recent);
        if found.is_some() || recent.len() < limit {
            return Ok(found);
        }
        Ok(newest(&self.before(start, MANY).await?))
    }

    /// Whether the record of a later window has alarms already, so that this run comes too late.
    /// Reads the store only if a later window has settled by `now`: a run on time reads nothing.
    pub(super) async fn is_overtaken<A>(
        &self,
        window: Window,
        settle: SignedDuration,
        now: Timestamp,
        read: impl Fn(&Record) -> Option<A>,
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
        Ok(records.iter().any(|record| read(record).is_some()))
    }

    async fn records(&self, window: Window, limit: usize) -> Result<Vec<Record>, StoreError> {
        self.store
            .records(self.kind, self.service, window, limit, self.deadline)
            .await
    }
}
