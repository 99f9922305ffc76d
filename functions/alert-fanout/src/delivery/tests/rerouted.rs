//! Random histories while routes change: an end goes to every target that has the incident, and to no
//! other one.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use shared::model::alert::{AlertStatus, AlertType};
use tokio::runtime::Builder;

use super::fixture::{DeliveryFixture, RecordedMode, RecordingKind, minutes, notice, now};
use crate::{notice::Remark, routing::Target};

const KINDS: [RecordingKind; 3] = [
    RecordingKind::Slack,
    RecordingKind::Mail,
    RecordingKind::Plain,
];

/// What happens: the key, whether it fires, and the targets that the routes name by then, a bit each.
type ReroutedNotice = (usize, bool, u8);

async fn history(happenings: Vec<ReroutedNotice>) -> Result<(), TestCaseError> {
    let mut stage = DeliveryFixture::new(&KINDS).await;
    let all: Vec<Target> = stage.plan.targets.clone();
    // Whether a channel must show an incident as over.
    let mut expected: BTreeMap<(usize, usize), bool> = BTreeMap::new();
    // The channels that were sent a beginning.
    let mut began: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut clock = now();
    for (number, (key, fires, routes)) in happenings.into_iter().enumerate() {
        clock += minutes(10);
        let is_routed = |channel: usize| routes & (1 << channel) != 0;
        let part = |is_routed: &dyn Fn(usize) -> bool| -> Vec<Target> {
            let targets = all.iter().enumerate();
            let targets = targets.filter(|(channel, _)| is_routed(*channel));
            targets.map(|(_, target)| target.clone()).collect()
        };
        stage.plan.targets = part(&is_routed);
        stage.plan.others = part(&|channel| !is_routed(channel));
        let mut arrival = notice(&format!("k{key}"), AlertType::Error, clock);
        arrival.message.id = format!("message {number}");
        arrival.notice.dedup_key = Some(format!("key {key}"));
        if !fires {
            arrival.notice.status = Some(AlertStatus::Resolved);
        }
        stage.run(&[arrival], clock).await;
        let is_known = began.iter().any(|(_, known)| *known == key);
        for channel in 0..KINDS.len() {
            if fires && is_routed(channel) {
                began.insert((channel, key));
                expected.insert((channel, key), false);
            } else if !fires && began.contains(&(channel, key)) {
                expected.insert((channel, key), true);
            } else if !fires && !is_known && is_routed(channel) {
                // A resolution without a known alert is sent as an event.
                expected.insert((channel, key), true);
            }
        }
    }
    stage.plan.targets.clone_from(&all);
    stage.plan.others.clear();
    for pause in [5, 20] {
        clock += minutes(pause);
        stage.sweep(clock).await;
    }
    for channel in 0..KINDS.len() {
        let mut shown: BTreeMap<String, bool> = BTreeMap::new();
        for sent in stage.sent(channel) {
            let is_of_older = sent.remark == Some(Remark::Superseded);
            if !is_of_older && (sent.how == RecordedMode::Posted || sent.incidents.is_empty()) {
                shown.insert(sent.title, sent.is_over);
            }
        }
        for key in 0..3 {
            let expected = expected.get(&(channel, key));
            prop_assert_eq!(
                shown.get(&format!("k{key}")),
                expected,
                "k{} at {}",
                key,
                channel
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_end_reaches_every_target_that_has_the_incident(
        happenings in proptest::collection::vec((0_usize..3, any::<bool>(), 1_u8..8), 1..12),
    ) {
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(history(happenings))?;
    }
}
