//! A request and its outcome in a text, as programs write them for people: `GET /x 500 12.3 ms - 120`.

use std::borrow::Cow;

use super::access::{self, quoted};
use crate::read::{
    LineReader, client,
    duration::{self, DurationUnit},
    entry::{ParsedEntry, RequestFields, is_method, is_target, status_code},
};

/// How far into a text a request in quotation marks may begin, in bytes.
const SEARCHED: usize = 256;

/// morgan's `dev`, `short` and `tiny`, and what many programs write: `GET /x 500 12.3 ms - 120`,
/// `GET /x HTTP/1.1 500 12ms`, `GET /x 200`, Koa's `--> GET /x 500 12ms`.
pub(super) fn line<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let bare = line
        .trim_start()
        .trim_start_matches(['-', '<', '>', '→', '←']);
    let mut entry = request_line(bare.trim_start())?;
    entry.message = Cow::Borrowed(line.trim());
    Some(entry)
}

/// The request of a text after a prefix.
pub(super) fn request(text: &str) -> Option<RequestFields<'_>> {
    let text = text.trim_start();
    let entry = match text.strip_prefix("Request finished ") {
        // ASP.NET: `Request finished HTTP/1.1 GET http://a/x - 500 0 - 12.5ms`.
        Some(rest) => read(rest.trim_start_matches(|next| next != ' '), is_target),
        // Serilog: `HTTP GET /x responded 500 in 12.5 ms`.
        None => request_line(text.strip_prefix("HTTP ").unwrap_or(text)),
    };
    let entry = entry
        .or_else(|| status_first(text))
        .or_else(|| in_quotation_marks(text))
        .or_else(|| of_pairs(text))?;
    Some(entry.request)
}

/// Reads a text that is a request and its outcome.
fn request_line(text: &str) -> Option<ParsedEntry<'_>> {
    read(text, |target| target.starts_with('/'))
}

fn read(text: &str, is_target: impl Fn(&str) -> bool) -> Option<ParsedEntry<'_>> {
    const BETWEEN: [&str; 6] = ["-", "->", "→", "=>", "responded", "returned"];
    let mut words = text.split(' ').filter(|word| !word.is_empty()).peekable();
    let method = words.next()?;
    let target = words.next()?;
    if !crate::route::METHODS.contains(&method) || !is_target(target) {
        return None;
    }
    let _ = words.next_if(|word| word.starts_with("HTTP/"));
    let _ = words.next_if(|word| BETWEEN.contains(word));
    let status = status_code(words.next()?)?;
    let mut entry = ParsedEntry::new("request", text.trim_end());
    entry.request = RequestFields {
        method: Some(Cow::Borrowed(method)),
        target: Some(Cow::Borrowed(target)),
        status_code: Some(status),
        ..RequestFields::default()
    };
    let rest: Vec<&str> = words.take(8).collect();
    if rest.len() > 6 {
        return None;
    }
    for pair in rest.windows(2) {
        if let [number, unit] = pair
            && *unit == "ms"
        {
            entry.request.took(number, DurationUnit::Milliseconds);
        }
    }
    if entry.request.duration.is_none() {
        entry.request.duration = stated_duration(rest);
    }
    entry.imply_level();
    Some(entry)
}

/// The first duration with its unit, in milliseconds.
fn stated_duration<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<f64> {
    words.into_iter().find_map(|word| {
        let word = word.trim_matches(['(', ')']);
        let is_number = word.starts_with(|first: char| first.is_ascii_digit());
        let read = duration::read(word, DurationUnit::Milliseconds);
        let read = read.filter(|read| is_number && read.has_unit)?;
        Some(read.milliseconds)
    })
}

/// Fiber's `500 - 12ms GET /x` and Tornado's `500 GET /x (10.0.0.1) 12.34ms`.
fn status_first(text: &str) -> Option<ParsedEntry<'_>> {
    let mut words = text.split_ascii_whitespace();
    let status = status_code(words.next()?)?;
    let words: Vec<&str> = words.take(6).collect();
    let is_method = |word: &&str| crate::route::METHODS.contains(word);
    let at = words.iter().position(is_method).filter(|at| *at <= 3)?;
    let (before, request) = words.split_at_checked(at)?;
    let [method, target, after @ ..] = request else {
        return None;
    };
    let took = stated_duration(before.iter().chain(after).copied());
    if !target.starts_with('/') || took.is_none() {
        return None;
    }
    let bare = |word: &&str| client::address(word.trim_matches(['(', ')']));
    let mut entry = ParsedEntry::new("request", text);
    entry.request = RequestFields {
        method: Some(Cow::Borrowed(method)),
        target: Some(Cow::Borrowed(target)),
        status_code: Some(status),
        duration: took,
        client: before.iter().chain(after).find_map(bare),
    };
    Some(entry)
}

/// `request{method=GET uri=/x}: finished latency=12 ms status=500`, as tower-http writes it: pairs among
/// words.
fn of_pairs(text: &str) -> Option<ParsedEntry<'_>> {
    let method = pair(text, "method=")?;
    let target = pair(text, "uri=").or_else(|| pair(text, "path="))?;
    let status = status_code(pair(text, "status=")?)?;
    if !is_method(method) || !target.starts_with('/') {
        return None;
    }
    let mut entry = ParsedEntry::new("request", text);
    entry.request = RequestFields {
        method: Some(Cow::Borrowed(method)),
        target: Some(Cow::Borrowed(target)),
        status_code: Some(status),
        ..RequestFields::default()
    };
    if let Some((_, rest)) = text.split_once("latency=") {
        let mut words = rest.split([' ', '}', ',']);
        let number = words.next().unwrap_or_default();
        let unit = words
            .next()
            .filter(|unit| matches!(*unit, "ms" | "s" | "μs" | "ns"));
        let text = [number, unit.unwrap_or_default()].concat();
        entry.request.duration = stated_duration([text.as_str()]);
    }
    Some(entry)
}

/// The value behind a key with its `=`. A longer key that ends in the same way is another one.
fn pair<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let (before, rest) = text.split_once(key)?;
    if before.ends_with(|last: char| last.is_alphanumeric() || last == '_') {
        return None;
    }
    rest.split([' ', '}', ',']).next()
}

/// `10.0.0.1 "GET /x HTTP/1.1" 500 12 "-" "curl" 0.012`, as actix writes it, and chi's
/// `[host/id] "GET http://a/x HTTP/1.1" from 10.0.0.1:1 - 500 12B in 12.5ms`. What stands before says that
/// the request arrived here: the lines of clients have an address that it was sent to.
fn in_quotation_marks(text: &str) -> Option<ParsedEntry<'_>> {
    let near = text.get(..text.floor_char_boundary(SEARCHED))?;
    let start = memchr::memchr(b'"', near.as_bytes())?;
    let (before, rest) = text.split_at_checked(start)?;
    let before = before.trim_end();
    let sender = client::address(before.rsplit(' ').next()?);
    if !(before.is_empty() || before.ends_with(']') || sender.is_some()) {
        return None;
    }
    let (request, after) = quoted(rest)?;
    let fields = RequestFields::of_request_line(request).filter(|_| request.contains(" HTTP/"))?;
    let mut entry = match access::request(rest) {
        Some(entry) => entry,
        None => of_router(fields, after)?,
    };
    entry.request.client = entry.request.client.or(sender);
    Some(entry)
}

/// chi's ` from 10.0.0.1:1 - 500 12B in 12.5ms`, behind the request.
fn of_router<'a>(fields: RequestFields<'a>, after: &'a str) -> Option<ParsedEntry<'a>> {
    let mut words = after.split_ascii_whitespace();
    let mut entry = ParsedEntry::new("request", after);
    entry.request = fields;
    let from = words.by_ref().take(2).last();
    entry.request.client = from.and_then(client::address);
    entry.request.status_code = Some(words.by_ref().take(2).find_map(status_code)?);
    entry.request.duration = stated_duration(words);
    Some(entry)
}
