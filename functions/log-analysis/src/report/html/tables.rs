//! The tables of the page. Each is empty if there is nothing to show.

use std::fmt::Write as _;

use shared::{
    format::{count, counted, milliseconds, share},
    model::analysis::{
        LogAnalysis, Route,
        baseline::{Verdict, WatchedNumber},
    },
};

use super::{BAD, CODE, MUTED, TEXT, WRAP, chart::gauge, text};
use crate::report::{
    explanation::{failing, first_line, name, others, slowest},
    impact::{band, value},
    variants,
};

/// The most rows of each table.
const ROUTES: usize = 10;
const ERRORS: usize = 5;
const USERS: usize = 8;
const PARTS: usize = 8;
/// The most variants of a cause.
const VARIANTS: usize = 5;

/// A cell.
pub(super) enum Cell {
    Text(String),
    Number(String),
    Bad(String),
    /// A number that is left out on a phone.
    Wide(String),
    /// A drawing, which is HTML already.
    Drawing(String),
}

/// The titles of the columns. One that begins with `~` is left out on a phone.
fn heads(heads: &[&str]) -> String {
    let cells: Vec<String> = heads
        .iter()
        .enumerate()
        .map(|(number, head)| {
            let (class, head) = match head.strip_prefix('~') {
                Some(head) => ("muted wide", head),
                None => ("muted", *head),
            };
            let (align, style) = if number == 0 {
                ("left", "padding:0 0 4px;")
            } else {
                ("right", "padding:0 0 4px 10px;white-space:nowrap;")
            };
            if head.is_empty() {
                // A screen reader would announce a title.
                return format!("<td class=\"{class}\"></td>");
            }
            format!(
                "<th class=\"{class}\" scope=\"col\" align=\"{align}\" style=\"{style}font-size:13px;\
                 line-height:19px;font-weight:400;{MUTED}\">{head}</th>"
            )
        })
        .collect();
    let cells = cells.concat();
    format!("<tr>{cells}</tr>")
}

fn row(cells: &[Cell]) -> String {
    let mut row = "<tr>".to_owned();
    for (number, cell) in cells.iter().enumerate() {
        let (class, style, align, inner) = match cell {
            Cell::Text(words) => ("text", format!("{TEXT}{WRAP}"), "left", text(words)),
            Cell::Number(number) => (
                "text",
                format!("{TEXT}white-space:nowrap;"),
                "right",
                text(number),
            ),
            Cell::Bad(number) => (
                "bad",
                format!("{BAD}font-weight:600;white-space:nowrap;"),
                "right",
                text(number),
            ),
            Cell::Wide(number) => (
                "text wide",
                format!("{TEXT}white-space:nowrap;"),
                "right",
                text(number),
            ),
            Cell::Drawing(drawing) => ("text wide", String::new(), "right", drawing.clone()),
        };
        let left = if number == 0 { "0" } else { "10px" };
        // Writing to a string cannot fail.
        let _ = write!(
            row,
            "<td class=\"{class} line\" align=\"{align}\" valign=\"top\" style=\"padding:5px 0 5px \
             {left};border-top:1px solid #e6e9ed;font-size:14px;line-height:20px;{style}\">{inner}</td>"
        );
    }
    row + "</tr>"
}

pub(super) fn table(columns: &[&str], rows: &[Vec<Cell>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let rows: String = rows.iter().map(|cells| row(cells)).collect();
    format!(
        "<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"border-collapse:collapse;\">\
         {}{rows}</table>",
        heads(columns)
    )
}

fn aside(words: &str) -> String {
    format!(
        "<p class=\"muted\" style=\"margin:4px 0 0;font-size:13px;line-height:19px;{MUTED}\">{}</p>",
        text(words)
    )
}

/// The causes, each with its variants and an example.
pub(super) fn causes(analysis: &LogAnalysis) -> String {
    let mut blocks = String::new();
    for cause in &analysis.causes {
        let mut facts = vec![
            format!(
                "{} of {} ({})",
                count(cause.failed_requests),
                counted(
                    analysis.requests.failed,
                    "failed request",
                    "failed requests"
                ),
                share(cause.share)
            ),
            format!("was {}", count(cause.previous_failed_requests)),
            counted(cause.users, "user", "users"),
            counted(cause.routes, "route", "routes"),
        ];
        if cause.is_new == Some(true) {
            facts.push("new".to_owned());
        }
        let variants = variants(cause, VARIANTS);
        facts.extend((!variants.is_empty()).then_some(variants));
        let example = cause.example.as_deref().map(first_line);
        let example = example.filter(|example| *example != cause.message);
        let example = example.map_or_else(String::new, |example| {
            format!(
                "<p class=\"muted\" style=\"margin:2px 0 0;{CODE}{MUTED}{WRAP}\">{}</p>",
                text(&format!("e.g. {example}"))
            )
        });
        let _ = write!(
            blocks,
            "<div class=\"line\" style=\"padding:7px 0;border-top:1px solid #e6e9ed;\">\
             <p class=\"text\" style=\"margin:0;{CODE}{TEXT}{WRAP}\">{}</p>\
             <p class=\"text\" style=\"margin:2px 0 0;font-size:14px;line-height:20px;{TEXT}{WRAP}\">\
             {}</p>{example}</div>",
            text(first_line(&cause.message)),
            text(&facts.join(" · ")),
        );
    }
    blocks
}

/// The routes that fail, or else the slowest.
pub(super) fn routes(analysis: &LogAnalysis) -> String {
    let failing = failing(analysis);
    let routes = if failing.is_empty() {
        slowest(analysis)
    } else {
        failing
    };
    let of_route = |route: &&Route| {
        let requests = &route.requests;
        let failed = count(requests.failed);
        let rate = share(requests.error_rate.unwrap_or(0.0));
        let durations = requests.durations;
        let duration = |value: Option<f64>| value.map_or_else(String::new, milliseconds);
        vec![
            Cell::Text(name(route)),
            Cell::Number(count(requests.count)),
            if requests.failed > 0 {
                Cell::Bad(format!("{failed} ({rate})"))
            } else {
                Cell::Number(failed)
            },
            Cell::Wide(duration(durations.map(|durations| durations.p50))),
            Cell::Number(duration(durations.map(|durations| durations.p95))),
        ]
    };
    let rows: Vec<_> = routes.iter().take(ROUTES).map(of_route).collect();
    let mut html = table(&["Route", "Requests", "Failed", "~Median", "p95"], &rows);
    let more = routes.len().saturating_sub(ROUTES) as u64;
    if more > 0 {
        html.push_str(&aside(&counted(more, "more route", "more routes")));
    }
    html
}

/// The errors that explain no failed request.
pub(super) fn errors(analysis: &LogAnalysis) -> String {
    let others = others(analysis);
    let rows: Vec<_> = others
        .iter()
        .take(ERRORS)
        .map(|error| {
            let new = if error.is_new == Some(true) {
                "new"
            } else {
                ""
            };
            vec![
                Cell::Text(first_line(&error.example).to_owned()),
                Cell::Bad(new.to_owned()),
                Cell::Number(count(error.count)),
                Cell::Number(count(error.users)),
            ]
        })
        .collect();
    table(&["Latest of each kind", "", "Count", "Users"], &rows)
}

/// A band without its first word.
pub(super) fn bare(band: &str) -> String {
    band.strip_prefix("usual ").unwrap_or(band).to_owned()
}

/// Routes and error patterns that are not as usual.
pub(super) fn parts(analysis: &LogAnalysis) -> String {
    let numbers = analysis
        .baseline
        .iter()
        .flat_map(|baseline| &baseline.numbers);
    let unusual = numbers.filter(|number| number.key.subject.is_some());
    let unusual = unusual.filter(|number| number.verdict > Verdict::Normal);
    let rows: Vec<_> = unusual
        .take(PARTS)
        .filter_map(|number| {
            let subject = number.key.subject.as_deref()?;
            let what = match number.key.number {
                WatchedNumber::FailedRequests => "failed requests",
                WatchedNumber::ErrorEntries => "errors",
                WatchedNumber::ErrorPattern => "entries of this error",
                WatchedNumber::Traffic => "requests",
                WatchedNumber::Latency => "duration",
                WatchedNumber::UserShare | WatchedNumber::ClientShare => "share",
            };
            let now = value(number.key.number, number.value);
            let usual = band(number);
            let drawing = usual.as_ref().and_then(|usual| {
                let label = format!("{what}: {now}, {usual}");
                Some(gauge(number.value, (number.lower?, number.upper?), &label))
            });
            Some(vec![
                Cell::Text(format!("{subject}: {what}")),
                Cell::Bad(now),
                Cell::Number(usual.as_deref().map_or_else(String::new, bare)),
                Cell::Drawing(drawing.unwrap_or_default()),
            ])
        })
        .collect();
    table(&["", "Now", "Usual", "~"], &rows)
}

/// The users with the most requests.
pub(super) fn users(analysis: &LogAnalysis) -> String {
    let rows: Vec<_> = analysis
        .user_activity
        .iter()
        .take(USERS)
        .map(|user| {
            let failed = count(user.failed_count);
            vec![
                Cell::Text(user.user_id.clone()),
                Cell::Number(count(user.request_count)),
                if user.failed_count > 0 {
                    Cell::Bad(failed)
                } else {
                    Cell::Number(failed)
                },
            ]
        })
        .collect();
    let shown = rows.len() as u64;
    let mut html = table(&["User", "Requests", "Failed"], &rows);
    let more = analysis.request_users.saturating_sub(shown);
    if more > 0 && shown > 0 {
        html.push_str(&aside(&counted(more, "more user", "more users")));
    }
    html
}
