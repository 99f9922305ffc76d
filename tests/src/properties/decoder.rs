//! log-ingest: payloads of CloudWatch Logs, Kinesis and SQS.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use log_ingest::{
    read::decode::{self, SubscriptionMessage, Unpacked},
    trigger::IngestTrigger,
};
use serde::Deserialize;

use super::text;

/// A message as serde reads it, which refuses a key that occurs twice.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExpectedMessage {
    message_type: String,
    log_group: String,
    log_stream: String,
    log_events: Vec<ExpectedEvent>,
}

#[derive(Deserialize)]
struct ExpectedEvent {
    id: String,
    timestamp: i64,
    message: String,
}

/// Data is unpacked, or refused with an error: as a payload, as packed data, and as a message. A message
/// is read as serde reads it.
pub fn decoder(data: &[u8]) {
    payload(&text(data));
    if let Ok(unpacked) = decode::unpack_gzip(data) {
        let _ = unpacked.message();
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(data).expect("written to memory");
    let packed = encoder.finish().expect("finished in memory");
    let unpacked = decode::unpack_gzip(&packed).expect("what was packed is unpacked");
    assert_eq!(unpacked.length(), text(data).len());
    message(&unpacked, &text(data));
}

fn payload(payload: &str) {
    match IngestTrigger::read(payload) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(IngestTrigger::Subscription(data)) => {
            if let Ok(unpacked) = decode::unpack_base64(&data) {
                let _ = unpacked.message();
            }
        }
        Ok(IngestTrigger::Batch(_, records)) => {
            assert!(!records.is_empty());
            for record in records {
                assert!(!record.id.is_empty());
                if let Ok(unpacked) = record.unpack() {
                    let _ = unpacked.message();
                }
            }
        }
    }
}

fn message(unpacked: &Unpacked, text: &str) {
    let expected = serde_json::from_str::<ExpectedMessage>(text).ok();
    let expected = expected.filter(|message| {
        message.message_type == "DATA_MESSAGE"
            && !message.log_events.is_empty()
            && text.trim_start().starts_with('{')
    });
    match (unpacked.message(), expected) {
        (Ok(SubscriptionMessage::Data(batch)), expected) => {
            assert!(!batch.events.is_empty());
            let Some(expected) = expected else { return };
            assert_eq!(batch.log_group, expected.log_group);
            assert_eq!(batch.log_stream, expected.log_stream);
            assert_eq!(batch.events.len(), expected.log_events.len());
            for (event, expected) in batch.events.iter().zip(&expected.log_events) {
                assert_eq!(event.id, expected.id);
                assert_eq!(event.timestamp.as_millisecond(), expected.timestamp);
                assert_eq!(event.message, expected.message);
            }
        }
        (Ok(SubscriptionMessage::Control), expected) => assert!(expected.is_none()),
        (Err(error), Some(expected)) => {
            let events = &expected.log_events;
            let is_possible =
                |event: &ExpectedEvent| jiff::Timestamp::from_millisecond(event.timestamp).is_ok();
            assert!(!events.iter().all(is_possible), "{error}");
        }
        (Err(_), None) => {}
    }
}
