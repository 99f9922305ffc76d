//! What else changed or is unusual, and who was active.

use log_analysis::report::{changes as since_before, unusual};
use shared::{format::count, model::analysis::LogAnalysis, printable::printable};

use crate::report::{
    style::{Paint, Style},
    width::{columns, fitted},
};

/// The columns of the names on the left.
const MARGIN: usize = 9;
/// The most users, and the most unusual numbers.
const USERS: usize = 4;
const UNUSUAL: usize = 4;

/// The lines.
pub(super) fn changes(analysis: &LogAnalysis, style: Style) -> String {
    if analysis.total_count == 0 {
        return String::new();
    }
    let mut text = list("Users", &users(analysis), style);
    text.push_str(&list("Also", &since_before(analysis), style));
    let unusual = unusual(analysis);
    for (number, sentence) in unusual.iter().take(UNUSUAL).enumerate() {
        let name = if number == 0 { "Unusual" } else { "" };
        text.push_str(&line(name, &printable(sentence), style));
    }
    let more = unusual.len().saturating_sub(UNUSUAL);
    if more > 0 {
        text.push_str(&line("", &format!("and {}", count(more as u64)), style));
    }
    text
}

/// The most active users: of those with failed requests, the failed and all.
fn users(analysis: &LogAnalysis) -> Vec<String> {
    let failed = analysis.requests.failed > 0;
    let users = analysis.user_activity.iter().take(USERS);
    let mut texts: Vec<String> = users
        .map(|user| {
            let name = fitted(&printable(&user.user_id), 24);
            let requests = count(user.request_count);
            if failed {
                format!("{name} {}/{requests}", count(user.failed_count))
            } else {
                format!("{name} {requests}")
            }
        })
        .collect();
    let more = analysis.request_users.saturating_sub(texts.len() as u64);
    if more > 0 && !texts.is_empty() {
        texts.push(format!("{} more", count(more)));
    }
    texts
}

/// Words on as many lines as they need.
fn list(name: &str, texts: &[String], style: Style) -> String {
    let room = usize::from(style.width).saturating_sub(MARGIN);
    let mut lines: Vec<String> = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        let comma = if number + 1 < texts.len() { "," } else { "" };
        let text = format!("{text}{comma}");
        match lines.last_mut() {
            Some(last) if columns(last) + 1 + columns(&text) <= room => {
                last.push(' ');
                last.push_str(&text);
            }
            _ => lines.push(text),
        }
    }
    let lines = lines.iter().enumerate();
    lines
        .map(|(number, text)| line(if number == 0 { name } else { "" }, text, style))
        .collect()
}

fn line(name: &str, text: &str, style: Style) -> String {
    let room = usize::from(style.width).saturating_sub(MARGIN);
    let name = format!(" {name:<width$}", width = MARGIN - 1);
    let text = fitted(text, room);
    format!("{}{text}\n", style.paint(Paint::Heading, &name))
}
