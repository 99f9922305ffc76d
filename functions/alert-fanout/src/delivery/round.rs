//! Flushes targets, and hands what one of them does not accept to its fallbacks.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use jiff::SignedDuration;

use super::{
    accept::AT_ONCE,
    flush::{Flushed, failed, flush},
    graph::Graphs,
    keys,
    record::{Failing, IncidentRecord, News, NewsKind, TargetRefusal},
    run::DeliveryRun,
    slot::{IncidentSlot, Slot},
};
use crate::{report::DeliveryOutcome, routing::Target};

/// What became of everything that was due.
#[derive(Debug, Default)]
pub(super) struct DeliveryRound {
    /// The outcome of each record, by its key.
    pub(super) outcomes: BTreeMap<String, DeliveryOutcome>,
    /// The fallback of each record that was handed over: the key of its record there.
    pub(super) fallbacks: BTreeMap<String, Fallback>,
    /// The targets that fail, by their ids.
    pub(super) failing: BTreeMap<String, Failing>,
    /// The targets that accept messages again, after their failure was reported.
    pub(super) recovered: BTreeSet<String>,
}

/// A record that replaces another one.
#[derive(Clone, Debug)]
pub(super) struct Fallback {
    /// Its key.
    pub(super) key: String,
    /// The name of its target.
    pub(super) target: String,
    /// The name of the target that failed.
    pub(super) instead_of: String,
}

/// Sends what is due at targets. `slots` are the records that this run knows, by the id of their target.
pub(super) async fn flush_all(
    run: &DeliveryRun<'_>,
    all: &[Target],
    mut slots: BTreeMap<String, Vec<IncidentSlot>>,
) -> DeliveryRound {
    let graphs = Graphs::default();
    let mut round = DeliveryRound::default();
    // Each pass is one fallback further.
    for _ in 0..=all.len() {
        let work: Vec<(&Target, Vec<IncidentSlot>)> = all
            .iter()
            .filter_map(|target| Some((target, slots.remove(&target.id)?)))
            .collect();
        if work.is_empty() {
            break;
        }
        let mut results = Vec::new();
        let mut work = work.into_iter();
        loop {
            let some: Vec<_> = work.by_ref().take(AT_ONCE).collect();
            if some.is_empty() {
                break;
            }
            let (to, slots): (Vec<&Target>, Vec<_>) = some.into_iter().unzip();
            let sending: Vec<_> = to
                .iter()
                .zip(slots)
                .map(|(target, slots)| flush(run, target, slots, &graphs))
                .collect();
            results.extend(to.iter().copied().zip(join_all(sending).await));
        }
        for (target, flushed) in results {
            for (to, slot) in settle(run, all, target, flushed, &mut round).await {
                slots.entry(to).or_default().push(slot);
            }
        }
    }
    round
}

/// Notes the results of one target. Returns what is handed to fallbacks, by their ids.
async fn settle(
    run: &DeliveryRun<'_>,
    all: &[Target],
    target: &Target,
    flushed: Flushed,
    round: &mut DeliveryRound,
) -> Vec<(String, IncidentSlot)> {
    let mut handed = Vec::new();
    if flushed.has_recovered {
        round.recovered.insert(target.id.clone());
    }
    for (key, mut outcome) in flushed.outcomes {
        if let DeliveryOutcome::Failed { reason, retryable } = &outcome {
            tracing::error!(
                record = key,
                retryable,
                "not delivered to {}: {reason}",
                target.name
            );
            if let Some(record) = flushed.left.get(&key)
                && record.due_news(run.now()).is_some()
                && is_given_up(run, *retryable, flushed.failing.as_ref())
            {
                let reason = reason.clone();
                if let Some((to, slot)) = hand_over(run, all, target, &key, record, round).await {
                    handed.push((to, slot));
                } else if !retryable {
                    refuse(run, target, &key, record, &reason).await;
                }
                if round.fallbacks.contains_key(&key) {
                    outcome = failed(&reason, false);
                }
            }
        }
        round.outcomes.insert(key, outcome);
    }
    if let Some(failing) = flushed.failing {
        round.failing.insert(target.id.clone(), failing);
    }
    handed
}

/// Whether a fallback replaces the target: it refuses, or it is unreachable for too long.
fn is_given_up(run: &DeliveryRun<'_>, retryable: bool, failing: Option<&Failing>) -> bool {
    if !retryable {
        return true;
    }
    let after = run.context.config.fallback_after;
    failing.is_some_and(|failing| run.now().duration_since(failing.since) >= after)
}

/// Copies what is due to the next fallback, and then marks it as handed over.
async fn hand_over(
    run: &DeliveryRun<'_>,
    all: &[Target],
    target: &Target,
    key: &str,
    record: &IncidentRecord,
    round: &mut DeliveryRound,
) -> Option<(String, IncidentSlot)> {
    let destinations = run.context.plan.destinations(&record.notice, run.now());
    let is_target = |id: &str| destinations.targets.iter().any(|it| it.id == id);
    let mut fallbacks = destinations.fallbacks.iter();
    // A fallback that fails itself is followed by the next one.
    if destinations.fallbacks.iter().any(|it| it.id == target.id) {
        fallbacks.find(|fallback| fallback.id == target.id);
    }
    let fallback = fallbacks.find(|it| !is_target(&it.id) && it.id != target.id)?;
    let fallback = all
        .iter()
        .find(|it| it.id == fallback.id)
        .unwrap_or(fallback);
    let instead_of = record
        .instead_of
        .clone()
        .unwrap_or_else(|| target.name.clone());
    let mut copy = record.clone();
    copy.target.clone_from(&fallback.id);
    copy.shown = None;
    copy.earlier.clear();
    copy.is_stale = false;
    copy.instead_of = Some(instead_of.clone());
    let since = record.news.as_ref().map_or(run.now(), |news| news.since);
    copy.news = Some(News::new(NewsKind::New, since));
    let to = keys::at_target(key, &fallback.id);
    let mut slot = Slot::read(run, to.clone()).await;
    let can_update = fallback.channel.can_update();
    slot.save(run, can_update, |there| {
        let Some(mut there) = there else {
            return Some(copy.clone());
        };
        // An earlier run handed this over, or an earlier notice of the same incident.
        let is_new = copy.applied.iter().any(|id| !there.has_applied(id));
        if is_new {
            there.notice = copy.notice.clone();
            there.episode = copy.episode;
            there.kind = copy.kind;
            there.applied.clone_from(&copy.applied);
            there.times.clone_from(&copy.times);
            there.revision += 1;
            there.news = Some(if there.shown.is_some() {
                News::new(NewsKind::Escalated, since)
            } else {
                News::new(NewsKind::New, since)
            });
        }
        Some(there)
    })
    .await;
    let mut own = Slot::read(run, key.to_owned()).await;
    let revision = record.revision;
    own.save(run, target.channel.can_update(), |there| {
        let mut there = there?;
        if there.revision == revision {
            there.news = None;
            there.is_handed_over = there.shown.is_none();
        }
        Some(there)
    })
    .await;
    let replaced = Fallback {
        key: to,
        target: fallback.name.clone(),
        instead_of,
    };
    round.fallbacks.insert(key.to_owned(), replaced);
    Some((fallback.id.clone(), slot))
}

/// Notes that the target refuses, and nothing replaces it.
async fn refuse(
    run: &DeliveryRun<'_>,
    target: &Target,
    key: &str,
    record: &IncidentRecord,
    reason: &str,
) {
    let mut slot: IncidentSlot = Slot::read(run, key.to_owned()).await;
    let refusal = TargetRefusal {
        at: run.now(),
        reason: reason.to_owned(),
    };
    let revision = record.revision;
    slot.save(run, target.channel.can_update(), |there| {
        let mut there = there?;
        if there.revision == revision {
            there.refused = Some(refusal.clone());
        }
        Some(there)
    })
    .await;
}

/// The longest time that a failing target is left alone by its report.
pub(super) const REPORTED: SignedDuration = SignedDuration::from_hours(24);
