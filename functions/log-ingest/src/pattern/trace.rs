//! The pattern of a failure whose message does not say what failed: the exception of its stack
//! trace, and the first frame that belongs to no library or runtime.
//!
//! Only messages that are generic (`Unhandled error`, `Traceback (most recent call last):`, the bare
//! name of an exception) get such a pattern. Others group better by their words, since a frame
//! changes with every release.

use super::{mask, scan::first_line, table};

mod fields;
mod frame;

use fields::ErrorFields;

/// The parts of a stack trace that are looked at, in bytes: its start, and its end, where Python
/// has the exception and the innermost frame.
const START_BYTES: usize = 16 * 1024;
const END_BYTES: usize = 4 * 1024;

/// An exception as a trace writes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Thrown<'a> {
    kind: &'a str,
    text: &'a str,
}

/// Whether a first line does not say what failed.
pub(super) fn is_generic(line: &str, masked: &str) -> bool {
    let bare = line.trim_end_matches(['.', ':', '!', ' ']);
    let is_in_table = bare.len() <= 40 && table::has_any_case(table::GENERIC, bare);
    let lower = || {
        line.chars()
            .take(60)
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    let may_start = line.starts_with(['T', 't', 'E', 'e', 'g', 'p', 'f', 'A', 'U', 'u']);
    is_in_table
        || is_type(bare)
        || !masked.chars().any(char::is_alphanumeric)
        || (may_start && {
            let lower = lower();
            table::GENERIC_STARTS
                .iter()
                .any(|start| lower.starts_with(start))
        })
}

/// The pattern of a message whose first line, `masked`, is generic. `metadata` has the other fields
/// of its entry: the text of a JSON object.
pub(super) fn pattern(message: &str, masked: &str, metadata: Option<&str>) -> String {
    let fields = metadata.map(ErrorFields::read).unwrap_or_default();
    let stack = fields.stack.as_deref().filter(|_| !message.contains('\n'));
    let text = stack.unwrap_or(message);
    let lines = || lines(text);
    let thrown = thrown(lines()).unwrap_or_default();
    let frame = frame::first_of_application(lines());
    let kind = fields.kind.as_deref().unwrap_or(thrown.kind);
    let text = match fields.message.as_deref() {
        Some(text) if thrown.text.is_empty() => text,
        _ => thrown.text,
    };
    let text = mask::masked(first_line(text.trim()));
    let first = first_line(message);
    let says_nothing = !masked.chars().any(char::is_alphanumeric);
    let is_intro =
        says_nothing || is_intro(first) || is_type(first.trim_end_matches(':')) || stack_of(first);
    let mut pattern = match (kind, text.as_str()) {
        ("", "") => masked.to_owned(),
        ("", text) => text.to_owned(),
        (kind, "") => kind.to_owned(),
        // Some loggers repeat the type in the message.
        (kind, text) if text.starts_with(kind) => text.to_owned(),
        (kind, text) => [kind, ": ", text].concat(),
    };
    let adds_nothing = pattern.starts_with(masked.trim_end_matches([':', '.', '!']));
    if !is_intro && !adds_nothing {
        pattern = [
            masked.trim_end_matches([':', '.', '!', ' ']),
            ": ",
            &pattern,
        ]
        .concat();
    }
    if let Some(frame) = frame {
        pattern.push_str(" at ");
        pattern.push_str(&frame);
    }
    pattern
}

/// Whether a line opens a trace, and the trace says all that it says.
fn is_intro(line: &str) -> bool {
    let lower: String = line.chars().take(60).flat_map(char::to_lowercase).collect();
    table::GENERIC_STARTS
        .iter()
        .any(|start| lower.starts_with(start))
}

/// Whether a line is a frame itself.
fn stack_of(line: &str) -> bool {
    frame::first_of_application(std::iter::once(line)).is_some()
}

/// The lines of a trace that are looked at.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let start = text
        .get(..text.floor_char_boundary(START_BYTES))
        .unwrap_or(text);
    let from = text.len().saturating_sub(END_BYTES).max(start.len());
    let end = text
        .get(text.ceil_char_boundary(from)..)
        .unwrap_or_default();
    start.lines().chain(end.lines())
}

/// Words before the exception in its line.
const INTROS: &[&str] = &[
    "Unhandled exception. ",
    "Uncaught ",
    "Unhandled Exception: ",
    "PHP Fatal error:  Uncaught ",
    "Fatal error: Uncaught ",
    "Caused by: ",
    "error: ",
];

/// The exception of a trace: in Python the last one, elsewhere the first.
fn thrown<'a>(mut lines: impl Iterator<Item = &'a str>) -> Option<Thrown<'a>> {
    let mut found: Option<Thrown<'a>> = None;
    let mut is_python = false;
    while let Some(line) = lines.next() {
        is_python |= line.starts_with("Traceback (") || line.starts_with("  File \"");
        if let Some(panic) = panic(line) {
            // Since 1.73 Rust writes the message into the next line.
            let text = if panic.text.is_empty() {
                lines.next().unwrap_or_default().trim()
            } else {
                panic.text
            };
            return Some(Thrown { text, ..panic });
        }
        if let Some(thrown) = exception(line, is_python) {
            if !is_python {
                return Some(thrown);
            }
            found = Some(thrown);
        }
    }
    found
}

/// The panic of Go or Rust that a line announces.
fn panic(line: &str) -> Option<Thrown<'_>> {
    for (start, kind) in [("panic: ", "panic"), ("fatal error: ", "fatal error")] {
        if let Some(text) = line.strip_prefix(start) {
            let text = text.trim_end_matches(" [recovered]");
            return Some(Thrown { kind, text });
        }
    }
    let (_, place) = line.strip_prefix("thread ")?.split_once(" panicked at ")?;
    let text = place
        .strip_prefix('\'')
        .and_then(|quoted| quoted.rsplit_once("', "))
        .map_or("", |(text, _)| text);
    Some(Thrown {
        kind: "panic",
        text,
    })
}

/// The exception that a line names: `Type: message`, `Type`, or Ruby's `place: message (Type)`.
fn exception(line: &str, is_python: bool) -> Option<Thrown<'_>> {
    let mut line = line.trim_end();
    if line.starts_with([' ', '\t']) {
        return None;
    }
    if let Some(rest) = line.strip_prefix("Exception in thread ") {
        // `Exception in thread "main" Type: message`
        line = rest.split_once("\" ").map_or(rest, |(_, thrown)| thrown);
    }
    for intro in INTROS {
        line = line.strip_prefix(intro).unwrap_or(line);
    }
    if let Some((place, text)) = line.split_once("': ")
        && place.contains(":in ")
        && let Some((text, kind)) = text.rsplit_once(" (")
    {
        return Some(Thrown {
            kind: kind.trim_end_matches(')'),
            text,
        });
    }
    let (kind, text) = line
        .split_once(": ")
        .unwrap_or((line.trim_end_matches(':'), ""));
    let is_named = is_type(kind) || (is_python && is_python_type(kind));
    is_named.then_some(Thrown { kind, text })
}

/// Whether a text is the name of a type of exception: `TypeError`, `java.io.IOException`.
fn is_type(text: &str) -> bool {
    let ends = [
        "Error",
        "Exception",
        "ErrorFields",
        "Panic",
        "Fault",
        "Throwable",
        "Interrupt",
    ];
    ends.iter().any(|end| text.ends_with(end)) && is_python_type(text)
}

/// Python lets any class be an exception.
fn is_python_type(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '$' | ':' | '\\');
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '\\' || c == '_')
        && text.chars().all(is_part)
}

#[cfg(test)]
mod tests;
