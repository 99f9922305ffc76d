//! The errors that explain failed requests, each with one real example.

use log_analysis::report::{explanation::first_line, variants};
use shared::{
    format::{count, counted},
    model::analysis::{FailureCause, LogAnalysis},
};

use crate::report::{
    rows::{RowCell, rows},
    style::{Paint, Style},
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
    rows(style, &cells)
}

/// A cause, below it the words in which its patterns differ, and an example where that is another text.
fn cause(cause: &FailureCause, has_routes: bool) -> Vec<Vec<RowCell>> {
    let is_new = cause.is_new == Some(true);
    let before = if is_new {
        "new".to_owned()
    } else {
        format!("was {}", count(cause.previous_failed_requests))
    };
    let mut rows = vec![vec![
        RowCell::number(count(cause.failed_requests)).painted(Paint::Bad),
        RowCell::word(before).painted_if(is_new, Paint::Bad),
        RowCell::word(counted(cause.users, "user", "users")),
        RowCell::word(if has_routes {
            counted(cause.routes, "route", "routes")
        } else {
            String::new()
        }),
        RowCell::text(first_line(&cause.message)).painted_if(is_new, Paint::Bad),
    ]];
    let variants = variants(cause, VARIANTS);
    if !variants.is_empty() {
        rows.push(vec![RowCell::word(variants)]);
    }
    let example = cause.example.as_deref().map(first_line);
    if let Some(example) = example.filter(|example| *example != cause.message) {
        rows.push(vec![
            RowCell::word(format!("e.g. {example}")).painted(Paint::Aside),
        ]);
    }
    rows
}
