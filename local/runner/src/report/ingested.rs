//! What became of ingested logs.

use std::{fmt::Write as _, time::Duration};

use jiff::Timestamp;
use shared::{
    format::{count, counted},
    model::service::ServiceName,
};

use super::{
    style::{Paint, Style},
    table::{Column, Value, table},
};
use crate::{ingest::outcome::Ingested, window};

/// The summary of an ingestion.
#[must_use]
pub fn summary(all: &[Ingested], style: Style, place: &str) -> String {
    let mut text = numbers(all, style);
    for notice in notices(all) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {}", style.paint(Paint::Notice, &notice));
    }
    let place = format!("in {place}");
    let _ = writeln!(text, "  {}", style.paint(Paint::Aside, &place));
    text
}

/// The command that analyses what was ingested; `None` when there was nothing.
#[must_use]
pub fn next_command(all: &[Ingested], service: &ServiceName) -> Option<String> {
    let spans = all.iter().filter_map(|one| one.span);
    let (first, last) =
        spans.reduce(|(first, last), (start, end)| (first.min(start), last.max(end)))?;
    let start = Timestamp::from_second(first.as_second()).unwrap_or(first);
    let end = window::next_second(last);
    Some(format!(
        "bongsu analyze --service {service} --from {start} --to {end}"
    ))
}

fn numbers(all: &[Ingested], style: Style) -> String {
    let columns = [
        Column::Text("log", 1),
        Column::Number("received"),
        Column::Number("new"),
        Column::Number("already there"),
        Column::Number("filtered"),
        Column::Number("dead letters"),
        Column::Number("seconds"),
        Column::Number("events/s"),
    ];
    let mut rows: Vec<_> = all.iter().map(row).collect();
    if all.len() > 1 {
        let mut total = Ingested {
            name: "all".to_owned(),
            ..Ingested::default()
        };
        for one in all {
            total.report.merge(&one.report);
            total.took += one.took;
        }
        rows.push(row(&total));
    }
    table(style, &columns, rows)
}

fn row(one: &Ingested) -> Vec<Value> {
    let report = &one.report;
    vec![
        Value::new(&one.name),
        count(report.received).into(),
        Value::new(count(report.indexed)).painted_if(report.indexed > 0, Paint::Good),
        count(report.duplicates).into(),
        count(report.filtered).into(),
        Value::new(count(report.dead_lettered)).painted_if(report.dead_lettered > 0, Paint::Bad),
        format!("{:.1}", one.took.as_secs_f64()).into(),
        speed(report.received, one.took).into(),
    ]
}

fn speed(events: u64, took: Duration) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast of what is too large or no number saturates"
    )]
    let per_second = (events as f64 / took.as_secs_f64()).round() as u64;
    if took.is_zero() {
        "–".to_owned()
    } else {
        count(per_second)
    }
}

fn notices(all: &[Ingested]) -> Vec<String> {
    let sum = |of: fn(&Ingested) -> u64| all.iter().map(of).sum::<u64>();
    let received = sum(|one| one.report.received);
    let invalid = sum(|one| one.repairs.invalid_utf8);
    let cut = sum(|one| one.repairs.cut);
    let dead = sum(|one| one.report.dead_lettered);
    let old = sum(|one| one.report.duplicates);
    let mut notices = Vec::new();
    if received == 0 {
        notices.push("There was nothing to read.".to_owned());
    } else if old == received {
        notices.push("All of it was there already; nothing is stored twice.".to_owned());
    }
    if invalid > 0 {
        let lines = counted(invalid, "line was", "lines were");
        notices.push(format!("{lines} not valid UTF-8; what was wrong became �."));
    }
    if cut > 0 {
        let events = counted(cut, "event was", "events were");
        notices.push(format!(
            "{events} longer than 1 MB, which is CloudWatch's limit, and cut there."
        ));
    }
    if dead > 0 {
        let events = counted(dead, "event was", "events were");
        notices.push(format!(
            "{events} refused by the store; they are kept as dead letters, with the reasons."
        ));
    }
    notices
}
