//! The right to send to a target: one run at a time has it, so that messages keep their order and pace.

use std::time::Duration;

use jiff::SignedDuration;

use super::{
    keys,
    record::{LANES, Lane, Lease},
    run::DeliveryRun,
    slot::{Saved, Slot, TRIES},
};

/// How long a lease lasts: a run renews it before each call. Much shorter than the minute after which Lambda
/// retries (<https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>).
const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// How long one call may take, with the retries of the channel: less than a lease.
pub(super) const LONGEST_CALL: Duration = Duration::from_secs(20);

/// How long a lane is remembered.
const KEPT: SignedDuration = SignedDuration::from_hours(15 * 24);

/// A target's lane, which this run has.
#[derive(Debug)]
pub(super) struct OwnLane {
    slot: Slot<Lane>,
    pub(super) lane: Lane,
}

/// Another run has the lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LaneLost;

impl OwnLane {
    /// Takes the lane of a target, unless another run has it.
    pub(super) async fn take(run: &DeliveryRun<'_>, target: &str) -> Result<Self, LaneLost> {
        let mut slot = Slot::<Lane>::read(run, keys::lane(target)).await;
        for _ in 0..TRIES {
            let mut lane = slot.value.clone().unwrap_or_default();
            target.clone_into(&mut lane.target);
            let now = run.now();
            let lease = lane.lease.as_ref();
            if lease.is_some_and(|lease| lease.until > now && lease.by != run.id) {
                return Err(LaneLost);
            }
            let mut own = Self { slot, lane };
            match own.save(run, true).await {
                Saved::Done => return Ok(own),
                Saved::Changed => slot = own.slot,
            }
        }
        Err(LaneLost)
    }

    async fn save(&mut self, run: &DeliveryRun<'_>, keeps: bool) -> Saved {
        self.lane.lease = keeps.then(|| Lease {
            by: run.id.to_owned(),
            until: run.after(LEASE),
        });
        let expires = run.after(KEPT);
        let list = Some(LANES.to_owned());
        self.slot.put(run, self.lane.clone(), list, expires).await
    }

    /// Renews the lease before a call, and stores the lane.
    pub(super) async fn renew(&mut self, run: &DeliveryRun<'_>) -> Result<(), LaneLost> {
        let call = SignedDuration::try_from(LONGEST_CALL).unwrap_or(LEASE);
        let needed = run.after(call);
        let lease = self.lane.lease.as_ref();
        if lease.is_some_and(|lease| lease.until > needed) {
            return Ok(());
        }
        match self.save(run, true).await {
            Saved::Done => Ok(()),
            Saved::Changed => Err(LaneLost),
        }
    }

    /// Ends the lease.
    pub(super) async fn release(mut self, run: &DeliveryRun<'_>) {
        // If another run has it by now, it is not ours to end.
        let _ = self.save(run, false).await;
    }
}
