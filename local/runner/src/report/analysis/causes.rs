//! The errors that explain failed requests, each with one real example.

use log_analysis::report::{explanation::first_line, variants};
use shared::{
    format::{count, counted},
    model::analysis::{FailureCause, LogAnalysis},
};

use crate::report::{
    style::{Paint, Style},
    table::{CellValue, Column, table},
};

/// The most variants of a cause that are shown.
const VARIANTS: usize = 3;
/// The narrowest terminal that has room for the number of routes.
const WIDE: u16 = 72;

/// The causes, the one that explains most first.
pub(super) fn causes(analysis: &LogAnalysis, style: Style) -> String {
    let has_routes = style.width >= WIDE;
    let causes = analysis.causes.iter();
    let cells: Vec<_> = causes.flat_map(|it| cause(it, has_routes)).collect();
    let columns = [
        Column::Number(""),
        Column::Word(""),
        Column::Word(""),
        Column::Word(""),
        Column::Text("", 1),
    ];
    table(style, &columns, cells)
}

/// A cause, below it the words in which its patterns differ, and an example where that is another text.
fn cause(cause: &FailureCause, has_routes: bool) -> Vec<Vec<CellValue>> {
    let is_new = cause.is_new == Some(true);
    let before = if is_new {
        "new".to_owned()
    } else {
        format!("was {}", count(cause.previous_failed_requests))
    };
    let mut rows = vec![vec![
        CellValue::new(count(cause.failed_requests)).painted(Paint::Bad),
        CellValue::new(before).painted_if(is_new, Paint::Bad),
        CellValue::new(counted(cause.users, "user", "users")),
        CellValue::new(if has_routes {
            counted(cause.routes, "route", "routes")
        } else {
            String::new()
        }),
        CellValue::new(first_line(&cause.message)).painted_if(is_new, Paint::Bad),
    ]];
    let variants = variants(cause, VARIANTS);
    if !variants.is_empty() {
        rows.push(vec![CellValue::new(variants)]);
    }
    let example = cause.example.as_deref().map(first_line);
    if let Some(example) = example.filter(|example| *example != cause.message) {
        rows.push(vec![
            CellValue::new(format!("e.g. {example}")).painted(Paint::Aside),
        ]);
    }
    rows
}
