//! Where results go: standard output. A reader that has seen enough (`| head`) ends the command
//! quietly.

use std::io::{self, Write as _};

use crate::error::CommandError;

/// Writes a text.
///
/// # Errors
///
/// When it cannot be written, except that nobody reads it any more.
pub fn print(text: &str) -> Result<(), CommandError> {
    print_while_read(text).map(|_| ())
}

/// Writes a text; `false` if nobody reads it any more. A command without an end stops then.
///
/// # Errors
///
/// As [`print()`].
pub fn print_while_read(text: &str) -> Result<bool, CommandError> {
    let mut output = io::stdout().lock();
    let written = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(CommandError::Output(error)),
    }
}

/// Writes a value as JSON on several lines.
///
/// # Errors
///
/// When it cannot be written.
pub fn print_json(value: &impl serde::Serialize) -> Result<(), CommandError> {
    let text = serde_json::to_string_pretty(value).map_err(CommandError::Json)?;
    print(&(text + "\n"))
}

/// Writes a remark to standard error, beside a result for programs.
pub fn remark(text: &str) {
    // Where standard error is closed, nobody reads it.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
