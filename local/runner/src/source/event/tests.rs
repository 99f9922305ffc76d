//! Which lines are one event, and when it happened.

use std::io::Cursor;

use jiff::tz::TimeZone;
use log_ingest::read::{LineReader, ansi};

use super::{Events, LogEvent};
use crate::source::{
    identity::EventIds,
    line::MOST_EVENT_BYTES,
    stamp::{EventStamp, EventStamps},
};

fn events(text: &str) -> (Vec<LogEvent>, u64) {
    let mut events = Events::new(Cursor::new(text));
    let mut all = Vec::new();
    while let Some(event) = events.next_event().expect("readable") {
        all.push(event);
    }
    (all, events.repairs().cut)
}

/// The stamps of events whose log was written at `near`.
fn stamped(text: &str, zone: TimeZone, near: &str) -> Vec<EventStamp> {
    let near = near.parse().expect("instant");
    let mut stamps = EventStamps::new(EventIds::by_offset("app.log"), near).in_zone(zone, near);
    let reader = LineReader::default();
    let (events, _) = events(text);
    let stamp = |event: &LogEvent| {
        let text = ansi::strip(event.message.as_str().into());
        stamps.next(event, &reader.read(&text))
    };
    events.iter().map(stamp).collect()
}

fn stamps(text: &str) -> Vec<EventStamp> {
    stamped(text, TimeZone::UTC, "2026-01-01T00:00:00Z")
}

fn messages(text: &str) -> Vec<String> {
    events(text)
        .0
        .into_iter()
        .map(|event| event.message)
        .collect()
}

#[test]
fn a_stack_trace_continues_the_line_before_it() {
    assert_eq!(
        messages("ERROR no\n    at f (a.js:1)\nat g\nCaused by: x\n\t... 3 more\n\nINFO next\n"),
        [
            "ERROR no\n    at f (a.js:1)\nat g\nCaused by: x\n\t... 3 more",
            "INFO next"
        ]
    );
}

/// Each part is one event.
fn check(parts: &[&str]) {
    assert_eq!(messages(&parts.join("\n")), parts);
}

#[test]
fn a_failure_over_several_lines_is_one_event() {
    let next = "2026-11-24 00:00:01,000 INFO app ok";
    check(&[
        "2026-11-24 00:00:00,000 ERROR app pay failed\nTraceback (most recent call last):\n  \
         File \"a.py\", line 1, in f\n    g()\nKeyError: 1\n\nDuring handling of the above \
         exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \
         \"a.py\", line 3, in f\n    h()\nValueError: bad",
        next,
    ]);
    check(&[
        "panic: runtime error: index out of range [3]\n\ngoroutine 1 [running]:\nmain.main()\n\t\
         /app/main.go:8 +0x1d\nexit status 2",
        next,
    ]);
    check(&[
        "thread 'main' panicked at src/main.rs:2:5:\nindex out of bounds: the len is 3\nnote: run \
         with `RUST_BACKTRACE=1`\nstack backtrace:\n   0: rust_begin_unwind",
        next,
    ]);
    check(&[
        "/app/pay.js:10\n    throw new Error(\"x\");\n    ^\n\nError: x\n    at f \
         (/app/pay.js:10:11)\n\nNode.js v20.1.0",
        next,
    ]);
    check(&[
        "Nov 24, 2026 12:30:55 AM com.x.Pay run\nSEVERE: pay failed\njava.lang.X: y\n\tat \
         a.b(C.java:1)",
    ]);
    check(&[
        "# Time: 2026-11-24T00:30:55.638123Z\n# User@Host: app[app] @  [10.0.0.1]  Id:     8\n# \
         Query_time: 2.000234  Lock_time: 0.000001\nSET timestamp=1795480255;\nSELECT SLEEP(2);",
        "# Time: 2026-11-24T00:30:56.638123Z\n# User@Host: app[app] @  [10.0.0.1]  Id:     8",
    ]);
    check(&[
        "2026-11-24 00:30:55.638 UTC [1] ERROR:  duplicate key\n2026-11-24 00:30:55.638 UTC [1] \
         DETAIL:  Key (id)=(1) already exists.\n2026-11-24 00:30:55.638 UTC [1] STATEMENT:  \
         INSERT INTO x\n\tVALUES (1)",
        "2026-11-24 00:30:56.638 UTC [1] FATAL:  password authentication failed",
    ]);
    check(&[
        "{\n  \"LogLevel\": \"Error\"\n}",
        "{\n  \"LogLevel\": \"Info\"\n}",
        next,
    ]);
}

#[test]
fn json_lines_are_events_of_their_own() {
    assert_eq!(
        messages("{\"a\":1}\n {\"b\":2}\n  indented\n {\"c\":3}"),
        ["{\"a\":1}", " {\"b\":2}", "  indented", " {\"c\":3}"]
    );
}

#[test]
fn an_old_log_keeps_its_times_in_every_format() {
    let seoul = TimeZone::fixed(jiff::tz::offset(9));
    for (line, expected) in [
        (
            "2019-03-01 09:30:55,638 ERROR app: no",
            "2019-03-01T00:30:55.638Z",
        ),
        (
            r#"{"level":30,"time":1551400255638,"msg":"x"}"#,
            "2019-03-01T00:30:55.638Z",
        ),
        (
            "<30>Dec 10 06:00:00 web1 sshd[100]: closed",
            "2025-12-09T21:00:00Z",
        ),
        (
            "Nov 24 06:00:00 web1 sshd[100]: closed",
            "2026-11-23T21:00:00Z",
        ),
        (
            "level=info ts=2019-03-01T00:30:55.638Z msg=x",
            "2019-03-01T00:30:55.638Z",
        ),
    ] {
        let stamps = stamped(line, seoul.clone(), "2026-11-25T00:00:00Z");
        let times: Vec<String> = stamps.iter().map(|it| it.timestamp.to_string()).collect();
        assert_eq!(times, [expected], "{line}");
    }
}

#[test]
fn an_event_without_a_time_has_the_time_of_the_one_before() {
    let text = "first\n2026-11-24T00:30:55Z INFO second\nthird\n";
    let times = stamps(text).into_iter();
    let times: Vec<String> = times.map(|it| it.timestamp.to_string()).collect();
    assert_eq!(
        times,
        [
            "2026-01-01T00:00:00Z",
            "2026-11-24T00:30:55Z",
            "2026-11-24T00:30:55Z"
        ]
    );
}

#[test]
fn an_endless_trace_becomes_several_events() {
    let line = format!("\n  {}", "x".repeat(100_000));
    let text = format!("ERROR{}\nINFO next", line.repeat(50));
    let (all, cut) = events(&text);
    assert!(all.len() > 2 && cut == 0);
    assert!(
        all.iter()
            .all(|event| event.message.len() <= MOST_EVENT_BYTES)
    );
    let messages: Vec<&str> = all.iter().map(|event| event.message.as_str()).collect();
    assert_eq!(messages.join("\n"), text);
}

#[test]
fn a_grown_log_keeps_the_ids_of_its_events_and_repeated_lines_differ() {
    let text = "same\nsame\n2026-11-24T00:30:55Z x\n2026-11-24T00:30:55Z x\nsame\n";
    let before = stamps(text);
    let after = stamps(&format!("{text}same\nmore"));
    assert_eq!(before, after[..before.len()]);
    let ids: std::collections::BTreeSet<&str> =
        after.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids.len(), after.len());
}
