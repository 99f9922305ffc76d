//! What the Lambda platform says of a function's runs, as text and as JSON:
//! <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html>.
//!
//! The duration of a run is metadata and no request: a service that logs its requests would
//! otherwise have each counted twice.

use std::borrow::Cow;

use shared::model::{level::Level, log::LogFormat};

use super::{Entry, StatedLevel, StatedTime};
use crate::{
    json::{self, Json, Members},
    metadata::Value,
};

/// Reads a line of the platform; `None` for any other.
pub(super) fn parse_line(line: &str) -> Option<Entry<'_>> {
    let mut entry = Entry::new(LogFormat::of("lambda-platform"), Cow::Borrowed(line));
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
    } else if let Some(level) = fault(line, &mut entry) {
        ("platform.fault", level)
    } else {
        return None;
    };
    entry.level = Some(StatedLevel::implied(level));
    entry.metadata.push_text("type", kind);
    Some(entry)
}

/// The numbers of a REPORT line, each in a field with its unit: `Billed Duration: 13 ms` is
/// `billedDurationMs`.
fn report<'a>(rest: &'a str, entry: &mut Entry<'a>) -> Level {
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
fn fault<'a>(line: &'a str, entry: &mut Entry<'a>) -> Option<Level> {
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

/// Reads the platform's JSON: `{"time", "type": "platform.…", "record": {…}}`; `None` for any
/// other object.
pub(super) fn parse_object<'a>(line: &'a str, members: &Members<'a>) -> Option<Entry<'a>> {
    let member = |name: &str| {
        members
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| *value)
    };
    let kind = member("type")?.string()?;
    let name = kind.strip_prefix("platform.")?;
    let record = json::members(member("record")?.get())?;
    let field = |name: &str| {
        let found = record.iter().find(|(key, _)| key == name);
        found.and_then(|(_, value)| value.string())
    };
    let mut entry = Entry::new(LogFormat::of("lambda-platform"), Cow::Borrowed(line));
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
    let time = member("time").and_then(Json::string);
    entry.timestamp = time.clone().and_then(StatedTime::read);
    for (key, value) in members {
        if key != "time" || entry.timestamp.is_none() {
            entry.metadata.push(key.clone(), Value::Json(*value));
        }
    }
    Some(entry)
}
