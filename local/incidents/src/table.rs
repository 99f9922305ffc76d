//! Scores as a table in Markdown.

use std::fmt::Write as _;

use crate::score::{KindScore, Score};

/// The table of two scores: a row for each kind of incident, and one for all.
#[must_use]
pub fn table(analysis: &Score, rules: &Score) -> String {
    let mut text = String::from(
        "| incident | of | found in time | delay | messages | static rules: found in time | delay | messages |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    let mut row = |name: &str, ours: &KindScore, theirs: &KindScore| {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} |",
            ours.incidents,
            cells(ours),
            cells(theirs)
        );
    };
    for (kind, ours) in &analysis.kinds {
        let theirs = rules.kinds.get(kind).cloned().unwrap_or_default();
        row(kind.name(), ours, &theirs);
    }
    row("**all**", &analysis.total(), &rules.total());
    text
}

/// The lines below the table: shares and false alarms.
#[must_use]
pub fn summary(name: &str, score: &Score) -> String {
    let total = score.total();
    format!(
        "{name}: {} of {} incidents found in time ({:.0}%), {} in all; {} false alarms in {:.1} weeks of a \
         service ({:.2} a week); at most {} messages for an incident; {} messages about reworded errors.\n",
        total.in_time,
        total.incidents,
        score.recall() * 100.0,
        total.found,
        score.false_alarms.len(),
        score.days / 7.0,
        score.false_alarms_a_week(),
        total.most_messages,
        score.reworded,
    )
}

/// What was missed, had too many messages or was a false alarm, for those who tune.
#[must_use]
pub fn findings(score: &Score) -> String {
    let mut text = String::new();
    let lists = [
        ("missed", &score.missed),
        ("many messages", &score.noisy),
        ("false alarm", &score.false_alarms),
    ];
    for (word, findings) in lists {
        for finding in findings {
            let _ = writeln!(
                text,
                "{word}: {} (seed {}) {}: {}",
                finding.service, finding.seed, finding.at, finding.text
            );
        }
    }
    text
}

fn cells(score: &KindScore) -> String {
    let delay = score.median_delay();
    let delay = delay.map_or("–".to_owned(), |minutes| format!("{minutes} min"));
    let messages = score.messages_each();
    let messages = messages.map_or("–".to_owned(), |messages| format!("{messages:.1}"));
    format!("{} | {delay} | {messages}", score.in_time)
}
