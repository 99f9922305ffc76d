//! The Lambda platform's own lines about a function's runs, as text and as JSON:
//! <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html>.
//!
//! The duration of a run is metadata and no request: a service that logs its requests would
//! otherwise have each counted twice.

use std::borrow::Cow;

use shared::model::level::Level;

use crate::{
    json::{self, Json, Members},
    metadata::Value,
    read::{
        LineReader,
        entry::{ParsedEntry, StatedLevel, StatedTime},
    },
};

const FORMAT: &str = "lambda-platform";

/// Reads a line of the platform; `None` for any other.
pub(super) fn parse_line<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let mut entry = ParsedEntry::new(FORMAT, line);
    let (kind, level) = if let Some(rest) = line.strip_prefix("START RequestId: ") {
        let (request_id, version) = rest.split_once(' ')?;
        entry
            .metadata
            .push_text("version", version.strip_prefix("Version: ")?.trim());
        entry.correlation_id = Some(Cow::Borrowed(request_id));
        ("platform.start", Level::Info)
    } else if let Some(rest) = line.strip_prefix("END RequestId: ") {
        entry.correlation_id = Some(Cow::Borrowed(rest.trim()));
        ("platform.end", Level::Info)
    } else if let Some(rest) = line.strip_prefix("REPORT RequestId: ") {
        ("platform.report", report(rest, &mut entry))
    } else if line.starts_with("INIT_START Runtime Version: ") {
        ("platform.initStart", Level::Info)
    } else if line.starts_with("INIT_REPORT Init Duration: ") {
        let has_failed = line.contains("Status: error") || line.contains("Status: timeout");
        let level = if has_failed {
            Level::Error
        } else {
            Level::Info
        };
        ("platform.initReport", level)
    } else if line.starts_with("EXTENSION\tName: ") {
        let level = if line.contains("Error Type: ") {
            Level::Error
        } else {
            Level::Info
        };
        ("platform.extension", level)
    } else {
        ("platform.fault", fault(line, &mut entry)?)
    };
    entry.level = Some(StatedLevel::implied(level));
    entry.metadata.push_text("type", kind);
    Some(entry)
}

/// The numbers of a REPORT line, each in a field with its unit: `Billed Duration: 13 ms` is
/// `billedDurationMs`.
fn report<'a>(rest: &'a str, entry: &mut ParsedEntry<'a>) -> Level {
    let mut level = Level::Info;
    let mut memory = (None, None);
    let mut parts = rest.split(['\t', '\n']).map(str::trim);
    entry.correlation_id = parts.next().map(Cow::Borrowed);
    for (name, value) in parts.filter_map(|part| part.split_once(": ")) {
        let (value, unit) = value.split_once(' ').unwrap_or((value, ""));
        let field = match (name, unit) {
            ("Duration", "ms") => "durationMs",
            ("Billed Duration", "ms") => "billedDurationMs",
            ("Init Duration", "ms") => "initDurationMs",
            ("Restore Duration", "ms") => "restoreDurationMs",
            ("Billed Restore Duration", "ms") => "billedRestoreDurationMs",
            ("Memory Size", "MB") => {
                memory.0 = Some(value);
                "memorySizeMB"
            }
            ("Max Memory Used", "MB") => {
                memory.1 = Some(value);
                "maxMemoryUsedMB"
            }
            ("XRAY TraceId", "") => "traceId",
            ("Status", "") => {
                level = Level::Error;
                "status"
            }
            ("Error Type", "") => "errorType",
            _ => continue,
        };
        match number(value) {
            Some(json) => entry.metadata.push(field, Value::Json(json)),
            None => entry.metadata.push_text(field, value),
        }
    }
    // A process that was killed for its memory reports that it used all of it.
    if level == Level::Error && memory.0.is_some() && memory.0 == memory.1 {
        entry.metadata.push_text("cause", OUT_OF_MEMORY);
    }
    level
}

const OUT_OF_MEMORY: &str = "out of memory";

/// A text as JSON, if it is a number.
fn number(text: &str) -> Option<Json<'_>> {
    let is_number = text.starts_with(|first: char| first.is_ascii_digit());
    is_number.then(|| Json::read(text)).flatten()
}

/// `TIME REQUEST-ID Task timed out after 3.00 seconds` and
/// `RequestId: REQUEST-ID Error: Runtime exited with error: signal: killed`.
fn fault<'a>(line: &'a str, entry: &mut ParsedEntry<'a>) -> Option<Level> {
    if let Some(rest) = line.strip_prefix("RequestId: ") {
        let (request_id, message) = rest.split_once(' ')?;
        let message = message.strip_prefix("Error: ")?;
        entry.correlation_id = Some(Cow::Borrowed(request_id));
        if message.contains("signal: killed") || message.contains("Runtime.OutOfMemory") {
            entry.metadata.push_text("cause", OUT_OF_MEMORY);
        }
        return Some(Level::Error);
    }
    let (start, seconds) = line.split_once(" Task timed out after ")?;
    let (time, request_id) = start.split_once(' ')?;
    entry.timestamp = Some(StatedTime::read(Cow::Borrowed(time))?);
    entry.correlation_id = Some(Cow::Borrowed(request_id));
    entry.metadata.push_text("cause", "timeout");
    let seconds = seconds.trim_end().strip_suffix(" seconds")?;
    if let Some(seconds) = number(seconds) {
        entry.metadata.push("timeoutSeconds", Value::Json(seconds));
    }
    Some(Level::Error)
}

/// Completes the entry of the platform's JSON: `{"time", "type": "platform.…", "record": {…}}`. The
/// types `function` and `extension` carry a line of theirs.
pub(super) fn read_record<'a>(
    reader: &LineReader,
    entry: &mut ParsedEntry<'a>,
    members: &Members<'a>,
    nested: usize,
) {
    let member = |name: &str| {
        let found = members.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| *value)
    };
    let Some(kind) = member("type").and_then(Json::string) else {
        return;
    };
    let Some(record) = member("record") else {
        return;
    };
    let Some(name) = kind.strip_prefix("platform.") else {
        if matches!(kind.as_ref(), "function" | "extension")
            && let Some(below) = nested.checked_sub(1)
        {
            let line = record.string().unwrap_or(Cow::Borrowed(record.get()));
            let inner = reader.read_nested(&line, below).into_owned();
            entry.level = inner.level;
            entry.message = inner.message;
            entry.correlation_id = inner.correlation_id;
            entry.request = inner.request;
        }
        return;
    };
    let record = json::members(record.get()).unwrap_or_default();
    let field = |name: &str| {
        let found = record.iter().find(|(key, _)| key == name);
        found.and_then(|(_, value)| value.string())
    };
    let status = field("status");
    let level = match status.as_deref() {
        Some("timeout" | "error" | "failure") => Level::Error,
        _ if name == "fault" => Level::Error,
        _ if name == "logsDropped" => Level::Warn,
        _ => Level::Info,
    };
    entry.level = Some(StatedLevel::implied(level));
    entry.message = Cow::Owned(match &status {
        Some(status) => format!("{kind}: {status}"),
        None => kind.clone().into_owned(),
    });
    entry.correlation_id = field("requestId");
}
