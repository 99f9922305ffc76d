//! What a run answers with: what became of every message at every target.

use std::collections::BTreeMap;

use serde::Serialize;
use shared::{emf, model::health};

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FanoutReport {
    /// How many messages arrived.
    pub records: u64,
    /// How many messages were sent: new ones and answers.
    pub delivered: u64,
    /// How many messages were changed and no more.
    pub updated: u64,
    /// How many notices were not told, by the reason: once for each target, and once where nobody is
    /// told.
    pub held: BTreeMap<HoldReason, u64>,
    /// How many had been delivered by an earlier run.
    pub already_delivered: u64,
    /// How many went to another target than the one they were for.
    pub fallbacks: u64,
    /// How many were not delivered.
    pub failed: u64,
    /// How many were not published to the topic that they came through.
    pub looped: u64,
    /// How many messages nobody wants.
    pub unwanted: u64,
    /// How many calls to the ledger failed.
    pub ledger_failures: u64,
    /// What became of each message.
    pub messages: Vec<MessageReport>,
}

/// What became of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageReport {
    /// Its id.
    pub id: String,
    /// Why nobody is told of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<HoldReason>,
    /// What became of it at each target.
    pub targets: Vec<TargetReport>,
}

/// What became of a message at one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetReport {
    /// The target's name.
    pub target: String,
    /// The name of the target that refused it for good, and in whose place this one is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<String>,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: DeliveryOutcome,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "outcome")]
pub enum DeliveryOutcome {
    /// A message was sent, or an answer to one.
    Delivered,
    /// An earlier message was changed.
    Updated,
    /// It was counted and not told.
    Held {
        /// Why.
        reason: HoldReason,
    },
    /// An earlier run delivered it.
    AlreadyDelivered,
    /// It came through the very topic that it would go to.
    Looped,
    /// It was not delivered.
    Failed {
        /// Why.
        reason: String,
        /// Whether a later try may help.
        retryable: bool,
    },
}

/// Why something is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum HoldReason {
    /// It was told not long ago, and messages to this target cannot be changed.
    Repeated,
    /// That it is over was told before.
    ResolvedBefore,
    /// It says that all is well, and nothing was ever wrong.
    NeverBegan,
    /// What came after it was told before.
    Late,
    /// A silence holds.
    Silenced,
    /// It can wait, and it is not the time.
    QuietHours,
}

impl DeliveryOutcome {
    /// Whether nothing is left to do: the target has it, or does not want it.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        !matches!(self, Self::Failed { .. })
    }

    /// Whether the target refused it for good.
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
    /// Whether somebody wants it.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.held.is_some() || !self.targets.is_empty()
    }

    /// Whether it was for somebody, and nobody has it.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        !self.targets.is_empty() && !self.targets.iter().any(|it| it.outcome.is_settled())
    }
}

impl FanoutReport {
    /// The report of what became of messages.
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

    /// Every delivery that failed, with the id of its message.
    pub fn failures(&self) -> impl Iterator<Item = (&str, &TargetReport)> {
        self.messages.iter().flat_map(|message| {
            let failed = message.targets.iter();
            failed
                .filter(|target| !target.outcome.is_settled())
                .map(|target| (message.id.as_str(), target))
        })
    }

    /// What the function publishes about itself.
    #[must_use]
    pub fn own_metrics(&self) -> [emf::Metric<'static>; 7] {
        let held: u64 = self.held.values().sum();
        [
            (health::ALERTS_RECEIVED, "Count", self.records as f64),
            (health::ALERTS_DELIVERED, "Count", self.delivered as f64),
            (health::ALERTS_UPDATED, "Count", self.updated as f64),
            (health::ALERTS_HELD, "Count", held as f64),
            (health::ALERTS_FAILED, "Count", self.failed as f64),
            (health::ALERT_FALLBACKS, "Count", self.fallbacks as f64),
            (
                health::LEDGER_FAILURES,
                "Count",
                self.ledger_failures as f64,
            ),
        ]
    }
}

#[cfg(test)]
mod tests;
