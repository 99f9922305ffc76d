//! The time that lines take grows with their length and not faster, whatever they hold.

#![allow(clippy::expect_used, reason = "a test that cannot go on stops")]

use jiff::{SignedDuration, Timestamp};
use log_ingest::{
    Config,
    document::{Built, DocumentBuilder},
    read::{
        LineReader,
        decode::{Batch, SubscriptionEvent},
        joined, separated,
    },
    redact::Redactor,
};
use shared::env::{Settings, names};
use shared_tests::linear::assert_linear;

mod lines;

/// A function with rules of the user.
struct Ingest {
    config: Config,
    reader: LineReader,
    redactor: Redactor,
}

impl Ingest {
    fn new(settings: &[(&str, &str)]) -> Self {
        let mut settings = Settings::from_pairs(settings.iter().copied());
        let config = Config::read(&mut settings);
        settings.finish().expect("valid settings");
        let reader = LineReader::new(&config.reading);
        let redactor = Redactor::new(&config.redaction).expect("valid rules");
        Self {
            config,
            reader,
            redactor,
        }
    }

    /// Every rule that is off by default, and rules of the user.
    fn with_all_rules() -> Self {
        Self::new(&[
            (names::REDACT_EMAILS, "true"),
            (names::REDACT_CARDS, "true"),
            (names::REDACT_RESIDENT_NUMBERS, "true"),
            (names::REDACT_PHONES, "true"),
            (names::REDACT_KEYS, "order,가맹점"),
            (
                names::REDACT_RULES,
                r#"[{"name":"staff","pattern":"EMP-(?<secret>\\d+)"},{"name":"word","pattern":"\\w+@\\w+"}]"#,
            ),
            (names::INGEST_EXCLUDE, "^health.*check$"),
            (
                names::INGEST_FORMATS,
                r#"[{"name":"own","pattern":"^\\[(?<time>[^\\]]+)\\] \\((?<service>\\w+)\\) (?<message>.*)$","time":"%Y-%m-%d %H:%M:%S"}]"#,
            ),
        ])
    }

    /// Reads messages that were written together, up to their documents as JSON.
    fn read<'m>(&self, messages: impl Iterator<Item = &'m str>) {
        let service = "gm-tool".parse().expect("a service");
        let start: Timestamp = "2026-11-24T09:00:01Z".parse().expect("an instant");
        let events = (0_i64..)
            .zip(messages)
            .map(|(number, message)| SubscriptionEvent {
                id: number.to_string().into(),
                timestamp: start + SignedDuration::from_millis(number / 100),
                message: message.into(),
            });
        let batch = Batch {
            owner: "1".into(),
            log_group: "g".into(),
            log_stream: "s".into(),
            events: separated(joined(events.collect())),
        };
        let Self {
            config,
            reader,
            redactor,
        } = self;
        let mut builder = DocumentBuilder::new(&batch, &service, config, reader, redactor, start);
        for event in &batch.events {
            if let Built::Document(document) = builder.build(event) {
                serde_json::to_string(&document).expect("JSON");
            }
        }
    }

    fn read_line(&self, line: &str) {
        self.read([line].into_iter());
    }
}

#[test]
fn keys_and_nesting_of_any_number_take_linear_time() {
    let ingest = Ingest::new(&[]);
    assert_linear(&lines::MEMBERS, lines::STRUCTURED, |line| {
        ingest.read_line(line);
    });
    assert_linear(&lines::PLAIN, &[lines::MEMBERS], |line| {
        ingest.read_line(line);
    });
}

#[test]
fn text_of_any_kind_takes_linear_time() {
    let ingest = Ingest::new(&[]);
    assert_linear(&lines::PLAIN, lines::TEXTS, |line| ingest.read_line(line));
}

#[test]
fn long_parts_of_known_formats_take_linear_time() {
    let ingest = Ingest::new(&[]);
    assert_linear(&lines::PLAIN, lines::FORMATS, |line| ingest.read_line(line));
}

#[test]
fn entries_of_many_lines_take_linear_time() {
    let ingest = Ingest::new(&[]);
    let inputs = [lines::MULTI_LINE, lines::BLOCKS, &[lines::EMPTY_LINES]].concat();
    assert_linear(&lines::PLAIN, &inputs, |line| ingest.read_line(line));
}

#[test]
fn events_that_are_joined_take_linear_time() {
    let ingest = Ingest::new(&[]);
    let read = |text: &str| ingest.read(text.lines());
    assert_linear(&lines::EVENTS, lines::MULTI_LINE, read);
    assert_linear(&lines::SHORT_EVENTS, &[lines::EMPTY_LINES], read);
}

#[test]
fn secrets_take_linear_time_with_all_rules() {
    let ingest = Ingest::with_all_rules();
    assert_linear(&lines::PLAIN, lines::SECRETS, |line| ingest.read_line(line));
}
