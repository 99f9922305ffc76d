//! The first half of a delivery: reads the records of a batch, applies its notices, and stores the result.
//! From then on a killed run loses nothing: what is due is in the ledger.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, stream};

use super::{
    apply::{Applied, Rules, apply},
    arrival::Arrival,
    keys,
    record::IncidentRecord,
    run::DeliveryRun,
    slot::{IncidentSlot, Slot},
};
use crate::{
    report::HoldReason,
    routing::{Destinations, Target},
};

/// The number of concurrent writes.
pub(super) const AT_ONCE: usize = 16;

/// A notice at a target.
#[derive(Clone, Debug)]
pub(super) struct Accepted {
    /// The number of its arrival.
    pub(super) arrival: usize,
    /// The id of the target.
    pub(super) target: String,
    /// The key of its record.
    pub(super) key: String,
    pub(super) applied: Applied,
}

/// The records of a batch.
#[derive(Debug, Default)]
pub(super) struct NoticeBatch {
    /// By their keys.
    pub(super) slots: BTreeMap<String, IncidentSlot>,
    pub(super) accepted: Vec<Accepted>,
    /// The target of each record.
    pub(super) targets: BTreeMap<String, String>,
}

/// Which notices a record was given.
type Applications = BTreeMap<String, Vec<(usize, Option<HoldReason>)>>;

/// Reads, applies and stores.
pub(super) async fn accept(
    run: &DeliveryRun<'_>,
    arrivals: &[Arrival],
    plans: &[Destinations],
    all: &[Target],
) -> NoticeBatch {
    let mut batch = load(run, arrivals, plans, all).await;
    let mut order: Vec<usize> = (0..arrivals.len()).collect();
    // The order of arrival does not matter.
    order.sort_by_key(|number| arrivals.get(*number).map(|it| it.at(run.now())));
    let before: BTreeMap<String, Option<IncidentRecord>> = batch
        .slots
        .iter()
        .map(|(key, slot)| (key.clone(), slot.value.clone()))
        .collect();
    let mut applications = Applications::new();
    for number in order {
        let (Some(arrival), Some(plan)) = (arrivals.get(number), plans.get(number)) else {
            continue;
        };
        for (target, held) in recipients(&batch, arrival, plan, all) {
            let key = keys::incident(&arrival.incident(), &target.id);
            let Some(slot) = batch.slots.get_mut(&key) else {
                continue;
            };
            let rules = rules(run, target, held, slot.is_known);
            let event = arrival.event(run.now());
            let (record, applied) = apply(slot.value.take(), &event, &target.id, rules);
            slot.value = record.map(|record| held_by(record, plan));
            let given = applications.entry(key.clone()).or_default();
            given.push((number, held));
            batch.targets.insert(key.clone(), target.id.clone());
            batch.accepted.push(Accepted {
                arrival: number,
                target: target.id.clone(),
                key,
                applied,
            });
        }
    }
    store(run, arrivals, plans, all, &mut batch, before, &applications).await;
    batch
}

/// Notes what holds a record.
fn held_by(mut record: IncidentRecord, plan: &Destinations) -> IncidentRecord {
    if record.held.is_none() {
        record.held_by = None;
    } else if plan.held == record.held {
        record.held_by.clone_from(&plan.holder);
    }
    record
}

fn rules(
    run: &DeliveryRun<'_>,
    target: &Target,
    held: Option<HoldReason>,
    is_known: bool,
) -> Rules {
    Rules {
        can_update: target.channel.can_update(),
        window: run.context.config.window,
        held,
        is_known,
        now: run.now(),
    }
}

async fn load(
    run: &DeliveryRun<'_>,
    arrivals: &[Arrival],
    plans: &[Destinations],
    all: &[Target],
) -> NoticeBatch {
    let mut keys = BTreeSet::new();
    for (arrival, plan) in arrivals.iter().zip(plans) {
        // The end of an incident goes to every target that has it.
        let others = all.iter().filter(|_| arrival.is_end());
        for target in plan.targets.iter().chain(others) {
            keys.insert(keys::incident(&arrival.incident(), &target.id));
        }
    }
    let keys: Vec<String> = keys.into_iter().collect();
    let slots = Slot::read_all(run, &keys).await.into_iter();
    NoticeBatch {
        slots: slots.map(|slot| (slot.key.clone(), slot)).collect(),
        ..NoticeBatch::default()
    }
}

/// Who gets a notice, and why it is held there.
fn recipients<'a>(
    batch: &NoticeBatch,
    arrival: &Arrival,
    plan: &'a Destinations,
    all: &'a [Target],
) -> Vec<(&'a Target, Option<HoldReason>)> {
    if arrival.is_end() {
        let incident = arrival.incident();
        let has_it = |target: &&Target| {
            let slot = batch.slots.get(&keys::incident(&incident, &target.id));
            let record = slot.and_then(|slot| slot.value.as_ref());
            // An end alone is no incident.
            record.is_some_and(|record| record.episode.count > 0)
        };
        let having: Vec<_> = all.iter().chain(&plan.targets).filter(has_it).collect();
        if !having.is_empty() {
            let mut seen = BTreeSet::new();
            return having
                .into_iter()
                .filter(|target| seen.insert(target.id.as_str()))
                .map(|target| (target, None))
                .collect();
        }
        if plan.held.is_some() {
            return Vec::new();
        }
    }
    let targets = plan.targets.iter();
    targets.map(|target| (target, plan.held)).collect()
}

async fn store(
    run: &DeliveryRun<'_>,
    arrivals: &[Arrival],
    plans: &[Destinations],
    all: &[Target],
    batch: &mut NoticeBatch,
    mut before: BTreeMap<String, Option<IncidentRecord>>,
    applications: &Applications,
) {
    let mut changed: Vec<IncidentSlot> = Vec::new();
    for (key, slot) in &batch.slots {
        let was = before.remove(key).flatten();
        if slot.value != was {
            let mut slot = slot.clone();
            // Written from what was read, as it is written from what another run wrote.
            slot.value = was;
            changed.push(slot);
        }
    }
    let writes: Vec<_> = changed
        .into_iter()
        .map(|slot| {
            let target = batch.targets.get(&slot.key);
            let target = all.iter().find(|it| Some(&it.id) == target);
            let given = applications.get(&slot.key).map_or(&[][..], Vec::as_slice);
            write(run, arrivals, plans, target, given, slot)
        })
        .collect();
    let mut writing = stream::iter(writes).buffer_unordered(AT_ONCE);
    let mut written = Vec::new();
    while let Some(done) = writing.next().await {
        written.push(done);
    }
    drop(writing);
    for (slot, results) in written {
        for (number, applied) in results {
            let mut accepted = batch.accepted.iter_mut();
            let is_it = |it: &&mut Accepted| it.key == slot.key && it.arrival == number;
            if let Some(accepted) = accepted.find(is_it) {
                accepted.applied = applied;
            }
        }
        batch.slots.insert(slot.key.clone(), slot);
    }
}

/// Writes one record: its notices are applied to whatever is there by then.
async fn write(
    run: &DeliveryRun<'_>,
    arrivals: &[Arrival],
    plans: &[Destinations],
    target: Option<&Target>,
    given: &[(usize, Option<HoldReason>)],
    mut slot: IncidentSlot,
) -> (IncidentSlot, Vec<(usize, Applied)>) {
    let mut results = Vec::new();
    let Some(target) = target else {
        return (slot, results);
    };
    let is_known = slot.is_known;
    let can_update = target.channel.can_update();
    slot.save(run, can_update, |mut record| {
        results.clear();
        for (number, held) in given {
            if let (Some(arrival), Some(plan)) = (arrivals.get(*number), plans.get(*number)) {
                let event = arrival.event(run.now());
                let rules = rules(run, target, *held, is_known);
                let applied;
                (record, applied) = apply(record, &event, &target.id, rules);
                record = record.map(|record| held_by(record, plan));
                results.push((*number, applied));
            }
        }
        record
    })
    .await;
    (slot, results)
}
