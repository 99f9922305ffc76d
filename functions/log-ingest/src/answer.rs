//! The response of an invocation. The trigger decides the form: the report for the event of a
//! subscription, and for a batch exactly what Lambda reads from the response, the records to deliver
//! again. Formats:
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>.

use aws_lambda_events::{sqs::SqsBatchResponse, streams::KinesisEventResponse};
use serde::{Serialize, Serializer};

use crate::{report::IngestReport, trigger::BatchSource};

/// The response of an invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IngestAnswer {
    /// What became of the events; of a batch, of those in all records.
    pub report: IngestReport,
    /// Of a batch, the records that failed.
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

impl BatchAnswer {
    /// The answer to a batch whose records with these ids failed.
    #[must_use]
    pub fn new(source: BatchSource, failed: Vec<String>) -> Self {
        match source {
            BatchSource::Kinesis => {
                let mut answer = KinesisEventResponse::default();
                answer.set_failures(failed);
                Self::Kinesis(answer)
            }
            BatchSource::Sqs => {
                let mut answer = SqsBatchResponse::default();
                answer.set_failures(failed);
                Self::Sqs(answer)
            }
        }
    }
}

impl Serialize for IngestAnswer {
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
        for source in [BatchSource::Kinesis, BatchSource::Sqs] {
            let json = |failed: &[&str]| {
                let failed = failed.iter().map(|&id| id.to_owned()).collect();
                let batch = Some(BatchAnswer::new(source, failed));
                let answer = IngestAnswer { report, batch };
                serde_json::to_string(&answer).expect("JSON")
            };
            assert_eq!(json(&[]), r#"{"batchItemFailures":[]}"#);
            assert_eq!(
                json(&["7", "9"]),
                r#"{"batchItemFailures":[{"itemIdentifier":"7"},{"itemIdentifier":"9"}]}"#
            );
        }
        let json = serde_json::to_string(&IngestAnswer {
            report,
            batch: None,
        })
        .expect("JSON");
        assert!(json.starts_with(r#"{"received":7,"indexed":0,"#), "{json}");
    }
}
