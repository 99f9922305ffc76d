//! Lines of `PostgreSQL`, `MySQL`, `MongoDB`, Redis, and nginx' error log.

use std::borrow::Cow;

use shared::model::level::Level;

use crate::read::{
    LineReader,
    duration::{self, DurationUnit},
    entry::{ParsedEntry, StatedLevel, StatedTime},
    line_prefix::LinePrefix,
};

/// `PostgreSQL`'s words, and what they mean. The lines of one error that follow its first have no level
/// of their own: [`crate::read::lines`] joins them.
const POSTGRES: [(&str, Option<Level>); 18] = [
    ("ERROR", Some(Level::Error)),
    ("LOG", Some(Level::Info)),
    ("FATAL", Some(Level::Fatal)),
    ("PANIC", Some(Level::Fatal)),
    ("WARNING", Some(Level::Warn)),
    ("NOTICE", Some(Level::Info)),
    ("INFO", Some(Level::Info)),
    ("DEBUG", Some(Level::Debug)),
    ("DEBUG1", Some(Level::Debug)),
    ("DEBUG2", Some(Level::Debug)),
    ("DEBUG3", Some(Level::Debug)),
    ("DEBUG4", Some(Level::Debug)),
    ("DEBUG5", Some(Level::Debug)),
    ("DETAIL", None),
    ("HINT", None),
    ("STATEMENT", None),
    ("CONTEXT", None),
    ("QUERY", None),
];

/// `PostgreSQL`'s and RDS' `… [123] app@db ERROR:  message`.
pub(super) fn postgres<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (time, _) = StatedTime::leading(line)?;
    let (head, message) = line.split_once(":  ")?;
    let word = head.rsplit([' ', ':', ']']).next()?;
    let (_, level) = POSTGRES.iter().find(|(name, _)| *name == word)?;
    if !head.contains('[') {
        return None;
    }
    let mut entry = ParsedEntry::of_text("postgresql", message);
    entry.timestamp = Some(time);
    entry.level = level.map(|level| StatedLevel::of(Some(level), word));
    Some(entry)
}

/// `PostgreSQL`'s `csvlog`, whose twelfth column is the level and whose fourteenth the message:
/// <https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-CSVLOG>.
pub(super) fn postgres_csv<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (time, rest) = StatedTime::leading(line)?;
    let mut columns = CsvColumns(rest.strip_prefix(',')?);
    let user = columns.next()?;
    let word = columns.nth(9)?;
    let (_, level) = POSTGRES.iter().find(|(name, _)| *name == word)?;
    let _state = columns.next()?;
    let message = columns.next()?.replace("\"\"", "\"");
    let mut entry = ParsedEntry::of_text("postgresql", message);
    entry.timestamp = Some(time);
    entry.level = level.map(|level| StatedLevel::of(Some(level), word));
    entry.metadata.push_text("databaseUser", user);
    Some(entry)
}

/// The columns of a line of CSV, without the quotation marks around them.
struct CsvColumns<'a>(&'a str);

impl<'a> Iterator for CsvColumns<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let Some(inner) = self.0.strip_prefix('"') else {
            let (column, rest) = self.0.split_once(',')?;
            self.0 = rest;
            return Some(column);
        };
        let mut from = 0;
        loop {
            let end = from + memchr::memchr(b'"', inner.as_bytes().get(from..)?)?;
            let rest = inner.get(end + 1..)?;
            if rest.starts_with('"') {
                from = end + 2;
                continue;
            }
            self.0 = rest.strip_prefix(',').unwrap_or(rest);
            return inner.get(..end);
        }
    }
}

/// Whether a line of `PostgreSQL` belongs to the line before, as DETAIL and STATEMENT do.
pub(in crate::read) fn is_postgres_detail(line: &str) -> bool {
    let Some((head, _)) = line.split_once(":  ") else {
        return false;
    };
    let word = head.rsplit([' ', ':', ']']).next().unwrap_or_default();
    let names_none = |(name, level): &(&str, Option<Level>)| *name == word && level.is_none();
    head.contains('[') && POSTGRES.iter().any(names_none)
}

/// Redis' `1:M 24 Nov 2026 09:00:01.123 # message`: `.` debug, `-` verbose, `*` notice, `#` warning.
pub(super) fn redis<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (process, rest) = line.split_once(' ')?;
    // Before Redis 3: `[12] 24 Nov 09:00:01.123 # message`.
    let old = process
        .strip_prefix('[')
        .and_then(|pid| pid.strip_suffix(']'));
    let (pid, role) = match old {
        Some(pid) => (pid, "M"),
        None => process.split_once(':')?,
    };
    if !matches!(role, "M" | "S" | "C" | "X" | "signal-handler")
        || !pid.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let (time, rest) = StatedTime::leading(rest)?;
    let (sign, message) = rest.trim_start().split_once(' ')?;
    let level = match sign {
        "." | "-" => Level::Debug,
        "*" => Level::Info,
        "#" => Level::Warn,
        _ => return None,
    };
    let mut entry = ParsedEntry::of_text("redis", message);
    entry.timestamp = Some(time);
    entry.level = Some(StatedLevel::of(Some(level), sign));
    Some(entry)
}

/// `MySQL` 8's error log: `TIME THREAD [ERROR] [MY-010119] [Server] message`.
pub(super) fn mysql<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    named("mysql", line)
}

/// nginx' error log: `2026/11/24 09:00:01 [error] 31#31: *17 message`.
pub(super) fn nginx_error<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    line.split_once("] ")?
        .1
        .split_once('#')?
        .0
        .parse::<u32>()
        .ok()?;
    named("nginx-error", line)
}

/// A line that the prefix says all of, under the name of its format.
fn named<'a>(format: &'static str, line: &'a str) -> Option<ParsedEntry<'a>> {
    let prefix = LinePrefix::read(line);
    let mut entry = ParsedEntry::of_text(format, line.get(prefix.length..)?);
    entry.timestamp = Some(prefix.time?);
    entry.level = Some(prefix.level?);
    Some(entry)
}

/// `MySQL`'s slow log: comments, then the statement. `# Time:` is there only when the second changed;
/// `SET timestamp` always is.
pub(super) fn mysql_slow<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let value = |start: &str| {
        let mut lines = line.lines();
        lines.find_map(|line| Some(line.strip_prefix(start)?.trim()))
    };
    let numbers = value("# Query_time:")?;
    let seconds = numbers.split_ascii_whitespace().next()?;
    let took = duration::read(seconds, DurationUnit::Seconds)?;
    let statement: Vec<&str> = line
        .lines()
        .filter(|line| !line.starts_with('#') && !line.starts_with("SET timestamp="))
        .collect();
    let statement = statement.join("\n");
    let mut entry = if statement.trim().is_empty() {
        ParsedEntry::of_text("mysql-slow", line)
    } else {
        ParsedEntry::of_text("mysql-slow", statement)
    };
    let stated = value("# Time:").and_then(|time| StatedTime::read(Cow::Borrowed(time)));
    let set = value("SET timestamp=").map(|time| time.trim_end_matches(';'));
    entry.timestamp = stated.or_else(|| StatedTime::read(Cow::Borrowed(set?)));
    entry.level = Some(StatedLevel::implied(Level::Warn));
    let text = took.milliseconds.to_string();
    entry.metadata.push_text("queryTimeMs", text);
    Some(entry)
}

/// `MongoDB`'s text log before 4.4: `TIME E NETWORK  [conn1] message`.
pub(super) fn mongodb<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (time, rest) = StatedTime::leading(line)?;
    let (letter, rest) = rest.strip_prefix(' ')?.split_once(' ')?;
    let (component, message) = rest.split_once(' ')?;
    let is_component = component == "-" || component.bytes().all(|byte| byte.is_ascii_uppercase());
    if letter.len() != 1 || component.is_empty() || !is_component {
        return None;
    }
    let level = match letter {
        "D" => Level::Debug,
        "I" => Level::Info,
        "W" => Level::Warn,
        "E" => Level::Error,
        "F" => Level::Fatal,
        _ => return None,
    };
    let mut entry = ParsedEntry::of_text("mongodb", message.trim_start());
    entry.timestamp = Some(time);
    entry.level = Some(StatedLevel::of(Some(level), letter));
    entry.metadata.push_text("component", component);
    Some(entry)
}
