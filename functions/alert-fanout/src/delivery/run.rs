//! What all deliveries of one run share.

use std::time::Duration;

use jiff::Timestamp;
use shared::deadline::Deadline;

use super::{context::Context, ledger::best_effort::BestEffortLedger};

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
