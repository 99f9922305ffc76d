//! Decides what a sweep changes about an incident: a pure function.
//!
//! - What quiet hours or a silence held is news when they end, if it still fires. A single event, which has
//!   no end, is news after quiet hours only.
//! - An incident that was silenced after it was sent is news when the silence ends, if it still fires.
//! - An unacknowledged critical alert is repeated, each time after twice the time, up to a day.
//! - An incident that nobody reported for a long time is closed.
//! - What a target refused is tried again.

use jiff::{SignedDuration, Timestamp};
use shared::model::alert::{AlertStatus, AlertType};

use super::record::{IncidentRecord, News, NewsKind};
use crate::{notice::Remark, report::HoldReason};

/// How long after a permanent refusal a message is tried again.
const AFTER_REFUSAL: SignedDuration = SignedDuration::from_hours(1);

/// The longest time between two repetitions.
const LONGEST_REPEAT: SignedDuration = SignedDuration::from_hours(24);

/// The settings of a sweep.
#[derive(Clone, Copy, Debug)]
pub(super) struct SweepRules {
    /// Why an incident is not sent now, if something holds it.
    pub(super) held: Option<HoldReason>,
    /// Whether somebody acknowledged it.
    pub(super) is_acknowledged: bool,
    /// The time after which an unacknowledged critical alert is repeated.
    pub(super) repeat: Option<SignedDuration>,
    /// The time after which an incident is closed that nobody reported.
    pub(super) close: Option<SignedDuration>,
    pub(super) now: Timestamp,
}

/// What a sweep did to an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Swept {
    /// It is held no more.
    Released,
    /// It is repeated.
    Repeated,
    /// It is closed.
    Closed,
    /// It is tried again.
    Retried,
    /// A silence began after it was sent.
    Muted,
    /// It is over, or the team has it as it is.
    Dropped,
}

/// Changes a record. `None`: nothing changes.
pub(super) fn sweep(record: &IncidentRecord, rules: SweepRules) -> Option<(IncidentRecord, Swept)> {
    let mut changed = record.clone();
    let swept = if record.held.is_some() {
        release(&mut changed, rules)?
    } else if let Some(refusal) = &record.refused {
        if rules.now.duration_since(refusal.at) < AFTER_REFUSAL {
            return None;
        }
        changed.refused = None;
        Swept::Retried
    } else if is_forgotten(record, rules) {
        close(&mut changed, rules)
    } else if is_muted_since(record, rules) {
        changed.held = rules.held;
        Swept::Muted
    } else if is_to_repeat(record, rules) {
        changed.news = Some(News::new(NewsKind::Repeated, rules.now));
        Swept::Repeated
    } else {
        return None;
    };
    changed.revision += 1;
    Some((changed, swept))
}

fn release(record: &mut IncidentRecord, rules: SweepRules) -> Option<Swept> {
    let reason = record.held?;
    if rules.held.is_some() {
        return None;
    }
    (record.held, record.held_by) = (None, None);
    let still_counts =
        record.is_open() || (record.notice.status.is_none() && reason == HoldReason::QuietHours);
    // Who silences an incident wants to know whether it fires after that; quiet hours are a time of day.
    let is_reminder = record.news.is_some() || reason == HoldReason::Silenced;
    if !still_counts || (record.shown.is_some() && !is_reminder) {
        record.news = None;
        return Some(Swept::Dropped);
    }
    let mut news = News::new(NewsKind::New, rules.now);
    if record.shown.is_some() {
        news.kind = record
            .news
            .as_ref()
            .map_or(NewsKind::Repeated, |it| it.kind);
    }
    news.released = Some(reason);
    record.news = Some(news);
    Some(Swept::Released)
}

fn is_forgotten(record: &IncidentRecord, rules: SweepRules) -> bool {
    let Some(close) = rules.close else {
        return false;
    };
    record.is_open() && rules.now.duration_since(record.episode.last) >= close
}

fn close(record: &mut IncidentRecord, rules: SweepRules) -> Swept {
    let idle = rules.now.duration_since(record.episode.last);
    record.episode.resolved = Some(rules.now);
    record.notice.status = Some(AlertStatus::Resolved);
    record.notice.advice.clear();
    record.is_stale = record.shown.is_some();
    record.remark = Some(Remark::ClosedWithoutEnd {
        days: u64::try_from(idle.as_hours() / 24).unwrap_or_default(),
    });
    record.news = record
        .shown
        .is_some()
        .then(|| News::new(NewsKind::Closed, rules.now));
    Swept::Closed
}

/// Whether a silence holds an incident that the target already has.
fn is_muted_since(record: &IncidentRecord, rules: SweepRules) -> bool {
    rules.held == Some(HoldReason::Silenced)
        && record.is_open()
        && record.shown.is_some()
        && record.news.is_none()
}

fn is_to_repeat(record: &IncidentRecord, rules: SweepRules) -> bool {
    let (Some(repeat), Some(shown)) = (rules.repeat, &record.shown) else {
        return false;
    };
    let factor = 2_i32.saturating_pow(record.repeats.min(16));
    let wait = repeat
        .saturating_mul(factor)
        .min(LONGEST_REPEAT.max(repeat));
    record.is_open()
        && record.kind == AlertType::Critical
        && !rules.is_acknowledged
        && rules.held.is_none()
        && record.news.is_none()
        && rules.now.duration_since(shown.at) >= wait
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use shared::model::alert::AlertType;

    use super::{SweepRules, Swept, sweep};
    use crate::{
        delivery::{
            apply::{Rules, apply},
            record::{IncidentRecord, NewsKind, ShownMessage},
            tests::fixture::{minutes, notice, now},
        },
        notice::Remark,
        report::HoldReason,
    };

    fn record(kind: AlertType, held: Option<HoldReason>) -> IncidentRecord {
        let arrival = notice("down", kind, now());
        let rules = Rules {
            can_update: true,
            window: SignedDuration::from_hours(4),
            held,
            is_known: true,
            now: now(),
        };
        let (record, _) = apply(None, &arrival.event(now()), "slack", rules);
        let mut record = record.expect("a record");
        if held.is_none() {
            record.news = None;
            record.shown = Some(ShownMessage {
                at: now(),
                message_ref: None,
                list: None,
                title: None,
            });
        }
        record
    }

    fn rules(minute: i64, held: Option<HoldReason>) -> SweepRules {
        SweepRules {
            held,
            is_acknowledged: false,
            repeat: Some(minutes(60)),
            close: Some(SignedDuration::from_hours(7 * 24)),
            now: now() + minutes(minute),
        }
    }

    #[test]
    fn what_is_held_is_released_once_when_nothing_holds_it_any_more() {
        let reason = HoldReason::QuietHours;
        let held = record(AlertType::Error, Some(reason));
        assert_eq!(sweep(&held, rules(5, Some(reason))), None);
        let (released, swept) = sweep(&held, rules(5, None)).expect("a change");
        assert_eq!((swept, released.held), (Swept::Released, None));
        let news = released.news.clone().expect("news");
        assert_eq!((news.kind, news.released), (NewsKind::New, Some(reason)));
        assert_eq!(sweep(&released, rules(10, None)), None);
    }

    #[test]
    fn what_is_over_is_not_released() {
        let mut held = record(AlertType::Error, Some(HoldReason::Silenced));
        held.episode.resolved = Some(now());
        let (dropped, swept) = sweep(&held, rules(5, None)).expect("a change");
        assert_eq!((swept, dropped.news), (Swept::Dropped, None));
    }

    #[test]
    fn a_critical_alert_is_repeated_ever_more_rarely_until_somebody_acknowledges_it() {
        let mut critical = record(AlertType::Critical, None);
        assert_eq!(sweep(&critical, rules(59, None)), None);
        let (repeated, swept) = sweep(&critical, rules(60, None)).expect("a change");
        assert_eq!(swept, Swept::Repeated);
        assert_eq!(repeated.news.map(|it| it.kind), Some(NewsKind::Repeated));
        critical.repeats = 1;
        assert_eq!(sweep(&critical, rules(119, None)), None);
        assert!(sweep(&critical, rules(120, None)).is_some());
        critical.repeats = 30;
        assert!(sweep(&critical, rules(24 * 60, None)).is_some());
        let acknowledged = SweepRules {
            is_acknowledged: true,
            ..rules(24 * 60, None)
        };
        assert_eq!(sweep(&critical, acknowledged), None);
        assert_eq!(
            sweep(&record(AlertType::Error, None), rules(120, None)),
            None
        );
    }

    #[test]
    fn an_incident_that_nobody_ended_is_closed_with_a_label() {
        let week = 7 * 24 * 60;
        let open = record(AlertType::Error, None);
        assert_eq!(sweep(&open, rules(week - 1, None)), None);
        let (closed, swept) = sweep(&open, rules(week, None)).expect("a change");
        assert_eq!((swept, closed.is_open()), (Swept::Closed, false));
        assert_eq!(closed.remark, Some(Remark::ClosedWithoutEnd { days: 7 }));
        assert_eq!(sweep(&closed, rules(2 * week, None)), None);
    }
}
