//! From what CloudWatch Logs packed to the log events in it. Every way in which that can be broken is
//! an error of its own: what is broken fails, so that Lambda repeats it and the failure destination
//! keeps it.
//!
//! Format: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html>.

use std::io;

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use flate2::{Decompress, FlushDecompress, Status};

mod message;

pub use message::{Batch, SubscriptionEvent, SubscriptionMessage};

/// The most bytes that a payload may unpack to. CloudWatch sends at most 1 MB of gzip, logs pack 5
/// to 50 times; what is beyond is an attack on the function's memory.
pub const MOST_UNPACKED_BYTES: usize = 128 * 1024 * 1024;

/// CloudWatch writes padded base64; `aws_lambda_events` and others write it unpadded.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why an event cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The payload is no event that this function is triggered by.
    #[error(
        "the event is no CloudWatch Logs subscription: expected an object with `awslogs`, or with \
         records of Kinesis or SQS, found {found}"
    )]
    UnknownTrigger {
        /// What is there instead.
        found: String,
    },
    /// The payload is no JSON.
    #[error("the event is no JSON: {0}")]
    NotJson(serde_json::Error),
    /// A record of a batch is not what Lambda makes of one.
    #[error("the record is not as Lambda delivers it: {0}")]
    NotARecord(serde_json::Error),
    /// A message about a batch that failed, which says only where in the stream it is.
    #[error(
        "the message holds no log events, only the place of a failed batch in a Kinesis stream: \
         read the records from there, while the stream still has them"
    )]
    LeftInTheStream,
    /// Records within a record.
    #[error("the record holds records of its own: expected the event of a subscription")]
    Nested,
    /// A record of a failed invocation without the event.
    #[error(
        "the record of a failed invocation holds no requestPayload, which Lambda leaves out where \
         it does not fit"
    )]
    LeftOut,
    /// The data is no base64.
    #[error("the data is not base64: {0}")]
    NotBase64(base64::DecodeError),
    /// The data is no gzip, or only a part of it.
    #[error("the data is not a whole gzip stream: {0}")]
    NotGzip(io::Error),
    /// The gzip unpacks to more than [`MOST_UNPACKED_BYTES`].
    #[error("the data unpacks to more than {MOST_UNPACKED_BYTES} bytes")]
    TooLarge,
    /// The unpacked text is no CloudWatch Logs message.
    #[error("the data is no CloudWatch Logs message: {0}")]
    NotAMessage(String),
    /// A message of a type that CloudWatch does not document.
    #[error("messageType is {0:?}; expected DATA_MESSAGE or CONTROL_MESSAGE")]
    UnknownMessageType(String),
    /// A data message without log events.
    #[error("the data message of log group {log_group:?} has no log events")]
    Empty {
        /// The log group it names.
        log_group: String,
    },
    /// A log event whose timestamp is no time.
    #[error(
        "log event {id:?} has the timestamp {timestamp}, which is outside of representable time"
    )]
    ImpossibleTimestamp {
        /// The event's id.
        id: String,
        /// Its timestamp, in milliseconds since 1970.
        timestamp: i64,
    },
}

/// The unpacked text of one subscription message. Owns what [`Batch`] borrows.
#[derive(Debug)]
pub struct Unpacked(String);

/// Unpacks the data of a subscription's event.
///
/// # Errors
///
/// When it is no gzip in base64, or unpacks to too much.
pub fn unpack_base64(data: &str) -> Result<Unpacked, DecodeError> {
    let packed = BASE64.decode(data).map_err(DecodeError::NotBase64)?;
    unpack_gzip(&packed)
}

/// Unpacks what CloudWatch Logs packed.
///
/// # Errors
///
/// When it is no gzip, or unpacks to too much.
pub fn unpack_gzip(packed: &[u8]) -> Result<Unpacked, DecodeError> {
    let bytes = unzipped(packed)?;
    // A broken byte in one message is no reason to lose the others.
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Ok(Unpacked(text))
}

/// Unpacks gzip, which may have several members. The memory is reserved once, if the length that gzip
/// states is the whole one, and not cleared.
fn unzipped(packed: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let mut bytes = Vec::with_capacity(length_stated(packed) + 1);
    let mut rest = packed;
    loop {
        let mut member = Decompress::new_gzip(WINDOW_BITS);
        loop {
            let before = (member.total_in(), member.total_out());
            let status = member.decompress_vec(rest, &mut bytes, FlushDecompress::None);
            let status = status.map_err(|error| DecodeError::NotGzip(error.into()))?;
            let read = usize::try_from(member.total_in() - before.0).unwrap_or(rest.len());
            rest = rest.get(read..).unwrap_or_default();
            if bytes.len() > MOST_UNPACKED_BYTES {
                return Err(DecodeError::TooLarge);
            }
            if status == Status::StreamEnd {
                break;
            }
            if bytes.len() == bytes.capacity() {
                bytes.reserve(bytes.len());
            } else if (member.total_in(), member.total_out()) == before {
                return Err(DecodeError::NotGzip(io::ErrorKind::UnexpectedEof.into()));
            }
        }
        if rest.is_empty() {
            return Ok(bytes);
        }
    }
}

/// The largest window of deflate, which reads them all.
const WINDOW_BITS: u8 = 15;

/// How long gzip says that it is unpacked, at its end; as a hint, within what is possible.
fn length_stated(packed: &[u8]) -> usize {
    let length = packed.last_chunk().copied().map(u32::from_le_bytes);
    let length = length.and_then(|length| usize::try_from(length).ok());
    length.unwrap_or_default().min(MOST_UNPACKED_BYTES)
}

impl Unpacked {
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// When the bytes are no message of CloudWatch Logs, or one without events.
    pub fn message(&self) -> Result<SubscriptionMessage<'_>, DecodeError> {
        message::read(&self.0)
    }

    /// How many bytes it has.
    #[must_use]
    pub fn length(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
    use flate2::{Compression, write::GzEncoder};

    use super::*;
    use crate::trigger::unpack;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("writing to memory");
        encoder.finish().expect("finishing in memory")
    }

    fn payload(bytes: &[u8]) -> String {
        format!(
            r#"{{"awslogs":{{"data":"{}"}}}}"#,
            BASE64_STANDARD.encode(bytes)
        )
    }

    fn error(payload: &str) -> String {
        let unpacked = match unpack(payload) {
            Ok(unpacked) => unpacked,
            Err(error) => return error.to_string(),
        };
        unpacked.message().expect_err("a broken event").to_string()
    }

    const DATA: &str = r#"{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s",
        "unknown":[1],"logEvents":[{"id":"7","timestamp":1764000000000,"message":"안녕 \"x\"","extractedFields":{"a":"b"}}]}"#;

    #[test]
    fn a_data_message_is_read_with_or_without_padding_and_with_unknown_fields() {
        for encoded in [
            BASE64_STANDARD.encode(gzip(DATA.as_bytes())),
            BASE64_STANDARD_NO_PAD.encode(gzip(DATA.as_bytes())),
        ] {
            let payload = format!(r#"{{"awslogs":{{"data":"{encoded}"}}}}"#);
            let unpacked = unpack(&payload).expect("unpacks");
            let SubscriptionMessage::Data(batch) = unpacked.message().expect("reads") else {
                panic!("a data message");
            };
            assert_eq!((batch.log_group.as_ref(), batch.events.len()), ("g", 1));
            assert_eq!(batch.events[0].message, "안녕 \"x\"");
        }
    }

    #[test]
    fn a_control_message_is_recognised() {
        let control = br#"{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],"logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health of destination Lambda function."}]}"#;
        let unpacked = unpack(&payload(&gzip(control))).expect("unpacks");
        assert!(matches!(
            unpacked.message(),
            Ok(SubscriptionMessage::Control)
        ));
    }

    #[test]
    fn a_lone_surrogate_or_a_broken_byte_in_one_event_does_not_lose_the_batch() {
        let mut bytes = DATA.replace("안녕", r"\ud83d broken ").into_bytes();
        let position = bytes
            .windows(6)
            .position(|window| window == b"broken")
            .expect("is there");
        bytes[position] = 0xff;
        let unpacked = unpack(&payload(&gzip(&bytes))).expect("unpacks");
        let Ok(SubscriptionMessage::Data(batch)) = unpacked.message() else {
            panic!("a data message")
        };
        assert!(
            batch.events[0].message.contains("roken"),
            "{:?}",
            batch.events[0].message
        );
        assert!(batch.events[0].message.contains('\u{fffd}'));
    }

    #[test]
    fn every_broken_event_has_an_error_of_its_own() {
        let packed = gzip(DATA.as_bytes());
        let truncated = &packed[..packed.len() - 9];
        let empty = DATA.replace(r#"{"id":"7","timestamp":1764000000000,"message":"안녕 \"x\"","extractedFields":{"a":"b"}}"#, "");
        for (payload, said) in [
            ("nonsense".to_owned(), "the event is no JSON"),
            (String::new(), "the event is no JSON"),
            ("[1]".to_owned(), "found a list"),
            (
                r#"{"Records":[]}"#.to_owned(),
                "found an object with `Records`",
            ),
            (r#"{"awslogs":{"data":"@@@"}}"#.to_owned(), "not base64"),
            (
                r#"{"awslogs":{"data":7}}"#.to_owned(),
                "found an object with `awslogs`",
            ),
            (payload(b"plain"), "not a whole gzip stream"),
            (payload(truncated), "not a whole gzip stream"),
            (payload(&gzip(b"not json")), "no CloudWatch Logs message"),
            (payload(&gzip(b"{}")), "it has no text `messageType`"),
            (
                payload(&gzip(DATA.replace("DATA_M", "OTHER_M").as_bytes())),
                "OTHER_MESSAGE",
            ),
            (payload(&gzip(empty.as_bytes())), "no log events"),
            (
                payload(&gzip(
                    DATA.replace("1764000000000", "9999999999999999").as_bytes(),
                )),
                "outside of",
            ),
        ] {
            let error = error(&payload);
            assert!(error.contains(said), "{error:?} should say {said:?}");
        }
    }

    #[test]
    fn gzip_of_several_members_is_unpacked_whole_whatever_length_it_states() {
        let (start, end) = DATA.split_at(DATA.len() - 3);
        for (start, end) in [(start, end), (end, start), ("", DATA), (DATA, ""), ("", "")] {
            let mut packed = gzip(start.as_bytes());
            packed.extend(gzip(end.as_bytes()));
            let unpacked = unzipped(&packed).expect("unpacks");
            assert_eq!(unpacked, [start, end].concat().as_bytes());
        }
    }

    #[test]
    fn a_gzip_bomb_is_refused_before_it_fills_the_memory() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let zeros = vec![b' '; 1024 * 1024];
        for _ in 0..=MOST_UNPACKED_BYTES / zeros.len() {
            encoder.write_all(&zeros).expect("writing to memory");
        }
        let bomb = encoder.finish().expect("finishing in memory");
        assert!(
            bomb.len() < 1024 * 1024,
            "the bomb is small: {}",
            bomb.len()
        );
        assert!(error(&payload(&bomb)).contains("unpacks to more than"));
    }
}
