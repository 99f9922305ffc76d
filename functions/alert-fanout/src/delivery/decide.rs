//! Decides how to deliver a notice, given what the target was sent before: a pure function.
//!
//! - The first notice of an episode is posted. Within the window since the last new message, a repetition
//!   updates that message, or is held if messages cannot be updated. After the window it is posted again.
//! - Escalations, and every critical alert, are sent as new messages: a reply to the first message, or a
//!   message of its own if the channel has no replies.
//! - A resolution updates the first message and replies to it. A resolution without a recorded incident is
//!   posted, for whoever missed the incident. The first OK of a new alarm and a second resolution are held.
//! - An alarm that went from OK to ALARM begins a new incident, whether its OK was seen or not. Missing
//!   data neither end an incident nor change its message: they are a reply.
//! - Notices may arrive out of order. One from before a resolution that was sent already updates the
//!   message, which stays resolved. A resolution from before the last repetition ends nothing.

use jiff::{SignedDuration, Timestamp};

use super::state::{EpisodeEvent, EpisodeState, SentEpisode};
use crate::{episode::MessageRef, report::HoldReason};

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Nothing: it was sent before.
    AlreadySent,
    /// Nothing yet: another run is sending the first message.
    Wait,
    /// Count it without sending it.
    Hold(HoldReason),
    /// Send it.
    Send(SendAction),
}

/// How a notice is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SendAction {
    /// As a new message.
    Post,
    /// As an update of a message.
    Update(MessageRef),
    /// As a reply to a message.
    Reply(MessageRef),
    /// As an update, which is safe to repeat, and then a reply, which is not.
    UpdateAndReply(MessageRef),
}

impl SendAction {
    /// True if people are notified: an update in place is easily missed.
    pub(super) fn sends_new_message(&self) -> bool {
        !matches!(self, Self::Update(_))
    }
}

/// Decides. `can_update`: the channel can update messages. `window`: how long repetitions update one
/// message.
pub(super) fn decide(
    state: Option<&EpisodeState>,
    event: &EpisodeEvent,
    can_update: bool,
    window: SignedDuration,
    now: Timestamp,
) -> Decision {
    let Some(state) = state else {
        return if event.never_began {
            Decision::Hold(HoldReason::NeverBegan)
        } else {
            Decision::Send(SendAction::Post)
        };
    };
    if state.has_applied(&event.identity) {
        return Decision::AlreadySent;
    }
    if state.pending.as_ref().is_some_and(|it| it.until > now) {
        return Decision::Wait;
    }
    match &state.sent {
        None => Decision::Send(SendAction::Post),
        Some(sent) if event.ends() => end(sent, event, can_update),
        Some(sent) => match sent.episode.resolved {
            Some(end) if event.at < end => {
                let is_news = sent.episode.count == 0 || event.is_critical();
                repetition(sent, is_news, can_update, HoldReason::Late)
            }
            Some(_) => Decision::Send(SendAction::Post),
            None if event.is_no_data && event.kind < sent.kind => match &sent.message_ref {
                Some(message_ref) => Decision::Send(SendAction::Reply(message_ref.clone())),
                None => Decision::Hold(HoldReason::Repeated),
            },
            None if sent.is_followed_by(event) => Decision::Send(SendAction::Post),
            None if now.duration_since(sent.at) > window => Decision::Send(SendAction::Post),
            None => {
                let is_news = event.kind > sent.kind || event.is_critical();
                repetition(sent, is_news, can_update, HoldReason::Repeated)
            }
        },
    }
}

/// Decides how to handle a resolution.
fn end(sent: &SentEpisode, event: &EpisodeEvent, can_update: bool) -> Decision {
    if sent.episode.resolved.is_some() {
        Decision::Hold(HoldReason::ResolvedBefore)
    } else if event.at < sent.episode.last {
        Decision::Hold(HoldReason::Late)
    } else {
        Decision::Send(new_message(sent, can_update))
    }
}

/// Decides how to handle a repetition.
fn repetition(sent: &SentEpisode, is_news: bool, can_update: bool, reason: HoldReason) -> Decision {
    match &sent.message_ref {
        _ if is_news => Decision::Send(new_message(sent, can_update)),
        Some(message_ref) if can_update => Decision::Send(SendAction::Update(message_ref.clone())),
        _ => Decision::Hold(reason),
    }
}

/// How to notify people again of an episode.
fn new_message(sent: &SentEpisode, can_update: bool) -> SendAction {
    match &sent.message_ref {
        Some(message_ref) if can_update => SendAction::UpdateAndReply(message_ref.clone()),
        Some(message_ref) => SendAction::Reply(message_ref.clone()),
        None => SendAction::Post,
    }
}

#[cfg(test)]
mod tests;
