//! One notice to one target: claim, read, decide, send, record, mark.

use std::{borrow::Cow, panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt as _;
use tokio::time::timeout;

use super::{
    apply::SendEffect,
    arrival::Arrival,
    claim::{Claim, Claimed},
    decide::{Decision, SendAction, decide},
    episode_record::{Announced, EpisodeRecord},
    graph::NoticeGraph,
    keys,
    run::DeliveryRun,
    state::{EpisodeEvent, SentEpisode},
    wait::Wait,
};
use crate::{
    channel::{Dispatch, Receipt, SendError, SendMode},
    episode::MessageRef,
    render::Content,
    report::DeliveryOutcome,
    routing::Target,
};

/// How long a channel may overrun its deadline.
const GRACE: Duration = Duration::from_millis(500);

/// How long a notice waits for the first message, which another run is sending. Then it is sent as a new
/// message: a run that takes longer was probably killed.
const PENDING: Duration = Duration::from_secs(15);

/// How often a message is corrected that other runs update at the same time.
const CORRECTIONS: usize = 10;

/// One notice to one target.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job<'a> {
    pub(super) arrival: &'a Arrival,
    pub(super) graph: &'a NoticeGraph,
    pub(super) target: &'a Target,
    /// The name of the target that this one replaces.
    pub(super) instead_of: Option<&'a str>,
    /// It ends an incident for a target that the routes do not name now: only a target that has the
    /// incident gets it.
    pub(super) follows_up: bool,
}

impl Job<'_> {
    /// Delivers it unless it was delivered before, and records the outcome.
    pub(super) async fn deliver(self, run: &DeliveryRun<'_>) -> DeliveryOutcome {
        if run.work.remaining().is_zero() {
            return failed("no time was left to send it", true);
        }
        let key = keys::delivery(&self.arrival.identity(), &self.target.id);
        let claim = match Claim::take(run, key).await {
            Claimed::Ours(claim) => claim,
            Claimed::Done => return DeliveryOutcome::AlreadyDelivered,
            Claimed::Failed(reason) => return failed(&reason, false),
            Claimed::Busy => return failed("another run is still sending it", true),
        };
        let outcome = match &self.arrival.notice.dedup_key {
            Some(key) => self.send_in_episode(run, key).await,
            None => self.send_standalone(run).await,
        };
        match &outcome {
            DeliveryOutcome::Failed {
                retryable: true, ..
            } => claim.release(run).await,
            DeliveryOutcome::Failed { reason, .. } => claim.failed(run, reason).await,
            _ => claim.done(run).await,
        }
        outcome
    }

    /// True if the ledger has the incident that this ends as open at the target.
    pub(super) async fn has_open_incident(self, run: &DeliveryRun<'_>) -> bool {
        let Some(key) = &self.arrival.notice.dedup_key else {
            return false;
        };
        let record = EpisodeRecord::read(run, &keys::episode(key, &self.target.id)).await;
        let sent = record.state.and_then(|state| state.sent);
        sent.is_some_and(|sent| sent.is_open())
    }

    async fn send_standalone(self, run: &DeliveryRun<'_>) -> DeliveryOutcome {
        let sent = SentEpisode::once(&self.arrival.event(run.now), run.now);
        match self.send(run, &sent, SendMode::Post).await {
            Ok(_) => DeliveryOutcome::Delivered,
            Err(error) => unsent(&error),
        }
    }

    async fn send_in_episode(self, run: &DeliveryRun<'_>, dedup_key: &str) -> DeliveryOutcome {
        let key = keys::episode(dedup_key, &self.target.id);
        let mut event = self.arrival.event(run.now);
        let can_update = self.target.channel.can_update();
        let window = run.context.config.window;
        let mut wait = Wait::until(run.work_within(PENDING));
        let mut record = EpisodeRecord::read(run, &key).await;
        loop {
            // If the ledger did not answer, an incident may be open.
            event.never_began &= record.is_known;
            let decision = decide(record.state.as_ref(), &event, can_update, window, run.now);
            match decision {
                Decision::AlreadySent => return DeliveryOutcome::AlreadyDelivered,
                Decision::Hold(reason) => {
                    let done = SendEffect {
                        new_message: false,
                        message_ref: None,
                    };
                    record.apply(run, &event, &done).await;
                    return DeliveryOutcome::Held { reason };
                }
                Decision::Wait if wait.pause().await => record = record.again(run).await,
                Decision::Send(SendAction::Post) => {
                    if let Announced::Ours = record.open(run).await {
                        return self
                            .send_and_record(run, &event, record, SendAction::Post)
                            .await;
                    }
                }
                Decision::Wait => {
                    return self
                        .send_and_record(run, &event, record, SendAction::Post)
                        .await;
                }
                Decision::Send(action) => {
                    return self.send_and_record(run, &event, record, action).await;
                }
            }
        }
    }

    /// Sends it and records that.
    async fn send_and_record(
        self,
        run: &DeliveryRun<'_>,
        event: &EpisodeEvent,
        mut record: EpisodeRecord,
        action: SendAction,
    ) -> DeliveryOutcome {
        let mut done = SendEffect {
            new_message: action.sends_new_message(),
            message_ref: None,
        };
        // The message shows the episode with this notice in it.
        let sent = record.applied(run, event, &done).sent;
        let sent = sent.unwrap_or_else(|| SentEpisode::once(event, run.now));
        match self.perform(run, &sent, &action).await {
            Ok(receipt) => done.message_ref = receipt.message_ref,
            Err(error) => {
                record.close(run).await;
                return unsent(&error);
            }
        }
        if record.apply(run, event, &done).await {
            self.correct(run, record).await;
        }
        if done.new_message {
            DeliveryOutcome::Delivered
        } else {
            DeliveryOutcome::Updated
        }
    }

    /// Corrects a message that several runs updated at once: the last update may lack what the others
    /// know.
    async fn correct(self, run: &DeliveryRun<'_>, mut record: EpisodeRecord) {
        if !self.target.channel.can_update() {
            return;
        }
        let mut shown = None;
        for _ in 0..CORRECTIONS {
            let sent = record.state.as_ref().and_then(|state| state.sent.as_ref());
            let Some((sent, message_ref)) =
                sent.and_then(|sent| Some((sent, sent.message_ref.as_ref()?)))
            else {
                return;
            };
            if shown == Some(sent.episode) {
                return;
            }
            if let Err(error) = self.send(run, sent, SendMode::Update(message_ref)).await {
                let name = &self.target.name;
                tracing::warn!("a message to {name} shows an old count: {error}");
                return;
            }
            shown = Some(sent.episode);
            record = record.again(run).await;
        }
    }

    /// Performs an action: what is safe to repeat first.
    async fn perform(
        self,
        run: &DeliveryRun<'_>,
        sent: &SentEpisode,
        action: &SendAction,
    ) -> Result<Receipt, SendError> {
        match action {
            SendAction::Post => self.send(run, sent, SendMode::Post).await,
            SendAction::Update(message_ref) => {
                self.send(run, sent, SendMode::Update(message_ref)).await
            }
            SendAction::Reply(message_ref) => {
                self.send(run, sent, SendMode::Reply(message_ref)).await
            }
            SendAction::UpdateAndReply(message_ref) => {
                let receipt = self.send(run, sent, SendMode::Update(message_ref)).await?;
                // The message was gone, and there is a new one in its place: that notifies people.
                let moved = |there: &MessageRef| there != message_ref;
                if receipt.message_ref.as_ref().is_some_and(moved) {
                    return Ok(receipt);
                }
                self.send(run, sent, SendMode::Reply(message_ref)).await
            }
        }
    }

    /// Sends it within the remaining time, even if the channel hangs or panics.
    async fn send(
        self,
        run: &DeliveryRun<'_>,
        sent: &SentEpisode,
        mode: SendMode<'_>,
    ) -> Result<Receipt, SendError> {
        let mut notice = Cow::Borrowed(&self.arrival.notice);
        if notice.is_over() && notice.kind != sent.kind {
            // The end of an incident is as severe as the incident.
            notice.to_mut().kind = sent.kind;
        }
        let graph = match mode {
            SendMode::Update(_) => None,
            SendMode::Post | SendMode::Reply(_) => self.graph.of(&notice, run).await,
        };
        let dispatch = Dispatch {
            content: Content {
                notice: &notice,
                episode: &sent.episode,
                instead_of: self.instead_of,
            },
            mode,
            graph,
            topics: &self.arrival.message.topics,
        };
        let sending = self.target.channel.send(&dispatch, run.work);
        let sending = AssertUnwindSafe(sending).catch_unwind();
        match timeout(run.work.remaining() + GRACE, sending).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(SendError::Permanent {
                reason: "the channel panicked, see the log".to_owned(),
            }),
            Err(_) => Err(SendError::Unknown {
                reason: "there was no answer in time".to_owned(),
            }),
        }
    }
}

fn failed(reason: &str, retryable: bool) -> DeliveryOutcome {
    DeliveryOutcome::Failed {
        reason: reason.to_owned(),
        retryable,
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
