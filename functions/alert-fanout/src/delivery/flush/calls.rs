//! Calls to the channel: at its pace, again while that may help, and what a failure means.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use shared::retry::{self, Backoff};

use super::{Stop, TargetSender, unsent};
use crate::{
    channel::{Receipt, SendError, SendMode},
    delivery::{
        call::{self, CallContent},
        lane::LaneLost,
        record::Failing,
        sent::SentNews,
    },
    notice::{ChannelFault, FailureReason},
    report::DeliveryOutcome,
};

/// After so many refusals in a row the channel itself is taken to refuse.
const REFUSALS: u32 = 2;

/// The waits between calls that failed.
const BACKOFF: Backoff = Backoff {
    first: Duration::from_secs(1),
    most: Duration::from_secs(8),
    tries: u32::MAX,
};

impl TargetSender<'_, '_> {
    pub(super) async fn call(
        &mut self,
        key: &str,
        content: &CallContent,
        mode: SendMode<'_>,
    ) -> Result<Option<Receipt>, Stop> {
        self.call_all(&[key.to_owned()], content, mode).await
    }

    /// Calls the channel, at its pace, and again while that may help. `None`: it was refused, which is noted
    /// for these records.
    pub(super) async fn call_all(
        &mut self,
        keys: &[String],
        content: &CallContent,
        mode: SendMode<'_>,
    ) -> Result<Option<Receipt>, Stop> {
        loop {
            if !self.pace().await {
                return Err(Stop::Channel(SendError::Retryable {
                    reason: FailureReason::new(ChannelFault::NoTime, "", ""),
                    after: None,
                }));
            }
            self.lane
                .renew(self.run)
                .await
                .map_err(|LaneLost| Stop::Lost)?;
            let sent = call::call(self.run, self.target, content, mode, self.graphs).await;
            self.lane.lane.last_call = Some(self.run.now());
            let error = match sent {
                Ok(receipt) => {
                    self.worked();
                    return Ok(Some(receipt));
                }
                Err(error) => error,
            };
            match &error {
                SendError::Retryable { after, .. } => {
                    self.failing(&error, false);
                    self.tried += 1;
                    let wait = BACKOFF.wait(self.tried, retry::chance(), *after);
                    let wait = wait.unwrap_or_default();
                    if let Some(after) = after {
                        let after = SignedDuration::try_from(*after).unwrap_or_default();
                        self.lane.lane.not_before = Some(self.run.after(after));
                    }
                    if !self.run.is_patient || !self.run.work.allows(wait) {
                        return Err(Stop::Channel(error));
                    }
                    tracing::debug!(wait = ?wait, "a message is sent again: {error}");
                    tokio::time::sleep(wait).await;
                }
                SendError::Unknown { .. } => {
                    self.refuse(keys, &error);
                    return Ok(None);
                }
                SendError::Permanent { .. } => {
                    self.refusals += 1;
                    self.failing(&error, true);
                    self.refuse(keys, &error);
                    if self.refusals >= REFUSALS {
                        return Err(Stop::Channel(error));
                    }
                    return Ok(None);
                }
                SendError::Loop { .. } => {
                    for key in keys {
                        let Some(record) = self.record(key) else {
                            continue;
                        };
                        let sent = SentNews {
                            is_news: true,
                            ..SentNews::nothing(&record)
                        };
                        self.save(key, &sent).await;
                        let looped = DeliveryOutcome::Looped;
                        self.flushed.outcomes.insert(key.clone(), looped);
                    }
                    return Ok(None);
                }
            }
        }
    }

    fn worked(&mut self) {
        self.refusals = 0;
        self.tried = 0;
        self.lane.lane.not_before = None;
        if let Some(failing) = self.lane.lane.failing.take() {
            self.flushed.has_recovered |= failing.reported.is_some();
        }
    }

    fn failing(&mut self, error: &SendError, is_permanent: bool) {
        let now = self.run.now();
        let known = self.lane.lane.failing.take();
        let (since, reported) =
            known.map_or((now, None), |failing| (failing.since, failing.reported));
        self.lane.lane.failing = Some(Failing {
            since,
            reason: error.reason().clone(),
            is_permanent,
            reported,
        });
    }

    fn refuse(&mut self, keys: &[String], error: &SendError) {
        let outcome = unsent(error);
        for key in keys {
            self.flushed.outcomes.insert(key.clone(), outcome.clone());
        }
    }

    /// Waits until the channel may be called again. False if there is no time for that.
    pub(super) async fn pace(&mut self) -> bool {
        let pace = self
            .run
            .context
            .config
            .pacing
            .call(self.target.channel.pace());
        let pace = SignedDuration::try_from(pace).unwrap_or_default();
        let next = self.lane.lane.last_call;
        let next = next.and_then(|last| last.checked_add(pace).ok());
        let times = [next, self.lane.lane.not_before];
        match times.into_iter().flatten().max() {
            Some(time) => self.wait_until(time).await,
            None => !self.run.work.remaining().is_zero(),
        }
    }

    pub(super) async fn wait_until(&mut self, time: Timestamp) -> bool {
        let wait = time.duration_since(self.run.now());
        let wait = Duration::try_from(wait).unwrap_or_default();
        if !self.run.work.allows(wait) {
            return false;
        }
        if !wait.is_zero() {
            if self.lane.renew(self.run).await.is_err() {
                return false;
            }
            tokio::time::sleep(wait).await;
        }
        true
    }
}
