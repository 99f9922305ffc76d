//! Which lines make one entry, from a file and across events.

use jiff::{SignedDuration, Timestamp};

use super::parse;
use crate::read::{decode::SubscriptionEvent, joined, lines::LineJoiner};

/// The entries of a text, each with its level.
fn entries(text: &str) -> Vec<(String, &'static str)> {
    let mut joiner = LineJoiner::default();
    let mut entries: Vec<String> = Vec::new();
    for line in text.lines() {
        match entries.last_mut() {
            Some(entry) if joiner.continues(line) => {
                entry.push('\n');
                entry.push_str(line);
            }
            Some(_) => entries.push(line.to_owned()),
            None => {
                joiner.continues(line);
                entries.push(line.to_owned());
            }
        }
    }
    let entries = entries.into_iter().filter(|entry| !entry.trim().is_empty());
    let level = |entry: &str| {
        let level = parse(entry).level.and_then(|level| level.level);
        level.map_or("-", shared::model::level::Level::name)
    };
    entries
        .map(|entry| (entry.trim_end().to_owned(), level(&entry)))
        .collect()
}

#[test]
fn what_a_runtime_prints_of_one_failure_is_one_entry() {
    let python = "2026-11-24 00:00:00,000 ERROR app pay failed\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\nKeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"a.py\", line 3, in f\n    h()\nValueError: bad";
    let bare = "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nKeyError: 1";
    let java = "2026-11-24 09:00:01,123 [main] ERROR a.B - boom\njava.lang.IllegalStateException: bad\n\tat a.B.c(B.java:1)\nCaused by: java.sql.SQLException: Deadlock\n\tat a.D.e(D.java:2)\n\t... 12 more";
    let jul = "Nov 24, 2026 12:30:55 AM com.x.Pay run\nSEVERE: pay failed\njava.lang.X: y\n\tat a.b(C.java:1)";
    let node = "/app/pay.js:10\n    throw new Error(\"x\");\n    ^\n\nError: x\n    at f (/app/pay.js:10:11)\n\nNode.js v20.1.0";
    let go = "panic: runtime error: index out of range [3]\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:8 +0x1d\nexit status 2";
    let rust = "thread 'main' panicked at src/main.rs:2:5:\nindex out of bounds: the len is 3\nnote: run with `RUST_BACKTRACE=1`\nstack backtrace:\n   0: rust_begin_unwind";
    let dotnet = "fail: App.Pay[0]\n      boom\n      System.Exception: x";
    let postgres = "2026-11-24 00:30:55.638 UTC [1] ERROR:  duplicate key\n2026-11-24 00:30:55.638 UTC [1] DETAIL:  Key (id)=(1) already exists.\n2026-11-24 00:30:55.638 UTC [1] STATEMENT:  INSERT INTO x\n\tVALUES (1)";
    let json = "{\n  \"LogLevel\": \"Error\",\n  \"Message\": \"a } b\"\n}";
    for text in [
        python, bare, java, jul, node, go, rust, dotnet, postgres, json,
    ] {
        assert_eq!(entries(text), [(text.to_owned(), "error")]);
        // The next entry is another one.
        let next = "2026-11-24 00:00:01,000 INFO app ok";
        let both = entries(&format!("{text}\n{next}\n{text}"));
        assert_eq!(both.len(), 3, "{both:#?}");
        assert_eq!(both[1], (next.to_owned(), "info"));
    }
}

#[test]
fn statements_of_the_slow_log_are_one_entry_each() {
    let one = "# Time: 2026-11-24T00:30:55.638123Z\n# User@Host: app[app] @  [10.0.0.1]  Id:     8\n# Query_time: 2.000234  Lock_time: 0.000001 Rows_sent: 1  Rows_examined: 0\nSET timestamp=1795480255;\nSELECT\nSLEEP(2);";
    let both = entries(&format!("{one}\n{one}"));
    assert_eq!(both, [(one.to_owned(), "warn"), (one.to_owned(), "warn")]);
}

#[test]
fn lines_that_stand_alone_stay_alone() {
    let text = "{\"a\":1}\n{\"b\":[1]}\nstarted\n\nERROR: x\n[ok]\nValueError: not after a traceback\nlevel=info msg=x a=b\n2026-11-24 INFO x\nNov 24 09:00:01 web1 app[1]: a\nNov 24 09:00:02 web1 app[1]: b\npanic: x\n{\"c\":1}";
    assert_eq!(entries(text).len(), 12, "{:#?}", entries(text));
}

#[test]
fn an_entry_ends_somewhere_even_if_its_lines_do_not() {
    let endless = format!("{{\n{}", "  \"a\": 1,\n".repeat(10_000));
    assert!(entries(&endless).len() > 3);
    let long = format!("x\n{}", format!(" {}\n", "y".repeat(100_000)).repeat(10));
    assert!(entries(&long).len() > 2);
}

fn events(messages: &[&str], apart: SignedDuration) -> Vec<String> {
    let start: Timestamp = "2026-11-24T00:00:00Z".parse().expect("an instant");
    let mut time = start;
    let mut events = Vec::new();
    for (number, message) in messages.iter().enumerate() {
        events.push(SubscriptionEvent {
            id: number.to_string().into(),
            timestamp: time,
            message: (*message).into(),
        });
        time += apart;
    }
    joined(events)
        .into_iter()
        .map(|event| event.message.into_owned())
        .collect()
}

#[test]
fn a_trace_that_arrives_line_by_line_is_one_entry() {
    let trace = [
        "ERROR boom",
        "java.lang.X: y",
        "\tat a.b(C.java:1)",
        "Caused by: z.Q: w",
        "\t... 3 more",
        "INFO next",
    ];
    let near = events(&trace, SignedDuration::from_millis(1));
    assert_eq!(near, [trace[..5].join("\n"), trace[5].to_owned()]);
    // Lines that are seconds apart are no one trace.
    assert_eq!(events(&trace, SignedDuration::from_secs(5)).len(), 6);
}

#[test]
fn pieces_of_a_line_are_joined_by_what_they_carry() {
    let cri = [
        "2026-11-24T00:30:55.1Z stdout P {\"level\": \"error\", \"message\": \"ab",
        "2026-11-24T00:30:55.1Z stdout P cd",
        "2026-11-24T00:30:55.1Z stdout F ef\"}",
        "2026-11-24T00:30:56.1Z stdout F {\"level\": \"info\", \"message\": \"x\"}",
    ];
    let whole = events(&cri, SignedDuration::from_millis(1));
    assert_eq!(whole.len(), 2);
    let entry = parse(&whole[0]);
    assert_eq!(
        (
            entry.message.as_ref(),
            entry.level.and_then(|level| level.level)
        ),
        ("abcdef", Some(shared::model::level::Level::Error))
    );

    let piece = |log: &str, last: bool| {
        let log = serde_json::to_string(log).expect("JSON");
        format!(
            r#"{{"container_id":"c","log":{log},"partial_message":"true","partial_id":"p1","partial_last":"{last}"}}"#
        )
    };
    let pieces = [
        piece("{\"level\":\"error\",\"message\":\"a\\n", false),
        piece("b\"}", true),
    ];
    let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
    let whole = events(&pieces, SignedDuration::from_millis(1));
    assert_eq!(whole.len(), 1);
    let entry = parse(&whole[0]);
    assert_eq!(
        (
            entry.message.as_ref(),
            entry.level.and_then(|level| level.level)
        ),
        ("a\nb", Some(shared::model::level::Level::Error))
    );
}

#[test]
fn pieces_of_json_are_whole_whatever_comes_between_and_whatever_repeats_their_text() {
    let piece = |id: &str, log: &str| {
        format!(
            r#"{{"source":"{log}","log":"{log}","partial_message":"true","partial_id":"{id}","partial_last":"false"}}"#
        )
    };
    let (first, second) = (piece("1", "a"), piece("1", "b"));
    let events = events(
        &[&first, &second, "between", &piece("2", "c")],
        SignedDuration::from_millis(1),
    );
    let joined = first.replace(r#""log":"a""#, r#""log":"ab""#);
    assert_eq!(events, [&joined, "between", &piece("2", "c")]);
}
