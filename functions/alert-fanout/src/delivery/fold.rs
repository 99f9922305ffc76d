//! The state of an episode after a notice was told or held: a pure function.
//!
//! A notice counts once, however often it is folded in, as long as it is among the last few.

use jiff::Timestamp;

use super::state::{Event, State, Told};
use crate::episode::{Episode, MessageRef};

/// How many identities are kept. A notice is delivered again within minutes, and an episode that
/// repeats more often than this in that time counts a few too many.
const KEPT: usize = 20;

/// What was done about a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Done {
    /// Whether people were told anew.
    pub(super) anew: bool,
    /// Where the message is that the next ones belong to, if a new one was sent.
    pub(super) place: Option<MessageRef>,
}

/// Folds a notice in, of which this was done.
pub(super) fn fold(before: Option<&State>, event: &Event, done: &Done, now: Timestamp) -> State {
    let mut state = before.cloned().unwrap_or_default();
    if state.has_folded(&event.identity) {
        return state;
    }
    state.folded.push(event.identity.clone());
    let surplus = state.folded.len().saturating_sub(KEPT);
    state.folded.drain(..surplus);
    let mut told = match state.told.take() {
        Some(told) if event.ends() => ended(told, event),
        // After the end begins a new episode; what happened before the end belongs to the old one.
        Some(told) if told.episode.resolved.is_none_or(|end| event.at < end) => {
            repeated(told, event)
        }
        _ => begun(event, now),
    };
    if done.anew {
        told.at = now;
    }
    if done.place.is_some() {
        told.place.clone_from(&done.place);
    }
    state.told = Some(told);
    state
}

fn begun(event: &Event, now: Timestamp) -> Told {
    let mut episode = Episode::once(event.at);
    if event.ends() {
        // The end of what nobody was told of.
        episode.count = 0;
        episode.resolved = Some(event.at);
    }
    Told {
        episode,
        kind: event.kind,
        at: now,
        place: None,
    }
}

fn ended(mut told: Told, event: &Event) -> Told {
    let episode = &mut told.episode;
    if episode.resolved.is_none() && event.at >= episode.last {
        episode.resolved = Some(event.at);
    }
    told
}

fn repeated(mut told: Told, event: &Event) -> Told {
    let episode = &mut told.episode;
    if episode.count == 0 {
        (episode.first, episode.last) = (event.at, event.at);
    }
    episode.count = episode.count.saturating_add(1);
    episode.first = episode.first.min(event.at);
    episode.last = episode.last.max(event.at);
    told.kind = told.kind.max(event.kind);
    told
}

#[cfg(test)]
mod tests;
