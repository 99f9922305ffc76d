//! Packs log events as CloudWatch Logs does for a subscribed function: JSON, in gzip, in base64.
//!
//! Format: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html>.

use std::io::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A log event.
#[must_use]
pub fn event(id: &str, timestamp: Timestamp, message: &str) -> Value {
    json!({ "id": id, "timestamp": timestamp.as_millisecond(), "message": message })
}

/// The payload of these events of one log stream.
///
/// # Panics
///
/// If memory cannot be written.
#[must_use]
pub fn payload(log_group: &str, log_stream: &str, events: &[Value]) -> String {
    let message = json!({
        "messageType": "DATA_MESSAGE",
        "owner": "000000000000",
        "logGroup": log_group,
        "logStream": log_stream,
        "subscriptionFilters": ["bongsu"],
        "logEvents": events,
    });
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    write!(packed, "{message}").expect("written to memory");
    let data = STANDARD.encode(packed.finish().expect("finished in memory"));
    json!({ "awslogs": { "data": data } }).to_string()
}
