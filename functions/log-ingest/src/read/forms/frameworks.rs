//! Lines of web frameworks and their loggers: gin, `NestJS`, uvicorn, uWSGI, Rails, Ruby's Logger,
//! .NET's console, Spring Boot.

use std::borrow::Cow;

use shared::model::{level::Level, log::LogFormat};

use super::{
    access::{is_id, message},
    request_text,
};
use crate::{
    metadata::Value,
    read::{
        LineReader, client,
        duration::{self, DurationUnit},
        entry::{
            ParsedEntry, RequestFields, RequestHalf, StatedLevel, StatedTime, is_method, is_target,
            status_code,
        },
        line_prefix::LinePrefix,
    },
};

/// `[GIN] 2026/11/24 - 09:00:01 | 500 |  312.1ms |  10.0.0.1 | GET  "/api/players/42"`.
pub(super) fn gin<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let mut parts = line.strip_prefix("[GIN] ")?.split('|').map(str::trim);
    let time = StatedTime::read(Cow::Borrowed(parts.next()?))?;
    let status = status_code(parts.next()?)?;
    let took = parts.next()?;
    let client = parts.next()?;
    let (method, target) = parts.next()?.split_once(' ')?;
    let target = target.trim().lines().next()?.trim().trim_matches('"');
    if !is_method(method) || !is_target(target) {
        return None;
    }
    let mut entry = ParsedEntry::of_text("gin", format!("{method} {target} {status}"));
    entry.timestamp = Some(time);
    entry.request = RequestFields {
        method: Some(Cow::Borrowed(method)),
        target: Some(Cow::Borrowed(target)),
        status_code: Some(status),
        ..RequestFields::default()
    };
    entry.request.took(took, DurationUnit::Milliseconds);
    entry.sent_by(client);
    entry.imply_level();
    Some(entry)
}

/// `[Nest] 123  - 11/24/2026, 9:00:01 AM   ERROR [Context] message +2ms`.
pub(super) fn nest<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (pid, rest) = line.strip_prefix("[Nest] ")?.split_once(" - ")?;
    let (time, rest) = StatedTime::leading(rest.trim_start())?;
    let (word, rest) = rest.trim_start().split_once(' ')?;
    let mut message = rest.trim_start();
    let mut entry = ParsedEntry::of_text("nestjs", message);
    if let Some((context, rest)) = message
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("] "))
    {
        entry.metadata.push_text("context", context);
        message = rest;
    }
    // How long after the line before.
    if let Some((text, since)) = message.rsplit_once(" +")
        && since.ends_with("ms")
    {
        message = text;
    }
    entry.message = Cow::Borrowed(message);
    entry.timestamp = Some(time);
    entry.level = Some(StatedLevel::of_word(word));
    entry.metadata.push_text("pid", pid.trim());
    Some(entry)
}

/// `INFO:     10.0.0.1:4444 - "GET /items/5 HTTP/1.1" 500 Internal Server Error`. The level is always
/// INFO and says nothing of the request; what it says follows from the status.
pub(super) fn uvicorn<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (word, rest) = line.split_once(':')?;
    let level = Level::from_word(word)?;
    let (client, rest) = rest.trim_start().split_once(" - ")?;
    let (request, rest) = super::access::quoted(rest)?;
    let status = status_code(rest.split_ascii_whitespace().next()?)?;
    let mut entry = ParsedEntry::of_text("uvicorn", message(request, status));
    entry.request = super::access::fields(request)?;
    entry.request.status_code = Some(status);
    entry.sent_by(client);
    if level != Level::Info {
        entry.level = Some(StatedLevel::of_word(word));
    }
    entry.imply_level();
    Some(entry)
}

/// uWSGI: `[pid: 12|app: 0|req: 1/1] CLIENT () {…} [TIME] GET /x => generated 12 bytes in 12 msecs (HTTP/1.1
/// 500) …`.
pub(super) fn uwsgi<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (_, rest) = line.strip_prefix("[pid: ")?.split_once("] ")?;
    let (client, rest) = rest.split_once(' ')?;
    let (time, rest) = StatedTime::leading(rest.split_once("} [")?.1)?;
    let (request, outcome) = rest.strip_prefix("] ")?.split_once(" => ")?;
    let (method, target) = request.split_once(' ')?;
    let took = outcome.split_once(" in ")?.1.split(' ').next()?;
    let status = outcome
        .split_once("(HTTP/")?
        .1
        .split(['(', ')', ' '])
        .nth(1)?;
    if !is_method(method) || !is_target(target) {
        return None;
    }
    let status = status_code(status)?;
    let mut entry = ParsedEntry::of_text("uwsgi", format!("{method} {target} {status}"));
    entry.timestamp = Some(time);
    entry.request.method = Some(Cow::Borrowed(method));
    entry.request.target = Some(Cow::Borrowed(target));
    entry.request.status_code = Some(status);
    entry.request.took(took, DurationUnit::Milliseconds);
    entry.sent_by(client);
    entry.imply_level();
    Some(entry)
}

/// Rails' own lines, as development writes them: `Started GET "/p/1" for 10.0.0.1 at …` and
/// `Completed 500 Internal Server Error in 312ms (…)`. Neither is a whole request: one has no status,
/// the other no path. `requests` joins them.
pub(super) fn rails<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let mut entry = ParsedEntry::of_text("rails", line.trim_end());
    if let Some(rest) = line.strip_prefix("Started ") {
        let (method, rest) = rest.split_once(' ')?;
        let (target, rest) = super::access::quoted(rest)?;
        if !is_method(method) || !is_target(target) {
            return None;
        }
        entry.metadata.push_text("method", method);
        entry.metadata.push_text("path", target);
        let (client, time) = rest
            .trim_start()
            .strip_prefix("for ")?
            .rsplit_once(" at ")?;
        entry.request_half = Some(RequestHalf::Start {
            method: method.to_owned(),
            target: target.to_owned(),
            client: client::address(client.trim()),
        });
        entry.timestamp = StatedTime::read(Cow::Borrowed(time.trim()));
        entry.level = Some(StatedLevel::implied(Level::Info));
        return Some(entry);
    }
    let rest = line.strip_prefix("Completed ")?;
    let (status, rest) = rest.split_once(' ')?;
    let status = status_code(status)?;
    entry.request.status_code = Some(status);
    let took = rest.split_once(" in ")?.1;
    let took = took.split([' ', '(']).next()?;
    let took = duration::read(took, DurationUnit::Milliseconds)?;
    let text = took.milliseconds.to_string();
    entry
        .metadata
        .push("durationMs", Value::Text(Cow::Owned(text)));
    entry.imply_level();
    entry.request = RequestFields::default();
    entry.request_half = Some(RequestHalf::End {
        status_code: status,
        duration: took.milliseconds,
    });
    entry
        .metadata
        .push("statusCode", Value::Text(Cow::Owned(status.to_string())));
    Some(entry)
}

/// Rails' tagged logging: `[REQUEST-ID] message`, and whatever the message is.
pub(super) fn tagged<'a>(
    reader: &LineReader,
    line: &'a str,
    nested: usize,
) -> Option<ParsedEntry<'a>> {
    let below = nested.checked_sub(1)?;
    let (id, rest) = line.strip_prefix('[')?.split_once(']')?;
    if !is_id(id) {
        return None;
    }
    let mut entry = reader.read_nested(rest.trim_start(), below);
    entry.correlation_id = entry.correlation_id.or(Some(Cow::Borrowed(id)));
    entry.original = true;
    if entry.format.name() == "unknown" {
        entry.format = LogFormat::of("rails");
    }
    Some(entry)
}

/// Ruby's Logger: `E, [2026-11-24T09:00:01.123456 #12] ERROR -- program: message`.
pub(super) fn ruby<'a>(
    reader: &LineReader,
    line: &'a str,
    nested: usize,
) -> Option<ParsedEntry<'a>> {
    let rest = line.get(1..)?.strip_prefix(", [")?;
    let (time, rest) = StatedTime::leading(rest)?;
    let (pid, rest) = rest.split_once(']')?;
    let (word, rest) = rest.trim_start().split_once(" -- ")?;
    let (program, message) = rest.split_once(": ").unwrap_or((rest, ""));
    let below = nested.checked_sub(1)?;
    let mut entry = reader.read_nested(message, below);
    entry.format = LogFormat::of("ruby-logger");
    entry.original = true;
    entry.timestamp = Some(time);
    entry.level = Some(match word.trim() {
        "ANY" => StatedLevel::of(None, "ANY"),
        word => StatedLevel::of_word(word),
    });
    let pid = pid.trim().trim_start_matches('#');
    entry.metadata.push_text("pid", pid);
    if !program.trim().is_empty() {
        entry.metadata.push_text("program", program.trim());
    }
    Some(entry)
}

/// .NET's console logger: `fail: Category[13]`, and the message in the lines below.
/// <https://learn.microsoft.com/en-us/dotnet/core/extensions/console-log-formatter>.
pub(super) fn dotnet<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (word, rest) = line.split_once(": ")?;
    if !matches!(word, "trce" | "dbug" | "info" | "warn" | "fail" | "crit") {
        return None;
    }
    let first = rest.lines().next()?;
    let end = first.find(']')?;
    let (category, id) = first.get(..end)?.split_once('[')?;
    let is_category = !category.contains(' ') && id.bytes().all(|byte| byte.is_ascii_digit());
    if !is_category {
        return None;
    }
    let message = rest.get(end + 1..)?.trim();
    let message = if message.is_empty() { first } else { message };
    let mut entry = ParsedEntry::of_text("dotnet-console", message);
    entry.request = request_text::request(message).unwrap_or_default();
    entry.level = Some(StatedLevel::of_word(word));
    entry.metadata.push_text("category", category);
    Some(entry)
}

/// Spring Boot: `TIME LEVEL [app,trace,span] PID --- [app] [thread] [trace-span] logger : message`.
pub(super) fn spring<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let prefix = LinePrefix::read(line);
    let (before, after) = line.split_once(" --- [")?;
    let time = prefix.time?;
    let level = prefix.level?;
    let (logger, message) = after.split_once(" : ").or_else(|| after.split_once(": "))?;
    let mut entry = ParsedEntry::of_text("spring-boot", message.trim_start());
    entry.timestamp = Some(time);
    entry.level = Some(level);
    let ids = before
        .split(['[', ']', ','])
        .chain(logger.split(['[', ']', ',', '-']));
    let is_trace = |word: &&str| {
        matches!(word.len(), 16 | 32) && word.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    entry.correlation_id = ids.map(str::trim).find(is_trace).map(Cow::Borrowed);
    let name = logger.rsplit(']').next().unwrap_or(logger).trim();
    entry.metadata.push_text("logger", name);
    Some(entry)
}
