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
//! - Notices may overtake each other. One that happened before the end that was told already changes
//!   the message, which stays that of something that is over, and begins nothing. An end from before
//!   the last repetition ends nothing.

use jiff::{SignedDuration, Timestamp};

use super::state::{Event, State, Told};
use crate::{episode::MessageRef, report::Reason};

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Nothing: it was told before.
    AlreadyTold,
    /// Nothing yet: another run is sending the message that this one belongs to.
    Wait,
    /// It is counted, and not told.
    Hold(Reason),
    /// It is told.
    Tell(Act),
}

/// How it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// As a message of its own.
    Post,
    /// By changing a message.
    Update(MessageRef),
    /// By answering a message.
    Reply(MessageRef),
    /// By changing a message, which can be done again, and then answering it, which cannot.
    UpdateAndReply(MessageRef),
}

impl Act {
    /// Whether people are told anew: a message that changes in its place is easily missed.
    pub(super) fn is_anew(&self) -> bool {
        !matches!(self, Self::Update(_))
    }
}

/// Decides. `can_update` is what the channel can do, `window` for how long a repeating notice is one.
pub(super) fn decide(
    state: Option<&State>,
    event: &Event,
    can_update: bool,
    window: SignedDuration,
    now: Timestamp,
) -> Decision {
    let Some(state) = state else {
        return if event.never_began {
            Decision::Hold(Reason::NeverBegan)
        } else {
            Decision::Tell(Act::Post)
        };
    };
    if state.has_folded(&event.identity) {
        return Decision::AlreadyTold;
    }
    if state.opening.as_ref().is_some_and(|it| it.until > now) {
        return Decision::Wait;
    }
    match &state.told {
        None => Decision::Tell(Act::Post),
        Some(told) if event.ends() => end(told, event, can_update),
        Some(told) => match told.episode.resolved {
            Some(end) if event.at < end => {
                let is_news = told.episode.count == 0 || event.is_critical();
                again(told, is_news, can_update, Reason::Late)
            }
            Some(_) => Decision::Tell(Act::Post),
            None if now.duration_since(told.at) > window => Decision::Tell(Act::Post),
            None => {
                let is_news = event.kind > told.kind || event.is_critical();
                again(told, is_news, can_update, Reason::Repeated)
            }
        },
    }
}

/// What is done about an end.
fn end(told: &Told, event: &Event, can_update: bool) -> Decision {
    if told.episode.resolved.is_some() {
        Decision::Hold(Reason::ResolvedBefore)
    } else if event.at < told.episode.last {
        Decision::Hold(Reason::Late)
    } else {
        Decision::Tell(anew(told, can_update))
    }
}

/// What is done about one more of the same.
fn again(told: &Told, is_news: bool, can_update: bool, reason: Reason) -> Decision {
    match &told.place {
        _ if is_news => Decision::Tell(anew(told, can_update)),
        Some(place) if can_update => Decision::Tell(Act::Update(place.clone())),
        _ => Decision::Hold(reason),
    }
}

/// How people are told anew of what they were told of.
fn anew(told: &Told, can_update: bool) -> Act {
    match &told.place {
        Some(place) if can_update => Act::UpdateAndReply(place.clone()),
        Some(place) => Act::Reply(place.clone()),
        None => Act::Post,
    }
}

#[cfg(test)]
mod tests;
