//! Random histories: nothing is lost, nothing is sent twice, and order does not matter.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use shared::model::alert::{AlertStatus, AlertType};
use tokio::runtime::Builder;

use crate::notice::Remark;

use super::{
    super::arrival::Arrival,
    fixture::{
        DeliveryFixture, Killer, RecordedMode, RecordedSend, RecordingKind, minutes, notice, now,
        retryable,
    },
};

const KINDS: [RecordingKind; 3] = [
    RecordingKind::Slack,
    RecordingKind::Mail,
    RecordingKind::Plain,
];

/// What happens.
#[derive(Clone, Debug)]
enum Happening {
    /// Notices arrive in one event, in an order of their own: the key, the severity or the end, and the
    /// seconds since the one before.
    Batch(Vec<(usize, Option<AlertType>, i64)>, Vec<u32>),
    /// One of the earlier events once more, counted from the last one.
    Redelivery(usize),
    /// The next messages to this channel are not accepted.
    Trouble(usize),
    /// The next event is killed at this call, and comes again a minute later.
    Death(usize, bool),
    /// The sweep.
    Sweep,
}

fn happening() -> impl Strategy<Value = Happening> {
    let kind = prop_oneof![
        3 => Just(Some(AlertType::Warning)),
        2 => Just(Some(AlertType::Error)),
        1 => Just(Some(AlertType::Critical)),
        3 => Just(None),
    ];
    let one = (0_usize..12, kind, 1_i64..400);
    let batch = proptest::collection::vec(one, 1..16);
    let order = proptest::collection::vec(any::<u32>(), 16);
    prop_oneof![
        6 => (batch, order).prop_map(|(batch, order)| Happening::Batch(batch, order)),
        1 => (0_usize..5).prop_map(Happening::Redelivery),
        1 => (0_usize..3).prop_map(Happening::Trouble),
        1 => (1_usize..60, any::<bool>()).prop_map(|(call, after)| Happening::Death(call, after)),
        1 => Just(Happening::Sweep),
    ]
}

fn arrival(number: usize, key: usize, kind: Option<AlertType>, at: Timestamp) -> Arrival {
    let mut arrival = notice(&format!("k{key}"), kind.unwrap_or(AlertType::Warning), at);
    arrival.message.id = format!("message {number}");
    arrival.notice.dedup_key = Some(format!("key {key}"));
    if kind.is_none() {
        arrival.notice.status = Some(AlertStatus::Resolved);
    }
    arrival
}

/// Whether the last message that says something new about a key shows it as over.
fn shown(sent: &[RecordedSend]) -> BTreeMap<String, bool> {
    let mut shown = BTreeMap::new();
    let mut lists: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
    for sent in sent {
        if sent.remark == Some(Remark::Superseded) {
            continue;
        }
        if sent.incidents.is_empty() {
            shown.insert(sent.title.clone(), sent.is_over);
        }
        // What a reply to a list says is also in the list.
        if sent.how == RecordedMode::Replied {
            continue;
        }
        let before = lists
            .insert(format!("{:?}", sent.message_ref), sent.incidents.clone())
            .filter(|_| sent.message_ref.is_some())
            .unwrap_or_default();
        let changed = sent.incidents.iter().filter(|line| !before.contains(line));
        shown.extend(changed.cloned());
    }
    shown
}

async fn history(happenings: Vec<Happening>) -> Result<(), TestCaseError> {
    let stage = DeliveryFixture::new(&KINDS).await;
    let mut clock: Timestamp = now();
    let mut events: Vec<Vec<Arrival>> = Vec::new();
    let mut number = 0;
    let mut open: BTreeMap<String, bool> = BTreeMap::new();
    let mut death = None;
    for happening in happenings {
        match happening {
            Happening::Trouble(channel) => stage.fail(channel, retryable()),
            Happening::Death(call, is_after) => death = Some((call, is_after)),
            Happening::Sweep => {
                clock += minutes(1);
                stage.sweep(clock).await;
            }
            Happening::Redelivery(back) => {
                if let Some(event) = events.len().checked_sub(1 + back) {
                    clock += minutes(1);
                    stage.run(&events[event], clock).await;
                }
            }
            Happening::Batch(batch, order) => {
                let mut event = Vec::new();
                for (key, kind, seconds) in batch {
                    clock += SignedDuration::from_secs(seconds);
                    number += 1;
                    event.push(arrival(number, key, kind, clock));
                    open.insert(format!("k{key}"), kind.is_some());
                }
                let mut order = order.into_iter();
                event.sort_by_key(|_| order.next());
                if let Some((call, is_after)) = death.take() {
                    stage
                        .run_killed(&event, clock, Killer::at(call, is_after))
                        .await;
                    clock += minutes(1);
                }
                stage.run(&event, clock).await;
                events.push(event);
            }
        }
    }
    // Everything comes to rest.
    for pause in [5, 20, 5] {
        clock += minutes(pause);
        for event in &events {
            stage.run(event, clock).await;
        }
        stage.sweep(clock).await;
    }
    for channel in 0..KINDS.len() {
        let shown = shown(&stage.sent(channel));
        for (key, is_open) in &open {
            prop_assert_eq!(shown.get(key), Some(&!is_open), "{} at {}", key, channel);
        }
    }
    // What is known is not sent again.
    let before: Vec<usize> = (0..3).map(|channel| stage.sent(channel).len()).collect();
    for event in &events {
        stage.run(event, clock).await;
    }
    let after: Vec<usize> = (0..3).map(|channel| stage.sent(channel).len()).collect();
    prop_assert_eq!(before, after, "sent again");
    Ok(())
}

/// How many new messages each channel gets for an event.
async fn messages(event: &[Arrival]) -> Vec<Vec<(String, u64, bool)>> {
    let stage = DeliveryFixture::new(&KINDS).await;
    stage.run(event, now() + minutes(60)).await;
    (0..3)
        .map(|channel| {
            let sent = stage.sent(channel).into_iter();
            let mut sent: Vec<_> = sent
                .map(|sent| {
                    (
                        format!("{}{:?}", sent.title, sent.incidents),
                        sent.count,
                        sent.is_over,
                    )
                })
                .collect();
            sent.sort();
            sent
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn nothing_is_lost_and_nothing_is_sent_twice(
        happenings in proptest::collection::vec(happening(), 1..16),
    ) {
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(history(happenings))?;
    }

    #[test]
    fn the_order_and_the_repetition_of_messages_in_an_event_do_not_matter(
        notices in proptest::collection::vec((0_usize..4, proptest::option::of(Just(AlertType::Error))), 1..8),
        order in proptest::collection::vec(any::<u32>(), 16),
    ) {
        let at = |number: usize| now() + minutes(i64::try_from(number).expect("few"));
        let event: Vec<Arrival> = notices
            .iter()
            .enumerate()
            .map(|(number, (key, kind))| arrival(number, *key, *kind, at(number)))
            .collect();
        let mut other: Vec<Arrival> = event.iter().chain(&event).cloned().collect();
        let mut order = order.into_iter();
        other.sort_by_key(|_| order.next());
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
        prop_assert_eq!(runtime.block_on(messages(&event)), runtime.block_on(messages(&other)));
    }
}
