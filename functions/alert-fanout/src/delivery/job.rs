//! One notice to one target: claim, look, decide, send, remember, mark.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt as _;
use tokio::time::timeout;

use super::{
    claim::{Claim, Claimed},
    decide::{Act, Decision, decide},
    episode_record::{EpisodeRecord, Opened},
    fold::Done,
    graph::NoticeGraph,
    keys,
    run::{Arrival, Run},
    state::Event,
    wait::Wait,
};
use crate::{
    channel::{Dispatch, Manner, Receipt, SendError},
    episode::{Episode, MessageRef},
    render::Telling,
    report::Outcome,
    routing::Target,
};

/// How long a channel may go on after its deadline.
const GRACE: Duration = Duration::from_millis(500);

/// How long a notice waits for the message that it belongs to and that another run is sending. Then
/// it is told by itself: a run that takes so long was probably killed.
const OPENING: Duration = Duration::from_secs(15);

/// How often a message is corrected that others change at the same time.
const CORRECTIONS: usize = 10;

/// One notice to one target.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job<'a> {
    pub(super) arrival: &'a Arrival,
    pub(super) graph: &'a NoticeGraph,
    pub(super) target: &'a Target,
    /// The name of the target in whose place this one is told.
    pub(super) instead_of: Option<&'a str>,
}

impl Job<'_> {
    /// Delivers it, unless that was done before, and remembers what came of it.
    pub(super) async fn deliver(self, run: &Run<'_>) -> Outcome {
        if run.work.remaining().is_zero() {
            return failed("there was no time left to send it", true);
        }
        let key = keys::delivery(&self.arrival.identity(), &self.target.id);
        let claim = match Claim::take(run, key).await {
            Claimed::Ours(claim) => claim,
            Claimed::Done => return Outcome::AlreadyDelivered,
            Claimed::Failed(reason) => return failed(&reason, false),
            Claimed::Busy => return failed("another run is sending it and has not ended", true),
        };
        let outcome = match &self.arrival.notice.dedup_key {
            Some(key) => self.tell_of_episode(run, key).await,
            None => self.tell_alone(run).await,
        };
        match &outcome {
            Outcome::Failed {
                retryable: true, ..
            } => claim.release(run).await,
            Outcome::Failed { reason, .. } => claim.failed(run, reason).await,
            _ => claim.done(run).await,
        }
        outcome
    }

    async fn tell_alone(self, run: &Run<'_>) -> Outcome {
        let episode = Episode::once(self.arrival.at(run.now));
        match self.send(run, &episode, Manner::Post).await {
            Ok(_) => Outcome::Delivered,
            Err(error) => unsent(&error),
        }
    }

    async fn tell_of_episode(self, run: &Run<'_>, dedup_key: &str) -> Outcome {
        let key = keys::episode(dedup_key, &self.target.id);
        let mut event = self.arrival.event(run.now);
        let can_update = self.target.channel.can_update();
        let window = run.context.config.window;
        let mut wait = Wait::until(run.work_within(OPENING));
        let mut memory = EpisodeRecord::read(run, &key).await;
        loop {
            // Where the ledger does not answer, something may have begun.
            event.never_began &= memory.is_known;
            let decision = decide(memory.state.as_ref(), &event, can_update, window, run.now);
            match decision {
                Decision::AlreadyTold => return Outcome::AlreadyDelivered,
                Decision::Hold(reason) => {
                    let done = Done {
                        anew: false,
                        place: None,
                    };
                    memory.fold(run, &event, &done).await;
                    return Outcome::Held { reason };
                }
                Decision::Wait if wait.pause().await => memory = memory.again(run).await,
                Decision::Tell(Act::Post) => {
                    if let Opened::Ours = memory.open(run).await {
                        return self.tell(run, &event, memory, Act::Post).await;
                    }
                }
                Decision::Wait => return self.tell(run, &event, memory, Act::Post).await,
                Decision::Tell(act) => return self.tell(run, &event, memory, act).await,
            }
        }
    }

    /// Tells it, and remembers that.
    async fn tell(
        self,
        run: &Run<'_>,
        event: &Event,
        mut memory: EpisodeRecord,
        act: Act,
    ) -> Outcome {
        let mut done = Done {
            anew: act.is_anew(),
            place: None,
        };
        // What is told of the episode has this notice in it.
        let told = memory.folded(run, event, &done).told;
        let episode = told.map_or_else(|| Episode::once(event.at), |told| told.episode);
        match self.act(run, &episode, &act).await {
            Ok(receipt) => done.place = receipt.place,
            Err(error) => {
                memory.close(run).await;
                return unsent(&error);
            }
        }
        if memory.fold(run, event, &done).await {
            self.correct(run, memory).await;
        }
        if done.anew {
            Outcome::Delivered
        } else {
            Outcome::Updated
        }
    }

    /// Makes a message that several runs changed at once show what all of them know together: nobody
    /// knows whose words came last.
    async fn correct(self, run: &Run<'_>, mut memory: EpisodeRecord) {
        if !self.target.channel.can_update() {
            return;
        }
        let mut shown = None;
        for _ in 0..CORRECTIONS {
            let told = memory.state.as_ref().and_then(|state| state.told.as_ref());
            let Some((told, place)) = told.and_then(|told| Some((told, told.place.as_ref()?)))
            else {
                return;
            };
            if shown == Some(told.episode) {
                return;
            }
            if let Err(error) = self.send(run, &told.episode, Manner::Update(place)).await {
                let name = &self.target.name;
                tracing::warn!("a message to {name} shows an old count: {error}");
                return;
            }
            shown = Some(told.episode);
            memory = memory.again(run).await;
        }
    }

    /// Does what was decided: what can be done again first.
    async fn act(self, run: &Run<'_>, episode: &Episode, act: &Act) -> Result<Receipt, SendError> {
        match act {
            Act::Post => self.send(run, episode, Manner::Post).await,
            Act::Update(place) => self.send(run, episode, Manner::Update(place)).await,
            Act::Reply(place) => self.send(run, episode, Manner::Reply(place)).await,
            Act::UpdateAndReply(place) => {
                let receipt = self.send(run, episode, Manner::Update(place)).await?;
                // The message was gone, and there is a new one in its place: that is told anew.
                let moved = |there: &MessageRef| there != place;
                if receipt.place.as_ref().is_some_and(moved) {
                    return Ok(receipt);
                }
                self.send(run, episode, Manner::Reply(place)).await
            }
        }
    }

    /// Sends it, within the time that there is, whatever the channel does.
    async fn send(
        self,
        run: &Run<'_>,
        episode: &Episode,
        manner: Manner<'_>,
    ) -> Result<Receipt, SendError> {
        let notice = &self.arrival.notice;
        let picture = match manner {
            Manner::Update(_) => None,
            Manner::Post | Manner::Reply(_) => self.graph.of(notice, run).await,
        };
        let dispatch = Dispatch {
            telling: Telling {
                notice,
                episode,
                instead_of: self.instead_of,
            },
            manner,
            picture,
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

fn failed(reason: &str, retryable: bool) -> Outcome {
    Outcome::Failed {
        reason: reason.to_owned(),
        retryable,
    }
}

/// What it means that something was not sent.
fn unsent(error: &SendError) -> Outcome {
    let reason = error.to_string();
    match error {
        SendError::Retryable { .. } | SendError::Unknown { .. } => failed(&reason, true),
        SendError::Permanent { .. } => failed(&reason, false),
        SendError::Loop { .. } => Outcome::Looped,
    }
}
