//! What is done about a notice, given what a target was told before: a pure function.
//!
//! - The first notice of an episode is posted. Within the window since people were last told anew, a
//!   repetition changes the first message, and is held where messages cannot be changed. After the
//!   window it is posted anew.
//! - What is critical is told every time, and so is what became worse: as an answer to the first
//!   message where it can be answered, as a message of its own where not.
//! - The end changes the first message, and answers it. The end of what nobody was told of is posted:
//!   it says that something is over, which whoever missed its beginning wants to know. That of what
//!   never began (an alarm's first data are good, and nobody was told of it) is held, and so is a
//!   second end.
//! - An alarm that went from OK to ALARM begins a new incident, whether its OK was seen or not. Missing
//!   data neither end an incident nor change its message: they are a reply.
//! - Notices may overtake each other. One that happened before the end that was told already changes
//!   the message, which stays that of something that is over, and begins nothing. An end from before
//!   the last repetition ends nothing.

use jiff::{SignedDuration, Timestamp};

use super::state::{EpisodeEvent, EpisodeState, SentEpisode};
use crate::{episode::MessageRef, report::HoldReason};

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Nothing: it was told before.
    AlreadySent,
    /// Nothing yet: another run is sending the message that this one belongs to.
    Wait,
    /// It is counted, and not told.
    Hold(HoldReason),
    /// It is told.
    Send(SendAction),
}

/// How it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SendAction {
    /// As a message of its own.
    Post,
    /// By changing a message.
    Update(MessageRef),
    /// By answering a message.
    Reply(MessageRef),
    /// By changing a message, which can be done again, and then answering it, which cannot.
    UpdateAndReply(MessageRef),
}

impl SendAction {
    /// Whether people are told anew: a message that changes in its place is easily missed.
    pub(super) fn sends_new_message(&self) -> bool {
        !matches!(self, Self::Update(_))
    }
}

/// Decides. `can_update` is what the channel can do, `window` for how long a repeating notice is one.
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
                again(sent, is_news, can_update, HoldReason::Late)
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
                again(sent, is_news, can_update, HoldReason::Repeated)
            }
        },
    }
}

/// What is done about an end.
fn end(sent: &SentEpisode, event: &EpisodeEvent, can_update: bool) -> Decision {
    if sent.episode.resolved.is_some() {
        Decision::Hold(HoldReason::ResolvedBefore)
    } else if event.at < sent.episode.last {
        Decision::Hold(HoldReason::Late)
    } else {
        Decision::Send(new_message(sent, can_update))
    }
}

/// What is done about one more of the same.
fn again(sent: &SentEpisode, is_news: bool, can_update: bool, reason: HoldReason) -> Decision {
    match &sent.message_ref {
        _ if is_news => Decision::Send(new_message(sent, can_update)),
        Some(message_ref) if can_update => Decision::Send(SendAction::Update(message_ref.clone())),
        _ => Decision::Hold(reason),
    }
}

/// How people are told anew of what they were told of.
fn new_message(sent: &SentEpisode, can_update: bool) -> SendAction {
    match &sent.message_ref {
        Some(message_ref) if can_update => SendAction::UpdateAndReply(message_ref.clone()),
        Some(message_ref) => SendAction::Reply(message_ref.clone()),
        None => SendAction::Post,
    }
}

#[cfg(test)]
mod tests;
