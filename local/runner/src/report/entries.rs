//! Log entries as lines: for a terminal as `tail` would show them, for programs as fields or JSON.

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use shared::{
    format::{counted, milliseconds},
    model::{level::Level, log::LogDocument},
    printable::printable,
};

use super::style::{Paint, Style};
use crate::error::CommandError;

/// How entries are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryFormat {
    /// For people: the time of the day, after a line for each day.
    Terminal,
    /// For programs: time in UTC, level and message, separated by tabs.
    Lines,
    /// The whole document as JSON.
    Json,
}

/// An entry around one that was found, or itself one.
#[derive(Clone, Debug)]
pub struct ContextEntry {
    /// The entry.
    pub document: LogDocument,
    /// True if it was found.
    pub is_hit: bool,
}

/// Entries that follow each other, the oldest first.
pub type EntryGroup = Vec<ContextEntry>;

/// The entries, which are newest first, as lines with the newest last.
///
/// # Errors
///
/// If an entry cannot be written as JSON.
pub fn entries(
    documents: &[LogDocument],
    format: EntryFormat,
    style: Style,
    zone: &TimeZone,
) -> Result<String, CommandError> {
    let mut lines = EntryLines::new(format, style, zone);
    for document in documents.iter().rev() {
        lines.add(document, "")?;
    }
    Ok(lines.text)
}

/// Groups of entries, with a mark before those that were found, and a line between groups.
///
/// # Errors
///
/// If an entry cannot be written as JSON.
pub fn groups(
    groups: &[EntryGroup],
    format: EntryFormat,
    style: Style,
    zone: &TimeZone,
) -> Result<String, CommandError> {
    let mut lines = EntryLines::new(format, style, zone);
    for (number, group) in groups.iter().enumerate() {
        if number > 0 && format != EntryFormat::Json {
            lines.text.push_str("--\n");
        }
        for entry in group {
            let mark = match (format, entry.is_hit) {
                (EntryFormat::Json, _) => "",
                (_, true) => "> ",
                (_, false) => "  ",
            };
            lines.add(&entry.document, mark)?;
        }
    }
    Ok(lines.text)
}

/// The lines so far.
struct EntryLines<'a> {
    text: String,
    day: Option<jiff::civil::Date>,
    format: EntryFormat,
    style: Style,
    zone: &'a TimeZone,
}

impl<'a> EntryLines<'a> {
    fn new(format: EntryFormat, style: Style, zone: &'a TimeZone) -> Self {
        Self {
            text: String::new(),
            day: None,
            format,
            style,
            zone,
        }
    }

    fn add(&mut self, document: &LogDocument, mark: &str) -> Result<(), CommandError> {
        match self.format {
            EntryFormat::Terminal => self.add_for_people(document, mark),
            EntryFormat::Lines => {
                let message = printable(document.message.trim_end());
                let (time, level) = (document.timestamp, document.level);
                self.text
                    .extend([mark, &format!("{time}\t{level}\t{message}\n")]);
            }
            EntryFormat::Json => {
                let line = serde_json::to_string(document).map_err(CommandError::Json)?;
                // JSON escapes the controls of C0, and not those that follow DEL.
                self.text.extend([&escaped(&line), "\n"]);
            }
        }
        Ok(())
    }

    fn add_for_people(&mut self, document: &LogDocument, mark: &str) {
        let style = self.style;
        let local = document.timestamp.to_zoned_datetime(self.zone.clone());
        if self.day != Some(local.date()) {
            self.day = Some(local.date());
            let heading = local.strftime("%A, %Y-%m-%d (%Z)").to_string();
            self.text
                .extend([&style.paint(Paint::Heading, &heading), "\n"]);
        }
        let time = local.strftime("%H:%M:%S%.3f").to_string();
        self.text.extend([
            mark,
            &style.paint(Paint::Aside, &time),
            " ",
            &level(document.level, style),
            " ",
            &message(document),
            &style.paint(Paint::Aside, &asides(document)),
            "\n",
        ]);
    }
}

/// JSON in which every character that a terminal acts on is escaped.
pub(super) fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        if printable(character.encode_utf8(&mut [0; 4])).len() == character.len_utf8() {
            text.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                // Writing to a string cannot fail.
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

fn level(level: Level, style: Style) -> String {
    let padded = format!("{level:<5}");
    match level {
        Level::Unknown | Level::Trace | Level::Debug => style.paint(Paint::Aside, &padded),
        Level::Info => style.paint(Paint::Good, &padded),
        Level::Warn => style.paint(Paint::Notice, &padded),
        Level::Error | Level::Fatal => style.paint(Paint::Bad, &padded),
    }
}

/// The first line of the message, and how many follow.
fn message(document: &LogDocument) -> String {
    let message = document.message.trim_end();
    let (first, rest) = message.split_once('\n').unwrap_or((message, ""));
    let first = printable(first.trim_end());
    match rest.lines().count() as u64 {
        0 => first.into_owned(),
        lines => format!("{first} … {}", counted(lines, "more line", "more lines")),
    }
}

/// What else is known of the entry and can be searched for.
fn asides(document: &LogDocument) -> String {
    let duration = document
        .request
        .as_ref()
        .and_then(|request| request.duration);
    let duration = duration.map(milliseconds);
    let asides = [&duration, &document.user_id, &document.correlation_id];
    let mut text = String::new();
    for aside in asides.into_iter().flatten() {
        text.push_str("  ");
        text.push_str(&printable(aside));
    }
    text
}

#[cfg(test)]
mod tests {
    use jiff::tz::{TimeZone, offset};
    use shared::model::{
        level::Level,
        log::{LogDocument, Request},
    };

    use super::{EntryFormat, entries};
    use crate::report::style::Style;

    fn document(timestamp: &str, level: Level, message: &str) -> LogDocument {
        LogDocument {
            level,
            correlation_id: Some("c7ce".to_owned()),
            user_id: Some("gm-\u{1b}[31m027".to_owned()),
            request: Some(Request {
                duration: Some(217.3),
                ..Request::default()
            }),
            ..LogDocument::new(
                "gm-tool",
                "1".to_owned(),
                timestamp.parse().expect("instant"),
                message,
            )
        }
    }

    #[test]
    fn the_newest_entry_is_last_and_a_new_day_is_shown() {
        let style = Style {
            colours: false,
            width: 80,
        };
        let documents = [
            document(
                "2026-11-24T15:00:00.5Z",
                Level::Error,
                "연결 풀\n  at f\n  at g\n",
            ),
            document("2026-11-24T14:59:59Z", Level::Info, "GET / 200 \u{1b}[2J"),
        ];
        let zone = TimeZone::fixed(offset(9));
        let text = entries(&documents, EntryFormat::Terminal, style, &zone).expect("text");
        assert_eq!(
            text,
            "Tuesday, 2026-11-24 (+09)\n\
             23:59:59.000 info  GET / 200 \\u{1b}[2J  217 ms  gm-\\u{1b}[31m027  c7ce\n\
             Wednesday, 2026-11-25 (+09)\n\
             00:00:00.500 error 연결 풀 … 2 more lines  217 ms  gm-\\u{1b}[31m027  c7ce\n"
        );
    }

    #[test]
    fn programs_get_one_line_for_each_entry_without_controls() {
        let style = Style {
            colours: false,
            width: 80,
        };
        let documents = [document(
            "2026-11-24T15:00:00.5Z",
            Level::Error,
            "연결\n\u{1b}[2Jx\u{9b}\u{202e}",
        )];
        let text = |format| entries(&documents, format, style, &TimeZone::UTC).expect("text");
        assert_eq!(
            text(EntryFormat::Lines),
            "2026-11-24T15:00:00.5Z\terror\t연결\\n\\u{1b}[2Jx\\u{9b}\\u{202e}\n"
        );
        let json = text(EntryFormat::Json);
        assert!(json.is_ascii() || !json.contains(['\u{1b}', '\u{9b}', '\u{202e}']));
        let read: LogDocument = serde_json::from_str(&json).expect("JSON");
        assert_eq!(read.message, documents[0].message);
    }
}
