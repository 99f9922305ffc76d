//! The right to deliver one notice to one target. One run has it at a time.

use jiff::{SignedDuration, Timestamp};
use shared::ledger::{Entry, Put, Version};

use super::{run::DeliveryRun, state::DeliveryMark, wait::Wait};

/// The lease. Longer than the function's timeout, so that a run never sends without
/// it, and shorter than the minute after which Lambda tries again
/// (<https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>), so that
/// the retry of a killed run finds the claim expired.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(55);

/// How long a delivery is remembered: as long as a message can wait in a failure queue for a manual
/// redrive, and a day more.
const DONE: SignedDuration = SignedDuration::from_hours(15 * 24);

/// How long a permanent refusal is remembered. Lambda retries within minutes; a manual redrive after a
/// repair comes later.
const FAILED: SignedDuration = SignedDuration::from_hours(1);

/// How often writing a mark is tried while other runs write.
const TRIES: usize = 5;

/// The result of claiming.
#[derive(Debug)]
pub(super) enum Claimed {
    /// This run has the claim.
    Ours(Claim),
    /// It was delivered before.
    Done,
    /// It was refused permanently a short time ago.
    Failed(String),
    /// Another run has it and did not end in time.
    Busy,
}

/// A claim.
#[derive(Debug)]
pub(super) struct Claim {
    key: String,
    /// `None` if the ledger did not answer.
    version: Option<Version>,
}

impl Claim {
    /// Claims the right to deliver; waits while another run has it.
    pub(super) async fn take(run: &DeliveryRun<'_>, key: String) -> Claimed {
        let mark = DeliveryMark::Claimed {
            by: run.id.to_owned(),
        };
        let mut wait = Wait::until(run.work);
        loop {
            match run.ledger.put(&key, &mark, None, after(run, LEASE)).await {
                Ok(Put::Stored(version)) => {
                    let version = Some(version);
                    return Claimed::Ours(Self { key, version });
                }
                Ok(Put::Changed(Some(entry))) => match mark_of(&entry) {
                    Some(DeliveryMark::Done) => return Claimed::Done,
                    Some(DeliveryMark::Failed { reason }) => return Claimed::Failed(reason),
                    Some(DeliveryMark::Claimed { .. }) => {
                        if !wait.pause().await {
                            return Claimed::Busy;
                        }
                    }
                    // An unreadable mark: sending is safer than trusting it.
                    None => {
                        let version = Some(entry.version);
                        return Claimed::Ours(Self { key, version });
                    }
                },
                // It went between two looks.
                Ok(Put::Changed(None)) if wait.pause().await => {}
                Ok(Put::Changed(None)) => return Claimed::Busy,
                Err(_) => return Claimed::Ours(Self { key, version: None }),
            }
        }
    }

    /// Marks the delivery as done, even if another run has the claim by now.
    pub(super) async fn done(self, run: &DeliveryRun<'_>) {
        let mut seen = self.version;
        for _ in 0..TRIES {
            let put = run
                .ledger
                .put(&self.key, &DeliveryMark::Done, seen, after(run, DONE));
            match put.await {
                Ok(Put::Changed(Some(entry))) if mark_of(&entry) == Some(DeliveryMark::Done) => {
                    return;
                }
                Ok(Put::Changed(there)) => seen = there.map(|entry| entry.version),
                Ok(Put::Stored(_)) | Err(_) => return,
            }
        }
    }

    /// Marks the delivery as refused permanently.
    pub(super) async fn failed(self, run: &DeliveryRun<'_>, reason: &str) {
        let reason = reason.to_owned();
        let mark = DeliveryMark::Failed { reason };
        // If another run has the claim, it will find out itself.
        let put = run
            .ledger
            .put(&self.key, &mark, self.version, after(run, FAILED));
        let _ = put.await;
    }

    /// Releases the claim for the retry.
    pub(super) async fn release(self, run: &DeliveryRun<'_>) {
        if let Some(version) = self.version {
            let _ = run.ledger.remove(&self.key, version).await;
        }
    }
}

fn mark_of(entry: &Entry) -> Option<DeliveryMark> {
    serde_json::from_value(entry.body.clone()).ok()
}

/// The end of a span that begins with the run.
pub(super) fn after(run: &DeliveryRun<'_>, time: SignedDuration) -> Timestamp {
    run.now.saturating_add(time).unwrap_or(Timestamp::MAX)
}
