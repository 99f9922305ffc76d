//! A log entry as a line for people who watch a terminal.

use std::fmt::Write as _;

use jiff::tz::Offset;
use serde_json::Value;

use crate::{
    model::{level::Level, log::LogEntry},
    printable::printable,
};

const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

/// The entry as one line, without its line feed. Times are UTC.
pub(super) fn line(entry: &LogEntry, colours: bool) -> String {
    let paint = |code: &'static str| if colours { code } else { "" };
    let time = Offset::UTC
        .to_datetime(entry.timestamp)
        .strftime("%H:%M:%S%.3fZ");
    let mut line = format!(
        "{dim}{time}{reset} {colour}{level:<5}{reset} {message}",
        dim = paint(DIM),
        reset = paint(RESET),
        colour = paint(colour(entry.level)),
        level = entry.level,
        message = printable(&entry.message),
    );
    line.push_str(paint(DIM));
    let ids = [
        ("correlationId", &entry.correlation_id),
        ("userId", &entry.user_id),
    ];
    let ids = ids
        .into_iter()
        .filter_map(|(name, id)| Some((name, id.clone()?)));
    let rest = entry.metadata.iter().flatten().map(|(name, value)| {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        (name.as_str(), text)
    });
    for (name, value) in ids.chain(rest) {
        // Writing to a string cannot fail.
        let _ = write!(line, " {}={}", printable(name), printable(&value));
    }
    line.push_str(paint(RESET));
    line
}

fn colour(level: Level) -> &'static str {
    match level {
        Level::Unknown | Level::Trace | Level::Debug => DIM,
        Level::Info => "\u{1b}[32m",
        Level::Warn => "\u{1b}[33m",
        Level::Error | Level::Fatal => "\u{1b}[1;31m",
    }
}
