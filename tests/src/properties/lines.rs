//! log-ingest: lines in any format, from the event to the document.

use std::time::Duration;

use jiff::Timestamp;
use log_ingest::{
    Config,
    document::{Built, DocumentBuilder},
    read::{
        LineReader, ansi,
        decode::{Batch, SubscriptionEvent},
        joined, separated,
    },
    redact::Redactor,
};
use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;
use shared::{
    env::{Settings, names},
    model::log::LogDocument,
};

use super::text;

/// The length of a repeated line, in bytes.
const LONG: usize = 64 * 1024;
/// How long a byte of it may take, in nanoseconds. A plain line takes 20 in a release build.
const MOST_NANOSECONDS: u64 = if cfg!(debug_assertions) {
    20_000
} else {
    2_000
};
/// A message is cut beyond this length by default.
const MOST_MESSAGE: usize = 32 * 1024;
/// The most characters of a pattern.
const MOST_PATTERN: usize = 512;

thread_local! {
    /// Made once: the tables are large.
    static READER: (Config, LineReader, Redactor) = reader();
}

fn reader() -> (Config, LineReader, Redactor) {
    let mut settings = Settings::from_pairs([
        (names::REDACT_EMAILS, "true"),
        (names::REDACT_CARDS, "true"),
        (names::REDACT_RESIDENT_NUMBERS, "true"),
        (names::REDACT_PHONES, "true"),
        (
            names::REDACT_RULES,
            r#"[{"name":"staff","pattern":"EMP-(?<secret>\\d+)"}]"#,
        ),
        (
            names::INGEST_FORMATS,
            r#"[{"name":"own","pattern":"^\\((?<service>\\w+)\\) (?<message>.*)$"}]"#,
        ),
    ]);
    let config = Config::read(&mut settings);
    settings.finish().expect("valid settings");
    let reader = LineReader::new(&config.reading);
    let redactor = Redactor::new(&config.redaction).expect("valid rules");
    (config, reader, redactor)
}

/// The documents of messages that were written together.
pub(super) fn documents<'m>(messages: impl Iterator<Item = &'m str>) -> Vec<LogDocument> {
    let service = "fuzzed".parse().expect("a service");
    let now: Timestamp = "2026-11-24T09:00:01Z".parse().expect("an instant");
    let events = (0_u32..).zip(messages);
    let events = events.map(|(number, message)| SubscriptionEvent {
        id: number.to_string().into(),
        timestamp: now,
        message: message.into(),
    });
    let batch = Batch {
        owner: "1".into(),
        log_group: "g".into(),
        log_stream: "s".into(),
        events: separated(joined(events.collect())),
    };
    READER.with(|(config, reader, redactor)| {
        let mut builder = DocumentBuilder::new(&batch, &service, config, reader, redactor, now);
        let events = batch.events.iter();
        let built = events.map(|event| match builder.build(event) {
            Built::Document(document) => document,
            Built::Filtered => panic!("nothing is filtered"),
        });
        built.collect()
    })
}

/// Each line becomes a document that a store accepts, the same each time, in which no word of the line is
/// missing, whether the line is an event or its lines are.
pub fn lines(data: &[u8]) {
    let text = text(data);
    let whole = documents([text.as_ref()].into_iter());
    check(&whole);
    let again = documents([text.as_ref()].into_iter());
    let json = |documents: &[LogDocument]| serde_json::to_string(documents).expect("JSON");
    assert_eq!(json(&whole), json(&again));
    no_word_is_lost(&text, &whole);
    let parts = documents(text.lines());
    check(&parts);
    assert_eq!(parts.is_empty(), text.lines().next().is_none());
}

fn check(documents: &[LogDocument]) {
    for document in documents {
        assert!(document.message.len() <= MOST_MESSAGE + 4);
        assert!(document.pattern.chars().count() <= MOST_PATTERN);
        assert!((1..=128).contains(&document.id.len()), "{}", document.id);
        let json = serde_json::to_string(document).expect("JSON");
        let value: Value = serde_json::from_str(&json).expect("JSON that is read again");
        assert!(value.is_object());
        if let Some(metadata) = &document.metadata {
            let metadata: Value = serde_json::from_str(metadata.get()).expect("JSON");
            assert!(metadata.is_object());
        }
    }
}

/// Words of letters occur in the documents. Secrets are redacted, numbers and escapes are written
/// differently, and keys of JSON become fields: those are left out.
fn no_word_is_lost(text: &str, documents: &[LogDocument]) {
    let line = ansi::strip(text.into());
    let is_redacted = READER.with(|(.., redactor)| redactor.of_line(&line).is_some());
    if is_redacted || line.len() > MOST_MESSAGE || line.contains(['\\', '\u{1b}', '\0']) {
        return;
    }
    let mut kept = String::new();
    for document in documents {
        collect(&serde_json::to_value(document).expect("JSON"), &mut kept);
    }
    let kept = kept.to_lowercase();
    // Text may stand before JSON, also with braces of its own.
    let json = line.match_indices('{').find_map(|(start, _)| {
        let (before, json) = line.split_at(start);
        Some((before, serde_json::from_str(json).ok()?))
    });
    let values = match json {
        Some((before, value @ Value::Object(_))) => {
            let mut values = format!("{before}\n");
            leaves(&value, &mut values);
            values
        }
        _ => line.into_owned(),
    };
    for word in values.split(|letter: char| !letter.is_alphanumeric()) {
        let is_word = word.chars().count() > 2 && word.chars().all(char::is_alphabetic);
        let word = word.to_lowercase();
        assert!(
            !is_word || kept.contains(&word),
            "{word:?} of {text:?} is lost"
        );
    }
}

/// Adds every text of a value, keys too.
fn collect(value: &Value, found: &mut String) {
    if let Value::Object(members) = value {
        for key in members.keys() {
            found.push_str(key);
            found.push('\n');
        }
    }
    each(value, found, collect);
}

/// Adds every text of a value but its keys.
fn leaves(value: &Value, found: &mut String) {
    each(value, found, leaves);
}

fn each(value: &Value, found: &mut String, inner: fn(&Value, &mut String)) {
    match value {
        Value::String(text) => {
            found.push_str(text);
            found.push('\n');
        }
        Value::Array(elements) => elements.iter().for_each(|value| inner(value, found)),
        Value::Object(members) => members.values().for_each(|value| inner(value, found)),
        Value::Bool(value) => found.push_str(if *value { "true\n" } else { "false\n" }),
        Value::Null => found.push_str("null\n"),
        Value::Number(_) => {}
    }
}

/// A line that is repeated up to 64 KB takes a bounded time for a byte, as one event and as many.
pub fn repeated_line(data: &[u8]) {
    let text = text(data);
    if text.is_empty() || text.len() > 256 {
        return;
    }
    let long = text.repeat(LONG / text.len() + 1);
    let bound = Duration::from_nanos(MOST_NANOSECONDS * long.len() as u64);
    let mut least = Duration::MAX;
    for _ in 0..3 {
        let started = processor_time();
        drop(documents([long.as_str()].into_iter()));
        drop(documents(long.lines()));
        least = least.min(processor_time().saturating_sub(started));
        if least <= bound {
            return;
        }
    }
    panic!("{text:?}, repeated, takes {least:?}");
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("a time after the thread's start")
}
