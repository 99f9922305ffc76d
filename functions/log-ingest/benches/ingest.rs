//! How fast log events become what is sent to a cluster: decoding, parsing, redacting and building
//! the bulk bodies of 10,000 events of a real log, on one core. `docs/benchmarks.md` has the
//! numbers.

#![allow(
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a benchmark that cannot go on stops; criterion's macros document nothing"
)]

use std::{
    hint::black_box,
    io::{Read as _, Write as _},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
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
    model::{log::LogDocument, service::ServiceName},
};

/// The sample log of the runner.
static SAMPLE: &[u8] = include_bytes!("../../../local/runner/sample/gm-tool.jsonl.gz");
const EVENTS: usize = 10_000;

/// The event of a subscription with the lines of the sample, from the start again where they end.
fn payload() -> String {
    let mut text = String::new();
    GzDecoder::new(SAMPLE)
        .read_to_string(&mut text)
        .expect("the sample");
    let events: Vec<_> = text
        .lines()
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

fn documents(
    payload: &str,
    service: &ServiceName,
    config: &Config,
    reader: &LineReader,
    redactor: &Redactor,
) -> Vec<LogDocument> {
    let unpacked = unpack(payload).expect("unpacked");
    let SubscriptionMessage::Data(batch) = unpacked.message().expect("a message") else {
        panic!("a data message");
    };
    let now = "2026-11-24T01:00:00Z".parse().expect("instant");
    let mut builder = DocumentBuilder::new(&batch, service, config, reader, redactor, now);
    // As `log_ingest::handle` collects them.
    let mut documents = Vec::with_capacity(batch.events.len());
    for event in &batch.events {
        if let Built::Document(document) = builder.build(event).expect("made") {
            documents.push(document);
        }
    }
    documents
}

fn ingest(criterion: &mut Criterion) {
    let payload = payload();
    let service: ServiceName = "gm-tool".parse().expect("service");
    let config = Config::read(&mut Settings::from_pairs([]));
    let redactor = Redactor::new(&config.redaction).expect("valid rules");
    let reader = LineReader::default();
    let mut group = criterion.benchmark_group("ingest");
    group.throughput(Throughput::Elements(EVENTS as u64));
    group.sample_size(20);
    group.bench_function("decode", |bencher| {
        bencher.iter(|| {
            let unpacked = unpack(&payload).expect("unpacked");
            black_box(unpacked.message().expect("a message"));
        });
    });
    group.bench_function("decode and parse", |bencher| {
        bencher.iter(|| black_box(documents(&payload, &service, &config, &reader, &redactor)));
    });
    group.bench_function("decode, parse and build the bulk bodies", |bencher| {
        bencher.iter(|| {
            let documents = documents(&payload, &service, &config, &reader, &redactor);
            for body in log_bodies(&service, &documents, BODY_LIMIT) {
                black_box(body.expect("a body"));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, ingest);
criterion_main!(benches);
