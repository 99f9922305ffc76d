//! Which lines belong to the entry before them: frames of a stack trace, indented text, the rest of
//! pretty-printed JSON. One table for files and pipes and for the events of CloudWatch.

use shared::model::level::Level;

use super::{
    failure::failure,
    forms::is_postgres_detail,
    line_prefix,
    time::{Stated, leading},
};

/// How many lines an entry has at most.
const MOST_LINES: usize = 2_000;
/// How much of an entry's first line is kept, in bytes.
const HEAD_BYTES: usize = 256;
/// How many bytes an entry of several lines has at most; CloudWatch's longest event is as long.
const MOST_BYTES: usize = 256 * 1024;

/// Whether a line belongs to the entry before it. Give it every line in order, once: it remembers
/// what the entry is that they are part of, so that the work is linear.
///
/// ```
/// use log_ingest::read::lines::LineJoiner;
///
/// let mut joiner = LineJoiner::default();
/// let lines = ["Traceback (most recent call last):", "  File \"a.py\"", "KeyError: 1", "next"];
/// let continues = lines.map(|line| joiner.continues(line));
/// assert_eq!(continues, [false, true, true, false]);
/// ```
#[derive(Debug, Default)]
pub struct LineJoiner {
    block: EntryBlock,
    lines: usize,
    bytes: usize,
    /// The start of the entry's first line, if it is text: its level decides whether a trace that
    /// follows belongs to it.
    head: String,
}

/// What the current entry is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum EntryBlock {
    /// Nothing before.
    #[default]
    Start,
    /// A line that indented lines may follow.
    Line,
    /// Pretty-printed JSON that is not yet whole.
    Json(JsonDepth),
    /// A Python traceback, up to the line that names the exception.
    Traceback,
    /// After that line: another traceback may follow.
    AfterTraceback,
    /// What Go prints of a panic.
    Go,
    /// What Rust prints of a panic: the message in the next line.
    RustMessage,
    /// Its notes and backtrace.
    Rust,
    /// What Node.js prints before it exits: the place, the code, the error.
    Node,
    /// The first line of `java.util.logging`: the level is in the next.
    Jul,
    /// `MySQL`'s slow log, up to the statement's end.
    Slow,
    /// The statement of the slow log has begun.
    SlowStatement,
    /// A Java exception and its frames.
    Java,
}

impl EntryBlock {
    /// Whether a line that begins with a brace can be a part of it, rather than an entry in JSON.
    fn may_hold_json(self) -> bool {
        matches!(
            self,
            Self::RustMessage | Self::Node | Self::Slow | Self::SlowStatement
        )
    }
}

/// How deep JSON is open, and whether within a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct JsonDepth {
    open: u32,
    in_string: bool,
    is_escaped: bool,
}

impl JsonDepth {
    /// The depth after a line; `None` where it closes more than it opens.
    fn after(mut self, line: &str) -> Option<Self> {
        for byte in line.bytes() {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' if self.in_string => self.is_escaped = true,
                b'"' => self.in_string = !self.in_string,
                _ if self.in_string => {}
                b'{' | b'[' => self.open += 1,
                b'}' | b']' => self.open = self.open.checked_sub(1)?,
                _ => {}
            }
        }
        Some(self)
    }
}

impl LineJoiner {
    /// Whether a line belongs to the entry of the lines before it. If not, it begins the next one.
    pub fn continues(&mut self, line: &str) -> bool {
        let line = line.trim_end_matches(['\r', '\n']);
        let next = self.next(line);
        let fits = self.lines < MOST_LINES && self.bytes + line.len() < MOST_BYTES;
        if let Some(block) = next.filter(|_| fits) {
            self.block = block;
            self.lines += 1;
            self.bytes += line.len();
            return true;
        }
        self.begin(line);
        false
    }

    /// Forgets what came before: the next line begins an entry.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    fn begin(&mut self, line: &str) {
        self.block = beginning(line);
        self.lines = 1;
        self.bytes = line.len();
        self.head.clear();
        let is_json = line.starts_with('{') || (line.starts_with('[') && line.ends_with(']'));
        if !is_json {
            let end = line.floor_char_boundary(HEAD_BYTES);
            self.head.push_str(line.get(..end).unwrap_or_default());
        }
    }

    /// Whether a trace that follows belongs to the entry. One that follows a line of another level
    /// than warning or error is an entry of its own, and no longer hidden by that level.
    fn takes_trace(&self) -> bool {
        if self.head.trim().is_empty() {
            return false;
        }
        let level = line_prefix::level(&self.head).and_then(|stated| stated.level);
        level.is_none_or(|level| level >= Level::Warn)
    }

    /// What the entry is with this line, if it belongs to it.
    fn next(&self, line: &str) -> Option<EntryBlock> {
        let block = self.block;
        if let EntryBlock::Json(depth) = block {
            let depth = depth.after(line)?;
            let is_whole = depth.open == 0 && !depth.in_string;
            return Some(if is_whole {
                EntryBlock::Line
            } else {
                EntryBlock::Json(depth)
            });
        }
        if block == EntryBlock::Start {
            return None;
        }
        let first = line.bytes().next();
        if first == Some(b'{') && !block.may_hold_json() {
            return None;
        }
        let is_indented = matches!(first, Some(b' ' | b'\t')) && !line.trim().is_empty();
        match block {
            EntryBlock::RustMessage if first.is_some() => return Some(EntryBlock::Rust),
            EntryBlock::Jul => {
                let is_level = line.split_once(": ").is_some_and(|(word, _)| {
                    word.len() <= 16 && super::level::of_word(word).is_some()
                });
                return is_level.then_some(EntryBlock::Line);
            }
            EntryBlock::Slow | EntryBlock::SlowStatement => return slow(block, line),
            _ => {}
        }
        if is_indented {
            return Some(block);
        }
        if first.is_none() {
            // A blank line ends an entry, unless the runtime prints more after it.
            let goes_on = matches!(
                block,
                EntryBlock::AfterTraceback
                    | EntryBlock::Go
                    | EntryBlock::Node
                    | EntryBlock::Traceback
                    | EntryBlock::Rust
            );
            return goes_on.then_some(block);
        }
        if line.starts_with("Traceback (most recent call last)")
            && matches!(block, EntryBlock::Line | EntryBlock::AfterTraceback)
        {
            return self.takes_trace().then_some(EntryBlock::Traceback);
        }
        if is_java_part(line) && matches!(block, EntryBlock::Line | EntryBlock::Java) {
            let goes_on = self.block == EntryBlock::Java || self.takes_trace();
            return goes_on.then_some(EntryBlock::Java);
        }
        match block {
            // The line that names the exception is the first that is not indented.
            EntryBlock::Traceback => {
                let is_head = leading(line).is_some() || line.starts_with(['{', '[']);
                (!is_head).then_some(EntryBlock::AfterTraceback)
            }
            EntryBlock::AfterTraceback => {
                const BETWEEN: [&str; 2] = [
                    "During handling of the above exception",
                    "The above exception was the direct cause",
                ];
                let goes_on = BETWEEN.iter().any(|text| line.starts_with(text));
                goes_on.then_some(EntryBlock::AfterTraceback)
            }
            EntryBlock::Go => is_go(line).then_some(EntryBlock::Go),
            EntryBlock::Rust => {
                const NOTES: [&str; 3] = ["note: ", "stack backtrace:", "  "];
                let goes_on = NOTES.iter().any(|start| line.starts_with(start));
                goes_on.then_some(EntryBlock::Rust)
            }
            EntryBlock::Node => {
                let goes_on = line.starts_with("Node.js v")
                    || line.trim() == "^"
                    || line.starts_with(['}', '^'])
                    || failure(line).is_some();
                goes_on.then_some(EntryBlock::Node)
            }
            EntryBlock::Line | EntryBlock::Java => {
                let closes = line.len() <= 3 && line.starts_with(['}', ']', ')']);
                let first_digit = first.is_some_and(|byte| byte.is_ascii_digit());
                let is_detail = first_digit && is_postgres_detail(line);
                (closes || is_detail).then_some(block)
            }
            _ => None,
        }
    }
}

/// What an entry is that begins with this line.
fn beginning(line: &str) -> EntryBlock {
    let trimmed = line.trim();
    match trimmed.as_bytes() {
        [b'{' | b'[', .., b'}' | b']'] => EntryBlock::Line,
        [b'{' | b'['] | [b'{', .., b'{' | b',' | b'[' | b'"'] => {
            match JsonDepth::default().after(trimmed) {
                Some(depth) if depth.open > 0 => EntryBlock::Json(depth),
                _ => EntryBlock::Line,
            }
        }
        [] => EntryBlock::Start,
        _ => of_text(line),
    }
}

fn of_text(line: &str) -> EntryBlock {
    const STARTS: [(&str, EntryBlock); 8] = [
        ("Traceback (most recent call last)", EntryBlock::Traceback),
        ("panic: ", EntryBlock::Go),
        ("fatal error: ", EntryBlock::Go),
        ("goroutine ", EntryBlock::Go),
        ("# Time: ", EntryBlock::Slow),
        ("# User@Host: ", EntryBlock::Slow),
        ("node:internal/", EntryBlock::Node),
        ("file:///", EntryBlock::Node),
    ];
    if let Some((_, block)) = STARTS.iter().find(|(start, _)| line.starts_with(start)) {
        return *block;
    }
    if line.starts_with("thread '") && line.contains(" panicked at ") {
        // Before Rust 1.73 the message stood in this line.
        let has_message = line.contains(" panicked at '");
        return if has_message {
            EntryBlock::Rust
        } else {
            EntryBlock::RustMessage
        };
    }
    let is_place = line.starts_with('/')
        && line.rsplit_once(':').is_some_and(|(_, number)| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        });
    if is_place && !line.contains(' ') {
        return EntryBlock::Node;
    }
    if line.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && let Some((Stated::Local(_), length)) = leading(line)
        && line.get(length..).is_some_and(is_source)
    {
        return EntryBlock::Jul;
    }
    EntryBlock::Line
}

/// ` com.example.Pay run`: the class and the method of `java.util.logging`.
fn is_source(rest: &str) -> bool {
    let mut words = rest.split_ascii_whitespace();
    let class = words.next().unwrap_or_default();
    class.contains('.') && words.next().is_some() && words.next().is_none()
}

/// What Java prints of an exception after the line that reports it: its class, its causes, how many
/// frames are left out.
fn is_java_part(line: &str) -> bool {
    const STARTS: [&str; 4] = ["Caused by: ", "Suppressed: ", "at ", "Wrapped by: "];
    if STARTS.iter().any(|start| line.starts_with(start)) {
        return true;
    }
    if line.starts_with("... ") && (line.ends_with(" more") || line.contains(" common frames")) {
        return true;
    }
    let class = line.split([':', ' ']).next().unwrap_or_default();
    let name = class.rsplit('.').next().unwrap_or_default();
    let packages = class.matches('.').count();
    let is_class = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'))
            && !part.is_empty()
    };
    packages >= 1
        && class.split('.').all(is_class)
        && class.starts_with(|first: char| first.is_ascii_lowercase())
        && name.starts_with(|first: char| first.is_ascii_uppercase())
        && (class.len() == line.len() || line.as_bytes().get(class.len()) == Some(&b':'))
}

fn is_go(line: &str) -> bool {
    const STARTS: [&str; 6] = [
        "goroutine ",
        "created by ",
        "exit status ",
        "[signal ",
        "panic: ",
        "runtime.",
    ];
    let is_call = line.ends_with(')') && line.contains('(') && !line.contains(' ');
    let is_long_call = line.contains(".(*") || line.contains("(0x") || line.contains("({0x");
    STARTS.iter().any(|start| line.starts_with(start)) || is_call || is_long_call
}

/// `MySQL`'s slow log: comments, settings, and the statement up to the next comment.
fn slow(block: EntryBlock, line: &str) -> Option<EntryBlock> {
    if line.starts_with("# Time: ") {
        return None;
    }
    if line.starts_with('#') {
        return (block == EntryBlock::Slow).then_some(EntryBlock::Slow);
    }
    Some(EntryBlock::SlowStatement)
}
