//! Log entries as lines, as `tail` would show them.

use jiff::tz::TimeZone;
use shared::{
    format::{counted, milliseconds},
    model::{level::Level, log::LogDocument},
    printable::printable,
};

use super::style::{Paint, Style};

/// The entries, which are newest first, as lines with the newest last. Each day has a line of its
/// own before it.
#[must_use]
pub fn entries(documents: &[LogDocument], style: Style, zone: &TimeZone) -> String {
    let mut text = String::new();
    let mut day = None;
    for document in documents.iter().rev() {
        let local = document.timestamp.to_zoned_datetime(zone.clone());
        if day != Some(local.date()) {
            day = Some(local.date());
            let heading = local.strftime("%A, %Y-%m-%d (%Z)").to_string();
            text.push_str(&style.paint(Paint::Heading, &heading));
            text.push('\n');
        }
        let time = local.strftime("%H:%M:%S%.3f").to_string();
        text.push_str(&style.paint(Paint::Aside, &time));
        text.push(' ');
        text.push_str(&level(document.level, style));
        text.push(' ');
        text.push_str(&message(document));
        text.push_str(&style.paint(Paint::Aside, &asides(document)));
        text.push('\n');
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
        log::{LogDocument, LogFormat, LogSource, Request},
    };

    use super::entries;
    use crate::report::style::Style;

    fn document(timestamp: &str, level: Level, message: &str) -> LogDocument {
        LogDocument {
            id: "1".to_owned(),
            timestamp: timestamp.parse().expect("instant"),
            ingested_at: timestamp.parse().expect("instant"),
            level,
            level_original: None,
            message: message.to_owned(),
            message_bytes: None,
            pattern: message.to_owned(),
            service: "gm-tool".into(),
            environment: None,
            correlation_id: Some("c7ce".to_owned()),
            user_id: Some("gm-\u{1b}[31m027".to_owned()),
            request: Some(Request {
                duration: Some(217.3),
                ..Request::default()
            }),
            metadata: None,
            original: None,
            format: LogFormat::LOG_ENTRY,
            source: LogSource::default(),
            remarks: Vec::new(),
            redactions: 0,
            unread: Vec::new(),
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
        let text = entries(&documents, style, &TimeZone::fixed(offset(9)));
        assert_eq!(
            text,
            "Tuesday, 2026-11-24 (+09)\n\
             23:59:59.000 info  GET / 200 \\u{1b}[2J  217 ms  gm-\\u{1b}[31m027  c7ce\n\
             Wednesday, 2026-11-25 (+09)\n\
             00:00:00.500 error 연결 풀 … 2 more lines  217 ms  gm-\\u{1b}[31m027  c7ce\n"
        );
    }
}
