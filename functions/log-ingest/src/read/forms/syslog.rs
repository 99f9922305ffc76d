//! Syslog: RFC 5424, RFC 3164 with and without its priority, and rsyslog's and journald's ISO times.
//! What the program wrote is a line of its own.

use std::borrow::Cow;

use shared::model::level::Level;

use crate::read::{
    LineReader,
    entry::{ParsedEntry, StatedLevel, StatedTime},
    level,
    time::Stated,
};

/// `<PRI>1 TIME HOST APP PID MSGID [DATA] MESSAGE` or `<PRI>Mon dd HH:MM:SS HOST TAG: MESSAGE`.
pub(super) fn with_priority<'a>(
    reader: &LineReader,
    line: &'a str,
    nested: usize,
) -> Option<ParsedEntry<'a>> {
    let (priority, rest) = line.strip_prefix('<')?.split_once('>')?;
    let priority: u16 = priority.parse().ok().filter(|priority| *priority < 192)?;
    let severity = level::syslog(i64::from(priority % 8));
    let mut entry = match rest.strip_prefix("1 ") {
        Some(rest) => rfc5424(reader, rest, nested)?,
        None => bsd(reader, rest, nested)
            .or_else(|| iso(reader, rest, nested))
            .or_else(|| kernel(rest))?,
    };
    // The program's own fields are more precise than those of syslog.
    if entry
        .level
        .as_ref()
        .and_then(|stated| stated.level)
        .is_none()
    {
        entry.level = Some(StatedLevel::implied(severity));
    }
    Some(entry)
}

/// The kernel's `[12345.678901] message`, after its priority. The number is no time: it counts since the
/// start.
fn kernel(rest: &str) -> Option<ParsedEntry<'_>> {
    let (since, message) = rest.strip_prefix('[')?.split_once("] ")?;
    let is_number = |byte: u8| byte.is_ascii_digit() || byte == b'.' || byte == b' ';
    since
        .bytes()
        .all(is_number)
        .then(|| ParsedEntry::of_text("kernel", message))
}

fn rfc5424<'a>(reader: &LineReader, rest: &'a str, nested: usize) -> Option<ParsedEntry<'a>> {
    let mut words = rest.splitn(6, ' ');
    let time = words.next()?;
    let (host, program, pid) = (words.next()?, words.next()?, words.next()?);
    let _id = words.next()?;
    let rest = words.next().unwrap_or_default();
    let (data, message) = structured_data(rest)?;
    let message = message.trim_start_matches([' ', '\u{feff}']);
    let mut wrapper = ParsedEntry::of_text("syslog-5424", message);
    wrapper.timestamp = StatedTime::read(Cow::Borrowed(time));
    if wrapper.timestamp.is_none() && time != "-" {
        return None;
    }
    for (name, value) in [
        ("host", host),
        ("program", program),
        ("pid", pid),
        ("data", data),
    ] {
        if value != "-" {
            wrapper.metadata.push_text(name, value);
        }
    }
    Some(inner(reader, wrapper, message, nested))
}

/// `-`, or groups in brackets, whose values are in quotation marks; and the rest.
fn structured_data(text: &str) -> Option<(&str, &str)> {
    if let Some(rest) = text.strip_prefix('-') {
        return Some(("-", rest));
    }
    if text.is_empty() {
        return Some(("-", ""));
    }
    let mut is_quoted = false;
    let mut is_escaped = false;
    let mut end = None;
    for (position, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b']' if !is_quoted => {
                end = Some(position + 1);
                if text.as_bytes().get(position + 1) != Some(&b'[') {
                    break;
                }
            }
            b'[' if position == 0 => {}
            _ if position == 0 => return None,
            _ => {}
        }
    }
    text.split_at_checked(end?)
}

/// `Nov 24 09:00:01 HOST PROGRAM[PID]: MESSAGE`, RFC 3164. The year is inferred.
pub(super) fn bsd<'a>(
    reader: &LineReader,
    line: &'a str,
    nested: usize,
) -> Option<ParsedEntry<'a>> {
    let (time, rest) = StatedTime::leading(line)?;
    if !matches!(time.stated, Stated::NoYear { .. } | Stated::Local(_)) {
        return None;
    }
    tagged(reader, "syslog", time, rest, nested)
}

/// The same with a time of RFC 3339: rsyslog, and `journalctl -o short-iso`.
pub(super) fn iso<'a>(
    reader: &LineReader,
    line: &'a str,
    nested: usize,
) -> Option<ParsedEntry<'a>> {
    let (time, rest) = StatedTime::leading(line)?;
    if !time.text.contains('T') || !matches!(time.stated, Stated::Instant(_)) {
        return None;
    }
    tagged(reader, "syslog-iso", time, rest, nested)
}

/// `HOST PROGRAM[PID]: MESSAGE`, or Heroku's `PROGRAM[DYNO]: MESSAGE`.
fn tagged<'a>(
    reader: &LineReader,
    format: &'static str,
    time: StatedTime<'a>,
    rest: &'a str,
    nested: usize,
) -> Option<ParsedEntry<'a>> {
    let rest = rest.strip_prefix(' ')?;
    let (first, after) = rest.split_once(' ')?;
    let (host, rest) = if first.ends_with("]:") {
        (None, rest)
    } else {
        (Some(first), after)
    };
    let (tag, message) = rest.split_once(": ").or_else(|| {
        let end = rest.strip_suffix(':')?;
        Some((end, ""))
    })?;
    let (program, pid) = match tag.strip_suffix(']').and_then(|tag| tag.split_once('[')) {
        Some((program, pid)) => (program, Some(pid)),
        None => (tag, None),
    };
    let is_name = |word: &str| {
        !word.is_empty()
            && word.len() <= 128
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._-/():@".contains(&byte))
    };
    // `ERROR app: …` is a level and a logger, no host and program.
    let mut words = host.into_iter().chain([program]);
    if !words.all(|word| is_name(word) && Level::from_word(word).is_none()) {
        return None;
    }
    let mut wrapper = ParsedEntry::of_text(format, message);
    wrapper.timestamp = Some(time);
    if let Some(host) = host {
        wrapper.metadata.push_text("host", host);
    }
    wrapper.metadata.push_text("program", program);
    if let Some(pid) = pid {
        wrapper.metadata.push_text("pid", pid);
    }
    Some(inner(reader, wrapper, message, nested))
}

/// The line of the program within its wrapper. Its text has no time of its own unless it is one of a
/// known form.
fn inner<'a>(
    reader: &LineReader,
    wrapper: ParsedEntry<'a>,
    message: &'a str,
    nested: usize,
) -> ParsedEntry<'a> {
    let Some(below) = nested.checked_sub(1) else {
        return wrapper;
    };
    let mut inner = reader.read_nested(message, below);
    if ["unknown", "text", "json", "logfmt"].contains(&inner.format.name()) {
        inner.format = wrapper.format.clone();
    }
    inner.original = true;
    inner.within(wrapper)
}
