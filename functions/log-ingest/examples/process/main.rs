//! Measures the function log-ingest as a whole process: start, processor time, memory and wall time, with
//! a stand-in for Lambda and a cluster that stores nothing. With a second build it shows the ratio.
//! docs/benchmarks.md has numbers. Linux only.
//!
//! ```text
//! process BINARY [OTHER BINARY] [RUNS]
//! ```

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement that cannot go on stops, and prints its numbers"
)]

use std::{env, path::PathBuf, time::Duration};

mod function;
mod http;
#[path = "../passes/sample.rs"]
mod sample;

use function::{Cost, MeasuredFunction, Sink};

/// How long a slow cluster takes to answer.
const SLOW: Duration = Duration::from_millis(200);
/// The usual number of runs.
const RUNS: usize = 5;

/// What is measured, and its unit.
const MEASURES: [(&str, &str); 9] = [
    ("start to first call", "ms"),
    ("start to first response, one line", "ms"),
    ("processor time to first response, one line", "ms"),
    ("processor time, 10,000 events, first", "ms"),
    ("processor time, 10,000 events, later", "ms"),
    ("processor time, 20,000 secrets, later", "ms"),
    ("wall time, 10,000 events, later", "ms"),
    ("wall time, 10,000 events, cluster of 200 ms", "ms"),
    ("peak memory, 10,000 events", "MB"),
];

fn main() {
    let (mut binaries, mut runs) = (Vec::new(), RUNS);
    for argument in env::args().skip(1) {
        match argument.parse() {
            Ok(number) => runs = number,
            Err(_) => binaries.push(PathBuf::from(argument)),
        }
    }
    assert!(
        (1..=2).contains(&binaries.len()),
        "process BINARY [OTHER BINARY] [RUNS]"
    );
    let payloads = Payloads::new();
    let mut measured = vec![Vec::new(); binaries.len()];
    // In turns, so that a busy machine is busy for both.
    for _ in 0..runs {
        for (binary, runs) in binaries.iter().zip(&mut measured) {
            runs.push(run(binary, &payloads));
        }
    }
    for (position, (name, unit)) in MEASURES.iter().enumerate() {
        let medians: Vec<f64> = measured.iter().map(|runs| median(runs, position)).collect();
        let texts: Vec<_> = medians
            .iter()
            .map(|value| format!("{value:>8.1} {unit}"))
            .collect();
        let ratio = match medians.as_slice() {
            [one, other] => format!("  ratio {:.2}", one / other),
            _ => String::new(),
        };
        println!("{name:<46}{}{ratio}", texts.join("  "));
    }
}

fn median(runs: &[[f64; 9]], position: usize) -> f64 {
    let values = runs.iter().filter_map(|run| run.get(position));
    let mut values: Vec<f64> = values.copied().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The events that are given.
struct Payloads {
    line: String,
    usual: String,
    secrets: String,
}

impl Payloads {
    fn new() -> Self {
        let lines = sample::lines();
        let first = lines.lines().next().unwrap_or_default();
        let secret = first.replacen(
            "\"metadata\":{",
            r#""metadata":{"password":"hunter2hunter2","apiKey":"0123456789abcdef0123","#,
            1,
        );
        Self {
            line: sample::payload_of(first, 1),
            usual: sample::payload(&lines),
            secrets: sample::payload(&secret),
        }
    }
}

/// One measurement of a build, in the order of [`MEASURES`].
fn run(binary: &std::path::Path, payloads: &Payloads) -> [f64; 9] {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    let sink = Sink::new(Duration::ZERO);
    let mut cold = MeasuredFunction::start(binary, &sink);
    let ready = cold.ready;
    let first = cold.invoke(&payloads.line, true);
    drop(cold);
    let mut warm = MeasuredFunction::start(binary, &sink);
    let first_usual = warm.invoke(&payloads.usual, true);
    sink.take_requests();
    let usual = least(|| warm.invoke(&payloads.usual, false));
    let memory = warm.peak_memory();
    let secrets = least(|| warm.invoke(&payloads.secrets, false));
    drop(warm);
    let slow_sink = Sink::new(SLOW);
    let mut slow = MeasuredFunction::start(binary, &slow_sink);
    slow.invoke(&payloads.line, true);
    slow_sink.take_requests();
    let waited = slow.invoke(&payloads.usual, false);
    let requests = slow_sink.take_requests();
    println!("{}: requests of {requests:?} documents", binary.display());
    [
        milliseconds(ready),
        milliseconds(first.wall),
        milliseconds(first.cpu),
        milliseconds(first_usual.cpu),
        milliseconds(usual.cpu),
        milliseconds(secrets.cpu),
        milliseconds(usual.wall),
        milliseconds(waited.wall),
        memory,
    ]
}

/// The least cost of three invocations.
fn least(mut invoke: impl FnMut() -> Cost) -> Cost {
    let costs = [(); 3].map(|()| invoke());
    let least = costs.into_iter().min_by_key(|cost| cost.cpu);
    least.expect("three invocations")
}
