//! Text formats of AWS services: load balancers, `CloudFront`, VPC flow logs, API Gateway.

use std::borrow::Cow;

use shared::model::level::Level;

use super::access::{LogWords, fields, message};
use crate::read::{
    LineReader,
    duration::DurationUnit,
    entry::{ParsedEntry, StatedLevel, StatedTime, is_method, status_code},
};

/// An Application Load Balancer's access log:
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html>.
pub(super) fn load_balancer<'a>(
    _: &LineReader,
    line: &'a str,
    _: usize,
) -> Option<ParsedEntry<'a>> {
    let (scheme, rest) = line.split_once(' ')?;
    if !matches!(scheme, "http" | "https" | "h2" | "grpcs" | "ws" | "wss") {
        return None;
    }
    let mut words = LogWords(rest).map(|(word, _)| word);
    let time = StatedTime::read(Cow::Borrowed(words.next()?))?;
    let _name = words.next()?;
    let client = words.next()?;
    let _target = words.next()?;
    let times = [words.next()?, words.next()?, words.next()?];
    let status = [words.next()?, words.next()?];
    let (_received, _sent, request) = (words.next()?, words.next()?, words.next()?);
    let mut entry = balanced("alb", time, times, status, request)?;
    entry.sent_by(client);
    entry.correlation_id = words
        .find_map(|word| word.strip_prefix("Root="))
        .map(Cow::Borrowed);
    Some(entry)
}

/// A Classic Load Balancer's access log:
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html>.
pub(super) fn classic_load_balancer<'a>(
    _: &LineReader,
    line: &'a str,
    _: usize,
) -> Option<ParsedEntry<'a>> {
    let mut words = LogWords(line).map(|(word, _)| word);
    let time = StatedTime::read(Cow::Borrowed(words.next()?))?;
    let (_name, client, _backend) = (words.next()?, words.next()?, words.next()?);
    let times = [words.next()?, words.next()?, words.next()?];
    let status = [words.next()?, words.next()?];
    let (_received, _sent, request) = (words.next()?, words.next()?, words.next()?);
    let mut entry = balanced("clb", time, times, status, request)?;
    entry.sent_by(client);
    Some(entry)
}

/// The request of a load balancer's line. The three times, in seconds, are those of the request, the
/// target and the response; -1 where there was none.
fn balanced<'a>(
    format: &'static str,
    time: StatedTime<'a>,
    times: [&str; 3],
    status: [&str; 2],
    request: &'a str,
) -> Option<ParsedEntry<'a>> {
    let seconds = times.map(|time| time.parse::<f64>().ok());
    let [Some(_), Some(_), Some(_)] = seconds else {
        return None;
    };
    let code = status_code(status[0]).or_else(|| status_code(status[1]))?;
    let mut entry = ParsedEntry::of_text(format, message(request, code));
    entry.request = fields(request).unwrap_or_default();
    entry.request.status_code = Some(code);
    let took: f64 = seconds.iter().flatten().filter(|time| **time > 0.0).sum();
    // Sums of decimals have rests in the last places.
    let took = (took * 1e6).round() / 1e3;
    entry.request.duration = Some(took).filter(|took| *took > 0.0);
    entry.timestamp = Some(time);
    entry.imply_level();
    Some(entry)
}

/// `CloudFront`'s standard log, whose fields tabs separate:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html>.
pub(super) fn cloudfront<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let fields: Vec<&str> = line.split('\t').take(40).collect();
    let field = |position: usize| fields.get(position).copied();
    let end = fields.first()?.len() + 1 + field(1)?.len();
    let (time, rest) = StatedTime::leading(line.get(..end)?)?;
    let (method, path) = (field(5)?, field(7)?);
    if !rest.is_empty() || !is_method(method) || !path.starts_with('/') {
        return None;
    }
    let status = status_code(field(8)?)?;
    let mut entry = ParsedEntry::of_text("cloudfront", format!("{method} {path} {status}"));
    // The times are in UTC.
    entry.timestamp = Some(utc(time));
    entry.request.method = Some(Cow::Borrowed(method));
    entry.request.target = Some(Cow::Borrowed(path));
    entry.request.status_code = Some(status);
    if let Some(seconds) = field(18) {
        entry.request.took(seconds, DurationUnit::Seconds);
    }
    // The viewer's address, unless it came through a proxy that says whose it is.
    if let Some(client) = field(19).filter(|proxied| *proxied != "-").or(field(4)) {
        entry.sent_by(client);
    }
    entry.correlation_id = field(14).filter(|id| *id != "-").map(Cow::Borrowed);
    entry.imply_level();
    Some(entry)
}

/// A time without a zone that is in UTC.
pub(super) fn utc(time: StatedTime<'_>) -> StatedTime<'_> {
    use crate::read::time::Stated;
    let stated = match time.stated {
        Stated::Local(local) => jiff::tz::Offset::UTC
            .to_timestamp(local)
            .map_or(time.stated, Stated::Instant),
        stated => stated,
    };
    StatedTime { stated, ..time }
}

/// A VPC flow log in its default format. A rejected flow deserves a look:
/// <https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html>.
pub(super) fn vpc_flow<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let words: Vec<&str> = line.split(' ').take(40).collect();
    let word = |position: usize| words.get(position).copied();
    if words.len() < 14 || word(0)?.len() > 1 || !word(2)?.starts_with("eni-") {
        return None;
    }
    let (action, status) = (word(12)?, word(13)?.trim_end());
    let level = match (action, status) {
        (_, "SKIPDATA") | ("REJECT", _) => Level::Warn,
        ("ACCEPT", _) | (_, "NODATA" | "OK") => Level::Info,
        _ => return None,
    };
    let mut entry = ParsedEntry::new("vpc-flow", line);
    entry.level = Some(StatedLevel::implied(level));
    entry.timestamp = word(10).and_then(|time| StatedTime::read(Cow::Borrowed(time)));
    for (name, position) in [
        ("interface", 2),
        ("source", 3),
        ("destination", 4),
        ("sourcePort", 5),
        ("destinationPort", 6),
    ] {
        if let Some(value) = word(position).filter(|value| *value != "-") {
            entry.metadata.push_text(name, value);
        }
    }
    entry.metadata.push_text("action", action);
    Some(entry)
}

/// API Gateway's execution log: `(REQUEST-ID) Method completed with status: 502`.
pub(super) fn api_gateway_execution<'a>(
    _: &LineReader,
    line: &'a str,
    _: usize,
) -> Option<ParsedEntry<'a>> {
    let (id, message) = line.strip_prefix('(')?.split_once(") ")?;
    if !super::access::is_id(id) {
        return None;
    }
    let mut entry = ParsedEntry::of_text("api-gateway-execution", message);
    entry.correlation_id = Some(Cow::Borrowed(id));
    let status = message.strip_prefix("Method completed with status: ");
    let has_failed = message.starts_with("Execution failed")
        || status.is_some_and(|status| status.starts_with('5'));
    let level = match status {
        _ if has_failed => Level::Error,
        Some(status) if status.starts_with('4') => Level::Warn,
        _ => Level::Info,
    };
    entry.level = Some(StatedLevel::implied(level));
    Some(entry)
}

/// A server access log of S3: `OWNER BUCKET [TIME] CLIENT REQUESTER ID OPERATION KEY "REQUEST" STATUS ERROR
/// BYTES SIZE MILLISECONDS …`: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html>.
pub(super) fn s3<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (names, rest) = line.split_once(" [")?;
    let (_owner, bucket) = names.split_once(' ')?;
    let (time, rest) = StatedTime::leading(rest)?;
    let rest = rest.strip_prefix("] ")?;
    let (before, request) = rest.split_at_checked(rest.find('"')?)?;
    let mut words = before.split_ascii_whitespace();
    let (client, requester, id) = (words.next()?, words.next()?, words.next()?);
    let operation = words.next()?;
    let (request, after) = super::access::quoted(request)?;
    let words: Vec<&str> = after.split_ascii_whitespace().take(5).collect();
    let [status, error, _, _, took] = words[..] else {
        return None;
    };
    let status = status_code(status)?;
    let message = super::access::message(request, status);
    let mut entry = ParsedEntry::of_text("s3-access", message);
    entry.request = super::access::fields(request).unwrap_or_default();
    entry.request.status_code = Some(status);
    entry.request.took(took, DurationUnit::Milliseconds);
    entry.timestamp = Some(time);
    entry.correlation_id = Some(Cow::Borrowed(id));
    entry.user_id = Some(requester).filter(|it| *it != "-").map(Cow::Borrowed);
    for (name, value) in [
        ("bucket", bucket),
        ("operation", operation),
        ("error", error),
    ] {
        if value != "-" {
            entry.metadata.push_text(name, value);
        }
    }
    entry.sent_by(client);
    entry.imply_level();
    Some(entry)
}
