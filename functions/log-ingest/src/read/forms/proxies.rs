//! Access logs of `HAProxy`, IIS and Squid.

use std::borrow::Cow;

use super::access::{fields, is_id, message, quoted};
use crate::read::{
    LineReader,
    duration::DurationUnit,
    entry::{ParsedEntry, StatedTime, is_method, status_code},
};

/// `HAProxy`'s HTTP log: `CLIENT [TIME] FRONTEND BACKEND/SERVER Tq/Tw/Tc/Tr/Tt STATUS BYTES …
/// "REQUEST"`, with times in milliseconds:
/// <https://docs.haproxy.org/3.0/configuration.html#8.2.3>.
pub(super) fn haproxy<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (client, rest) = line.split_once(" [")?;
    if client.contains(' ') || !client.contains(':') {
        return None;
    }
    let (time, rest) = StatedTime::leading(rest)?;
    let mut words = rest.strip_prefix("] ")?.split(' ');
    let (frontend, backend, timers) = (words.next()?, words.next()?, words.next()?);
    if timers.matches('/').count() != 4 {
        return None;
    }
    let status = status_code(words.next()?);
    let request = rest.find('"').and_then(|start| rest.get(start..));
    let (request, after) = quoted(request?)?;
    let mut entry = ParsedEntry::of_text("haproxy", message(request, status.unwrap_or_default()));
    entry.request = fields(request).unwrap_or_default();
    entry.request.status_code = status;
    let total = timers.rsplit('/').next()?.trim_start_matches('+');
    entry.request.took(total, DurationUnit::Milliseconds);
    entry.timestamp = Some(time);
    entry.sent_by(client);
    entry.metadata.push_text("frontend", frontend);
    entry.metadata.push_text("backend", backend);
    let id = after.split_ascii_whitespace().find(|word| is_id(word));
    entry.correlation_id = id.map(Cow::Borrowed);
    entry.imply_level();
    Some(entry)
}

/// IIS' W3C log with its default fields: `DATE TIME S-IP METHOD STEM QUERY PORT USER C-IP UA REFERER
/// STATUS SUB WIN32 MILLISECONDS`:
/// <https://learn.microsoft.com/en-us/windows/win32/http/w3c-logging>.
pub(super) fn iis<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (time, rest) = StatedTime::leading(line)?;
    let words: Vec<&str> = rest.split_ascii_whitespace().take(40).collect();
    let word = |position: usize| words.get(position).copied();
    let (method, path) = (word(1)?, word(2)?);
    if !is_method(method) || !path.starts_with('/') || words.len() < 12 {
        return None;
    }
    // The last four are numbers; older versions leave out the referer before them.
    let last = words.len().checked_sub(4)?;
    let status = status_code(word(last)?)?;
    let mut entry = ParsedEntry::of_text("iis", format!("{method} {path} {status}"));
    // The times are in UTC.
    entry.timestamp = Some(super::aws::utc(time));
    entry.request.method = Some(Cow::Borrowed(method));
    entry.request.target = Some(Cow::Borrowed(path));
    entry.request.status_code = Some(status);
    entry
        .request
        .took(word(words.len() - 1)?, DurationUnit::Milliseconds);
    entry.user_id = word(5).filter(|user| *user != "-").map(Cow::Borrowed);
    if let Some(client) = word(6) {
        entry.sent_by(client);
    }
    entry.imply_level();
    Some(entry)
}

/// Squid's native log: `TIME MILLISECONDS CLIENT RESULT/STATUS BYTES METHOD URL USER HIERARCHY/HOST TYPE`:
/// <https://wiki.squid-cache.org/Features/LogFormat>.
pub(super) fn squid<'a>(_: &LineReader, line: &'a str, _: usize) -> Option<ParsedEntry<'a>> {
    let (time, rest) = StatedTime::leading(line)?;
    let words: Vec<&str> = rest.split_ascii_whitespace().take(12).collect();
    let [took, client, result, _, method, url, user, _, ..] = words[..] else {
        return None;
    };
    let (result, status) = result.split_once('/')?;
    if !result.contains('_') && result != "NONE" || !is_method(method) {
        return None;
    }
    // Squid writes 0 where nobody answered.
    let status = status_code(status);
    let mut entry = ParsedEntry::of_text("squid", format!("{method} {url} {result}"));
    entry.timestamp = Some(time);
    entry.request.method = Some(Cow::Borrowed(method));
    entry.request.target = Some(Cow::Borrowed(url));
    entry.request.status_code = status;
    entry.request.took(took, DurationUnit::Milliseconds);
    entry.user_id = Some(user).filter(|user| *user != "-").map(Cow::Borrowed);
    entry.metadata.push_text("result", result);
    entry.sent_by(client);
    entry.imply_level();
    Some(entry)
}
