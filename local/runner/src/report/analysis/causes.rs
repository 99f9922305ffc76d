//! The errors that explain failed requests, each with one real example.

use shared::{
    format::{count, share},
    model::analysis::{FailureCause, LogAnalysis},
};

use super::errors::first_line;
use crate::report::{
    style::{Paint, Style},
    table::{CellValue, Column, table},
};

/// The causes, the one that explains most first.
pub(super) fn causes(analysis: &LogAnalysis, style: Style) -> String {
    if analysis.causes.is_empty() {
        return String::new();
    }
    let columns = [
        Column::Number("failed"),
        Column::Number("share"),
        Column::Number("was"),
        Column::Number("users"),
        Column::Number("routes"),
        Column::Word(""),
        Column::Text("error that these requests logged, and an example", 2),
    ];
    let rows = analysis.causes.iter().flat_map(rows).collect();
    table(style, &columns, rows)
}

/// A cause, and below it the example, where that is another text.
fn rows(cause: &FailureCause) -> Vec<Vec<CellValue>> {
    let is_new = cause.is_new == Some(true);
    let mut rows = vec![vec![
        count(cause.failed_requests).into(),
        share(cause.share).into(),
        count(cause.previous_failed_requests).into(),
        count(cause.users).into(),
        count(cause.routes).into(),
        CellValue::new(if is_new { "new" } else { "" }).painted(Paint::Bad),
        CellValue::new(first_line(&cause.message)).painted_if(is_new, Paint::Bad),
    ]];
    let example = cause.example.as_deref().map(first_line);
    if let Some(example) = example.filter(|example| *example != cause.message) {
        let mut row: Vec<CellValue> = (0..6).map(|_| CellValue::new("")).collect();
        row.push(CellValue::new(format!("e.g. {example}")).painted(Paint::Aside));
        rows.push(row);
    }
    rows
}
