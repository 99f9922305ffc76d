//! The state of one episode in the ledger, read and changed.

use jiff::SignedDuration;
use shared::ledger::{Entry, Put, Version};

use super::{
    apply::{SendEffect, apply},
    claim::{LEASE, after},
    ledger::best_effort::Unknown,
    run::DeliveryRun,
    state::{EpisodeEvent, EpisodeState, PendingPost},
};

/// For how long an episode is remembered that nothing more is heard of. What lasts longer is over
/// without anybody being told which message it was.
const KEPT: SignedDuration = SignedDuration::from_hours(60 * 24);

/// How often folding is tried while others fold too.
const TRIES: usize = 20;

/// An episode as it was seen last.
#[derive(Debug)]
pub(super) struct EpisodeRecord {
    key: String,
    /// `None` where nothing is known of it.
    pub(super) state: Option<EpisodeState>,
    version: Option<Version>,
    /// Whether it is known whether there is anything: what the ledger did not tell is not changed
    /// without another look.
    pub(super) is_known: bool,
}

/// What came of announcing a new message.
#[derive(Debug)]
pub(super) enum Announced {
    /// The others wait.
    Ours,
    /// Something has changed: look again.
    Changed,
}

impl EpisodeRecord {
    /// Reads it. Where the ledger does not answer, nothing is known.
    pub(super) async fn read(run: &DeliveryRun<'_>, key: &str) -> Self {
        let mut record = Self {
            key: key.to_owned(),
            state: None,
            version: None,
            is_known: false,
        };
        if let Ok(entry) = run.ledger.get(key).await {
            record.saw(entry);
        }
        record
    }

    /// Reads it again.
    pub(super) async fn again(self, run: &DeliveryRun<'_>) -> Self {
        Self::read(run, &self.key).await
    }

    fn saw(&mut self, entry: Option<Entry>) {
        self.is_known = true;
        self.version = None;
        self.state = None;
        if let Some(Entry { body, version }) = entry {
            self.version = Some(version);
            // What is not of our making is forgotten.
            self.state = serde_json::from_value(body).ok();
        }
    }

    /// Announces a new message, so that other runs wait for it and then know where it is.
    pub(super) async fn open(&mut self, run: &DeliveryRun<'_>) -> Announced {
        if !self.is_known {
            return Announced::Ours;
        }
        let mut state = self.state.clone().unwrap_or_default();
        state.pending = Some(PendingPost {
            by: run.id.to_owned(),
            until: after(run, LEASE),
        });
        match self.put(run, &state).await {
            Ok(Put::Stored(version)) => {
                self.version = Some(version);
                self.state = Some(state);
                Announced::Ours
            }
            Ok(Put::Changed(entry)) => {
                self.saw(entry);
                Announced::Changed
            }
            Err(Unknown) => Announced::Ours,
        }
    }

    /// Takes the announcement back: the message was not sent.
    pub(super) async fn close(self, run: &DeliveryRun<'_>) {
        let Some(mut state) = self.state.clone() else {
            return;
        };
        let is_ours = |pending: &PendingPost| pending.by == run.id;
        if !state.pending.take().is_some_and(|it| is_ours(&it)) {
            return;
        }
        // Where it has changed since, it is not ours any more.
        if state == EpisodeState::default() {
            if let Some(version) = self.version {
                let _ = run.ledger.remove(&self.key, version).await;
            }
        } else {
            let _ = self.put(run, &state).await;
        }
    }

    /// Folds a notice in. Whether others have changed it since it was read is returned.
    pub(super) async fn apply(
        &mut self,
        run: &DeliveryRun<'_>,
        event: &EpisodeEvent,
        done: &SendEffect,
    ) -> bool {
        let was_known = self.is_known;
        let mut has_changed = false;
        for _ in 0..TRIES {
            let state = self.applied(run, event, done);
            match self.put(run, &state).await {
                Ok(Put::Stored(version)) => {
                    self.state = Some(state);
                    self.version = Some(version);
                    break;
                }
                // Who could not read it before does not know that it has changed.
                Ok(Put::Changed(entry)) => {
                    has_changed |= was_known;
                    self.saw(entry);
                }
                Err(Unknown) => break,
            }
        }
        has_changed
    }

    /// The state with a notice folded in. What another run announced stays announced.
    pub(super) fn applied(
        &self,
        run: &DeliveryRun<'_>,
        event: &EpisodeEvent,
        done: &SendEffect,
    ) -> EpisodeState {
        let mut state = apply(self.state.as_ref(), event, done, run.now);
        let pending = self.state.as_ref().and_then(|state| state.pending.clone());
        state.pending = pending.filter(|pending| pending.by != run.id);
        state
    }

    async fn put(&self, run: &DeliveryRun<'_>, state: &EpisodeState) -> Result<Put, Unknown> {
        let seen = self.version.clone();
        run.ledger
            .put(&self.key, state, seen, after(run, KEPT))
            .await
    }
}
