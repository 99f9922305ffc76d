//! What an invocation is answered with. Whoever asked decides the form: the report for the event of a
//! subscription, and for a batch exactly what Lambda reads from the answer, the records to deliver
//! again. Formats:
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>.

use aws_lambda_events::{sqs::SqsBatchResponse, streams::KinesisEventResponse};
use serde::{Serialize, Serializer};

use crate::{report::IngestReport, trigger::Source};

/// What an invocation did, and in which form that is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What became of the events; of a batch, of those in all records.
    pub report: IngestReport,
    /// Of a batch, what Lambda is told.
    pub batch: Option<BatchAnswer>,
}

/// Which records of a batch failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum BatchAnswer {
    /// By their sequence numbers. Lambda delivers again from the lowest one on.
    Kinesis(KinesisEventResponse),
    /// By the ids of messages, which stay in the queue.
    Sqs(SqsBatchResponse),
}

impl Answer {
    /// The answer to the event of a subscription.
    #[must_use]
    pub fn of_event(report: IngestReport) -> Self {
        Self {
            report,
            batch: None,
        }
    }

    /// The answer to a batch whose records with these ids failed.
    #[must_use]
    pub fn of_batch(report: IngestReport, source: Source, failed: Vec<String>) -> Self {
        let batch = match source {
            Source::Kinesis => {
                let mut answer = KinesisEventResponse::default();
                answer.set_failures(failed);
                BatchAnswer::Kinesis(answer)
            }
            Source::Sqs => {
                let mut answer = SqsBatchResponse::default();
                answer.set_failures(failed);
                BatchAnswer::Sqs(answer)
            }
        };
        Self {
            report,
            batch: Some(batch),
        }
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.batch {
            Some(batch) => batch.serialize(serializer),
            None => self.report.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_answered_with_what_lambda_reads_and_nothing_else() {
        let report = IngestReport {
            received: 7,
            ..IngestReport::default()
        };
        for source in [Source::Kinesis, Source::Sqs] {
            let json = |failed: &[&str]| {
                let failed = failed.iter().map(|&id| id.to_owned()).collect();
                let answer = Answer::of_batch(report, source, failed);
                serde_json::to_string(&answer).expect("JSON")
            };
            assert_eq!(json(&[]), r#"{"batchItemFailures":[]}"#);
            assert_eq!(
                json(&["7", "9"]),
                r#"{"batchItemFailures":[{"itemIdentifier":"7"},{"itemIdentifier":"9"}]}"#
            );
        }
        let json = serde_json::to_string(&Answer::of_event(report)).expect("JSON");
        assert!(json.starts_with(r#"{"received":7,"indexed":0,"#), "{json}");
    }
}
