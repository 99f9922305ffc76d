//! At-least-once in, once out: each notice is sent to each of its targets.
//!
//! The steps for one notice and one target, in this order:
//! 1. Claim the right to deliver in the ledger, with a lease (`claim`).
//! 2. Read the record of the episode (`episode_record`) and decide what to do (`decide`).
//! 3. Announce a new message in the record, so that other runs about the same episode wait for it.
//! 4. Do what is safe to repeat (an update), then what is not (a new message, a reply).
//! 5. Apply the notice to the record (`apply`), with the reference of the message.
//! 6. Mark the delivery as done.
//!
//! What a killed run leaves behind:
//! - before 4: a claim and an announcement, which expire before Lambda retries.
//! - between the channel's acceptance of a message (or a reply) and the end of 5: nothing records that it
//!   was sent, and it is sent again. **This is the one point at which a duplicate is possible.** For a
//!   notice without a `dedupKey` the point lasts until the end of 6.
//! - between 5 and 6: the record has the notice. The retry finds that and marks the delivery.
//! - at any point: no loss. A mark is written only after the channel has accepted the message, or after
//!   the decision to hold it was recorded.
//!
//! Other causes of a duplicate: a channel that reports an unknown result, a run that outlives its lease,
//! and a ledger that does not answer, in which case everything is sent (`ledger::best_effort`).
//!
//! A transient failure releases the claim and the announcement, and the invocation fails after all
//! outcomes are recorded; the retry sends only what is missing. A target that refuses permanently is
//! recorded as failed, and a fallback replaces it.
//!
//! A resolution also goes to every target whose record has the open incident, even if routes, silences
//! or quiet hours exclude that target by now.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use shared::invocation::Invocation;

use crate::{
    report::{DeliveryOutcome, FanoutReport, MessageReport, TargetReport},
    routing::{Destinations, Target},
};

mod apply;
mod arrival;
mod claim;
mod context;
mod decide;
mod episode_record;
mod graph;
mod job;
mod keys;
pub mod ledger;
mod run;
mod state;
#[cfg(test)]
mod tests;
mod wait;

pub use arrival::Arrival;
pub use context::Context;

use graph::NoticeGraph;
use job::Job;
use ledger::best_effort::BestEffortLedger;
use run::DeliveryRun;

/// The number of concurrent deliveries.
const AT_ONCE: usize = 16;

/// The time reserved for recording outcomes: at most this, and at most a fifth of all.
const NOTING: Duration = Duration::from_secs(6);

/// Delivers each notice to its targets.
pub async fn deliver(
    arrivals: &[Arrival],
    context: &Context,
    invocation: &Invocation,
) -> FanoutReport {
    let plans: Vec<Destinations> = arrivals
        .iter()
        .map(|arrival| context.plan.destinations(&arrival.notice, invocation.now))
        .collect();
    deliver_to(arrivals, &plans, context, invocation).await
}

/// Notifies every target of invalid settings, whatever routes and silences say.
pub async fn report_setting_problems(context: &Context, invocation: &Invocation) {
    let Some(arrival) = context.take_setting_problems(invocation.now) else {
        return;
    };
    let everywhere = Destinations {
        targets: context.plan.all(),
        ..Destinations::default()
    };
    let (arrivals, plans) = ([arrival], [everywhere]);
    let report = deliver_to(&arrivals, &plans, context, invocation).await;
    if report.failed > 0 {
        context.put_back_setting_problems();
    }
}

async fn deliver_to(
    arrivals: &[Arrival],
    plans: &[Destinations],
    context: &Context,
    invocation: &Invocation,
) -> FanoutReport {
    let deadline = invocation.deadline;
    let noting = (deadline.remaining() / 5).min(NOTING);
    let run = DeliveryRun {
        context,
        ledger: BestEffortLedger::new(&*context.ledger, invocation.now, deadline),
        id: &invocation.request_id,
        now: invocation.now,
        work: deadline.earlier_by(noting),
    };
    let graphs: Vec<NoticeGraph> = arrivals.iter().map(|_| NoticeGraph::default()).collect();
    let mut messages: Vec<MessageReport> = arrivals
        .iter()
        .zip(plans)
        .map(|(arrival, plan)| MessageReport {
            id: arrival.message.id.clone(),
            held: plan.held,
            targets: Vec::new(),
        })
        .collect();
    let run = &run;
    let all = context.plan.all();
    let queues = queues(arrivals, plans, &graphs, &all).into_values();
    // Collected first: the compiler cannot prove a closure valid for every lifetime.
    let deliveries: Vec<_> = queues.map(|queue| deliver_queue(run, queue)).collect();
    let mut running = stream::iter(deliveries).buffer_unordered(AT_ONCE);
    let mut reports = BTreeMap::new();
    while let Some(ended) = running.next().await {
        reports.extend(ended);
    }
    // In the order of the messages and targets, whatever ended first.
    for ((number, _), targets) in reports {
        if let Some(message) = messages.get_mut(number) {
            message.targets.extend(targets);
            if !message.targets.is_empty() {
                message.held = None;
            }
        }
    }
    FanoutReport::of(messages, run.ledger.failures())
}

/// The number of a message, and that of one of its targets.
type ReportSlot = (usize, usize);

/// A delivery, its slot in the report and all destinations of its message.
type Queued<'a> = (ReportSlot, Job<'a>, &'a Destinations);

/// All deliveries in queues. A queue holds the deliveries of one episode to one target, in the order of
/// arrival; queues are independent.
fn queues<'a>(
    arrivals: &'a [Arrival],
    plans: &'a [Destinations],
    graphs: &'a [NoticeGraph],
    all: &'a [Target],
) -> BTreeMap<String, Vec<Queued<'a>>> {
    let mut queues: BTreeMap<String, Vec<Queued<'a>>> = BTreeMap::new();
    for (number, ((arrival, plan), graph)) in arrivals.iter().zip(plans).zip(graphs).enumerate() {
        let targets: Vec<&Target> = plan
            .targets
            .iter()
            .filter(|_| plan.held.is_none())
            .collect();
        // A resolution goes to every target that has the incident, whatever routes, silences and
        // quiet hours say by now.
        let others = all
            .iter()
            .filter(|_| arrival.notice.is_over() && arrival.notice.dedup_key.is_some())
            .filter(|other| targets.iter().all(|target| target.id != other.id));
        let others = others.map(|target| (target, true));
        let jobs = targets.iter().map(|target| (*target, false)).chain(others);
        for (position, (target, follows_up)) in jobs.enumerate() {
            let queue = match &arrival.notice.dedup_key {
                Some(key) => keys::episode(key, &target.id),
                None => keys::delivery(&arrival.identity(), &target.id),
            };
            let job = Job {
                arrival,
                graph,
                target,
                instead_of: None,
                follows_up,
            };
            queues
                .entry(queue)
                .or_default()
                .push(((number, position), job, plan));
        }
    }
    queues
}

/// Delivers one after the other, and reports each outcome.
async fn deliver_queue<'a>(
    run: &DeliveryRun<'a>,
    queue: Vec<Queued<'a>>,
) -> Vec<(ReportSlot, Vec<TargetReport>)> {
    let mut reports = Vec::new();
    for (message_ref, job, plan) in queue {
        reports.push((message_ref, with_fallback(run, job, plan).await));
    }
    reports
}

/// Delivers; if the target refuses permanently, to the first fallback that accepts.
async fn with_fallback(
    run: &DeliveryRun<'_>,
    job: Job<'_>,
    plan: &Destinations,
) -> Vec<TargetReport> {
    if job.follows_up && !job.has_open_incident(run).await {
        return Vec::new();
    }
    let outcome = job.deliver(run).await;
    let mut is_refused = outcome.is_refused();
    if let DeliveryOutcome::Failed { reason, retryable } = &outcome {
        let (name, id) = (&job.target.name, &job.arrival.message.id);
        tracing::error!(
            message_id = id,
            retryable,
            "not delivered to {name}: {reason}"
        );
    }
    let mut reports = vec![report(job.target, None, outcome)];
    let wanted: BTreeSet<&str> = plan.targets.iter().map(|it| it.id.as_str()).collect();
    let mut others = plan.fallbacks.iter();
    while is_refused && let Some(other) = others.next() {
        if wanted.contains(other.id.as_str()) {
            continue;
        }
        let name = job.target.name.as_str();
        let instead = Job {
            target: other,
            instead_of: Some(name),
            ..job
        };
        let outcome = instead.deliver(run).await;
        is_refused = outcome.is_refused();
        reports.push(report(other, Some(name), outcome));
    }
    reports
}

fn report(target: &Target, instead_of: Option<&str>, outcome: DeliveryOutcome) -> TargetReport {
    TargetReport {
        target: target.name.clone(),
        instead_of: instead_of.map(str::to_owned),
        outcome,
    }
}
