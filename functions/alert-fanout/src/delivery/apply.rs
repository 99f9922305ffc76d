//! The record of an episode after a notice was sent or held: a pure function.
//!
//! A notice counts once, however often it is applied, while it is among the last few.

use jiff::Timestamp;

use super::state::{EpisodeEvent, EpisodeState, SentEpisode};
use crate::episode::MessageRef;

/// The number of ids kept. Redeliveries come within minutes; an episode that repeats more often in that
/// time may count a few too many.
const KEPT: usize = 20;

/// What sending a notice changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SendEffect {
    /// True if a new message or a reply was sent.
    pub(super) new_message: bool,
    /// The message that later notices belong to, if a new one was sent.
    pub(super) message_ref: Option<MessageRef>,
}

/// Applies a notice that was handled so.
pub(super) fn apply(
    before: Option<&EpisodeState>,
    event: &EpisodeEvent,
    done: &SendEffect,
    now: Timestamp,
) -> EpisodeState {
    let mut state = before.cloned().unwrap_or_default();
    if state.has_applied(&event.identity) {
        return state;
    }
    state.applied.push(event.identity.clone());
    let surplus = state.applied.len().saturating_sub(KEPT);
    state.applied.drain(..surplus);
    let mut sent = match state.sent.take() {
        Some(sent) if event.ends() => ended(sent, event),
        Some(sent) if sent.is_open() && event.is_no_data => without_data(sent, event),
        Some(sent) if sent.is_open() && sent.is_followed_by(event) => begun(event, now),
        // A new episode begins after the resolution; what happened before it belongs to the old one.
        Some(sent) if sent.episode.resolved.is_none_or(|end| event.at < end) => {
            repeated(sent, event)
        }
        _ => begun(event, now),
    };
    if done.new_message {
        sent.at = now;
    }
    if done.message_ref.is_some() {
        sent.message_ref.clone_from(&done.message_ref);
    }
    state.sent = Some(sent);
    state
}

fn begun(event: &EpisodeEvent, now: Timestamp) -> SentEpisode {
    let mut sent = SentEpisode::once(event, now);
    if event.ends() {
        // The end of what nobody was notified of.
        sent.episode.count = 0;
        sent.episode.resolved = Some(event.at);
    }
    sent
}

fn ended(mut sent: SentEpisode, event: &EpisodeEvent) -> SentEpisode {
    let episode = &mut sent.episode;
    if episode.resolved.is_none() && event.at >= episode.last {
        episode.resolved = Some(event.at);
    }
    sent
}

/// Missing data are no repetition.
fn without_data(mut sent: SentEpisode, event: &EpisodeEvent) -> SentEpisode {
    sent.lost_data = true;
    sent.episode.last = sent.episode.last.max(event.at);
    sent
}

fn repeated(mut sent: SentEpisode, event: &EpisodeEvent) -> SentEpisode {
    let episode = &mut sent.episode;
    if episode.count == 0 {
        (episode.first, episode.last) = (event.at, event.at);
    }
    episode.count = episode.count.saturating_add(1);
    episode.first = episode.first.min(event.at);
    episode.last = episode.last.max(event.at);
    sent.kind = sent.kind.max(event.kind);
    sent.lost_data = false;
    sent
}

#[cfg(test)]
mod tests;
