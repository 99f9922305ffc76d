//! Wraps log events like CloudWatch Logs does for a subscribed function: gzip of JSON in base64, within
//! the size limit of an invocation.
//!
//! Format: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html>.

use std::io::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use serde::Serialize;

use crate::source::event::LogEvent;

/// The most bytes of a synchronous invocation's payload:
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>.
pub const MOST_PAYLOAD_BYTES: usize = 6 * 1024 * 1024;

/// The log group and the log stream of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogOrigin {
    /// The log group.
    pub log_group: String,
    /// The log stream.
    pub log_stream: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PayloadMessage<'a> {
    #[serde(rename = "messageType")]
    kind: &'static str,
    owner: &'static str,
    log_group: &'a str,
    log_stream: &'a str,
    subscription_filters: [&'static str; 1],
    log_events: Vec<PayloadEvent<'a>>,
}

#[derive(Serialize)]
struct PayloadEvent<'a> {
    id: &'a str,
    timestamp: i64,
    message: &'a str,
}

impl<'a> From<&'a LogEvent> for PayloadEvent<'a> {
    fn from(event: &'a LogEvent) -> Self {
        Self {
            id: &event.id,
            timestamp: event.timestamp.as_millisecond(),
            message: &event.message,
        }
    }
}

#[derive(Serialize)]
struct Payload {
    awslogs: PayloadData,
}

#[derive(Serialize)]
struct PayloadData {
    data: String,
}

/// The payloads of these events, in order: one, or several if they do not fit. An event that is too
/// large gets its own payload.
///
/// # Errors
///
/// If the events cannot be compressed.
pub fn payloads(origin: &LogOrigin, events: &[LogEvent]) -> std::io::Result<Vec<String>> {
    let mut done = Vec::new();
    let mut waiting = vec![events];
    while let Some(part) = waiting.pop() {
        if part.is_empty() {
            continue;
        }
        let payload = payload(origin, part)?;
        if payload.len() <= MOST_PAYLOAD_BYTES || part.len() == 1 {
            done.push(payload);
        } else {
            let (first, second) = part.split_at(part.len() / 2);
            waiting.push(second);
            waiting.push(first);
        }
    }
    Ok(done)
}

fn payload(origin: &LogOrigin, events: &[LogEvent]) -> std::io::Result<String> {
    let message = PayloadMessage {
        kind: "DATA_MESSAGE",
        // An account that does not exist.
        owner: "000000000000",
        log_group: &origin.log_group,
        log_stream: &origin.log_stream,
        subscription_filters: ["bongsu"],
        log_events: events.iter().map(PayloadEvent::from).collect(),
    };
    // Gzip is the form; on one machine, to compress would only take time.
    let mut packed = GzEncoder::new(Vec::new(), Compression::none());
    serde_json::to_writer(&mut packed, &message)?;
    packed.flush()?;
    let data = STANDARD.encode(packed.finish()?);
    let trigger = Payload {
        awslogs: PayloadData { data },
    };
    Ok(serde_json::to_string(&trigger)?)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use flate2::read::GzDecoder;
    use serde_json::Value;

    use super::{LogOrigin, MOST_PAYLOAD_BYTES, payloads};
    use crate::source::event::LogEvent;

    fn event(number: usize, message: String) -> LogEvent {
        LogEvent {
            offset: 0,
            id: format!("{number:032x}"),
            timestamp: "2026-11-24T00:30:55.638Z".parse().expect("instant"),
            message,
        }
    }

    fn origin() -> LogOrigin {
        LogOrigin {
            log_group: "/bongsu/gm-tool".to_owned(),
            log_stream: "app.log".to_owned(),
        }
    }

    fn unpack(payload: &str) -> Value {
        let trigger: Value = serde_json::from_str(payload).expect("JSON");
        let data = trigger["awslogs"]["data"].as_str().expect("data");
        let packed = STANDARD.decode(data).expect("base64");
        let mut text = String::new();
        let mut decoder = GzDecoder::new(packed.as_slice());
        decoder.read_to_string(&mut text).expect("gzip");
        serde_json::from_str(&text).expect("JSON")
    }

    #[test]
    fn a_payload_has_the_form_of_cloudwatch_logs() {
        let events = [event(7, "한 줄\n\u{1b}[0m \"x\"".to_owned())];
        let payloads = payloads(&origin(), &events).expect("packed");
        assert_eq!(payloads.len(), 1);
        insta::assert_json_snapshot!(unpack(&payloads[0]));
    }

    #[test]
    fn events_keep_their_order_in_several_payloads() {
        // Hashes do not compress.
        let noise = |number: usize| {
            (0..400)
                .map(|part| {
                    use sha2::Digest as _;
                    let digest = sha2::Sha256::digest(format!("{number}.{part}"));
                    STANDARD.encode(digest)
                })
                .collect::<String>()
        };
        let events: Vec<_> = (0..400)
            .map(|number| event(number, noise(number)))
            .collect();
        let payloads = payloads(&origin(), &events).expect("packed");
        assert!(payloads.len() > 1);
        assert!(payloads.iter().all(|one| one.len() <= MOST_PAYLOAD_BYTES));
        let ids: Vec<Value> = payloads
            .iter()
            .flat_map(|payload| {
                unpack(payload)["logEvents"]
                    .as_array()
                    .expect("list")
                    .clone()
            })
            .map(|event| event["id"].clone())
            .collect();
        let expected: Vec<Value> = events.iter().map(|event| event.id.clone().into()).collect();
        assert_eq!(ids, expected);
    }

    #[test]
    fn a_large_event_gets_its_own_payload_and_no_events_give_none() {
        let large = "0123456789abcdef".repeat(60_000);
        let events = [event(1, large), event(2, "x".to_owned())];
        assert_eq!(payloads(&origin(), &events).expect("packed").len(), 1);
        assert!(payloads(&origin(), &[]).expect("packed").is_empty());
    }
}
