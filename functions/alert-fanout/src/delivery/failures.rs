//! Notifies the other targets of one that does not accept messages, and of its recovery.

use jiff::tz::TimeZone;
use shared::model::alert::{AlertStatus, AlertType};

use super::{
    accept::accept,
    arrival::Arrival,
    keys,
    record::{Failing, LANES, Lane},
    round::{DeliveryRound, REPORTED, flush_all},
    run::DeliveryRun,
    slot::Slot,
};
use crate::{
    incoming::IncomingMessage,
    notice::{Advice, Notice, Phrase},
    redaction::clean,
    routing::{Destinations, Target},
};

/// Notifies the other targets of failures and recoveries that a round found.
pub(super) async fn report(run: &DeliveryRun<'_>, round: &DeliveryRound) {
    let all = run.context.plan.all();
    let mut arrivals = Vec::new();
    let mut plans = Vec::new();
    for target in &all {
        let arrival = if round.recovered.contains(&target.id) {
            recovered(run, target)
        } else if let Some(failing) = round.failing.get(&target.id)
            && is_to_report(run, failing)
        {
            note_report(run, target).await;
            failed(run, target, failing)
        } else {
            continue;
        };
        arrivals.push(arrival);
        let works =
            |other: &&Target| other.id != target.id && !round.failing.contains_key(&other.id);
        plans.push(Destinations {
            targets: all.iter().filter(works).cloned().collect(),
            ..Destinations::default()
        });
    }
    if arrivals.is_empty() {
        return;
    }
    let mut batch = accept(run, &arrivals, &plans, &all).await;
    let mut slots: std::collections::BTreeMap<String, Vec<_>> = std::collections::BTreeMap::new();
    for (key, slot) in std::mem::take(&mut batch.slots) {
        if let Some(target) = batch.targets.get(&key) {
            slots.entry(target.clone()).or_default().push(slot);
        }
    }
    flush_all(run, &all, slots).await;
}

/// A refusal is reported at once, a failure that may pass after the time for a fallback; each once a day.
fn is_to_report(run: &DeliveryRun<'_>, failing: &Failing) -> bool {
    let lasts = run.now().duration_since(failing.since);
    let is_serious = failing.is_permanent || lasts >= run.context.config.fallback_after;
    let is_known = failing
        .reported
        .is_some_and(|time| run.now().duration_since(time) < REPORTED);
    is_serious && !is_known
}

async fn note_report(run: &DeliveryRun<'_>, target: &Target) {
    let mut slot = Slot::<Lane>::read(run, keys::lane(&target.id)).await;
    if let Some(mut lane) = slot.value.clone()
        && let Some(failing) = &mut lane.failing
    {
        failing.reported = Some(run.now());
        // If another run has the lane by now, it reports the failure itself.
        let expires = run.after(REPORTED * 15);
        let _ = slot.put(run, lane, Some(LANES.to_owned()), expires).await;
    }
}

fn arrival(run: &DeliveryRun<'_>, target: &Target, title: Phrase) -> Arrival {
    let key = format!("bongsu/channel/{}", target.id);
    let day = TimeZone::UTC.to_datetime(run.now()).date();
    let notice = Notice {
        kind: AlertType::Critical,
        occurred_at: Some(run.now()),
        dedup_key: Some(key.clone()),
        ..Notice::new("bongsu", title)
    };
    Arrival {
        message: IncomingMessage {
            id: format!("{key}/{day}"),
            topics: Vec::new(),
            sent_at: Some(run.now()),
            subject: None,
            text: String::new(),
            queue_id: None,
        },
        notice,
    }
}

fn failed(run: &DeliveryRun<'_>, target: &Target, failing: &Failing) -> Arrival {
    let title = Phrase::ChannelFails {
        name: target.name.clone(),
    };
    let mut arrival = arrival(run, target, title);
    let notice = &mut arrival.notice;
    notice.status = Some(AlertStatus::Firing);
    let mut reason = failing.reason.clone();
    // A server may repeat what it was sent.
    clean(&mut reason.said);
    notice.statements = vec![Phrase::ChannelFailure(reason)];
    notice.since = Some(failing.since);
    notice.advice = vec![Phrase::Advice(Advice::RepairChannel)];
    notice.identity = Some(format!("{} since {}", arrival.message.id, failing.since));
    arrival
}

fn recovered(run: &DeliveryRun<'_>, target: &Target) -> Arrival {
    let title = Phrase::ChannelWorks {
        name: target.name.clone(),
    };
    let mut arrival = arrival(run, target, title);
    arrival.notice.status = Some(AlertStatus::Resolved);
    arrival.notice.identity = Some(format!("{} works at {}", arrival.message.id, run.now()));
    arrival
}
