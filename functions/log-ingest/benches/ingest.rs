//! How fast log events become what is sent to a cluster: decoding, parsing, redacting and building
//! the bulk bodies of 10,000 events of a real log, on one core. `docs/benchmarks.md` has the
//! numbers.

#![allow(
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a benchmark that cannot go on stops; criterion's macros document nothing"
)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use log_ingest::trigger::unpack;

#[path = "../examples/passes/sample.rs"]
mod sample;
#[path = "../examples/passes/setup.rs"]
mod setup;

use sample::EVENTS;
use setup::PassSetup;

fn ingest(criterion: &mut Criterion) {
    let payload = sample::payload(&sample::lines());
    let setup = PassSetup::new(&[]);
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
        bencher.iter(|| setup.read(&payload, |document| drop(black_box(document))));
    });
    group.bench_function("decode, parse and build the bulk bodies", |bencher| {
        bencher.iter(|| black_box(setup.write(&payload, EVENTS)));
    });
    group.finish();
}

criterion_group!(benches, ingest);
criterion_main!(benches);
