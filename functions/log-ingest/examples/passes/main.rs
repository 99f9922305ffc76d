//! Ingests the lines of a file, or of the sample log, so often in memory that the work per event can
//! be measured: decoding, parsing, redaction, documents and bulk bodies. docs/benchmarks.md says how.
//!
//! ```text
//! passes PASSES [FILE]
//! ```

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement that cannot go on stops, and prints its numbers"
)]

use std::{
    env, fs,
    hint::black_box,
    io::{Read as _, Write as _},
    time::Instant,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use log_ingest::{
    Config,
    document::{Built, DocumentBuilder},
    read::{LineReader, decode::SubscriptionMessage},
    redact::Redactor,
    trigger::unpack,
};
use serde_json::json;
use shared::{
    env::Settings,
    log_store::elasticsearch::bulk::{BODY_LIMIT, log_bodies},
    model::service::ServiceName,
};

/// The sample log of the runner.
static SAMPLE: &[u8] = include_bytes!("../../../../local/runner/sample/gm-tool.jsonl.gz");
const EVENTS: usize = 10_000;

fn main() {
    let mut arguments = env::args().skip(1);
    let passes: u32 = arguments
        .next()
        .map_or(1, |text| text.parse().expect("PASSES"));
    let text = arguments.next().map_or_else(sample, |path| {
        fs::read_to_string(&path).expect("a file in UTF-8")
    });
    let payload = payload(&text);
    let service: ServiceName = "gm-tool".parse().expect("service");
    let config = Config::read(&mut Settings::from_pairs([]));
    let redactor = Redactor::new(&config.redaction).expect("valid rules");
    let reader = LineReader::default();
    let now = "2026-11-24T01:00:00Z".parse().expect("instant");
    let (mut bytes, mut count) = (0, 0);
    let start = Instant::now();
    for _ in 0..passes {
        let unpacked = unpack(&payload).expect("unpacked");
        let SubscriptionMessage::Data(batch) = unpacked.message().expect("a message") else {
            panic!("a data message");
        };
        let mut builder = DocumentBuilder::new(&batch, &service, &config, &reader, &redactor, now);
        let mut documents = Vec::with_capacity(batch.events.len());
        for event in &batch.events {
            if let Built::Document(document) = builder.build(event).expect("made") {
                documents.push(document);
            }
        }
        count = documents.len();
        for body in log_bodies(&service, &documents, BODY_LIMIT) {
            bytes = black_box(body.expect("a body")).bytes.len();
        }
    }
    let each = start.elapsed() / passes;
    println!("{count} documents, {each:?} each pass, last body {bytes} bytes");
}

fn sample() -> String {
    let mut text = String::new();
    GzDecoder::new(SAMPLE)
        .read_to_string(&mut text)
        .expect("the sample");
    text
}

/// The event of a subscription with the lines, from the start again where they end.
fn payload(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let events: Vec<_> = lines
        .cycle()
        .take(EVENTS)
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
