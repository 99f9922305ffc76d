//! A message that arrived, with its notice.

use jiff::Timestamp;
use shared::model::alert::{AlertStatus, AlertType};

use super::keys;
use crate::{
    incoming::IncomingMessage,
    notice::{Notice, PreviousState},
};

/// The longest message that is stored, in bytes.
const LONGEST_MESSAGE: usize = 16 * 1_024;

/// A received message and its notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// The message as received.
    pub message: IncomingMessage,
    /// The content of the message.
    pub notice: Notice,
}

/// A notice, with what is needed to apply it.
#[derive(Clone, Debug)]
pub(super) struct ArrivalEvent<'a> {
    /// The id of the notice.
    pub(super) identity: String,
    pub(super) kind: AlertType,
    pub(super) status: Option<AlertStatus>,
    /// When it happened.
    pub(super) at: Timestamp,
    /// The state of an alarm before it went to ALARM.
    pub(super) previous_state: Option<PreviousState>,
    /// Whether it says that there are no data.
    pub(super) is_no_data: bool,
    /// True for the first OK of a new alarm.
    pub(super) never_began: bool,
    pub(super) notice: &'a Notice,
    /// The topics that its message came through.
    pub(super) topics: &'a [String],
}

impl ArrivalEvent<'_> {
    pub(super) fn ends(&self) -> bool {
        self.status == Some(AlertStatus::Resolved)
    }

    /// The notice as it is stored.
    pub(super) fn stored(&self) -> Notice {
        let mut notice = self.notice.clone();
        if notice.message.len() > LONGEST_MESSAGE {
            let end = notice.message.floor_char_boundary(LONGEST_MESSAGE);
            notice.message.truncate(end);
            notice.message.push('…');
        }
        notice
    }
}

impl Arrival {
    /// An identity that repeated deliveries of the same notice share.
    pub(super) fn identity(&self) -> String {
        match &self.notice.identity {
            Some(identity) => format!("notice:{identity}"),
            None => format!("message:{}", self.message.id),
        }
    }

    /// The identity of its incident: notices with the same one are about the same trouble.
    pub(super) fn incident(&self) -> String {
        match &self.notice.dedup_key {
            Some(key) => format!("key:{key}"),
            None => self.identity(),
        }
    }

    /// True if it is the end of an incident that other notices are about.
    pub(super) fn is_end(&self) -> bool {
        self.notice.is_over() && self.notice.dedup_key.is_some()
    }

    /// The time of the event, of the message, or now.
    pub(super) fn at(&self, now: Timestamp) -> Timestamp {
        let known = self.notice.occurred_at.or(self.message.sent_at);
        known.unwrap_or(now)
    }

    pub(super) fn event(&self, now: Timestamp) -> ArrivalEvent<'_> {
        ArrivalEvent {
            identity: keys::short(&self.identity()),
            kind: self.notice.kind,
            status: self.notice.status,
            at: self.at(now),
            previous_state: self.notice.previous_state,
            is_no_data: self.notice.is_no_data,
            never_began: self.notice.never_began,
            notice: &self.notice,
            topics: &self.message.topics,
        }
    }
}
