//! The second half of a delivery: sends what is due at one target, and records what was sent.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    graph::Graphs,
    lane::OwnLane,
    list::Lists,
    plan::{PlanRules, PlanStep, STORM, plan},
    record::{Failing, IncidentRecord, due_list},
    run::DeliveryRun,
    sent::{SentNews, apply_sent},
    slot::{IncidentSlot, Slot},
    wait::Wait,
};
use crate::{channel::SendError, report::DeliveryOutcome, routing::Target};

mod calls;
mod lists;
mod singles;

/// How often new work is looked for before the lane is left to other runs.
const ROUNDS: usize = 50;

/// What became of the incidents at a target.
#[derive(Debug, Default)]
pub(super) struct Flushed {
    /// The outcome of each record that was due, by its key.
    pub(super) outcomes: BTreeMap<String, DeliveryOutcome>,
    /// The records that are still due, and their state.
    pub(super) left: BTreeMap<String, IncidentRecord>,
    /// What the lane knows about failures of the target.
    pub(super) failing: Option<Failing>,
    /// True if the target accepts messages again after its failure was reported.
    pub(super) has_recovered: bool,
}

/// Sends what is due: that of `slots`, and that of other runs.
pub(super) async fn flush(
    run: &DeliveryRun<'_>,
    target: &Target,
    slots: Vec<IncidentSlot>,
    graphs: &Graphs,
) -> Flushed {
    let can_update = target.channel.can_update();
    let mut slots: BTreeMap<String, IncidentSlot> = slots
        .into_iter()
        .map(|slot| (slot.key.clone(), slot))
        .collect();
    let mut flushed = Flushed::default();
    if !slots
        .values()
        .any(|slot| is_due(slot, can_update, run.now()))
    {
        return flushed;
    }
    let mut wait = Wait::until(run.work);
    let lane = loop {
        if let Ok(lane) = OwnLane::take(run, &target.id).await {
            break lane;
        }
        if !wait.pause().await {
            for (key, slot) in slots {
                if is_due(&slot, can_update, run.now()) {
                    let outcome = failed("another run is still sending to it", true);
                    flushed.outcomes.insert(key, outcome);
                }
            }
            return flushed;
        }
        let keys: Vec<String> = slots.keys().cloned().collect();
        for slot in Slot::read_all(run, &keys).await {
            if slot.is_known {
                slots.insert(slot.key.clone(), slot);
            }
        }
        if !slots
            .values()
            .any(|slot| is_due(slot, can_update, run.now()))
        {
            // The other run sent it.
            return flushed;
        }
    };
    let mut sender = TargetSender {
        run,
        target,
        can_update,
        slots,
        lists: Lists::default(),
        lane,
        graphs,
        flushed,
        refusals: 0,
        tried: 0,
    };
    // Another run may have sent them before this one got the lane.
    let keys: Vec<String> = sender.slots.keys().cloned().collect();
    sender.refresh(&keys).await;
    sender.send_all().await;
    sender.finish().await
}

fn is_due(slot: &IncidentSlot, can_update: bool, now: Timestamp) -> bool {
    slot.value
        .as_ref()
        .is_some_and(|record| record.is_due(can_update, now))
}

pub(super) fn failed(reason: &str, retryable: bool) -> DeliveryOutcome {
    DeliveryOutcome::Failed {
        reason: reason.to_owned(),
        retryable,
    }
}

/// Why sending to a target ends early.
enum Stop {
    /// The channel does not accept anything now.
    Channel(SendError),
    /// Another run has the lane.
    Lost,
}

struct TargetSender<'r, 'a> {
    run: &'r DeliveryRun<'a>,
    target: &'r Target,
    can_update: bool,
    slots: BTreeMap<String, IncidentSlot>,
    lists: Lists,
    lane: OwnLane,
    graphs: &'r Graphs,
    flushed: Flushed,
    /// Refusals in a row.
    refusals: u32,
    /// Failures in a row.
    tried: u32,
}

impl TargetSender<'_, '_> {
    async fn send_all(&mut self) {
        for _ in 0..ROUNDS {
            self.find_due().await;
            let now = self.run.now();
            let due = self.due(now);
            if due.is_empty() {
                return;
            }
            let rules = PlanRules {
                can_update: self.can_update,
                limit: self.run.context.config.storm_limit,
                spacing: self
                    .run
                    .context
                    .config
                    .pacing
                    .between_lists(self.can_update),
                now,
            };
            let known: Vec<(&str, &IncidentRecord)> = due
                .iter()
                .filter_map(|key| Some((key.as_str(), self.slots.get(key)?.value.as_ref()?)))
                .collect();
            let plan = plan(&self.lane.lane, &known, rules);
            let is_idle = plan.steps.is_empty();
            for step in plan.steps {
                if let Err(stop) = self.step(&step).await {
                    self.stop(&stop);
                    return;
                }
            }
            if let Some(time) = plan.wait_until {
                if !self.wait_until(time).await {
                    return;
                }
            } else if is_idle {
                return;
            }
        }
    }

    /// The incidents that are due, those that wait longest first.
    fn due(&self, now: Timestamp) -> Vec<String> {
        let mut due: Vec<(&IncidentRecord, &String)> = self
            .slots
            .iter()
            .filter(|(key, _)| {
                // What failed in this run is for the next one.
                let outcome = self.flushed.outcomes.get(*key);
                outcome.is_none_or(DeliveryOutcome::is_settled)
            })
            .filter_map(|(key, slot)| Some((slot.value.as_ref()?, key)))
            .filter(|(record, _)| record.is_due(self.can_update, now))
            .collect();
        due.sort_by_key(|(record, key)| {
            let since = record.news.as_ref().map(|news| news.since);
            (since, record.episode.first, *key)
        });
        due.into_iter().map(|(_, key)| key.clone()).collect()
    }

    /// Reads what other runs left to send.
    async fn find_due(&mut self) {
        let listed = self.run.ledger.list(&due_list(&self.target.id)).await;
        let mut keys = Vec::new();
        for (key, entry) in listed.unwrap_or_default() {
            let listed = IncidentSlot::of(key.clone(), Some(entry));
            let revision = |slot: &IncidentSlot| slot.value.as_ref().map(|it| it.revision);
            let known = self.slots.get(&key).and_then(revision);
            if revision(&listed) > known {
                keys.push(key);
            }
        }
        // The list may lag behind what was sent.
        self.refresh(&keys).await;
    }

    /// Reads records again.
    async fn refresh(&mut self, keys: &[String]) {
        for slot in Slot::read_all(self.run, keys).await {
            if slot.is_known {
                self.slots.insert(slot.key.clone(), slot);
            }
        }
    }

    async fn step(&mut self, step: &PlanStep) -> Result<(), Stop> {
        match step {
            PlanStep::Earlier(key) => self.earlier(key).await,
            PlanStep::Update { key, then_reply } => self.update(key, *then_reply).await,
            PlanStep::Post(key) => self.single(key, false).await,
            PlanStep::Reply(key) => self.single(key, true).await,
            PlanStep::PostList(keys) => self.post_list(keys).await,
            PlanStep::UpdateList { list, keys } => self.update_list(list, keys).await,
            PlanStep::ReplyToList { list, keys } => self.reply_to_list(list, keys).await,
        }
    }

    fn record(&self, key: &str) -> Option<IncidentRecord> {
        self.slots.get(key)?.value.clone()
    }

    fn has_failed(&self, key: &str) -> bool {
        let outcome = self.flushed.outcomes.get(key);
        outcome.is_some_and(|outcome| !outcome.is_settled())
    }

    /// A new message was sent.
    fn sent_message(&mut self) {
        let now = self.run.now();
        let recent = &mut self.lane.lane.recent;
        recent.retain(|time| now.duration_since(*time) < STORM);
        recent.push(now);
    }

    fn settle(&mut self, key: &str, record: &IncidentRecord, is_news: bool) {
        let outcome = if is_news || (record.news.is_some() && record.shown.is_none()) {
            DeliveryOutcome::Delivered
        } else {
            DeliveryOutcome::Updated
        };
        let outcomes = &mut self.flushed.outcomes;
        if outcomes.get(key) != Some(&DeliveryOutcome::Delivered) {
            outcomes.insert(key.to_owned(), outcome);
        }
    }

    async fn save(&mut self, key: &str, sent: &SentNews) {
        let (run, can_update) = (self.run, self.can_update);
        if let Some(slot) = self.slots.get_mut(key) {
            let fallback = slot.value.clone();
            slot.save(run, can_update, |record| {
                // Without a readable record, what was sent is what is known.
                let mut record = record.or_else(|| fallback.clone())?;
                apply_sent(&mut record, sent);
                Some(record)
            })
            .await;
        }
    }

    /// Notes that everything that is due is not sent.
    fn stop(&mut self, stop: &Stop) {
        let outcome = match stop {
            Stop::Channel(error) => unsent(error),
            Stop::Lost => failed("another run sends to it", true),
        };
        for key in self.due(self.run.now()) {
            self.flushed.outcomes.insert(key, outcome.clone());
        }
    }

    async fn finish(mut self) -> Flushed {
        let now = self.run.now();
        // What no time was left for.
        for key in self.due(now) {
            let outcome = failed("no time was left to send it", true);
            self.flushed.outcomes.insert(key, outcome);
        }
        for (key, slot) in &self.slots {
            if let Some(record) = &slot.value
                && record.is_due(self.can_update, now)
            {
                self.flushed.left.insert(key.clone(), record.clone());
            }
        }
        self.flushed.failing.clone_from(&self.lane.lane.failing);
        self.lane.release(self.run).await;
        self.flushed
    }
}

/// The outcome of a send error.
fn unsent(error: &SendError) -> DeliveryOutcome {
    let reason = error.to_string();
    match error {
        SendError::Retryable { .. } | SendError::Unknown { .. } => failed(&reason, true),
        SendError::Permanent { .. } => failed(&reason, false),
        SendError::Loop { .. } => DeliveryOutcome::Looped,
    }
}
