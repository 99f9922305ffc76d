//! What an invocation carries: the event of a subscription itself, or a batch of records that hold
//! such events, out of a Kinesis stream or a queue. Which of them is read from what the event has:
//! `awslogs`, or records and their `eventSource`.
//!
//! A record is only opened when it is its turn: what a batch unpacks to may be a hundred times what
//! memory should hold. One that cannot be opened fails alone. Only an event whose records have no
//! id of their own fails as a whole, since nobody could say which of them failed.
//!
//! Formats: <https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>.

use std::borrow::Cow;

use aws_lambda_events::{kinesis::KinesisEventRecord, sqs::SqsMessage};
use jiff::Timestamp;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::value::RawValue;

use crate::{
    failure_queue::QueueDelivery,
    json,
    read::decode::{self, DecodeError, Unpacked},
};

/// Unpacks the event of a subscription.
///
/// # Errors
///
/// When the payload is no such event, or its data cannot be unpacked.
pub fn unpack(payload: &str) -> Result<Unpacked, DecodeError> {
    match IngestTrigger::read(payload)? {
        IngestTrigger::Subscription(data) => decode::unpack_base64(&data),
        IngestTrigger::Batch(..) => Err(DecodeError::Nested),
    }
}

/// What an invocation carries.
#[derive(Debug)]
pub enum IngestTrigger<'a> {
    /// The data of a subscription's event, in base64.
    Subscription(Cow<'a, str>),
    /// Records.
    Batch(BatchSource, Vec<EventRecord<'a>>),
}

/// Where records come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchSource {
    /// A Kinesis data stream: the data of each record is what CloudWatch Logs packed.
    Kinesis,
    /// A queue of events that failed, see [`EventRecord::unpack`].
    Sqs,
}

/// One record of a batch.
#[derive(Debug)]
pub struct EventRecord<'a> {
    /// By what Lambda wants to know it if it fails: a sequence number, or the id of a message.
    pub id: String,
    /// The delivery by a queue; `None` of a stream.
    pub delivery: Option<QueueDelivery>,
    source: BatchSource,
    text: &'a str,
}

#[derive(Deserialize)]
struct TriggerEvent<'a> {
    #[serde(borrow)]
    awslogs: Option<AwsLogs<'a>>,
    #[serde(borrow, rename = "Records")]
    records: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
struct AwsLogs<'a> {
    #[serde(borrow)]
    data: Cow<'a, str>,
}

/// The fields of a record that say what it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordHeader {
    event_source: Option<String>,
    message_id: Option<String>,
    receipt_handle: Option<String>,
    attributes: Option<MessageAttributes>,
    kinesis: Option<StreamPosition>,
}

/// The attributes of a message; SQS writes numbers as text.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MessageAttributes {
    approximate_receive_count: Option<String>,
    /// In milliseconds.
    sent_timestamp: Option<String>,
}

impl RecordHeader {
    fn delivery(&self) -> Option<QueueDelivery> {
        let attributes = self.attributes.as_ref();
        let receives = attributes.and_then(|it| it.approximate_receive_count.as_deref());
        let sent = attributes.and_then(|it| it.sent_timestamp.as_deref());
        let sent = sent.and_then(|sent| Timestamp::from_millisecond(sent.parse().ok()?).ok());
        Some(QueueDelivery {
            receipt_handle: self.receipt_handle.clone()?,
            receives: receives.and_then(|count| count.parse().ok()).unwrap_or(1),
            sent,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StreamPosition {
    sequence_number: Option<String>,
}

/// The fields of a queue message that say what it is. What Lambda writes of an invocation that
/// failed: <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(borrow)]
    request_payload: Option<&'a RawValue>,
    request_context: Option<IgnoredAny>,
    #[serde(rename = "KinesisBatchInfo")]
    kinesis_batch_info: Option<IgnoredAny>,
}

impl<'a> IngestTrigger<'a> {
    /// Reads what an invocation carries.
    ///
    /// # Errors
    ///
    /// When that is nothing that this function is triggered by.
    pub fn read(payload: &'a str) -> Result<Self, DecodeError> {
        let event: TriggerEvent<'a> = match serde_json::from_str(payload) {
            Ok(event) => event,
            Err(error) if error.is_data() => return Err(unknown(payload)),
            Err(error) => return Err(DecodeError::NotJson(error)),
        };
        if let Some(AwsLogs { data }) = event.awslogs {
            return Ok(Self::Subscription(data));
        }
        let records = event.records.unwrap_or_default();
        let records: Option<Vec<_>> = records.into_iter().map(EventRecord::read).collect();
        let records = records.ok_or_else(|| unknown(payload))?;
        match records.first().map(|record| record.source) {
            Some(source) if records.iter().all(|record| record.source == source) => {
                Ok(Self::Batch(source, records))
            }
            _ => Err(unknown(payload)),
        }
    }
}

impl<'a> EventRecord<'a> {
    /// `None` where it is no record of ours, or has no id.
    fn read(record: &'a RawValue) -> Option<Self> {
        let text = record.get();
        let head: RecordHeader = serde_json::from_str(text).ok()?;
        let delivery = head.delivery();
        let (source, id) = match head.event_source?.as_str() {
            "aws:kinesis" => (BatchSource::Kinesis, head.kinesis?.sequence_number?),
            "aws:sqs" => (BatchSource::Sqs, head.message_id?),
            _ => return None,
        };
        (!id.is_empty()).then_some(Self {
            id,
            delivery,
            source,
            text,
        })
    }

    /// The body of a message of a queue; `None` of a stream.
    pub(crate) fn body(&self) -> Option<String> {
        let message: SqsMessage = serde_json::from_str(self.text).ok()?;
        message.body.filter(|_| self.source == BatchSource::Sqs)
    }

    /// Unpacks the message of CloudWatch Logs that the record holds. A message in the queue is either
    /// the event of a subscription, or Lambda's record of an invocation that failed on one.
    ///
    /// # Errors
    ///
    /// When it holds none, or that cannot be unpacked.
    pub fn unpack(&self) -> Result<Unpacked, DecodeError> {
        match self.source {
            BatchSource::Kinesis => {
                let record: KinesisEventRecord =
                    serde_json::from_str(self.text).map_err(DecodeError::NotARecord)?;
                decode::unpack_gzip(&record.kinesis.data)
            }
            BatchSource::Sqs => {
                let message: SqsMessage =
                    serde_json::from_str(self.text).map_err(DecodeError::NotARecord)?;
                let body = message.body.unwrap_or_default();
                unpack(failed_event(&body)?)
            }
        }
    }
}

/// The event in the body of a message.
fn failed_event(body: &str) -> Result<&str, DecodeError> {
    // A body that is not an object is an error when it is read as an event.
    let Ok(read) = serde_json::from_str::<Body<'_>>(body) else {
        return Ok(body);
    };
    match (
        read.request_payload,
        read.kinesis_batch_info,
        read.request_context,
    ) {
        (Some(event), _, _) => Ok(event.get()),
        (None, Some(_), _) => Err(DecodeError::LeftInTheStream),
        (None, None, Some(_)) => Err(DecodeError::LeftOut),
        (None, None, None) => Ok(body),
    }
}

fn unknown(payload: &str) -> DecodeError {
    DecodeError::UnknownTrigger {
        found: json::describe(payload),
    }
}

#[cfg(test)]
mod tests;
