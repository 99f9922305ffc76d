//! Packs log events as CloudWatch Logs does for a subscription: JSON, in gzip, in base64.
//!
//! Format: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html>.

use std::io::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

/// A log event. The time is in milliseconds since 1970.
#[must_use]
pub fn log_event(id: &str, time: i64, message: &str) -> Value {
    json!({ "id": id, "timestamp": time, "message": message })
}

/// The data of events of one log stream, without base64. The same arguments give the same data.
#[must_use]
pub fn packed(log_group: &str, log_stream: &str, events: &[Value]) -> Vec<u8> {
    let message = json!({
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": log_group,
        "logStream": log_stream,
        "subscriptionFilters": ["bongsu"],
        "logEvents": events,
    });
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    write!(encoder, "{message}").expect("written to memory");
    encoder.finish().expect("finished in memory")
}

/// The data of a record of a stream: the packed events in base64.
#[must_use]
pub fn data(log_group: &str, log_stream: &str, events: &[Value]) -> String {
    STANDARD.encode(packed(log_group, log_stream, events))
}

/// The event for a subscribed function.
#[must_use]
pub fn event(log_group: &str, log_stream: &str, events: &[Value]) -> Value {
    json!({ "awslogs": { "data": data(log_group, log_stream, events) } })
}

/// The event for a subscribed function, as text.
#[must_use]
pub fn payload(log_group: &str, log_stream: &str, events: &[Value]) -> String {
    event(log_group, log_stream, events).to_string()
}
