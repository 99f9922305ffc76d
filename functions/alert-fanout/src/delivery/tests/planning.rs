//! `plan` as values: whatever is due at a target is sent there, and once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use proptest::prelude::*;
use shared::model::alert::AlertType;

use super::{
    super::{
        apply::{Rules, apply},
        plan::{LONGEST_LIST, PlanRules, PlanStep, TargetPlan, plan},
        record::{IncidentRecord, Lane, News, NewsKind, OpenList, ShownMessage},
    },
    fixture::{minutes, notice, now},
};
use crate::episode::MessageRef;

/// An incident at a target.
#[derive(Clone, Debug)]
struct PlannedIncident {
    kind: AlertType,
    news: Option<NewsKind>,
    /// Whether it has a message: one of its own, or a list.
    shown: Option<bool>,
    is_stale: bool,
}

fn incident() -> impl Strategy<Value = PlannedIncident> {
    let kind = prop_oneof![
        Just(AlertType::Warning),
        Just(AlertType::Error),
        Just(AlertType::Critical),
    ];
    let news = prop_oneof![
        3 => Just(NewsKind::New),
        1 => Just(NewsKind::Resolved),
        1 => Just(NewsKind::Escalated),
        1 => Just(NewsKind::Repeated),
    ];
    let shown = proptest::option::of(any::<bool>());
    let rest = (proptest::option::weighted(0.8, news), shown, any::<bool>());
    (kind, rest).prop_map(|(kind, (news, shown, is_stale))| PlannedIncident {
        kind,
        // What has no message is new.
        news: if shown.is_none() {
            Some(NewsKind::New)
        } else {
            news
        },
        shown,
        is_stale,
    })
}

fn record(number: usize, incident: &PlannedIncident) -> IncidentRecord {
    let arrival = notice(&format!("k{number}"), incident.kind, now());
    let rules = Rules {
        can_update: true,
        window: SignedDuration::from_hours(4),
        held: None,
        is_known: true,
        now: now(),
    };
    let (record, _) = apply(None, &arrival.event(now()), "slack", rules);
    let mut record = record.expect("a record");
    record.news = incident.news.map(|kind| News::new(kind, now()));
    if incident.news == Some(NewsKind::Resolved) {
        record.episode.resolved = Some(now());
    }
    record.is_stale = incident.is_stale && incident.shown.is_some();
    record.shown = incident.shown.map(|is_listed| ShownMessage {
        at: now(),
        message_ref: Some(MessageRef::Slack {
            channel: "C1".to_owned(),
            ts: number.to_string(),
        }),
        list: is_listed.then(|| "list".to_owned()),
        title: None,
    });
    record
}

fn planned(lane: &Lane, due: &[(String, IncidentRecord)], can_update: bool) -> TargetPlan {
    let rules = PlanRules {
        can_update,
        limit: 5,
        spacing: SignedDuration::from_secs(5),
        now: now(),
    };
    let due: Vec<(&str, &IncidentRecord)> = due
        .iter()
        .map(|(key, record)| (key.as_str(), record))
        .collect();
    plan(lane, &due, rules)
}

/// How often a plan notifies people of each incident. `ends`: the incidents whose end a list shows.
fn notified(plan: &TargetPlan, ends: &BTreeSet<String>) -> BTreeMap<String, usize> {
    let mut notified = BTreeMap::new();
    let mut note = |keys: &[String]| {
        for key in keys {
            *notified.entry(key.clone()).or_insert(0) += 1;
        }
    };
    for step in &plan.steps {
        match step {
            PlanStep::Post(key) | PlanStep::Reply(key) => note(std::slice::from_ref(key)),
            PlanStep::PostList(keys) | PlanStep::ReplyToList { keys, .. } => note(keys),
            PlanStep::UpdateList { keys, .. } => {
                let ended: Vec<String> = keys
                    .iter()
                    .filter(|key| ends.contains(*key))
                    .cloned()
                    .collect();
                note(&ended);
            }
            PlanStep::Earlier(_) | PlanStep::Update { .. } => {}
        }
    }
    notified
}

fn lane(recent: usize) -> Lane {
    Lane {
        recent: vec![now() - SignedDuration::from_secs(30); recent],
        ..Lane::default()
    }
}

#[test]
fn few_new_incidents_are_a_message_each_and_many_share_lists() {
    let new = PlannedIncident {
        kind: AlertType::Error,
        news: Some(NewsKind::New),
        shown: None,
        is_stale: false,
    };
    for (count, recent, posts, lists) in [(5, 0, 5, 0), (6, 0, 0, 1), (3, 3, 0, 1), (100, 0, 0, 3)]
    {
        let due: Vec<_> = (0..count)
            .map(|number| (format!("k{number}"), record(number, &new)))
            .collect();
        let plan = planned(&lane(recent), &due, true);
        let is_post = |step: &&PlanStep| matches!(step, PlanStep::Post(_));
        let is_list = |step: &&PlanStep| matches!(step, PlanStep::PostList(_));
        let counts = (
            plan.steps.iter().filter(is_post).count(),
            plan.steps.iter().filter(is_list).count(),
        );
        assert_eq!(counts, (posts, lists), "{count} after {recent}");
    }
}

#[test]
fn a_list_takes_more_for_a_minute_and_a_critical_one_is_also_a_reply() {
    let mut lane = lane(0);
    lane.open_list = Some(OpenList {
        key: "list".to_owned(),
        since: now() - SignedDuration::from_secs(59),
        length: LONGEST_LIST - 1,
    });
    let new = |kind| PlannedIncident {
        kind,
        news: Some(NewsKind::New),
        shown: None,
        is_stale: false,
    };
    let due = [
        ("a".to_owned(), record(0, &new(AlertType::Critical))),
        ("b".to_owned(), record(1, &new(AlertType::Error))),
    ];
    let steps = planned(&lane, &due, true).steps;
    let expected = [
        PlanStep::UpdateList {
            list: "list".to_owned(),
            keys: vec!["a".to_owned()],
        },
        PlanStep::ReplyToList {
            list: "list".to_owned(),
            keys: vec!["a".to_owned()],
        },
        // The list is full.
        PlanStep::PostList(vec!["b".to_owned()]),
    ];
    assert_eq!(steps, expected);
    lane.open_list.as_mut().expect("a list").since = now() - minutes(1);
    let steps = planned(&lane, &due, true).steps;
    assert_eq!(steps.len(), 2, "{steps:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn each_news_is_sent_once_and_nothing_else_is(
        incidents in proptest::collection::vec(incident(), 1..100),
        recent in 0_usize..8,
        can_update in any::<bool>(),
    ) {
        let due: Vec<(String, IncidentRecord)> = incidents
            .iter()
            .enumerate()
            .map(|(number, incident)| (format!("k{number:03}"), record(number, incident)))
            .collect();
        let plan = planned(&lane(recent), &due, can_update);
        prop_assert_eq!(plan.wait_until, None);
        let ends: BTreeSet<String> = due
            .iter()
            .filter(|(_, record)| record.episode.resolved.is_some())
            .map(|(key, _)| key.clone())
            .collect();
        let expected: BTreeMap<String, usize> = due
            .iter()
            .filter(|(_, record)| record.news.is_some())
            .map(|(key, _)| (key.clone(), 1))
            .collect();
        prop_assert_eq!(notified(&plan, &ends), expected);
        for step in &plan.steps {
            if let PlanStep::PostList(keys) = step {
                prop_assert!((1..=LONGEST_LIST).contains(&keys.len()));
            }
            let changes = matches!(step, PlanStep::Update { .. } | PlanStep::UpdateList { .. });
            prop_assert!(can_update || !changes, "{:?}", step);
        }
        // What is stale is updated.
        for (key, record) in due.iter().filter(|(_, record)| record.is_stale && can_update) {
            let is_updated = plan.steps.iter().any(|step| match step {
                // Its news may be a new message.
                PlanStep::Update { key: other, .. } | PlanStep::Post(other) => other == key,
                PlanStep::UpdateList { keys, .. } | PlanStep::PostList(keys) => {
                    keys.contains(key)
                }
                _ => false,
            });
            prop_assert!(is_updated, "{} {:?}", key, record);
        }
    }

    #[test]
    fn the_order_in_which_incidents_became_due_changes_no_call_but_its_place(
        incidents in proptest::collection::vec(incident(), 1..5),
    ) {
        let due: Vec<(String, IncidentRecord)> = incidents
            .iter()
            .enumerate()
            .map(|(number, incident)| (format!("k{number:03}"), record(number, incident)))
            .collect();
        let steps = |due: &[(String, IncidentRecord)]| {
            let steps = planned(&lane(0), due, true).steps.into_iter();
            let mut steps: Vec<String> = steps
                .map(|mut step| {
                    if let PlanStep::UpdateList { keys, .. } = &mut step {
                        keys.sort();
                    }
                    format!("{step:?}")
                })
                .collect();
            steps.sort();
            steps
        };
        let reversed: Vec<_> = due.iter().rev().cloned().collect();
        prop_assert_eq!(steps(&due), steps(&reversed));
    }
}
