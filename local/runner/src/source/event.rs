//! Groups lines into log events, as CloudWatch would store them. log-ingest's [`LineJoiner`] decides
//! which lines continue an event. Blank lines between events are dropped.

use std::io::{self, BufRead};

use jiff::{Timestamp, tz::TimeZone};
use log_ingest::read::{CustomReading, LineReader, ansi, lines::LineJoiner, time::LogZone};

use super::{
    identity::EventIds,
    line::{Lines, Repairs},
};

/// A log event, in CloudWatch's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEvent {
    /// The same for the same event of the same log stream, always.
    pub id: String,
    /// Its first byte in the log.
    pub offset: u64,
    /// The time of the event.
    pub timestamp: Timestamp,
    /// One line or several.
    pub message: String,
}

/// The events of a log.
#[derive(Debug)]
pub struct Events<R> {
    lines: Lines<R>,
    joiner: LineJoiner,
    ids: EventIds,
    line_reader: LineReader,
    zone: LogZone,
    /// True if the log is read again as it grows.
    is_followed: bool,
    /// Whether the times of lines are read.
    is_timed: bool,
    /// The time of the log itself, from which lines without a year or a date have theirs.
    near: Timestamp,
    /// The first line of the next event, and its offset.
    next: Option<(u64, String)>,
    /// The time of the last event that stated one.
    last_stated: Option<Timestamp>,
    /// The time of events before the first one that states its own.
    otherwise: Timestamp,
    /// A fault of the reader, which is reported after the event before it.
    fault: Option<io::Error>,
}

impl<R: BufRead> Events<R> {
    /// The events of a reader. An event without a time has the time of the one before, or else
    /// `otherwise`. Times without a zone are in UTC.
    pub fn new(reader: R, ids: EventIds, otherwise: Timestamp) -> Self {
        Self {
            lines: Lines::new(reader),
            joiner: LineJoiner::default(),
            ids,
            line_reader: LineReader::default(),
            zone: LogZone::configured(TimeZone::UTC),
            is_followed: false,
            is_timed: true,
            near: otherwise,
            next: None,
            last_stated: None,
            otherwise,
            fault: None,
        }
    }

    /// Reads times without a zone in `zone`, and those without a year or a date as the latest before
    /// `near`, which is when the log was last written.
    #[must_use]
    pub fn in_zone(self, zone: TimeZone, near: Timestamp) -> Self {
        Self {
            zone: LogZone::configured(zone),
            near,
            ..self
        }
    }

    /// Gives all events the same time, for a caller that reads the messages itself.
    #[must_use]
    pub fn untimed(self) -> Self {
        Self {
            is_timed: false,
            ..self
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

    /// Reads times in the user's own formats too.
    #[must_use]
    pub fn with_formats(self, custom: &CustomReading) -> Self {
        Self {
            line_reader: LineReader::new(custom),
            ..self
        }
    }

    /// The next event; `None` at the end.
    ///
    /// # Errors
    ///
    /// If the reader fails. The event before the fault is returned first.
    pub fn next_event(&mut self) -> io::Result<Option<LogEvent>> {
        let Some((offset, message)) = self.next_message()? else {
            return Ok(None);
        };
        if self.is_timed
            && let Some(stated) = self.stated(&message)
        {
            self.last_stated = Some(stated);
        }
        Ok(Some(LogEvent {
            id: self.ids.next(self.last_stated, offset, &message),
            offset,
            timestamp: self.last_stated.unwrap_or(self.otherwise),
            message,
        }))
    }

    /// The time that a message states. It stands for the one that CloudWatch gives an event, so that an
    /// old log keeps its times.
    fn stated(&self, message: &str) -> Option<Timestamp> {
        let text = ansi::strip(message.into());
        let time = self.line_reader.read(&text).timestamp?;
        time.stated.resolve(&self.zone, self.near)
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
