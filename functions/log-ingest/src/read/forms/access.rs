//! Access logs in the Common Log Format and its many extensions: Apache, nginx, ingress-nginx,
//! gunicorn, morgan, Traefik, API Gateway, and the forms that begin with the time in brackets:
//! Envoy and Django.

use std::borrow::Cow;

use crate::{
    metadata::Value,
    read::{
        LineReader,
        duration::DurationUnit,
        entry::{ParsedEntry, RequestFields, StatedTime, status_code},
    },
};

/// `HOST IDENT USER [TIME] "METHOD /path HTTP/1.1" STATUS BYTES …`.
pub(super) fn common<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (before, rest) = line.split_once('[')?;
    let mut words = before.split_ascii_whitespace();
    let client = words.next()?;
    let names: Vec<&str> = words.collect();
    // A user's name may hold blanks; more words are another format.
    if names.is_empty() || names.len() > 5 || client.len() > 253 {
        return None;
    }
    let (time, rest) = StatedTime::leading(rest)?;
    let rest = rest.strip_prefix("] ")?;
    let mut entry = request(rest)?;
    entry.timestamp = Some(time);
    let user = names.last().filter(|user| **user != "-" && names.len() > 1);
    entry.user_id = user.map(|user| Cow::Borrowed(user.trim_matches('"')));
    entry.sent_by(client);
    Some(entry)
}

/// `[TIME] "METHOD /path HTTP/1.1" STATUS …`: Envoy's default, and Django's development server.
/// Puma's begins with its process: `[12] HOST …`.
pub(super) fn bracketed<'a>(
    reader: &LineReader,
    line: &'a str,
    nested: usize,
) -> Option<ParsedEntry<'a>> {
    let Some((time, rest)) = StatedTime::leading(line.get(1..)?) else {
        let (process, rest) = line.get(1..)?.split_once("] ")?;
        let is_number = process.bytes().all(|byte| byte.is_ascii_digit());
        return is_number.then(|| common(reader, rest, nested)).flatten();
    };
    let rest = rest.strip_prefix("] ")?;
    let mut entry = if time.text.contains('T') {
        envoy(rest)?
    } else {
        request(rest)?
    };
    entry.timestamp = Some(time);
    Some(entry)
}

/// `"METHOD /path HTTP/1.1" 502 UF,URX 0 91 312 311 "-" "curl" "REQUEST-ID" "host" "upstream"`:
/// flags, bytes received and sent, duration and the upstream's, in milliseconds.
/// <https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage>.
fn envoy(rest: &str) -> Option<ParsedEntry<'_>> {
    let (quoted, rest) = quoted(rest)?;
    let mut words = rest.split_ascii_whitespace();
    let status = status_code(words.next()?)?;
    let flags = words.next()?;
    let mut numbers = words.filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    let duration = numbers.nth(2)?;
    let mut entry = ParsedEntry::of_text("envoy", message(quoted, status));
    entry.request = fields(quoted)?;
    entry.request.status_code = Some(status);
    entry.request.took(duration, DurationUnit::Milliseconds);
    if flags != "-" {
        entry.metadata.push_text("responseFlags", flags);
    }
    let mut ids = rest.split('"').filter(|word| is_id(word));
    entry.correlation_id = ids.next_back().map(Cow::Borrowed);
    entry.imply_level();
    Some(entry)
}

/// The request, its status, and what comes after.
pub(super) fn request(rest: &str) -> Option<ParsedEntry<'_>> {
    let (request, rest) = quoted(rest)?;
    let mut words = rest.split_ascii_whitespace();
    let status = status_code(words.next()?)?;
    let mut entry = ParsedEntry::of_text("access", message(request, status));
    entry.request = fields(request).unwrap_or_default();
    entry.request.status_code = Some(status);
    if let Some(bytes) = words.next().and_then(crate::json::Json::read) {
        entry.metadata.push("bytes", Value::Json(bytes));
    }
    let after = rest.trim_start();
    tail(after, &mut entry);
    entry.imply_level();
    Some(entry)
}

/// What says how long it took and which request it was, at the end of the line: pairs such as
/// `rt=0.312` and `request_time=0.312`, `312ms` (Traefik), ingress-nginx's numbers before the
/// upstream in brackets, a number with a point (nginx, in seconds), or without (Apache's `%D`, in
/// microseconds); and an id.
fn tail<'a>(rest: &'a str, entry: &mut ParsedEntry<'a>) {
    let mut words = LogWords(rest).skip(2);
    let mut plain: Option<&str> = None;
    let mut position = 0;
    for word in &mut words {
        position += 1;
        if position > 40 {
            break;
        }
        let (text, is_quoted) = word;
        if let Some((key, value)) = text.split_once('=')
            && let Some(unit) = unit_of(key)
        {
            let value = value.trim_matches('"');
            entry.request.took(value, unit);
        } else if let Some((key, value)) = text.split_once('=')
            && matches!(key, "request_id" | "req_id" | "rid" | "trace_id" | "trace")
        {
            entry.correlation_id = Some(Cow::Borrowed(value.trim_matches('"')));
        } else if is_id(text) {
            entry.correlation_id = Some(Cow::Borrowed(text));
        } else if text.ends_with("ms") || (text.ends_with('s') && text.starts_with(is_digit)) {
            entry.request.took(text, DurationUnit::Milliseconds);
        } else if !is_quoted && text.starts_with('[') && plain.is_some() {
            // ingress-nginx: `REQUEST-LENGTH REQUEST-TIME [UPSTREAM] …`.
            if let Some(time) = plain.filter(|time| time.contains('.')) {
                entry.request.took(time, DurationUnit::Seconds);
            }
            entry.format = shared::model::log::LogFormat::of("ingress-nginx");
        } else if text.starts_with(is_digit)
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
            && text.bytes().filter(|byte| *byte == b'.').count() <= 1
        {
            plain = Some(text);
        }
    }
    if entry.request.duration.is_none()
        && let Some(number) = plain
    {
        let unit = if number.contains('.') {
            DurationUnit::Seconds
        } else {
            entry.remark("the number at the end was taken for microseconds, as Apache's %D");
            DurationUnit::Microseconds
        };
        entry.request.took(number, unit);
    }
}

fn is_digit(next: char) -> bool {
    next.is_ascii_digit()
}

/// The unit of a pair's value, by the names that people give it in `log_format`.
fn unit_of(key: &str) -> Option<DurationUnit> {
    match key {
        "rt" | "request_time" | "reqtime" | "time" | "duration" | "took" => {
            Some(DurationUnit::Seconds)
        }
        "duration_ms" | "time_ms" | "response_time_ms" => Some(DurationUnit::Milliseconds),
        "D" | "us" | "duration_us" => Some(DurationUnit::Microseconds),
        _ => None,
    }
}

/// A UUID, or 32 hexadecimal digits.
pub(super) fn is_id(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_hexdigit).count();
    let dashes = word.bytes().filter(|byte| *byte == b'-').count();
    digits == 32 && (dashes == 4 || dashes == 0) && digits + dashes == word.len()
}

/// What stands between quotation marks at the start, and the rest. A quotation mark in a request is
/// escaped.
pub(super) fn quoted(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut from = 0;
    loop {
        let end = from + memchr::memchr(b'"', inner.as_bytes().get(from..)?)?;
        let is_escaped = inner.get(..end)?.ends_with('\\') && !inner.get(..end)?.ends_with("\\\\");
        if !is_escaped {
            return Some((inner.get(..end)?, inner.get(end + 1..)?));
        }
        from = end + 1;
    }
}

/// The method and the target of a request line; `None` for what clients send that is none.
pub(super) fn fields(request: &str) -> Option<RequestFields<'_>> {
    RequestFields::of_request_line(request)
}

/// The message of an access log's entry: `GET /path 500`, or what was sent instead of a request.
pub(super) fn message(request: &str, status: u16) -> String {
    match fields(request) {
        Some(fields) => {
            let method = fields.method.unwrap_or_default();
            let target = fields.target.unwrap_or_default();
            let path = crate::route::path(&target);
            format!("{method} {path} {status}")
        }
        None => format!("{request} {status}"),
    }
}

/// The words of a line; one in quotation marks is one word, and whether it was is said.
pub(super) struct LogWords<'a>(pub(super) &'a str);

impl<'a> Iterator for LogWords<'a> {
    type Item = (&'a str, bool);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.0.trim_start_matches([' ', '\t']);
        if rest.is_empty() {
            return None;
        }
        if let Some((inner, after)) = quoted(rest) {
            self.0 = after;
            return Some((inner, true));
        }
        let end = rest.find([' ', '\t']).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end)?;
        self.0 = after;
        Some((word, false))
    }
}
