//! Which errors there were, each with a real example, and which of them are new.

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use log_analysis::report::explanation::first_line;
use shared::{
    format::{count, counted, duration, share},
    model::analysis::{LogAnalysis, TopError},
};

use crate::report::paragraph::paragraph;
use crate::report::{
    chart,
    style::{Paint, Style},
    table::{CellValue, Column, table},
    time,
};

/// How wide the bar of a share is.
const BAR: u16 = 8;
/// How many new errors that are not among the most frequent are shown.
const FURTHER: usize = 10;

/// The most frequent errors.
pub(super) fn most_frequent(analysis: &LogAnalysis, style: Style) -> String {
    if analysis.top_errors.is_empty() {
        return String::new();
    }
    let columns = [
        Column::Number("count"),
        Column::Number("share"),
        Column::Word(""),
        Column::Number("users"),
        Column::Word(""),
        Column::Text("error, and the latest of its kind", 2),
    ];
    let rows = analysis.top_errors.iter().flat_map(rows).collect();
    let mut text = table(style, &columns, rows);
    let asides = [others(analysis), meaning_of_new(analysis)];
    let asides: Vec<_> = asides.into_iter().flatten().collect();
    if !asides.is_empty() {
        text.push_str(&paragraph(style, Paint::Aside, &asides.join(" ")));
    }
    if let Some(command) = whole_story(analysis) {
        let command = style.paint(Paint::Name, &command);
        text.push_str(&paragraph(
            style,
            Paint::Aside,
            "What else the first example's request logged:",
        ));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "    {command}");
    }
    text
}

/// An error's pattern, and below it the example, where that is another text.
fn rows(error: &TopError) -> Vec<Vec<CellValue>> {
    let new = if error.is_new == Some(true) {
        "new"
    } else {
        ""
    };
    let mut rows = vec![vec![
        count(error.count).into(),
        share(error.share).into(),
        CellValue::new(chart::bar(error.share, BAR)).painted(Paint::Bad),
        count(error.users).into(),
        CellValue::new(new).painted(Paint::Bad),
        CellValue::new(first_line(&error.message))
            .painted_if(error.is_new == Some(true), Paint::Bad),
    ]];
    if error.example != error.message {
        let first = first_line(&error.example);
        let nothing = || CellValue::new("");
        rows.push(vec![
            nothing(),
            nothing(),
            nothing(),
            nothing(),
            nothing(),
            CellValue::new(format!("e.g. {first}")).painted(Paint::Aside),
        ]);
    }
    rows
}

fn others(analysis: &LogAnalysis) -> Option<String> {
    let others = analysis.other_error_count;
    let errors = counted(
        others,
        "error is of another kind",
        "errors are of other kinds",
    );
    (others > 0).then(|| format!("{errors}."))
}

fn meaning_of_new(analysis: &LogAnalysis) -> Option<String> {
    let lookback = analysis
        .window
        .start
        .duration_since(analysis.rules.known_since);
    let any = analysis.new_error_count.unwrap_or_default() > 0;
    any.then(|| {
        format!(
            "What is new was not seen in the {} before.",
            duration(lookback)
        )
    })
}

/// The command that shows all that belongs to the example of the first error. What comes from a log
/// becomes part of a command only if no shell finds anything in it.
fn whole_story(analysis: &LogAnalysis) -> Option<String> {
    let first = analysis.top_errors.first()?;
    let id = first.correlation_id.as_deref()?;
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    let fits = (1..=64).contains(&id.len()) && !id.starts_with('-') && id.bytes().all(harmless);
    fits.then(|| {
        format!(
            "bongsu search --service {} --correlation-id {id}",
            analysis.service
        )
    })
}

/// The new errors that are not among the most frequent.
pub(super) fn further_new(analysis: &LogAnalysis, style: Style, zone: &TimeZone) -> String {
    let new = analysis.new_errors.as_deref().unwrap_or_default();
    let is_shown = |message: &str| {
        let mut top = analysis.top_errors.iter();
        top.any(|error| error.message == message)
    };
    let further: Vec<_> = new
        .iter()
        .filter(|error| !is_shown(&error.message))
        .collect();
    if further.is_empty() {
        return String::new();
    }
    let columns = [
        Column::Number("count"),
        Column::Word("first seen"),
        Column::Text("error", 2),
    ];
    let rows = further.iter().take(FURTHER).map(|error| {
        let text = error.example.as_ref().unwrap_or(&error.message);
        vec![
            count(error.count).into(),
            time::time_of_day(error.first_seen, zone).into(),
            CellValue::new(first_line(text)),
        ]
    });
    let mut text = table(style, &columns, rows.collect());
    let listed = (new.len() - further.len() + further.len().min(FURTHER)) as u64;
    let more = analysis
        .new_error_count
        .unwrap_or_default()
        .saturating_sub(listed);
    if more > 0 {
        let kinds = counted(more, "more kind is", "more kinds are");
        let aside = format!("{kinds} new; --json has the {} most frequent.", new.len());
        text.push_str(&paragraph(style, Paint::Aside, &aside));
    }
    text
}
