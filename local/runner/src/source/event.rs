//! Groups lines into log events, as CloudWatch would store them. log-ingest's [`LineJoiner`] decides
//! which lines continue an event. Blank lines between events are dropped.

use std::io::{self, BufRead};

use log_ingest::read::lines::LineJoiner;

use super::line::{Lines, Repairs};

/// A log event, in CloudWatch's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEvent {
    /// Its first byte in the log.
    pub offset: u64,
    /// One line or several.
    pub message: String,
}

/// The events of a log.
#[derive(Debug)]
pub struct Events<R> {
    lines: Lines<R>,
    joiner: LineJoiner,
    /// True if the log is read again as it grows.
    is_followed: bool,
    /// The first line of the next event, and its offset.
    next: Option<(u64, String)>,
    /// A fault of the reader, which is reported after the event before it.
    fault: Option<io::Error>,
}

impl<R: BufRead> Events<R> {
    /// The events of a reader.
    pub fn new(reader: R) -> Self {
        Self {
            lines: Lines::new(reader),
            joiner: LineJoiner::default(),
            is_followed: false,
            next: None,
            fault: None,
        }
    }

    /// Counts offsets on from `offset`: that many bytes of the log were skipped.
    #[must_use]
    pub fn starting_at(self, offset: u64) -> Self {
        Self {
            lines: self.lines.starting_at(offset),
            ..self
        }
    }

    /// Says whether the log is read again as it grows.
    #[must_use]
    pub fn followed(self, is_followed: bool) -> Self {
        Self {
            is_followed,
            ..self
        }
    }

    /// True if the log is read again as it grows.
    #[must_use]
    pub fn is_followed(&self) -> bool {
        self.is_followed
    }

    /// True if the log ended within a line: the rest of the last event may follow.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.lines.is_open()
    }

    /// The next event; `None` at the end.
    ///
    /// # Errors
    ///
    /// If the reader fails. The event before the fault is returned first.
    pub fn next_event(&mut self) -> io::Result<Option<LogEvent>> {
        let next = self.next_message()?;
        Ok(next.map(|(offset, message)| LogEvent { offset, message }))
    }

    /// The number of lines read so far.
    #[must_use]
    pub fn line_count(&self) -> u64 {
        self.lines.count()
    }

    /// The changes made to lines and events so far.
    #[must_use]
    pub fn repairs(&self) -> Repairs {
        self.lines.repairs
    }

    fn next_line(&mut self) -> io::Result<Option<(u64, String)>> {
        if let Some(next) = self.next.take() {
            return Ok(Some(next));
        }
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        let offset = self.lines.position();
        Ok(self.lines.next_line()?.map(|line| (offset, line)))
    }

    fn next_message(&mut self) -> io::Result<Option<(u64, String)>> {
        let (offset, mut message) = loop {
            match self.next_line()? {
                None => return Ok(None),
                Some((_, line)) if line.trim().is_empty() => {}
                Some(first) => break first,
            }
        };
        if is_json(&message) {
            return Ok(Some((offset, message)));
        }
        self.joiner.reset();
        self.joiner.continues(&message);
        let mut blanks = 0;
        loop {
            let (start, line) = match self.next_line() {
                Ok(Some(next)) => next,
                Ok(None) => break,
                Err(fault) => {
                    self.fault = Some(fault);
                    break;
                }
            };
            // A JSON line is an event of its own, except in pretty-printed JSON.
            let is_own = is_json(&line) && !message.trim_end().ends_with(['{', '[', ',']);
            let is_blank = line.trim().is_empty();
            if is_own || !self.joiner.continues(&line) {
                self.next = Some((start, line)).filter(|_| !is_blank);
                break;
            }
            if is_blank {
                blanks += 1;
                continue;
            }
            message.extend(std::iter::repeat_n('\n', blanks + 1));
            message.push_str(&line);
            blanks = 0;
        }
        Ok(Some((offset, message)))
    }
}

/// True if a line is a JSON object.
fn is_json(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('{') && line.ends_with('}')
}

#[cfg(test)]
mod tests;
