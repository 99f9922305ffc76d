//! Reads and writes the record of one episode in the ledger.

use jiff::SignedDuration;
use shared::ledger::{Entry, Put, Version};

use super::{
    apply::{SendEffect, apply},
    claim::{LEASE, after},
    ledger::best_effort::Unknown,
    run::DeliveryRun,
    state::{EpisodeEvent, EpisodeState, PendingPost},
};

/// How long an episode without new notices is kept. A resolution that comes later is a new message.
const KEPT: SignedDuration = SignedDuration::from_hours(60 * 24);

/// How often applying a notice is tried while other runs apply theirs.
const TRIES: usize = 20;

/// An episode as it was read last.
#[derive(Debug)]
pub(super) struct EpisodeRecord {
    key: String,
    /// `None` if the ledger has no record.
    pub(super) state: Option<EpisodeState>,
    version: Option<Version>,
    /// False if the ledger read failed: then nothing is written without another read.
    pub(super) is_known: bool,
}

/// The result of announcing a new message.
#[derive(Debug)]
pub(super) enum Announced {
    /// Other runs wait for it.
    Ours,
    /// The record changed: read it again.
    Changed,
}

impl EpisodeRecord {
    /// Reads the record.
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
            // An unreadable record is replaced.
            self.state = serde_json::from_value(body).ok();
        }
    }

    /// Announces a new message, so that other runs wait for its reference.
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

    /// Withdraws the announcement: the message was not sent.
    pub(super) async fn close(self, run: &DeliveryRun<'_>) {
        let Some(mut state) = self.state.clone() else {
            return;
        };
        let is_ours = |pending: &PendingPost| pending.by == run.id;
        if !state.pending.take().is_some_and(|it| is_ours(&it)) {
            return;
        }
        // If the record changed meanwhile, the announcement is not ours any more.
        if state == EpisodeState::default() {
            if let Some(version) = self.version {
                let _ = run.ledger.remove(&self.key, version).await;
            }
        } else {
            let _ = self.put(run, &state).await;
        }
    }

    /// Applies a notice. Returns true if other runs changed the record since it was read.
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
                // If the read failed, a change cannot be detected.
                Ok(Put::Changed(entry)) => {
                    has_changed |= was_known;
                    self.saw(entry);
                }
                Err(Unknown) => break,
            }
        }
        has_changed
    }

    /// The state with a notice applied. Announcements of other runs stay.
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
