//! Which lines continue the entry before them: stack traces, panics, pretty-printed JSON, slow query
//! logs.
//!
//! The rules are a table: an entry that `begins` in a certain way also takes lines that `continue` in
//! a certain way. An indented line continues any entry, unless it is JSON.

/// One kind of multi-line entry.
struct MultiLine {
    /// True if an entry is of this kind, from its text so far.
    begins: fn(&str) -> bool,
    /// True if a line, not indented, continues it.
    continues: fn(&str) -> bool,
}

const KINDS: [MultiLine; 8] = [
    // Java, JavaScript, .NET.
    MultiLine {
        begins: |_| true,
        continues: |line| {
            starts_with_any(
                line,
                &["at ", "Caused by", "Suppressed: ", "--- End of", "... "],
            )
        },
    },
    // Python, chained tracebacks too. The last line of a traceback is its exception.
    MultiLine {
        begins: |entry| entry.contains("Traceback (most recent call last)"),
        continues: |line| {
            starts_with_any(
                line,
                &[
                    "Traceback (most",
                    "During handling of the above",
                    "The above exception was",
                ],
            ) || is_exception(line)
        },
    },
    MultiLine {
        begins: |entry| is_one_line(entry) && has_error_word(entry),
        continues: |line| line.starts_with("Traceback (most recent call last)"),
    },
    // Go.
    MultiLine {
        begins: |entry| starts_with_any(entry, &["panic: ", "fatal error: ", "goroutine "]),
        continues: |line| {
            starts_with_any(
                line,
                &["goroutine ", "created by ", "exit status ", "[signal "],
            ) || (line.ends_with(')') && line.contains('(') && !line.contains(": "))
        },
    },
    // Rust: the message is on the second line.
    MultiLine {
        begins: |entry| entry.starts_with("thread '") && entry.contains("panicked at"),
        continues: |line| starts_with_any(line, &["note: ", "stack backtrace:"]),
    },
    MultiLine {
        begins: |entry| is_one_line(entry) && entry.starts_with("thread '") && entry.ends_with(':'),
        continues: |line| !has_time(line),
    },
    // Node.js prints the source line, its error and its version.
    MultiLine {
        begins: |entry| {
            let (first, rest) = entry.split_once('\n').unwrap_or((entry, ""));
            first.starts_with(['/', 'n', 'f', 'C']) && first.contains(".js:")
                || rest.contains("\n    at ") && first.contains(".js:")
        },
        continues: |line| is_exception(line) || starts_with_any(line, &["Node.js v", "}"]),
    },
    // The slow query log of MySQL.
    MultiLine {
        begins: |entry| starts_with_any(entry, &["# Time: ", "# User@Host: "]),
        continues: |line| !starts_with_any(line, &["# Time: "]) && !has_time(line),
    },
];

/// True if a line continues an entry.
#[must_use]
pub fn continues(entry: &str, line: &str) -> bool {
    if is_json(line) {
        return is_open_json(entry);
    }
    is_open_json(entry)
        || is_indented(line)
        || is_jul(entry, line)
        || is_detail_of_postgres(entry, line)
        || KINDS
            .iter()
            .any(|kind| (kind.continues)(line) && (kind.begins)(entry))
}

/// True if an entry may go on after a blank line: the parts of a chained traceback and of a panic are
/// separated by one.
#[must_use]
pub fn survives_blank_line(entry: &str) -> bool {
    let [_, python, _, go, rust, _, node, _] = &KINDS;
    [python, go, rust, node]
        .iter()
        .any(|kind| (kind.begins)(entry))
        || is_open_json(entry)
}

/// True if a line is a JSON object of its own.
#[must_use]
pub fn is_json(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('{') && line.ends_with('}')
}

fn starts_with_any(text: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| text.starts_with(start))
}

fn is_indented(line: &str) -> bool {
    line.starts_with(char::is_whitespace) && !line.trim().is_empty()
}

fn is_one_line(entry: &str) -> bool {
    !entry.contains('\n')
}

/// A rough test: two digits and a colon, as in `12:30`, near the start.
fn has_time(line: &str) -> bool {
    let start: Vec<char> = line.chars().take(32).collect();
    start.windows(3).any(|three| {
        let [first, second, colon] = three else {
            return false;
        };
        first.is_ascii_digit() && second.is_ascii_digit() && *colon == ':'
    })
}

fn has_error_word(entry: &str) -> bool {
    [
        "ERROR",
        "Error",
        "error",
        "CRITICAL",
        "FATAL",
        "exception",
        "Exception",
    ]
    .iter()
    .any(|word| entry.contains(word))
}

/// `module.SomeError: text`, or the name alone.
fn is_exception(line: &str) -> bool {
    let (name, _) = line.split_once(": ").unwrap_or((line, ""));
    let name = name.trim_end_matches(':');
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '.' || letter == '_';
    let last = name.rsplit('.').next().unwrap_or_default();
    // Not a level such as `ERROR: `.
    let is_mixed = name.contains('.') || last.contains(char::is_lowercase);
    name.chars().all(is_name) && last.starts_with(char::is_uppercase) && is_mixed
        || line.starts_with("[Previous line repeated")
}

/// JSON over several lines: an opening bracket alone on the first line, and not closed yet.
fn is_open_json(entry: &str) -> bool {
    let first = entry.lines().next().unwrap_or_default().trim_end();
    let last = entry.lines().next_back().unwrap_or_default();
    match first {
        "{" => last != "}" && last != "},",
        "[" => last != "]" && last != "],",
        _ => false,
    }
}

/// `java.util.logging` writes the time and the class on one line, the level on the next, and then the
/// exception.
fn is_jul(entry: &str, line: &str) -> bool {
    const LEVELS: [&str; 7] = [
        "SEVERE: ",
        "WARNING: ",
        "INFO: ",
        "CONFIG: ",
        "FINE: ",
        "FINER: ",
        "FINEST: ",
    ];
    let mut lines = entry.lines();
    let first = lines.next().unwrap_or_default();
    let has_half = [" AM ", " PM "].iter().any(|half| first.contains(half));
    match lines.next() {
        None => has_half && starts_with_any(line, &LEVELS),
        Some(second) => {
            has_half
                && starts_with_any(second, &LEVELS)
                && lines.next().is_none()
                && is_exception(line)
        }
    }
}

/// `PostgreSQL` repeats its prefix before the details of an error.
fn is_detail_of_postgres(entry: &str, line: &str) -> bool {
    const DETAILS: [&str; 6] = [
        " DETAIL:  ",
        " HINT:  ",
        " STATEMENT:  ",
        " CONTEXT:  ",
        " QUERY:  ",
        " LOCATION:  ",
    ];
    let prefix = DETAILS
        .iter()
        .find_map(|detail| line.split_once(detail))
        .map(|(prefix, _)| prefix);
    // The process id at its end is the same.
    let process = prefix.and_then(|prefix| prefix.rsplit(' ').next());
    process.is_some_and(|process| {
        let first = entry.lines().next().unwrap_or_default();
        !process.is_empty() && first.contains(process)
    })
}
