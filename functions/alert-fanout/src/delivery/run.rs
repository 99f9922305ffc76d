//! What arrived, and what all deliveries of one run share.

use std::time::Duration;

use jiff::Timestamp;
use shared::deadline::Deadline;

use super::context::Context;
use super::{keys, ledger::best_effort::BestEffortLedger, state::EpisodeEvent};
use crate::{incoming::IncomingMessage, notice::Notice};

/// A message, and what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// The message.
    pub message: IncomingMessage,
    /// What it says.
    pub notice: Notice,
}

impl Arrival {
    /// The same whenever the same notice is delivered.
    pub(super) fn identity(&self) -> String {
        match &self.notice.identity {
            Some(identity) => format!("notice:{identity}"),
            None => format!("message:{}", self.message.id),
        }
    }

    /// When it happened, as well as is known.
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

/// What all deliveries of one run share.
#[derive(Debug)]
pub(super) struct DeliveryRun<'a> {
    pub(super) context: &'a Context,
    pub(super) ledger: BestEffortLedger<'a>,
    pub(super) id: &'a str,
    pub(super) now: Timestamp,
    /// Until when things are sent. Noting what became of them has a little longer.
    pub(super) work: Deadline,
}

impl DeliveryRun<'_> {
    /// The end of this time, or of that for sending, whichever comes first.
    pub(super) fn work_within(&self, time: Duration) -> Deadline {
        Deadline::after(self.work.remaining().min(time))
    }
}
