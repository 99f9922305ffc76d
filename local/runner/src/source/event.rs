//! Lines become log events: what CloudWatch would store as one.
//!
//! A line that begins with white space, `at ` or `Caused by` continues the text event before it, as
//! stack traces do; the CloudWatch agent does the same with its `multi_line_start_pattern`. A line
//! of JSON is always an event of its own. Blank lines are no events.

use std::io::{self, BufRead};

use jiff::Timestamp;

use super::{
    identity::Identities,
    line::{Lines, MOST_EVENT_BYTES, Repairs},
    moment,
};

/// A log event as CloudWatch would hand it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEvent {
    /// The same for the same event of the same log stream, always.
    pub id: String,
    /// When it was written.
    pub timestamp: Timestamp,
    /// What was written: one line or several.
    pub message: String,
}

/// The events of a log.
#[derive(Debug)]
pub struct Events<R> {
    lines: Lines<R>,
    identities: Identities,
    /// The first line of the event after this one.
    next: Option<String>,
    /// The time of the last event that stated one.
    last_stated: Option<Timestamp>,
    /// The time of events before the first one that states its own.
    otherwise: Timestamp,
    cut: u64,
}

impl<R: BufRead> Events<R> {
    /// The events of what `reader` reads, which is the log stream `log_stream`. An event that
    /// states no time has that of the one before it; where there is none, `otherwise`.
    pub fn new(reader: R, log_stream: &str, otherwise: Timestamp) -> Self {
        Self {
            lines: Lines::new(reader),
            identities: Identities::new(log_stream),
            next: None,
            last_stated: None,
            otherwise,
            cut: 0,
        }
    }

    /// The next event; `None` at the end.
    ///
    /// # Errors
    ///
    /// When the reader fails.
    pub fn next_event(&mut self) -> io::Result<Option<LogEvent>> {
        let Some(message) = self.next_message()? else {
            return Ok(None);
        };
        if let Some(stated) = moment::of_line(&message) {
            self.last_stated = Some(stated);
        }
        let id = self.identities.next(self.last_stated, &message);
        Ok(Some(LogEvent {
            id,
            timestamp: self.last_stated.unwrap_or(self.otherwise),
            message,
        }))
    }

    /// What had to be done to lines and events so far.
    #[must_use]
    pub fn repairs(&self) -> Repairs {
        Repairs {
            cut: self.lines.repairs.cut + self.cut,
            ..self.lines.repairs
        }
    }

    fn next_message(&mut self) -> io::Result<Option<String>> {
        let mut message = loop {
            match self
                .next
                .take()
                .map_or_else(|| self.lines.next_line(), |line| Ok(Some(line)))?
            {
                None => return Ok(None),
                Some(line) if line.trim().is_empty() => {}
                Some(line) => break line,
            }
        };
        if is_json(&message) {
            return Ok(Some(message));
        }
        let mut is_cut = false;
        while let Some(line) = self.lines.next_line()? {
            if !continues(&line) {
                self.next = Some(line);
                break;
            }
            if message.len() + 1 + line.len() > MOST_EVENT_BYTES {
                is_cut = true;
            }
            if !is_cut {
                message.push('\n');
                message.push_str(&line);
            }
        }
        self.cut += u64::from(is_cut);
        Ok(Some(message))
    }
}

fn is_json(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('{') && line.ends_with('}')
}

fn continues(line: &str) -> bool {
    let is_indented = line.starts_with(char::is_whitespace) && !line.trim().is_empty();
    (is_indented && !is_json(line)) || line.starts_with("at ") || line.starts_with("Caused by")
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::{Events, LogEvent, MOST_EVENT_BYTES};

    fn events(text: &str) -> (Vec<LogEvent>, u64) {
        let otherwise = "2026-01-01T00:00:00Z".parse().expect("instant");
        let mut events = Events::new(Cursor::new(text), "app.log", otherwise);
        let mut all = Vec::new();
        while let Some(event) = events.next_event().expect("readable") {
            all.push(event);
        }
        (all, events.repairs().cut)
    }

    fn messages(text: &str) -> Vec<String> {
        events(text)
            .0
            .into_iter()
            .map(|event| event.message)
            .collect()
    }

    #[test]
    fn a_stack_trace_belongs_to_the_line_before_it() {
        assert_eq!(
            messages(
                "ERROR no\n    at f (a.js:1)\nat g\nCaused by: x\n\t... 3 more\n\nINFO next\n"
            ),
            [
                "ERROR no\n    at f (a.js:1)\nat g\nCaused by: x\n\t... 3 more",
                "INFO next"
            ]
        );
    }

    #[test]
    fn json_lines_are_events_of_their_own() {
        assert_eq!(
            messages("{\"a\":1}\n {\"b\":2}\n  indented\n {\"c\":3}"),
            ["{\"a\":1}", " {\"b\":2}", "  indented", " {\"c\":3}"]
        );
    }

    #[test]
    fn an_event_without_a_time_has_that_of_the_event_before() {
        let text = "first\n2026-11-24T00:30:55Z INFO second\nthird\n";
        let times: Vec<String> = events(text)
            .0
            .iter()
            .map(|event| event.timestamp.to_string())
            .collect();
        assert_eq!(
            times,
            [
                "2026-01-01T00:00:00Z",
                "2026-11-24T00:30:55Z",
                "2026-11-24T00:30:55Z"
            ]
        );
    }

    #[test]
    fn a_trace_without_end_is_cut() {
        let line = format!("\n  {}", "x".repeat(400_000));
        let (all, cut) = events(&format!("ERROR{}\nINFO next", line.repeat(5)));
        assert_eq!((all.len(), cut), (2, 1));
        assert!(all[0].message.len() <= MOST_EVENT_BYTES);
        assert_eq!(all[1].message, "INFO next");
    }

    #[test]
    fn a_grown_log_keeps_the_ids_of_its_events_and_repeated_lines_differ() {
        let text = "same\nsame\n2026-11-24T00:30:55Z x\n2026-11-24T00:30:55Z x\nsame\n";
        let before = events(text).0;
        let after = events(&format!("{text}same\nmore")).0;
        assert_eq!(before, after[..before.len()]);
        let ids: std::collections::BTreeSet<&str> =
            after.iter().map(|event| event.id.as_str()).collect();
        assert_eq!(ids.len(), after.len());
    }
}
