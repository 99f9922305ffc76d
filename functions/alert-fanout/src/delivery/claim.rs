//! The right to deliver one notice to one target, which one run has at a time.

use jiff::{SignedDuration, Timestamp};
use shared::ledger::{Entry, Put, Version};

use super::{run::DeliveryRun, state::DeliveryMark, wait::Wait};

/// How long a run has the right. Longer than the function's timeout, so that it never sends without
/// it, and shorter than the minute after which Lambda tries again
/// (<https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>), so that
/// the next try of a run that was killed finds the right free.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(55);

/// For how long it is remembered that something was delivered: as long as a message can wait in a
/// queue of failures to be sent again by hand, and a day more.
const DONE: SignedDuration = SignedDuration::from_hours(15 * 24);

/// For how long a target that refused for good is not tried again with the same notice. Lambda tries
/// again within minutes; who mends the target and sends again what failed comes later.
const FAILED: SignedDuration = SignedDuration::from_hours(1);

/// How often it is tried to note what became of a delivery, where somebody else notes something.
const TRIES: usize = 5;

/// What came of asking for the right.
#[derive(Debug)]
pub(super) enum Claimed {
    /// This run has it, as far as anybody knows.
    Ours(Claim),
    /// It was delivered.
    Done,
    /// It was refused for good, not long ago.
    Failed(String),
    /// Another run has it, and did not end in time.
    Busy,
}

/// The right.
#[derive(Debug)]
pub(super) struct Claim {
    key: String,
    /// `None` where the ledger could not be asked.
    version: Option<Version>,
}

impl Claim {
    /// Asks for the right to deliver, and waits for another run that has it.
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
                    // Not of our making: better to send than to trust it.
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

    /// Notes that nothing is left to do, whoever has the right by now: it is true.
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

    /// Notes that the target refuses it for good.
    pub(super) async fn failed(self, run: &DeliveryRun<'_>, reason: &str) {
        let reason = reason.to_owned();
        let mark = DeliveryMark::Failed { reason };
        // Where another run has the right, it finds out for itself.
        let put = run
            .ledger
            .put(&self.key, &mark, self.version, after(run, FAILED));
        let _ = put.await;
    }

    /// Gives the right back: the next try has it at once.
    pub(super) async fn release(self, run: &DeliveryRun<'_>) {
        if let Some(version) = self.version {
            let _ = run.ledger.remove(&self.key, version).await;
        }
    }
}

fn mark_of(entry: &Entry) -> Option<DeliveryMark> {
    serde_json::from_value(entry.body.clone()).ok()
}

/// The end of a time that begins with the run.
pub(super) fn after(run: &DeliveryRun<'_>, time: SignedDuration) -> Timestamp {
    run.now.saturating_add(time).unwrap_or(Timestamp::MAX)
}
