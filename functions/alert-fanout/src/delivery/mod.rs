//! Sends each notice to each of its targets: load, apply, plan, act, save.
//!
//! 1. **Load** the records of a batch: one for each incident and target (`record`, `slot`).
//! 2. **Apply** the notices to them (`apply`, pure), and save (`accept`). From here on what is due is in the
//!    ledger; a killed run loses nothing.
//! 3. **Plan** what to send to each target (`plan`, pure): a message each, or lists in a storm.
//! 4. **Act** (`flush`, `call`): one run at a time has the lane of a target (`lane`), and sends whatever is
//!    due there, also what other runs accepted, at the pace of the channel.
//! 5. **Save** what was sent after each call.
//!
//! What a killed run leaves behind:
//! - before the save of 2: nothing; the event comes again.
//! - after it: records that are due. The next run at the target, the retry or the sweep sends them.
//! - between the channel's acceptance of a message and its save: nothing records that it was sent, and it is
//!   sent again. **This is the one point at which a duplicate is possible.** Updates come before replies, and
//!   are safe to repeat.
//! - at any point: a lease, which ends in half a minute.
//!
//! Other causes of a duplicate: a channel that reports an unknown result, and a ledger that does not answer,
//! in which case everything is sent (`ledger::best_effort`).
//!
//! A target that refuses permanently, or is unreachable for too long, is replaced by a fallback (`round`).
//! The other targets are notified of the failure (`failures`).
//!
//! A [`sweep`] sends what was held, repeats what nobody acknowledged, and closes what nobody ended
//! (`sweep`, pure); all that is due is sent as in 3 to 5.

use std::collections::{BTreeMap, BTreeSet};

use shared::invocation::Invocation;

use crate::{
    report::{DeliveryOutcome, FanoutReport, HoldReason, MessageReport, SweepReport, TargetReport},
    routing::{Destinations, Target, route::Repeat},
};

mod accept;
mod apply;
mod arrival;
mod call;
mod change;
mod clock;
mod context;
mod failures;
mod flush;
mod graph;
mod keys;
mod lane;
pub mod ledger;
mod list;
pub mod overview;
mod plan;
pub mod record;
mod round;
mod run;
mod sent;
mod slot;
mod sweep;
#[cfg(test)]
mod tests;
mod unsteady;
mod wait;

pub use arrival::Arrival;
pub use context::Context;

use accept::{Accepted, NoticeBatch, accept};
use apply::Applied;
use record::{IncidentRecord, OPEN, due_list};
use round::{DeliveryRound, flush_all};
use run::DeliveryRun;
use slot::IncidentSlot;
use sweep::{SweepRules, Swept};

/// Delivers each notice to its targets. A failure is retried while there is time.
pub async fn deliver(
    arrivals: &[Arrival],
    context: &Context,
    invocation: &Invocation,
) -> FanoutReport {
    let run = DeliveryRun::new(context, invocation, true);
    deliver_in(&run, arrivals).await
}

/// Delivers the notices of a queue, which retries failures itself.
pub async fn deliver_queued(
    arrivals: &[Arrival],
    context: &Context,
    invocation: &Invocation,
) -> FanoutReport {
    let run = DeliveryRun::new(context, invocation, false);
    deliver_in(&run, arrivals).await
}

async fn deliver_in(run: &DeliveryRun<'_>, arrivals: &[Arrival]) -> FanoutReport {
    let plans: Vec<Destinations> = arrivals
        .iter()
        .map(|arrival| run.context.plan.destinations(&arrival.notice, run.now()))
        .collect();
    let (messages, round) = deliver_to(run, arrivals, &plans).await;
    failures::report(run, &round).await;
    let mut report = FanoutReport::of(messages, run.ledger.failures());
    report.failing_channels = round.failing.len() as u64;
    report
}

/// Notifies every target of invalid settings, whatever routes and silences say.
pub async fn report_setting_problems(context: &Context, invocation: &Invocation) {
    let Some(arrival) = context.take_setting_problems(invocation.now) else {
        return;
    };
    let run = DeliveryRun::new(context, invocation, true);
    let everywhere = Destinations {
        targets: context.plan.all(),
        ..Destinations::default()
    };
    let (messages, _) = deliver_to(&run, &[arrival], &[everywhere]).await;
    if FanoutReport::of(messages, 0).failed > 0 {
        context.put_back_setting_problems();
    }
}

async fn deliver_to(
    run: &DeliveryRun<'_>,
    arrivals: &[Arrival],
    plans: &[Destinations],
) -> (Vec<MessageReport>, DeliveryRound) {
    let all = targets(run, plans);
    let mut batch = accept(run, arrivals, plans, &all).await;
    let before: BTreeMap<String, IncidentRecord> = batch
        .slots
        .iter()
        .filter_map(|(key, slot)| Some((key.clone(), slot.value.clone()?)))
        .collect();
    let mut slots: BTreeMap<String, Vec<IncidentSlot>> = BTreeMap::new();
    for (key, slot) in std::mem::take(&mut batch.slots) {
        if let Some(target) = batch.targets.get(&key) {
            slots.entry(target.clone()).or_default().push(slot);
        }
    }
    let handed = handed_over(run, plans, &batch, &before).await;
    for (fallback, slot) in handed {
        slots.entry(fallback).or_default().push(slot);
    }
    let round = flush_all(run, &all, slots).await;
    let messages = reports(arrivals, plans, &all, &batch, &before, &round);
    (messages, round)
}

/// The records at fallbacks of what an earlier run handed over: it may have been killed before it sent them.
async fn handed_over(
    run: &DeliveryRun<'_>,
    plans: &[Destinations],
    batch: &NoticeBatch,
    records: &BTreeMap<String, IncidentRecord>,
) -> Vec<(String, IncidentSlot)> {
    let mut keys = BTreeMap::new();
    for it in &batch.accepted {
        let is_handed = records.get(&it.key).is_some_and(|it| it.is_handed_over);
        let plan = plans.get(it.arrival).filter(|_| is_handed);
        for fallback in plan.iter().flat_map(|plan| &plan.fallbacks) {
            keys.insert(keys::at_target(&it.key, &fallback.id), fallback.id.clone());
        }
    }
    let wanted: Vec<String> = keys.keys().cloned().collect();
    let slots = IncidentSlot::read_all(run, &wanted).await.into_iter();
    let slots = slots.filter(|slot| slot.value.is_some());
    slots
        .filter_map(|slot| Some((keys.get(&slot.key)?.clone(), slot)))
        .collect()
}

/// Every target that the run may send to.
fn targets(run: &DeliveryRun<'_>, plans: &[Destinations]) -> Vec<Target> {
    let mut all = run.context.plan.all();
    for plan in plans {
        for target in plan.targets.iter().chain(&plan.fallbacks) {
            if all.iter().all(|it| it.id != target.id) {
                all.push(target.clone());
            }
        }
    }
    all
}

/// The outcome of each message at its targets.
fn reports(
    arrivals: &[Arrival],
    plans: &[Destinations],
    all: &[Target],
    batch: &NoticeBatch,
    before: &BTreeMap<String, IncidentRecord>,
    round: &DeliveryRound,
) -> Vec<MessageReport> {
    let mut messages: Vec<MessageReport> = arrivals
        .iter()
        .zip(plans)
        .map(|(arrival, plan)| MessageReport {
            id: arrival.message.id.clone(),
            queue_id: arrival.message.queue_id.clone(),
            held: plan.held,
            targets: Vec::new(),
        })
        .collect();
    let mut accepted: Vec<&Accepted> = batch.accepted.iter().collect();
    let changed: BTreeSet<&str> = accepted
        .iter()
        .filter(|it| it.applied == Applied::Changed)
        .map(|it| it.key.as_str())
        .collect();
    let position = |id: &str| all.iter().position(|target| target.id == id);
    accepted.sort_by_key(|it| (it.arrival, position(&it.target)));
    for it in accepted {
        let Some(message) = messages.get_mut(it.arrival) else {
            continue;
        };
        if let Applied::Held(reason) = it.applied
            && Some(reason) == message.held
        {
            continue;
        }
        message.held = None;
        let name = all
            .iter()
            .find(|target| target.id == it.target)
            .map_or(it.target.as_str(), |target| target.name.as_str());
        message.targets.push(TargetReport {
            target: name.to_owned(),
            instead_of: None,
            outcome: if it.applied == Applied::Known && changed.contains(it.key.as_str()) {
                DeliveryOutcome::AlreadyDelivered
            } else {
                outcome(it, before.get(&it.key), round)
            },
        });
        let mut key = &it.key;
        while let Some(fallback) = round.fallbacks.get(key) {
            let outcome = round.outcomes.get(&fallback.key);
            message.targets.push(TargetReport {
                target: fallback.target.clone(),
                instead_of: Some(fallback.instead_of.clone()),
                outcome: outcome
                    .cloned()
                    .unwrap_or(DeliveryOutcome::AlreadyDelivered),
            });
            key = &fallback.key;
        }
    }
    messages
}

fn outcome(
    accepted: &Accepted,
    record: Option<&IncidentRecord>,
    round: &DeliveryRound,
) -> DeliveryOutcome {
    let sent = round.outcomes.get(&accepted.key);
    if let Some(sent) = sent.filter(|sent| !sent.is_settled()) {
        return sent.clone();
    }
    match accepted.applied {
        Applied::Held(reason) => DeliveryOutcome::Held { reason },
        Applied::Known => match (sent, record.and_then(|record| record.refused.as_ref())) {
            (None, Some(refusal)) => flush::failed(&refusal.reason, false),
            // An earlier run accepted it, and this one sent it.
            (Some(sent), _) => sent.clone(),
            (None, None) => DeliveryOutcome::AlreadyDelivered,
        },
        Applied::Changed => match sent {
            Some(sent) => sent.clone(),
            None if record.is_some_and(|record| record.news.as_ref().is_some_and(is_deferred)) => {
                DeliveryOutcome::Held {
                    reason: HoldReason::Unsteady,
                }
            }
            // Another run sent it.
            None if record.is_some_and(|record| record.news.is_some()) => {
                DeliveryOutcome::Delivered
            }
            None => DeliveryOutcome::Updated,
        },
    }
}

fn is_deferred(news: &record::News) -> bool {
    news.not_before.is_some()
}

/// Sends what was held and fires still, repeats what nobody acknowledged, closes what nobody ended, and
/// sends everything else that is due.
pub async fn sweep(context: &Context, invocation: &Invocation) -> FanoutReport {
    let run = DeliveryRun::new(context, invocation, true);
    let all = context.plan.all();
    let mut report = SweepReport::default();
    let mut slots: BTreeMap<String, Vec<IncidentSlot>> = BTreeMap::new();
    let mut lists = vec![OPEN.to_owned()];
    lists.extend(all.iter().map(|target| due_list(&target.id)));
    for list in lists {
        for (key, entry) in run.ledger.list(&list).await.unwrap_or_default() {
            let mut slot = IncidentSlot::of(key, Some(entry));
            let Some(record) = slot.value.clone() else {
                continue;
            };
            report.checked += 1;
            let Some(target) = all.iter().find(|target| target.id == record.target) else {
                report.without_target += 1;
                continue;
            };
            sweep_one(&run, target, &mut slot, &mut report).await;
            slots.entry(target.id.clone()).or_default().push(slot);
        }
    }
    let round = flush_all(&run, &all, slots).await;
    failures::report(&run, &round).await;
    let messages = round.outcomes.iter().map(|(key, outcome)| MessageReport {
        id: key.clone(),
        queue_id: None,
        held: None,
        targets: vec![TargetReport {
            target: String::new(),
            instead_of: None,
            outcome: outcome.clone(),
        }],
    });
    let mut whole = FanoutReport::of(messages.collect(), run.ledger.failures());
    whole.records = 0;
    whole.failing_channels = round.failing.len() as u64;
    whole.sweep = Some(report);
    whole
}

async fn sweep_one(
    run: &DeliveryRun<'_>,
    target: &Target,
    slot: &mut IncidentSlot,
    report: &mut SweepReport,
) {
    let config = &run.context.config;
    let mut last = None;
    slot.save(run, target.channel.can_update(), |record| {
        let record = record?;
        let now = run.now();
        let Destinations { held, holder, .. } = run.context.plan.destinations(&record.notice, now);
        let repeat = run.context.plan.repeat(&record.notice);
        let acknowledged = run.context.handling(&record.notice, now).acknowledged;
        let rules = SweepRules {
            held,
            // One of an earlier incident with the same key does not count.
            is_acknowledged: acknowledged.is_some_and(|it| it.at >= record.episode.first),
            repeat: repeat.map_or(config.repeat_after, Repeat::time),
            close: config.close_after,
            now,
        };
        let mut changed = record.clone();
        if let Some((record, swept)) = sweep::sweep(&record, rules) {
            last = Some(swept);
            changed = record;
        }
        if changed.held.is_some() {
            changed.held_by = holder;
        }
        // What becomes due by time alone moves to the other list.
        let is_due = changed.is_due(target.channel.can_update(), now);
        (is_due || changed != record).then_some(changed)
    })
    .await;
    match last {
        Some(Swept::Released) => report.released += 1,
        Some(Swept::Repeated) => report.repeated += 1,
        Some(Swept::Closed) => report.closed += 1,
        Some(Swept::Retried) => report.retried += 1,
        Some(Swept::Dropped | Swept::Muted) | None => {}
    }
}
