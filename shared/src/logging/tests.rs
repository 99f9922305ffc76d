//! What is logged, and that logging never stops the work.

use std::{
    fmt,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use proptest::prelude::*;
use tracing::{Dispatch, dispatcher::with_default};
use tracing_subscriber::{Registry, layer::SubscriberExt};

use super::{EntryLayer, Form, LoggingConfig};
use crate::{
    env::{Settings, names},
    model::{level::Level, log::LogEntry},
};

/// What was written, one entry per call.
#[derive(Clone, Default)]
struct LogBuffer(Arc<Mutex<Vec<Vec<u8>>>>);

impl Write for LogBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("lock").push(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn config(level: Level) -> LoggingConfig {
    LoggingConfig {
        service: "log-ingest".to_owned(),
        environment: "test".to_owned(),
        level,
        no_colour: true,
    }
}

/// The lines that `work` logs, one per write.
fn lines(level: Level, form: Form, work: impl FnOnce()) -> Vec<String> {
    let written = LogBuffer::default();
    let layer = EntryLayer::new(config(level), form, Box::new(written.clone()));
    with_default(&Dispatch::new(Registry::default().with(layer)), work);
    let written = written.0.lock().expect("lock");
    written
        .iter()
        .map(|bytes| String::from_utf8(bytes.clone()).expect("UTF-8"))
        .collect()
}

fn json(level: Level, work: impl FnOnce()) -> Vec<serde_json::Value> {
    lines(level, Form::Json, work)
        .iter()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[derive(Debug, thiserror::Error)]
#[error("the store is not available")]
struct Outer(#[source] io::Error);

#[test]
fn an_event_becomes_one_log_entry_with_the_ids_of_its_spans() {
    let mut entries = json(Level::Info, || {
        let request = tracing::info_span!("request", request_id = "req-1");
        let _request = request.enter();
        tracing::info!(events = 3, ratio = 0.5, "읽었다: \"두 줄\"\n\u{1b}[31m");
        let user = tracing::info_span!(
            "user",
            user_id = "gm-027",
            correlation_id = tracing::field::Empty
        );
        user.record("correlation_id", "c7ce");
        let _user = user.enter();
        let error = Outer(io::Error::other("refused"));
        tracing::error!(
            error = &error as &(dyn std::error::Error + 'static),
            big = u128::MAX,
            not_a_number = f64::NAN,
            state = ?Some(1),
            "failed"
        );
        tracing::warn!(userId = "gm-001", correlationId = 7, ok = true, "other ids");
    });
    for entry in &mut entries {
        entry["timestamp"] = "(now)".into();
    }
    insta::assert_json_snapshot!(entries);
}

#[test]
fn people_get_one_line_without_raw_control_characters() {
    let readable = |colours| {
        let line = lines(Level::Info, Form::Readable { colours }, || {
            tracing::warn!(
                user_id = "gm\u{1b}[0m",
                count = 3,
                "두 줄\nattack \u{1b}[2J"
            );
        })
        .remove(0);
        let (time, rest) = line.split_once('Z').expect("a time");
        assert!(time.ends_with(|digit: char| digit.is_ascii_digit()));
        rest.to_owned()
    };
    assert_eq!(
        readable(false),
        " warn  두 줄\\nattack \\u{1b}[2J userId=gm\\u{1b}[0m count=3 \
         target=shared::logging::tests\n"
    );
    assert_eq!(
        readable(true),
        "\u{1b}[0m \u{1b}[33mwarn \u{1b}[0m 두 줄\\nattack \\u{1b}[2J\u{1b}[2m \
         userId=gm\\u{1b}[0m count=3 target=shared::logging::tests\u{1b}[0m\n"
    );
}

#[test]
fn the_level_decides_and_dependencies_are_heard_from_warn_on() {
    let all = || {
        tracing::trace!("1");
        tracing::debug!("2");
        tracing::info!("3");
        tracing::warn!("4");
        tracing::error!("5");
        tracing::info!(target: "hyper_util::client", "6");
        tracing::trace!(target: "lambda_runtime::layers::api_response", "7");
        tracing::debug!(target: "aws_sdk_sns", "8");
        tracing::warn!(target: "rustls::conn", "9");
        tracing::error!(target: "lambda_runtime::layers::panic", "10");
    };
    for (level, expected) in [
        (Level::Trace, "1 2 3 4 5 9"),
        (Level::Info, "3 4 5 9"),
        (Level::Warn, "4 5 9"),
        (Level::Error, "5"),
        (Level::Fatal, ""),
    ] {
        let entries = json(level, all);
        let messages: Vec<&str> = entries
            .iter()
            .filter_map(|entry| entry["message"].as_str())
            .collect();
        assert_eq!(messages.join(" "), expected, "{level}");
    }
}

#[test]
fn a_field_called_message_does_not_replace_the_text() {
    let entries = json(Level::Info, || {
        tracing::info!(message = "id", count = 1, "a text of {}", "words");
    });
    assert_eq!(entries[0]["message"], "a text of words");
    assert_eq!(entries[0]["metadata"]["message"], "id");
}

#[test]
fn the_span_ids_reach_errors_when_only_errors_are_logged() {
    let entries = json(Level::Error, || {
        let span = tracing::info_span!("request", requestId = "req-1");
        span.in_scope(|| tracing::error!("failed"));
    });
    assert_eq!(entries[0]["correlationId"], "req-1");
}

#[test]
fn a_field_that_panics_and_an_output_that_fails_do_not_stop_the_work() {
    struct Panics;
    impl fmt::Debug for Panics {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("no")
        }
    }
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
    let entries = json(Level::Info, || tracing::info!(field = ?Panics, "lost"));
    assert_eq!(entries[0]["message"], "a log entry could not be formatted");
    assert_eq!(entries[0]["level"], "info");
    let layer = EntryLayer::new(config(Level::Info), Form::Json, Box::new(Closed));
    with_default(&Dispatch::new(Registry::default().with(layer)), || {
        tracing::info!("nobody hears this");
    });
}

#[test]
fn settings_are_read_and_a_wrong_level_is_a_problem() {
    let mut settings = Settings::from_pairs([
        (names::LOG_LEVEL, "silly"),
        (names::NODE_ENV, "staging"),
        (names::NO_COLOR, "1"),
    ]);
    let config = LoggingConfig::read("log-ingest", &mut settings);
    assert_eq!(
        (config.level, config.environment.as_str(), config.no_colour),
        (Level::Trace, "staging", true)
    );
    settings.finish().expect("valid");

    let mut settings = Settings::from_pairs([(names::LOG_LEVEL, "loud")]);
    let config = LoggingConfig::read("log-ingest", &mut settings);
    assert_eq!(config.level, Level::Info);
    let error = settings.finish().expect_err("wrong").to_string();
    assert!(error.contains("LOG_LEVEL=loud: is no level"), "{error}");
}

proptest! {
    #[test]
    fn any_message_and_field_is_exactly_one_line_that_reads_back(
        message in any::<String>(),
        text in any::<String>(),
        number in any::<f64>(),
        user in any::<String>(),
        level in 0..5,
    ) {
        let lines = lines(Level::Trace, Form::Json, || match level {
            0 => tracing::trace!(text, number, user_id = user, "{message}"),
            1 => tracing::debug!(text, number, user_id = user, "{message}"),
            2 => tracing::info!(text, number, user_id = user, "{message}"),
            3 => tracing::warn!(text, number, user_id = user, "{message}"),
            _ => tracing::error!(text, number, user_id = user, "{message}"),
        });
        prop_assert_eq!(lines.len(), 1);
        let line = lines[0].strip_suffix('\n').expect("a whole line");
        prop_assert!(!line.contains(['\n', '\r']));
        let entry: LogEntry = serde_json::from_str(line).expect("an entry");
        prop_assert_eq!(entry.message, message);
        prop_assert_eq!(entry.user_id.unwrap_or_default(), user);
        prop_assert_eq!(&entry.metadata.expect("metadata")["text"], &serde_json::json!(text));
        prop_assert_eq!(Level::from_word(entry.level.name()), Some(entry.level));
        prop_assert_eq!(entry.level, Level::ALL[usize::try_from(level).expect("index")]);
    }
}
