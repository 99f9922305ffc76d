//! The story as text alone: for mail programs without HTML, and for whoever subscribes to a topic of
//! SNS by mail or SMS.

use super::{
    cut,
    message_summary::{MessageSummary, SummaryFact},
};

/// The most characters of a title.
const TITLE: usize = 1_000;
/// The most bytes of a line.
const LINE: usize = 1_000;
/// The most pieces of advice.
const ADVICE: usize = 10;
/// The most links.
const LINKS: usize = 20;
/// The most facts.
const ROWS: usize = 60;
/// The most bytes of an example.
const EXAMPLE: usize = 4_000;
/// Everything but the message is shorter than this, whatever is in the story: in bytes.
pub(super) const ALL_BUT_MESSAGE: usize = 180_000;

/// The story in at most so many bytes, of which [`ALL_BUT_MESSAGE`] must be there.
pub(super) fn write(summary: &MessageSummary, most: usize) -> String {
    let head = head(summary);
    let foot = foot(summary);
    let left = most.saturating_sub(head.len() + foot.len() + 4);
    let message = cut::bytes(&summary.message, left);
    [head.as_str(), &message, &foot]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// A title of one line that says how bad it is, and where: `[CRITICAL] prod: gm-tool: CPU`.
pub(super) fn subject(summary: &MessageSummary, most: usize) -> String {
    // The origin stands first: two that look alike must not differ where a long title is cut.
    let origin = if summary.origin_mark.is_empty() {
        String::new()
    } else {
        format!("{}: ", summary.origin_mark)
    };
    // A reply keeps the title that programs know the thread by.
    let title = summary.first_title.as_ref().unwrap_or(&summary.title);
    let line = format!("[{}] {origin}{title}", summary.word);
    cut::characters(&line, most).into_owned()
}

fn head(summary: &MessageSummary) -> String {
    let labels = summary.labels;
    let mut parts = vec![block(
        &subject(summary, TITLE),
        summary.first_lines().into_iter(),
    )];
    let several = summary.advice.len() > 1;
    let advice = summary.advice.iter().take(ADVICE).enumerate();
    let advice = advice.map(|(index, advice)| {
        if several {
            format!("{}. {advice}", index + 1)
        } else {
            advice.clone()
        }
    });
    parts.push(block(labels.what_to_do, advice));
    let incidents = summary.incidents.iter();
    parts.push(block(
        labels.incidents,
        incidents.map(|incident| format!("{} {}", incident.tone.sign(), incident.line)),
    ));
    // An address is never cut: it would lead nowhere.
    let links: Vec<String> = summary
        .links
        .iter()
        .take(LINKS)
        .map(|location| {
            format!(
                "{}:\n{}",
                cut::bytes(&location.label, LINE),
                location.address
            )
        })
        .collect();
    if !links.is_empty() {
        parts.push(format!("{}\n{}", labels.links, links.join("\n")));
    }
    let rows = summary.rows.iter().take(ROWS).map(row);
    let hidden = summary.rows.len().saturating_sub(ROWS);
    let hidden = (hidden > 0).then(|| labels.more(hidden));
    parts.push(block(labels.details, rows.chain(hidden)));
    if let Some(example) = &summary.example {
        parts.push(format!(
            "{}\n{}",
            labels.example,
            cut::bytes(example, EXAMPLE)
        ));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

fn foot(summary: &MessageSummary) -> String {
    let instead = summary.instead.as_deref();
    let instead = instead.map(|channel| summary.labels.instead_of(channel));
    let lines: Vec<String> = [Some(summary.origin.clone()), instead]
        .into_iter()
        .flatten()
        .filter(|line| !line.is_empty())
        .map(|line| cut::bytes(&line, LINE).into_owned())
        .collect();
    lines.join("\n")
}

/// A title and lines below it; nothing without lines.
fn block(title: &str, lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = lines
        .map(|line| cut::bytes(&line, LINE).into_owned())
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("{title}\n{}", lines.join("\n"))
}

fn row(row: &SummaryFact) -> String {
    if row.name.is_empty() {
        return row.value.clone();
    }
    let between = if row.value.contains('\n') { "\n" } else { " " };
    format!("{}:{between}{}", row.name, row.value)
}
