//! The alarms that earlier runs left in the records of a service (ADR 9).
//!
//! The record of a window holds the alarms as of that window, or none if they were not evaluated: the
//! window was read by hand, or an alert could not be published. A run continues from the newest record
//! that has them, however many windows were missed in between.

use jiff::{SignedDuration, Timestamp};

use crate::{
    deadline::Deadline,
    log_store::{LogStore, Record, RecordKind, RecordQuestion, StoreError},
    model::{service::ServiceName, window::Window},
};

/// How far back alarms are looked for. An older alarm is forgotten.
pub const LOOKBACK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How many records are read at first. Enough wherever a schedule runs, also where several
/// environments of a service are analysed.
pub const FEW: usize = 24;

/// How many records are read where [`FEW`] were not enough.
pub const MANY: usize = 500;

/// The records of a service, as a source of earlier alarms.
#[derive(Clone, Copy, Debug)]
pub struct AlarmHistory<'a> {
    /// The store of the records.
    pub store: &'a dyn LogStore,
    /// Their kind.
    pub kind: RecordKind,
    /// Their service.
    pub service: &'a ServiceName,
    /// The members of them that are read; empty for all.
    pub members: &'static [&'static str],
    /// When a read must be answered.
    pub deadline: Deadline,
}

impl AlarmHistory<'_> {
    /// The question for the newest `limit` records of [`LOOKBACK`] that start before `end`.
    #[must_use]
    pub fn question(&self, end: Timestamp, limit: usize) -> RecordQuestion {
        let start = end.saturating_sub(LOOKBACK).unwrap_or(Timestamp::MIN);
        RecordQuestion {
            windows: vec![Window { start, end }],
            limit,
            members: self.members,
        }
    }

    /// The newest `limit` records of [`LOOKBACK`] that start before `end`, oldest first.
    async fn before(&self, end: Timestamp, limit: usize) -> Result<Vec<Record>, StoreError> {
        let questions = [self.question(end, limit)];
        let read = self
            .store
            .record_sets(self.kind, self.service, &questions, self.deadline);
        Ok(read.await?.into_iter().flatten().collect())
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
