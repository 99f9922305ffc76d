//! The state of one episode in the ledger, read and changed.

use jiff::SignedDuration;
use shared::ledger::{Entry, Put, Version};

use super::{
    claim::{LEASE, after},
    fold::{Done, fold},
    ledger::best_effort::Unknown,
    run::Run,
    state::{Event, Opening, State},
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
    pub(super) state: Option<State>,
    version: Option<Version>,
    /// Whether it is known whether there is anything: what the ledger did not tell is not changed
    /// without another look.
    pub(super) is_known: bool,
}

/// What came of announcing a new message.
#[derive(Debug)]
pub(super) enum Opened {
    /// The others wait.
    Ours,
    /// Something has changed: look again.
    Changed,
}

impl EpisodeRecord {
    /// Reads it. Where the ledger does not answer, nothing is known.
    pub(super) async fn read(run: &Run<'_>, key: &str) -> Self {
        let mut memory = Self {
            key: key.to_owned(),
            state: None,
            version: None,
            is_known: false,
        };
        if let Ok(entry) = run.book.get(key).await {
            memory.saw(entry);
        }
        memory
    }

    /// Reads it again.
    pub(super) async fn again(self, run: &Run<'_>) -> Self {
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
    pub(super) async fn open(&mut self, run: &Run<'_>) -> Opened {
        if !self.is_known {
            return Opened::Ours;
        }
        let mut state = self.state.clone().unwrap_or_default();
        state.opening = Some(Opening {
            by: run.id.to_owned(),
            until: after(run, LEASE),
        });
        match self.put(run, &state).await {
            Ok(Put::Stored(version)) => {
                self.version = Some(version);
                self.state = Some(state);
                Opened::Ours
            }
            Ok(Put::Changed(entry)) => {
                self.saw(entry);
                Opened::Changed
            }
            Err(Unknown) => Opened::Ours,
        }
    }

    /// Takes the announcement back: the message was not sent.
    pub(super) async fn close(self, run: &Run<'_>) {
        let Some(mut state) = self.state.clone() else {
            return;
        };
        let is_ours = |opening: &Opening| opening.by == run.id;
        if !state.opening.take().is_some_and(|it| is_ours(&it)) {
            return;
        }
        // Where it has changed since, it is not ours any more.
        if state == State::default() {
            if let Some(version) = self.version {
                let _ = run.book.remove(&self.key, version).await;
            }
        } else {
            let _ = self.put(run, &state).await;
        }
    }

    /// Folds a notice in. Whether others have changed it since it was read is returned.
    pub(super) async fn fold(&mut self, run: &Run<'_>, event: &Event, done: &Done) -> bool {
        let was_known = self.is_known;
        let mut has_changed = false;
        for _ in 0..TRIES {
            let state = self.folded(run, event, done);
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
    pub(super) fn folded(&self, run: &Run<'_>, event: &Event, done: &Done) -> State {
        let mut state = fold(self.state.as_ref(), event, done, run.now);
        let opening = self.state.as_ref().and_then(|state| state.opening.clone());
        state.opening = opening.filter(|opening| opening.by != run.id);
        state
    }

    async fn put(&self, run: &Run<'_>, state: &State) -> Result<Put, Unknown> {
        let seen = self.version.clone();
        run.book.put(&self.key, state, seen, after(run, KEPT)).await
    }
}
