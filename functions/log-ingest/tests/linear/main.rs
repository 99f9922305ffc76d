//! The time that a line takes grows with its length and not faster, whatever it holds.
//!
//! Times are of the processor, for this thread alone: other work on the machine does not count.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

use std::time::Duration;

use jiff::Timestamp;
use log_ingest::{
    Config,
    document::DocumentBuilder,
    read::{
        LineReader,
        decode::{Batch, SubscriptionEvent},
        joined,
    },
    redact::Redactor,
};
use rustix::time::{ClockId, clock_gettime};

/// The shorter length of a line, and how many times as long the other is.
const SHORT: usize = 16 * 1024;
const TIMES: usize = 8;
/// A line that is 8 times as long may take 8 times as long, and some more with cold caches. A
/// quadratic one takes 64 times as long.
const MOST: u32 = 32;

/// A text repeated up to a length.
fn repeated(text: &str, length: usize) -> String {
    text.repeat(length / text.len() + 1)
}

/// Lines of about a length that have been, or might be, slow.
fn lines(length: usize) -> Vec<(&'static str, String)> {
    let inside =
        |start: &str, text: &str, end: &str| [start, &repeated(text, length), end].concat();
    vec![
        (
            "plain text",
            repeated("payment failed for order 42, ", length),
        ),
        ("one key of JSON", inside("{", r#""a":1,"#, r#""b":2}"#)),
        (
            "one key of JSON in metadata",
            inside(r#"{"metadata":{"#, r#""a":1,"#, r#""b":2}}"#),
        ),
        ("one key of logfmt", inside("", "a=1 ", "b=2")),
        (
            "keys that mean something",
            inside("{", r#""level":"x","status":5,"#, r#""b":2}"#),
        ),
        ("lists in lists", inside(r#"{"a":"#, "[[1],[2]],", "1}")),
        ("brackets", repeated("[a] ", length)),
        ("open brackets", repeated("[", length)),
        ("open braces", repeated("{\"", length)),
        ("pairs of a level", repeated("level=x ", length)),
        (
            "words of failures",
            repeated("Error: Caused by: panic: ", length),
        ),
        (
            "lines of a trace",
            inside("ERROR x\n", "\tat a.B.c(B.java:1)\n", ""),
        ),
        (
            "quotation marks",
            inside(
                "10.0.0.1 - - [24/Nov/2026:09:00:01 +0000] \"",
                "\\\"",
                "\" 200 1",
            ),
        ),
        (
            "words of an access log",
            inside(
                "10.0.0.1 - - [24/Nov/2026:09:00:01 +0000] \"GET / HTTP/1.1\" 200 1 ",
                "0.1 ",
                "",
            ),
        ),
        (
            "structured data",
            inside("<11>1 2026-11-24T09:00:01Z h a 1 - [a", " b=\"c\"", "] x"),
        ),
        ("escapes", inside(r#"{"message":""#, r"\u0041\n", r#""}"#)),
        (
            "JSON in JSON",
            inside(r#"{"message":"{"#, r#"\"a\":1,"#, r#"\"b\":2}"}"#),
        ),
        ("colours", repeated("\u{1b}[31mx\u{1b}[0m", length)),
        ("titles that do not end", repeated("\u{1b}]", length)),
        ("a long path", inside("GET /", "a/1/", " 200")),
        (
            "query strings",
            inside(r#"{"path":"/a?"#, "token=1&", r#"b=2","method":"GET"}"#),
        ),
        ("assignments", repeated("password=x ", length)),
        ("Korean", repeated("결제 실패 오류: ", length)),
        ("tabs", repeated("2026-11-24\t", length)),
        ("blanks", inside("a", " ", "b")),
    ]
}

/// The processor time that this thread has used.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("a time after the thread's start")
}

/// How long a line takes, from the event to the document; the least of three.
fn took(line: &str, config: &Config, reader: &LineReader, redactor: &Redactor) -> Duration {
    let service = "gm-tool".parse().expect("a service");
    let now: Timestamp = "2026-11-24T09:00:01Z".parse().expect("an instant");
    let runs = (0..3).map(|_| {
        let started = processor_time();
        let event = SubscriptionEvent {
            id: "1".into(),
            timestamp: now,
            message: line.into(),
        };
        let batch = Batch {
            owner: "1".into(),
            log_group: "g".into(),
            log_stream: "s".into(),
            events: joined(vec![event]),
        };
        let mut builder = DocumentBuilder::new(&batch, &service, config, reader, redactor, now);
        for event in &batch.events {
            builder.build(event).expect("a document");
        }
        processor_time().saturating_sub(started)
    });
    runs.min().expect("three runs")
}

#[test]
fn the_time_that_a_line_takes_grows_with_its_length_and_not_faster() {
    let config = Config::default();
    let reader = LineReader::default();
    let redactor = Redactor::new(&config.redaction).expect("valid rules");
    let mut slow = Vec::new();
    for ((name, short), (_, long)) in lines(SHORT).iter().zip(lines(SHORT * TIMES)) {
        let least = took(short, &config, &reader, &redactor).max(Duration::from_micros(100));
        let most = took(&long, &config, &reader, &redactor);
        if most > least * MOST {
            slow.push(format!(
                "{name}: {least:?} for {} bytes, {most:?} for {}",
                short.len(),
                long.len()
            ));
        }
    }
    assert!(slow.is_empty(), "{slow:#?}");
}
