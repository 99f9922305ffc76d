//! The response of an invocation: the report, or for a queue exactly what Lambda reads, the messages to
//! deliver again: <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer};

use crate::report::{FanoutReport, MessageReport};

/// The response of an invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FanoutAnswer {
    /// The outcome of every message.
    pub report: FanoutReport,
    /// For a queue, the ids of the messages to deliver again.
    pub failed_items: Option<BTreeSet<String>>,
}

impl FanoutAnswer {
    pub(crate) fn of(report: FanoutReport) -> Self {
        Self {
            report,
            failed_items: None,
        }
    }

    pub(crate) fn of_queue(report: FanoutReport) -> Self {
        let failed = report.messages.iter().filter(|it| it.is_to_be_retried());
        let failed = failed.filter_map(|message: &MessageReport| message.queue_id.clone());
        Self {
            failed_items: Some(failed.collect()),
            report,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct QueueAnswer<'a> {
    batch_item_failures: Vec<ItemFailure<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ItemFailure<'a> {
    item_identifier: &'a str,
}

impl Serialize for FanoutAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(failed) = &self.failed_items else {
            return self.report.serialize(serializer);
        };
        let failed = failed.iter();
        QueueAnswer {
            batch_item_failures: failed
                .map(|item_identifier| ItemFailure { item_identifier })
                .collect(),
        }
        .serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::FanoutAnswer;
    use crate::report::{DeliveryOutcome, FanoutReport, MessageReport, TargetReport};

    fn message(queue_id: &str, outcomes: &[DeliveryOutcome]) -> MessageReport {
        let targets = outcomes.iter().map(|outcome| TargetReport {
            target: "Slack".to_owned(),
            instead_of: None,
            outcome: outcome.clone(),
        });
        MessageReport {
            id: "sns".to_owned(),
            queue_id: Some(queue_id.to_owned()),
            held: None,
            targets: targets.collect(),
        }
    }

    fn failed(retryable: bool) -> DeliveryOutcome {
        DeliveryOutcome::Failed {
            reason: "no".to_owned(),
            retryable,
        }
    }

    #[test]
    fn a_queue_is_answered_with_what_a_retry_may_deliver_and_what_nobody_got() {
        let sent = DeliveryOutcome::Delivered;
        let messages = vec![
            message("sent", std::slice::from_ref(&sent)),
            message("later", &[sent.clone(), failed(true)]),
            message("refused", &[sent, failed(false)]),
            message("lost", &[failed(false)]),
            message("unwanted", &[]),
        ];
        let answer = FanoutAnswer::of_queue(FanoutReport::of(messages, 0));
        assert_eq!(
            serde_json::to_string(&answer).expect("JSON"),
            r#"{"batchItemFailures":[{"itemIdentifier":"later"},{"itemIdentifier":"lost"}]}"#
        );
        let answer = FanoutAnswer::of_queue(FanoutReport::of(Vec::new(), 0));
        let json = serde_json::to_string(&answer).expect("JSON");
        assert_eq!(json, r#"{"batchItemFailures":[]}"#);
    }
}
