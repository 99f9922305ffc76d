//! A ledger, targets, and runs that can be killed.

use std::{sync::Arc, time::Duration};

use embedded_store::EmbeddedLedger;
use jiff::{SignedDuration, Timestamp};
use shared::{
    deadline::Deadline,
    env::Settings,
    invocation::Invocation,
    ledger::Ledger,
    model::alert::{AlertStatus, AlertType},
};

pub(super) use super::recording_channel::{Killer, RecordedMode, RecordedSend, RecordingKind};
use super::{
    super::{arrival::Arrival, deliver_queued},
    gated_ledger::GatedLedger,
    recording_channel::RecordingChannel,
};
use crate::{
    Config, Context,
    channel::SendError,
    error::FanoutError,
    incoming::IncomingMessage,
    notice::{Fact, FactName, Notice, Phrase},
    report::{DeliveryOutcome, FanoutReport, HoldReason},
    routing::{Destinations, Router, Target, mute::MuteHolder},
};

pub(in crate::delivery) fn now() -> Timestamp {
    "2026-11-24T10:00:00Z".parse().expect("an instant")
}

pub(in crate::delivery) fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// Everything to everybody.
#[derive(Clone, Debug, Default)]
pub(super) struct FixedRouter {
    pub(super) targets: Vec<Target>,
    pub(super) fallbacks: Vec<Target>,
    pub(super) held: Option<HoldReason>,
    pub(super) holder: Option<MuteHolder>,
    /// Targets that the routes do not name now.
    pub(super) others: Vec<Target>,
}

impl Router for FixedRouter {
    fn all(&self) -> Vec<Target> {
        self.targets.iter().chain(&self.others).cloned().collect()
    }

    fn destinations(&self, _notice: &Notice, _now: Timestamp) -> Destinations {
        Destinations {
            targets: self.targets.clone(),
            fallbacks: self.fallbacks.clone(),
            held: self.held,
            holder: self.holder.clone(),
        }
    }
}

/// A ledger, and channels.
#[derive(Debug)]
pub(super) struct DeliveryFixture {
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) channels: Vec<Arc<RecordingChannel>>,
    pub(super) plan: FixedRouter,
}

impl DeliveryFixture {
    /// Targets of these kinds.
    pub(super) async fn new(kinds: &[RecordingKind]) -> Self {
        let deadline = Deadline::after(Duration::from_mins(1));
        let ledger = EmbeddedLedger::in_memory(deadline).await;
        let mut stage = Self {
            ledger: Arc::new(ledger.expect("a ledger")),
            channels: Vec::new(),
            plan: FixedRouter::default(),
        };
        for kind in kinds {
            let target = stage.target(*kind);
            stage.plan.targets.push(target);
        }
        stage
    }

    /// One more channel.
    pub(super) fn target(&mut self, kind: RecordingKind) -> Target {
        let recorder = Arc::new(RecordingChannel::new(kind));
        let number = self.channels.len();
        self.channels.push(Arc::clone(&recorder));
        Target {
            id: format!("{kind:?}:{number}"),
            name: format!("{kind:?} {number}"),
            channel: recorder,
        }
    }

    pub(super) fn sent(&self, channel: usize) -> Vec<RecordedSend> {
        self.channels[channel].sent.lock().expect("sent").clone()
    }

    /// The mode, title and count of everything that a channel was sent.
    pub(super) fn titles(&self, channel: usize) -> Vec<(RecordedMode, String, u64)> {
        let sent = self.sent(channel).into_iter();
        sent.map(|sent| (sent.how, sent.title, sent.count))
            .collect()
    }

    pub(super) fn fail(&self, channel: usize, failure: SendError) {
        self.channels[channel].fail_after(0, failure);
    }

    pub(super) fn context(&self, ledger: Arc<dyn Ledger>) -> Context {
        let mut config = Config::read(&mut Settings::from_pairs([]));
        config.pacing.speed = 1_000;
        Context::new(ledger, Arc::new(self.plan.clone()), None, config)
    }

    /// One run.
    pub(super) async fn run(&self, arrivals: &[Arrival], now: Timestamp) -> FanoutReport {
        let context = self.context(Arc::clone(&self.ledger));
        deliver_queued(arrivals, &context, &invocation(now)).await
    }

    /// One run that is killed; what it did when it ended before that.
    pub(super) async fn run_killed(
        &self,
        arrivals: &[Arrival],
        now: Timestamp,
        killer: Killer,
    ) -> Option<FanoutReport> {
        let killer = Arc::new(killer);
        for channel in &self.channels {
            *channel.killer.lock().expect("killer") = Arc::clone(&killer);
        }
        let mortal = GatedLedger(Arc::clone(&self.ledger), Arc::clone(&killer));
        let context = self.context(Arc::new(mortal));
        let invocation = invocation(now);
        let report = tokio::select! {
            biased;
            () = killer.dead.notified() => None,
            report = deliver_queued(arrivals, &context, &invocation) => Some(report),
        };
        for channel in &self.channels {
            *channel.killer.lock().expect("killer") = Arc::default();
        }
        report
    }

    /// Delivers as Lambda does: again after a minute when it failed, and twice at most.
    pub(super) async fn lambda(&self, arrivals: &[Arrival], now: Timestamp) -> FanoutReport {
        let mut now = now;
        for _ in 0..2 {
            if let Ok(report) = FanoutError::check(self.run(arrivals, now).await) {
                return report;
            }
            now += minutes(1);
        }
        self.run(arrivals, now).await
    }
}

impl DeliveryFixture {
    /// One sweep.
    pub(super) async fn sweep(&self, now: Timestamp) -> FanoutReport {
        let context = self.context(Arc::clone(&self.ledger));
        super::super::sweep(&context, &invocation(now)).await
    }
}

pub(super) fn invocation(now: Timestamp) -> Invocation {
    Invocation {
        request_id: format!("run at {now}"),
        now,
        deadline: Deadline::after(Duration::from_secs(30)),
    }
}

/// What one target came to.
pub(super) fn outcomes(report: &FanoutReport) -> Vec<DeliveryOutcome> {
    let messages = report.messages.iter();
    let targets = messages.flat_map(|message| &message.targets);
    targets.map(|target| target.outcome.clone()).collect()
}

/// A notice that happened at a time, with its title for the id of its message.
pub(in crate::delivery) fn notice(title: &str, kind: AlertType, at: Timestamp) -> Arrival {
    Arrival {
        message: IncomingMessage {
            id: title.to_owned(),
            queue_id: None,
            topics: Vec::new(),
            sent_at: Some(at),
            subject: None,
            text: String::new(),
        },
        notice: Notice {
            kind,
            status: Some(AlertStatus::Firing),
            dedup_key: Some("metrics/결제/cpu.usage".to_owned()),
            // Its text is that of a measured value.
            facts: vec![Fact::number(FactName::Value, 1.0, None)],
            ..Notice::new("bongsu", Phrase::Text(title.to_owned()))
        },
    }
}

pub(in crate::delivery) fn warning(title: &str, at: Timestamp) -> Arrival {
    notice(title, AlertType::Warning, at)
}

/// The end of it.
pub(in crate::delivery) fn over(title: &str, at: Timestamp) -> Arrival {
    let mut arrival = warning(title, at);
    arrival.notice.status = Some(AlertStatus::Resolved);
    arrival
}

pub(super) fn retryable() -> SendError {
    SendError::Retryable {
        reason: "429".into(),
        after: None,
    }
}

pub(super) fn permanent() -> SendError {
    SendError::Permanent {
        reason: "channel_not_found".into(),
    }
}
