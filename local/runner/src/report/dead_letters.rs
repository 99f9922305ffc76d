//! Dead letters: the reasons with their counts, then the newest letters.

use std::{borrow::Cow, collections::HashMap, fmt::Write as _};

use jiff::{Timestamp, tz::TimeZone};
use log_ingest::{letters::ReplayCounts, pattern, redact::Redactor};
use serde::Serialize;
use serde_json::Value;
use shared::{
    format::{count, counted},
    log_store::DeadLetter,
    model::service::ServiceName,
    printable::printable,
};

use super::{
    entries,
    style::{Paint, Style},
    table::{CellValue, Column, table},
    time,
};
use crate::error::CommandError;

/// The most characters of an excerpt.
const LONGEST_EXCERPT: usize = 160;

/// The most characters of a reason, of which clusters keep 500.
const LONGEST_REASON: usize = 300;

/// A dead letter in a list.
#[derive(Clone, Debug, Serialize)]
pub struct ListedLetter {
    timestamp: Timestamp,
    service: ServiceName,
    id: String,
    reason: String,
    /// The beginning of the entry.
    excerpt: String,
}

impl ListedLetter {
    /// The letter with an excerpt of its entry. Letters are redacted when they are stored; rules that
    /// were added later apply here.
    #[must_use]
    pub fn new(service: &ServiceName, letter: DeadLetter, redactor: &Redactor) -> Self {
        let excerpt = excerpt(&letter, redactor);
        Self {
            timestamp: letter.timestamp,
            service: service.clone(),
            id: letter.id,
            reason: redactor
                .text(Cow::Owned(letter.reason), &mut 0)
                .into_owned(),
            excerpt,
        }
    }
}

/// The beginning of the entry: of its message, its line, or its document.
fn excerpt(letter: &DeadLetter, redactor: &Redactor) -> String {
    let document: Option<Value> = serde_json::from_str(&letter.document).ok();
    let message = document.as_ref().and_then(|it| it["message"].as_str());
    let line = letter.event.as_ref().map(|event| event.message.as_str());
    let text = message.or(line).unwrap_or(&letter.document).trim();
    shortened(&redactor.text(Cow::Borrowed(text), &mut 0), LONGEST_EXCERPT)
}

fn shortened(text: &str, most: usize) -> String {
    let mut characters = text.chars();
    let mut short: String = characters.by_ref().take(most).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

/// The letters of a list, and how often each reason is there.
#[derive(Debug)]
pub struct LetterSummary {
    limit: usize,
    newest: Vec<ListedLetter>,
    count: u64,
    /// By the pattern of the reason: the number, and the first one found.
    reasons: HashMap<String, (u64, String)>,
}

impl LetterSummary {
    /// An empty list, for at most so many letters.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            newest: Vec::new(),
            count: 0,
            reasons: HashMap::new(),
        }
    }

    /// Adds a letter.
    pub fn add(&mut self, letter: ListedLetter) {
        self.count += 1;
        let reason = self.reasons.entry(pattern::pattern(&letter.reason));
        let (count, _) = reason.or_insert_with(|| (0, letter.reason.clone()));
        *count += 1;
        self.newest.push(letter);
        if self.newest.len() >= 2 * self.limit {
            self.keep_newest();
        }
    }

    /// The number of all letters.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    fn keep_newest(&mut self) {
        self.newest = self.newest();
    }

    /// The newest letters, newest first.
    fn newest(&self) -> Vec<ListedLetter> {
        let mut newest = self.newest.clone();
        newest.sort_by(|one, other| (other.timestamp, &other.id).cmp(&(one.timestamp, &one.id)));
        newest.truncate(self.limit);
        newest
    }
}

/// The list for people.
#[must_use]
pub fn list(summary: &LetterSummary, place: &str, style: Style, zone: &TimeZone) -> String {
    if summary.count == 0 {
        return format!("No dead letters in {place}.\n");
    }
    let letters = counted(summary.count, "dead letter", "dead letters");
    let mut text = format!("{letters} in {place}\n\n");
    text.push_str(&reasons(summary, style));
    let newest = summary.newest();
    for letter in &newest {
        let moment = time::moment(letter.timestamp, zone);
        let reason = shortened(&letter.reason, LONGEST_REASON);
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n{}  {}  {}\n  {} {}\n  {} {}\n",
            style.paint(Paint::Heading, &moment),
            style.paint(Paint::Name, letter.service.as_str()),
            style.paint(Paint::Aside, &printable(&letter.id)),
            style.paint(Paint::Aside, "reason"),
            style.paint(Paint::Bad, &printable(&reason)),
            style.paint(Paint::Aside, "entry "),
            printable(&letter.excerpt),
        );
    }
    let more = summary.count - newest.len() as u64;
    if more > 0 {
        let more = counted(more, "older letter is", "older letters are");
        let _ = writeln!(text, "\n{more} not shown; --limit NUMBER shows more.");
    }
    text.push_str("\nStore them again with `bongsu dead-letters replay --all`.\n");
    text
}

/// The reasons, the most frequent first.
fn reasons(summary: &LetterSummary, style: Style) -> String {
    let columns = [Column::Number("letters"), Column::Text("reason", 3)];
    let mut reasons: Vec<&(u64, String)> = summary.reasons.values().collect();
    reasons.sort_by(|one, other| (other.0, &one.1).cmp(&(one.0, &other.1)));
    let rows = reasons.into_iter().map(|(number, reason)| {
        vec![
            CellValue::new(count(*number)),
            CellValue::new(shortened(reason, LONGEST_REASON)),
        ]
    });
    table(style, &columns, rows.collect())
}

/// The letters as lines of JSON, newest first.
///
/// # Errors
///
/// If one cannot be written as JSON.
pub fn lines(summary: &LetterSummary) -> Result<String, CommandError> {
    let mut text = String::new();
    for letter in summary.newest() {
        let line = serde_json::to_string(&letter).map_err(CommandError::Json)?;
        text.extend([&entries::escaped(&line), "\n"]);
    }
    Ok(text)
}

/// The result of a replay.
#[must_use]
pub fn replayed(counts: &ReplayCounts, is_dry_run: bool) -> String {
    let events = |number| counted(number, "event", "events");
    let ReplayCounts {
        stored,
        duplicates,
        failed,
    } = *counts;
    if stored + duplicates + failed == 0 {
        return "No dead letters match.\n".to_owned();
    }
    if is_dry_run {
        let mut text = format!("{} would be stored again.\n", events(stored));
        if failed > 0 {
            let _ = writeln!(text, "{} cannot be read.", events(failed));
        }
        return text;
    }
    let mut text = format!("{} stored", events(stored));
    if duplicates > 0 {
        let _ = write!(text, ", {} stored before", events(duplicates));
    }
    let _ = writeln!(text, ", {} failed again.", events(failed));
    text
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use log_ingest::{
        letters::ReplayCounts,
        redact::{RedactionConfig, Redactor},
    };
    use shared::log_store::{DeadLetter, OriginalEvent};

    use super::{LetterSummary, ListedLetter, lines, list, replayed};
    use crate::report::style::Style;

    fn summary(limit: usize) -> LetterSummary {
        let redactor = Redactor::new(&RedactionConfig::default()).expect("valid rules");
        let mut summary = LetterSummary::new(limit);
        let service = "shop".parse().expect("a service");
        for (number, reason) in [
            "mapper_parsing_exception: failed to parse field [a] in document with id '17'",
            "mapper_parsing_exception: failed to parse field [a] in document with id '18'",
            "HTTP 413 \u{1b}[2J",
        ]
        .into_iter()
        .enumerate()
        {
            let timestamp = format!("2026-11-24T10:00:0{number}Z");
            let message = "결제 실패 password=hunter2secret \u{1b}[31m".repeat(20);
            let letter = DeadLetter {
                id: format!("id-{number}"),
                timestamp: timestamp.parse().expect("an instant"),
                reason: reason.to_owned(),
                document: "not JSON".to_owned(),
                event: Some(OriginalEvent {
                    timestamp: timestamp.parse().expect("an instant"),
                    message,
                }),
            };
            summary.add(ListedLetter::new(&service, letter, &redactor));
        }
        summary
    }

    #[test]
    fn reasons_are_counted_and_the_newest_letters_follow() {
        let style = Style {
            colours: false,
            width: 80,
        };
        let text = list(&summary(2), "store.sqlite", style, &TimeZone::UTC);
        assert!(!text.contains("hunter2secret") && !text.contains('\u{1b}'));
        insta::assert_snapshot!(text);
    }

    #[test]
    fn programs_get_a_line_for_each_letter_without_secrets_and_controls() {
        let text = lines(&summary(10)).expect("JSON");
        assert_eq!(text.lines().count(), 3);
        assert!(!text.contains("hunter2secret") && !text.contains('\u{1b}'));
        let first: serde_json::Value =
            serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
        assert_eq!(first["id"], "id-2");
        assert_eq!(first["reason"], "HTTP 413 \u{1b}[2J");
    }

    #[test]
    fn a_store_without_letters_says_so() {
        let style = Style {
            colours: false,
            width: 80,
        };
        let text = list(&LetterSummary::new(1), "here", style, &TimeZone::UTC);
        assert_eq!(text, "No dead letters in here.\n");
    }

    #[test]
    fn a_replay_says_what_was_stored() {
        let counts = ReplayCounts {
            stored: 2,
            duplicates: 1,
            failed: 1,
        };
        assert_eq!(
            replayed(&counts, false),
            "2 events stored, 1 event stored before, 1 event failed again.\n"
        );
        assert_eq!(
            replayed(&counts, true),
            "2 events would be stored again.\n1 event cannot be read.\n"
        );
        let nothing = ReplayCounts::default();
        assert_eq!(replayed(&nothing, false), "No dead letters match.\n");
    }
}
