//! `apply` as values: any history of notices, to a target that accepts everything or nothing.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use shared::model::alert::{AlertStatus, AlertType};

use super::{
    super::{
        apply::{Applied, Rules, apply},
        arrival::Arrival,
        record::{IncidentRecord, News, NewsKind, ShownMessage},
        sent::{SentNews, apply_sent},
    },
    fixture::{minutes, notice, now},
};
use crate::{notice::Remark, report::HoldReason};

fn rules(now: Timestamp) -> Rules {
    Rules {
        can_update: true,
        window: SignedDuration::from_hours(4),
        held: None,
        is_known: true,
        now,
    }
}

/// A notice by its severity, or an end, so many seconds after the start.
fn arrival(kind: Option<AlertType>, seconds: i64) -> Arrival {
    let at = now() + SignedDuration::from_secs(seconds);
    let mut arrival = notice("cpu", kind.unwrap_or(AlertType::Warning), at);
    arrival.message.id = format!("{kind:?} at {seconds}");
    if kind.is_none() {
        arrival.notice.status = Some(AlertStatus::Resolved);
    }
    arrival
}

fn applied(
    before: Option<IncidentRecord>,
    arrival: &Arrival,
    rules: Rules,
) -> (IncidentRecord, Applied) {
    let (record, applied) = apply(before, &arrival.event(rules.now), "slack", rules);
    (record.expect("a record"), applied)
}

/// The target accepts what is due.
fn accept(record: &mut IncidentRecord, now: Timestamp) -> Option<NewsKind> {
    let news = record.due_news(now).cloned();
    let shown = news.as_ref().map(|_| ShownMessage {
        at: now,
        message_ref: None,
        list: None,
        title: None,
    });
    let sent = SentNews {
        is_news: news.is_some(),
        shown,
        ..SentNews::nothing(record)
    };
    apply_sent(record, &sent);
    news.map(|news| news.kind)
}

#[test]
fn an_escalation_says_from_what_to_what() {
    let (mut record, _) = applied(None, &arrival(Some(AlertType::Warning), 0), rules(now()));
    accept(&mut record, now());
    let later = rules(now() + minutes(5));
    let (record, _) = applied(
        Some(record),
        &arrival(Some(AlertType::Critical), 300),
        later,
    );
    assert_eq!(record.news.map(|news| news.kind), Some(NewsKind::Escalated));
    let expected = Remark::Escalated {
        from: AlertType::Warning,
        to: AlertType::Critical,
    };
    assert_eq!(record.remark, Some(expected));
}

#[test]
fn an_escalation_that_something_holds_is_kept_as_one() {
    let (mut record, _) = applied(None, &arrival(Some(AlertType::Warning), 0), rules(now()));
    accept(&mut record, now());
    let held = Rules {
        held: Some(HoldReason::QuietHours),
        ..rules(now() + minutes(5))
    };
    let (record, result) = applied(Some(record), &arrival(Some(AlertType::Error), 300), held);
    assert_eq!(result, Applied::Held(HoldReason::QuietHours));
    assert_eq!(record.due_news(now() + minutes(6)), None);
    assert_eq!(record.news.map(|news| news.kind), Some(NewsKind::Escalated));
}

fn kinds() -> impl Strategy<Value = Option<AlertType>> {
    prop_oneof![
        3 => Just(Some(AlertType::Warning)),
        2 => Just(Some(AlertType::Error)),
        1 => Just(Some(AlertType::Critical)),
        3 => Just(None),
    ]
}

/// Severities or ends, with the seconds since the one before, and whether the target accepts what is due.
fn history() -> impl Strategy<Value = Vec<(Option<AlertType>, i64, bool)>> {
    proptest::collection::vec((kinds(), 1_i64..1_200, any::<bool>()), 1..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_fires_is_sent_or_due_and_what_is_over_is_known_to_be(history in history()) {
        let mut record = None;
        let mut seconds = 0;
        let mut last = None;
        let mut was_sent = false;
        for (kind, after, accepts) in history {
            seconds += after;
            let now = now() + SignedDuration::from_secs(seconds);
            let (mut next, _) = applied(record, &arrival(kind, seconds), rules(now));
            if accepts {
                was_sent |= accept(&mut next, now).is_some();
            }
            last = kind;
            record = Some(next);
        }
        let mut record = record.expect("a record");
        prop_assert_eq!(record.is_open(), last.is_some());
        if record.is_open() {
            prop_assert!(record.shown.is_some() || record.news.is_some(), "a lost alert");
        }
        // Once everything is quiet, the target accepts what is left, and has nothing more to get.
        let later = now() + SignedDuration::from_secs(seconds) + minutes(20);
        was_sent |= accept(&mut record, later).is_some();
        prop_assert_eq!(record.due_news(later), None);
        prop_assert!(!record.is_stale);
        prop_assert!(was_sent || last.is_none(), "a lost alert");
    }

    #[test]
    fn a_notice_counts_once(history in history(), again in 0_usize..24) {
        let mut record = None;
        let mut seconds = 0;
        let mut events = Vec::new();
        for (kind, after, accepts) in history {
            seconds += after;
            let now = now() + SignedDuration::from_secs(seconds);
            let event = arrival(kind, seconds);
            let (mut next, _) = applied(record, &event, rules(now));
            if accepts {
                accept(&mut next, now);
            }
            events.push(event);
            record = Some(next);
        }
        let record = record.expect("a record");
        let event = &events[again % events.len()];
        let later = rules(now() + SignedDuration::from_secs(seconds));
        let (after, result) = applied(Some(record.clone()), event, later);
        prop_assert_eq!(result, Applied::Known);
        prop_assert_eq!(after, record);
    }

    #[test]
    fn the_order_of_repetitions_does_not_matter(
        kinds in proptest::collection::vec(prop_oneof![
            Just(AlertType::Warning), Just(AlertType::Error), Just(AlertType::Critical),
        ], 1..8),
        order in proptest::collection::vec(any::<u32>(), 8),
    ) {
        let events: Vec<Arrival> = (0_i64..)
            .zip(&kinds)
            .map(|(number, kind)| arrival(Some(*kind), number * 60))
            .collect();
        let mut other: Vec<&Arrival> = events.iter().collect();
        let mut order = order.into_iter();
        other.sort_by_key(|_| order.next());
        let after = |events: &[&Arrival]| {
            let mut record = None;
            for event in events {
                record = Some(applied(record, event, rules(now() + minutes(30))).0);
            }
            let record = record.expect("a record");
            let is_due = record.news.map(|news: News| news.kind);
            (record.episode, record.kind, is_due, record.shown)
        };
        let events: Vec<&Arrival> = events.iter().collect();
        prop_assert_eq!(after(&events), after(&other));
    }
}
