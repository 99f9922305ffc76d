//! What runtimes print when a program fails.

use shared::model::level::Level;

/// How many lines of an entry are looked at.
const MOST_LINES: usize = 40;

/// What runtimes print when a program fails: `TypeError: …`, a traceback, a panic. In an entry of
/// several lines such a line may come later.
pub(super) fn failure(message: &str) -> Option<Level> {
    let mut lines = message.lines().take(MOST_LINES);
    lines.any(is_failure).then_some(Level::Error)
}

fn is_failure(line: &str) -> bool {
    const BEGINNINGS: [&str; 14] = [
        "Traceback (most recent call last)",
        "Exception in thread ",
        "Uncaught ",
        "Unhandled ",
        "panic: ",
        "fatal error: ",
        "Fatal error: ",
        "FATAL ERROR: ",
        "PHP Fatal error: ",
        "Caused by: ",
        "Segmentation fault",
        "SIGSEGV",
        "goroutine 1 [",
        "** (",
    ];
    // Frames and code are indented.
    if line.starts_with([' ', '\t']) && line.len() > 1 {
        return false;
    }
    if BEGINNINGS.iter().any(|start| line.starts_with(start)) {
        return true;
    }
    if line.starts_with("thread '") {
        return line.contains(" panicked at ");
    }
    let end = line.find([' ', '\t']).unwrap_or(line.len());
    let first = line.get(..end).unwrap_or_default();
    let name = first.strip_suffix(':').unwrap_or(first);
    let is_alone = end == line.len();
    (first.len() > name.len() || (is_alone && name.contains('.')))
        && name.len() > 5
        && (name.ends_with("Error") || name.ends_with("Exception") || name.ends_with("Failure"))
        && !name.contains(['=', '"', '/'])
        || name.len() == 5 && first == "Error:"
}
