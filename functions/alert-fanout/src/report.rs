//! The response of an invocation: the outcome of every message at every target.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::{emf, model::health};

/// The response of an invocation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FanoutReport {
    /// Number of messages received.
    pub records: u64,
    /// Number of messages sent: new ones and replies.
    pub delivered: u64,
    /// Number of messages updated in place.
    pub updated: u64,
    /// Number of notices held, by reason: one for each target, or one if no target gets it.
    pub held: BTreeMap<HoldReason, u64>,
    /// Number of deliveries that an earlier invocation made.
    pub already_delivered: u64,
    /// Number of messages sent to a fallback.
    pub fallbacks: u64,
    /// Number of failed deliveries.
    pub failed: u64,
    /// Number of messages not published to the topic that they came through.
    pub looped: u64,
    /// Number of messages without a target.
    pub unwanted: u64,
    /// Number of channels that do not accept messages.
    pub failing_channels: u64,
    /// Number of failed calls to the ledger.
    pub ledger_failures: u64,
    /// What a sweep found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sweep: Option<SweepReport>,
    /// The outcome of each message.
    pub messages: Vec<MessageReport>,
}

/// What a sweep found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SweepReport {
    /// Number of open incidents and unsent messages.
    pub checked: u64,
    /// Number of incidents that nothing holds any more.
    pub released: u64,
    /// Number of critical alerts that are repeated.
    pub repeated: u64,
    /// Number of incidents that nobody ended.
    pub closed: u64,
    /// Number of messages that were refused and are tried again.
    pub retried: u64,
    /// Number of incidents at targets that no setting names any more.
    pub without_target: u64,
}

/// The outcome of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageReport {
    /// Its id.
    pub id: String,
    /// Its id in the queue that it came from.
    #[serde(skip)]
    pub queue_id: Option<String>,
    /// Why no target gets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<HoldReason>,
    /// The outcome at each target.
    pub targets: Vec<TargetReport>,
}

/// The outcome of a message at one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetReport {
    /// The target's name.
    pub target: String,
    /// The name of the target that this one replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<String>,
    /// The outcome.
    #[serde(flatten)]
    pub outcome: DeliveryOutcome,
}

/// The outcome of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "outcome")]
pub enum DeliveryOutcome {
    /// A new message or a reply was sent.
    Delivered,
    /// An earlier message was updated.
    Updated,
    /// It was counted and not sent.
    Held {
        /// Why.
        reason: HoldReason,
    },
    /// An earlier invocation delivered it.
    AlreadyDelivered,
    /// It came through the topic that it would be published to.
    Looped,
    /// The delivery failed.
    Failed {
        /// Why.
        reason: String,
        /// Whether a retry may succeed.
        retryable: bool,
    },
}

/// Why a notice is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HoldReason {
    /// It repeats a recent message, and this target's messages cannot be updated.
    Repeated,
    /// Its resolution was sent before.
    ResolvedBefore,
    /// It reports a recovery from a state that never was a problem.
    NeverBegan,
    /// A later state was sent before.
    Late,
    /// A silence mutes it.
    Silenced,
    /// Quiet hours hold it.
    QuietHours,
    /// It changed a few minutes ago: its message shows that, and people are notified when it is steady.
    Unsteady,
}

impl DeliveryOutcome {
    /// False if the delivery failed.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        !matches!(self, Self::Failed { .. })
    }

    /// True if the target refused it permanently.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(
            self,
            Self::Failed {
                retryable: false,
                ..
            }
        )
    }
}

impl MessageReport {
    /// True if it has a target.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.held.is_some() || !self.targets.is_empty()
    }

    /// True if a retry may deliver something, or if it reached nobody.
    #[must_use]
    pub fn is_to_be_retried(&self) -> bool {
        let is_left =
            |target: &TargetReport| !target.outcome.is_settled() && !target.outcome.is_refused();
        self.targets.iter().any(is_left) || self.is_lost()
    }

    /// True if it has targets and reached none of them.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        !self.targets.is_empty() && !self.targets.iter().any(|it| it.outcome.is_settled())
    }
}

impl FanoutReport {
    /// Counts the outcomes of messages.
    #[must_use]
    pub fn of(messages: Vec<MessageReport>, ledger_failures: u64) -> Self {
        let mut report = Self {
            records: messages.len() as u64,
            ledger_failures,
            ..Self::default()
        };
        for message in &messages {
            if let Some(reason) = message.held {
                *report.held.entry(reason).or_default() += 1;
            }
            report.unwanted += u64::from(!message.is_wanted());
            for target in &message.targets {
                report.count(target);
            }
        }
        report.messages = messages;
        report
    }

    fn count(&mut self, target: &TargetReport) {
        self.fallbacks += u64::from(target.instead_of.is_some());
        match &target.outcome {
            DeliveryOutcome::Delivered => self.delivered += 1,
            DeliveryOutcome::Updated => self.updated += 1,
            DeliveryOutcome::Held { reason } => *self.held.entry(*reason).or_default() += 1,
            DeliveryOutcome::AlreadyDelivered => self.already_delivered += 1,
            DeliveryOutcome::Looped => self.looped += 1,
            DeliveryOutcome::Failed { .. } => self.failed += 1,
        }
    }

    /// Every failed delivery, with the id of its message.
    pub fn failures(&self) -> impl Iterator<Item = (&str, &TargetReport)> {
        self.messages.iter().flat_map(|message| {
            let failed = message.targets.iter();
            failed
                .filter(|target| !target.outcome.is_settled())
                .map(|target| (message.id.as_str(), target))
        })
    }

    /// The metrics that the function publishes about itself.
    #[must_use]
    pub fn own_metrics(&self) -> Vec<emf::Metric<'static>> {
        let held: u64 = self.held.values().sum();
        let sweep = self.sweep.map(|_| (health::ALERT_SWEEPS, "Count", 1.0));
        let metrics = [
            (health::ALERTS_RECEIVED, "Count", self.records as f64),
            (health::ALERTS_DELIVERED, "Count", self.delivered as f64),
            (health::ALERTS_UPDATED, "Count", self.updated as f64),
            (health::ALERTS_HELD, "Count", held as f64),
            (health::ALERTS_FAILED, "Count", self.failed as f64),
            (health::ALERT_FALLBACKS, "Count", self.fallbacks as f64),
            (
                health::CHANNELS_FAILING,
                "Count",
                self.failing_channels as f64,
            ),
            (
                health::LEDGER_FAILURES,
                "Count",
                self.ledger_failures as f64,
            ),
        ];
        metrics.into_iter().chain(sweep).collect()
    }
}

#[cfg(test)]
mod tests;
