//! A message that arrived, with its notice.

use jiff::Timestamp;

use super::{keys, state::EpisodeEvent};
use crate::{incoming::IncomingMessage, notice::Notice};

/// A received message and its notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// The message as received.
    pub message: IncomingMessage,
    /// The content of the message.
    pub notice: Notice,
}

impl Arrival {
    /// An identity that repeated deliveries of the same notice share.
    pub(super) fn identity(&self) -> String {
        match &self.notice.identity {
            Some(identity) => format!("notice:{identity}"),
            None => format!("message:{}", self.message.id),
        }
    }

    /// The time of the event, of the message, or now.
    pub(super) fn at(&self, now: Timestamp) -> Timestamp {
        let known = self.notice.occurred_at.or(self.message.sent_at);
        known.unwrap_or(now)
    }

    pub(super) fn event(&self, now: Timestamp) -> EpisodeEvent {
        EpisodeEvent {
            identity: keys::part(&self.identity()),
            kind: self.notice.kind,
            status: self.notice.status,
            at: self.at(now),
            previous_state: self.notice.previous_state,
            is_no_data: self.notice.is_no_data,
            never_began: self.notice.never_began,
        }
    }
}
