//! Ingests the lines of a file, or of the sample log, so often in memory that the work per event can
//! be measured: decoding, parsing, redaction, documents and bulk bodies. docs/benchmarks.md says how.
//!
//! ```text
//! passes PASSES [FILE] [SETTING=VALUE ...]
//! ```
//!
//! The settings are those of redaction: `REDACT_CARDS`, `REDACT_RULES` and others.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement that cannot go on stops, and prints its numbers"
)]

use std::{env, fs, hint::black_box, time::Instant};

use shared::env::names;

mod sample;
mod setup;

use setup::PassSetup;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (settings, arguments): (Vec<_>, Vec<_>) = arguments
        .iter()
        .partition(|argument| argument.contains('='));
    let mut arguments = arguments.into_iter();
    let passes: u32 = arguments
        .next()
        .map_or(1, |text| text.parse().expect("PASSES"));
    let text = arguments.next().map_or_else(sample::lines, |path| {
        fs::read_to_string(path).expect("a file in UTF-8")
    });
    let payload = sample::payload(&text);
    let known = [
        names::REDACT_CARDS,
        names::REDACT_EMAILS,
        names::REDACT_PHONES,
        names::REDACT_RESIDENT_NUMBERS,
        names::REDACT_KEYS,
        names::REDACT_RULES,
    ];
    let set = settings.iter().map(|setting| {
        let (name, value) = setting.split_once('=').expect("SETTING=VALUE");
        let known = known.into_iter().find(|known| *known == name);
        (known.expect("a setting of redaction"), value)
    });
    let set: Vec<_> = set.collect();
    let setup = PassSetup::new(&set);
    let mut written = (0, 0);
    let start = Instant::now();
    for _ in 0..passes {
        written = black_box(setup.write(&payload, sample::EVENTS));
    }
    let each = start.elapsed() / passes;
    let (documents, bodies) = written;
    println!("{documents} documents, {each:?} each pass, {bodies} bodies");
}
