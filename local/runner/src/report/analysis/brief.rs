//! Errors and routes of the brief report.

use log_analysis::report::explanation::{failing, first_line, name, others, slowest};
use shared::{
    format::{count, counted, milliseconds, whole_percent},
    model::analysis::{LogAnalysis, Route},
};

use crate::report::{
    paragraph::paragraph,
    style::{Paint, Style},
    table::{CellValue, Column, table},
};

/// The most errors.
const ERRORS: usize = 5;
/// The most routes that fail, and the most slow ones if none does.
const FAILING: usize = 8;
const SLOWEST: usize = 3;
/// The narrowest terminal that has room for the word beside the numbers.
const WIDE: u16 = 72;

/// The errors that explain no failed request, each with the latest of its kind.
pub(super) fn errors(analysis: &LogAnalysis, style: Style) -> String {
    let others = others(analysis);
    let cells: Vec<_> = others
        .iter()
        .take(ERRORS)
        .map(|error| {
            let is_new = error.is_new == Some(true);
            vec![
                CellValue::new(count(error.count)).painted(Paint::Bad),
                CellValue::new(if is_new { "new" } else { "" }).painted(Paint::Bad),
                CellValue::new(counted(error.users, "user", "users")),
                CellValue::new(first_line(&error.example)),
            ]
        })
        .collect();
    let columns = [
        Column::Number(""),
        Column::Word(""),
        Column::Word(""),
        Column::Text("", 1),
    ];
    table(style, &columns, cells) + &more(others.len(), ERRORS, "kind", "kinds", style)
}

/// The routes with failed requests, or the slowest.
pub(super) fn routes(analysis: &LogAnalysis, style: Style) -> String {
    let failing = failing(analysis);
    let (routes, most) = if failing.is_empty() {
        (slowest(analysis), SLOWEST)
    } else {
        (failing, FAILING)
    };
    let limit = analysis.rules.slow_milliseconds;
    let cells: Vec<_> = routes
        .iter()
        .take(most)
        .map(|route| of_route(route, limit, style.width >= WIDE))
        .collect();
    let columns = [
        Column::Text("", 1),
        Column::Number(""),
        Column::Number(""),
        Column::Number(""),
        Column::Word(""),
    ];
    table(style, &columns, cells) + &more(routes.len(), most, "route", "routes", style)
}

fn of_route(route: &Route, limit: f64, is_wide: bool) -> Vec<CellValue> {
    let requests = &route.requests;
    let word = if is_wide { " failed" } else { "" };
    let failed = format!("{}/{}{word}", count(requests.failed), count(requests.count));
    let rate = whole_percent(requests.error_rate.unwrap_or(0.0));
    let durations = requests.durations;
    let p95 = durations.map_or_else(String::new, |durations| {
        format!("p95 {}", milliseconds(durations.p95))
    });
    let is_slow = durations.is_some_and(|durations| durations.average >= limit);
    vec![
        CellValue::new(name(route)),
        CellValue::new(failed).painted_if(requests.failed > 0, Paint::Bad),
        CellValue::new(rate),
        CellValue::new(p95).painted_if(is_slow, Paint::Notice),
        CellValue::new(if requests.below_min_sample { "few" } else { "" }).painted(Paint::Notice),
    ]
}

fn more(number: usize, shown: usize, one: &str, many: &str, style: Style) -> String {
    match number.saturating_sub(shown) as u64 {
        0 => String::new(),
        more => {
            let one = format!("more {one}");
            let many = format!("more {many}");
            paragraph(style, Paint::Aside, &counted(more, &one, &many))
        }
    }
}
