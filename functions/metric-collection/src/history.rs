//! What earlier runs stored about a service: the records that a run steps its alarms through, the
//! alarms before them, and the time without records.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use shared::{
    alerts::history::{LOOKBACK, MANY},
    deadline::Deadline,
    log_store::{LogStore, RecordKind, StoreError},
    model::{metric::SystemMetrics, service::ServiceName, window::Window},
};

use crate::{
    record,
    span::{BUCKETS, Span, retained_since},
    timeline::{ACTIONABLE, Alarms},
};

/// The most records of one read. A run reads two hours and a gap of one day at most.
const MOST_RECORDS: usize = 1_000;

/// The finest time that every store keeps apart.
const MILLISECOND: SignedDuration = SignedDuration::from_millis(1);

/// The newest time that an instant of a record may have, compared with the clock of the run.
const SLACK: SignedDuration = SignedDuration::from_hours(1);

/// Records by their windows: the same start may have several lengths.
pub(crate) type Records = BTreeMap<(Timestamp, Timestamp), SystemMetrics>;

/// The earlier records of a service, as far as a run needs them.
#[derive(Debug)]
pub(crate) struct ServiceHistory {
    /// The records of the time in which values raise alarms.
    pub(crate) records: Records,
    /// The alarms as of the window before these records.
    pub(crate) before: Alarms,
    /// The time that has no records, as far as CloudWatch retains it.
    pub(crate) gap: Option<Window>,
    /// A value of a window that starts before this is too old to raise an alarm.
    pub(crate) act_from: Timestamp,
}

/// The records of one service in the store.
#[derive(Clone, Copy)]
pub(crate) struct ServiceRecords<'a> {
    pub(crate) store: &'a dyn LogStore,
    pub(crate) service: &'a ServiceName,
    pub(crate) deadline: Deadline,
}

impl ServiceRecords<'_> {
    /// The records that start in a window.
    pub(crate) async fn within(&self, window: Window) -> Result<Records, StoreError> {
        let records = self.newest(window, MOST_RECORDS).await?.into_iter();
        Ok(records.map(|metrics| (key(&metrics), metrics)).collect())
    }

    /// The newest records that start in a window, oldest first.
    async fn newest(&self, window: Window, limit: usize) -> Result<Vec<SystemMetrics>, StoreError> {
        let kind = RecordKind::Metrics;
        let records = self
            .store
            .records(kind, self.service, window, limit, self.deadline);
        Ok(record::metrics(&records.await?))
    }

    /// The newest records before an instant, oldest first: enough to find one with alarms.
    pub(crate) async fn before(&self, end: Timestamp) -> Result<Vec<SystemMetrics>, StoreError> {
        let start = minus(end, LOOKBACK);
        self.newest(Window { start, end }, MANY).await
    }

    /// The record that starts at an instant.
    pub(crate) async fn at(&self, start: Timestamp) -> Result<Option<SystemMetrics>, StoreError> {
        let end = start.saturating_add(MILLISECOND).unwrap_or(start);
        Ok(self.newest(Window { start, end }, 1).await?.pop())
    }

    /// Reads what a scheduled run at `now` needs.
    pub(crate) async fn read(
        &self,
        span: &Span,
        now: Timestamp,
    ) -> Result<ServiceHistory, StoreError> {
        let whole = span.window();
        let newest_end = whole.map_or(now, |window| window.end);
        let first_start = whole.map_or(now, |window| window.start);
        let now = now.max(newest_end);
        let longest = ACTIONABLE.max(span.period.saturating_mul(4));
        let act_from = minus(now, longest);
        // A window before the first one that counts belongs to alarms of two windows.
        let start = minus(act_from, span.period.saturating_mul(2)).min(first_start);
        let end = now.saturating_add(SLACK).unwrap_or(now);
        let records = self.within(Window { start, end }).await?;
        let mut history = ServiceHistory {
            before: Alarms::new(),
            gap: None,
            act_from,
            records,
        };
        let first = history.records.values().next();
        let mut older = Vec::new();
        if first.is_none_or(|metrics| metrics.alarms.is_none()) {
            older = self.before(start).await?;
            let mut with_alarms = older.iter().rev();
            let alarms = with_alarms.find_map(|metrics| metrics.alarms.clone());
            history.before = alarms.unwrap_or_default();
        }
        let newest_start = minus(newest_end, span.period);
        let known = history
            .records
            .values()
            .rev()
            .chain(older.last())
            .find(|metrics| metrics.window.start < newest_start)
            .map(|metrics| metrics.window.start);
        let retained = retained_since(span.period, now);
        let known = match known {
            Some(start) => Some(start),
            None => self.last_start(minus(retained, LOOKBACK), start).await?,
        };
        let newest = history.records.values().next_back().or(older.last());
        let backlog = newest.and_then(|metrics| metrics.backlog);
        // The runs that did not take place would have read these windows again.
        let again = span
            .period
            .saturating_mul(i32::try_from(BUCKETS).unwrap_or(i32::MAX) - 2);
        let gap = known.and_then(|known| Window::new(minus(known, again), first_start).ok());
        history.gap = hull(backlog, gap).and_then(|gap| {
            let start = gap.start.max(retained);
            Window::new(start, gap.end).ok()
        });
        Ok(history)
    }

    /// The start of the newest record in a time.
    async fn last_start(
        &self,
        start: Timestamp,
        end: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let Ok(window) = Window::new(start, end) else {
            return Ok(None);
        };
        let newest = self.newest(window, 1).await?.pop();
        Ok(newest.map(|metrics| metrics.window.start))
    }
}

/// The key of a record among [`Records`].
pub(crate) fn key(metrics: &SystemMetrics) -> (Timestamp, Timestamp) {
    (metrics.window.start, metrics.window.end)
}

/// The smallest time that has both.
pub(crate) fn hull(one: Option<Window>, other: Option<Window>) -> Option<Window> {
    match (one, other) {
        (Some(one), Some(other)) => Some(Window {
            start: one.start.min(other.start),
            end: one.end.max(other.end),
        }),
        (one, other) => one.or(other),
    }
}

fn minus(time: Timestamp, duration: SignedDuration) -> Timestamp {
    time.saturating_sub(duration).unwrap_or(Timestamp::MIN)
}
