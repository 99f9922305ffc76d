//! Incidents that change again within minutes: their changes share a message, and their news wait.

use jiff::{SignedDuration, Timestamp};

use super::record::{IncidentRecord, News, NewsKind, STEADY};
use crate::notice::Remark;

/// How long the notification of a changing incident is put off at most.
const LONGEST_DEFERRAL: SignedDuration = SignedDuration::from_mins(15);

/// News that wait for a steady state.
pub(super) fn deferred(record: &IncidentRecord, kind: NewsKind, now: Timestamp) -> News {
    let waiting = record.news.as_ref();
    let since = waiting
        .filter(|news| news.not_before.is_some())
        .map_or(now, |news| news.since);
    let latest = since.saturating_add(LONGEST_DEFERRAL).unwrap_or(now);
    let steady = now.saturating_add(STEADY).unwrap_or(now);
    News {
        not_before: Some(steady.min(latest)),
        ..News::new(kind, since)
    }
}

/// Notes a beginning or an end.
pub(super) fn push_change(record: &mut IncidentRecord, at: Timestamp) {
    if let Some(last) = record.changes.last()
        && at.duration_since(*last) >= STEADY
    {
        record.changes.clear();
    }
    record.changes.push(at);
    if record.is_flapping(at) {
        let first = record.changes.first().copied().unwrap_or(at);
        record.remark = Some(Remark::Flapping {
            changes: record.changes.len() as u64,
            first: first.min(at),
            last: at.max(first),
        });
    }
}
