//! The event that measurements of log-ingest give it: what CloudWatch Logs would send of 10,000 lines.

use std::io::{Read as _, Write as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde_json::json;
/// The number of events.
pub(crate) const EVENTS: usize = 10_000;

/// The sample log of the runner.
static SAMPLE: &[u8] = include_bytes!("../../../../local/runner/sample/gm-tool.jsonl.gz");

/// The lines of the sample log.
pub(crate) fn lines() -> String {
    let mut text = String::new();
    GzDecoder::new(SAMPLE)
        .read_to_string(&mut text)
        .expect("the sample");
    text
}

/// The event of a subscription with the lines, from the start again where they end.
pub(crate) fn payload(text: &str) -> String {
    payload_of(text, EVENTS)
}

/// The same of some events.
pub(crate) fn payload_of(text: &str, events: usize) -> String {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let events: Vec<_> = lines
        .cycle()
        .take(events)
        .enumerate()
        .map(|(number, line)| {
            json!({
                "id": format!("{number:056}"),
                "timestamp": 1_795_480_255_638_i64,
                "message": line,
            })
        })
        .collect();
    let message = json!({
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": "/ecs/gm-tool",
        "logStream": "gm-tool/gm-tool/0f3c",
        "subscriptionFilters": ["all"],
        "logEvents": events,
    });
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed
        .write_all(message.to_string().as_bytes())
        .expect("packed");
    let data = STANDARD.encode(packed.finish().expect("packed"));
    json!({"awslogs": {"data": data}}).to_string()
}
