//! What all deliveries of one run share.

use jiff::{SignedDuration, Timestamp};
use shared::{deadline::Deadline, invocation::Invocation};

use super::{clock::Clock, context::Context, ledger::best_effort::BestEffortLedger};

/// What all deliveries of one run share.
#[derive(Debug)]
pub(super) struct DeliveryRun<'a> {
    pub(super) context: &'a Context,
    pub(super) ledger: BestEffortLedger<'a>,
    pub(super) id: &'a str,
    pub(super) clock: Clock,
    /// Until when messages are sent. Recording the outcomes has a little longer.
    pub(super) work: Deadline,
    /// True if a failure is retried for all the time there is. A queue retries by itself.
    pub(super) is_patient: bool,
}

/// The time reserved for recording outcomes: at most this, and at most a fifth of all.
const RECORDING: std::time::Duration = std::time::Duration::from_secs(6);

impl<'a> DeliveryRun<'a> {
    pub(super) fn new(context: &'a Context, invocation: &'a Invocation, is_patient: bool) -> Self {
        let deadline = invocation.deadline;
        let recording = (deadline.remaining() / 5).min(RECORDING);
        let clock = Clock::starting_at(invocation.now);
        Self {
            context,
            ledger: BestEffortLedger::new(&*context.ledger, clock, deadline),
            id: &invocation.request_id,
            clock,
            work: deadline.earlier_by(recording),
            is_patient,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The end of a span that begins now.
    pub(super) fn after(&self, time: SignedDuration) -> Timestamp {
        self.now().saturating_add(time).unwrap_or(Timestamp::MAX)
    }
}
