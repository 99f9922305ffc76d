//! A dashboard as a page of HTML that needs nothing else: laid out on CloudWatch's grid, with graphs
//! of what the local store knows. What is made up says so on its widget.
//!
//! Invariant: no text of a dashboard or a log becomes HTML; see `shared::html`.

use std::fmt::Write as _;

use dashboard_deployment::finding::Finding;
use jiff::{SignedDuration, tz::TimeZone};
use serde_json::Value;

use shared::{format, html::escape};

use crate::{
    measured::{LocalData, PARTS},
    report::time,
};

mod graph;
mod markdown;
mod math;
mod scale;
mod series;
mod widget;

const STYLE: &str = include_str!("style.css");

/// The page.
#[must_use]
pub fn page(
    name: &str,
    body: &Value,
    findings: &[Finding],
    measured: &LocalData,
    zone: &TimeZone,
) -> String {
    let window = measured.window;
    let source = match &measured.from {
        Some(from) => format!("{} and, where marked, sample data", escape(from)),
        None => "sample data: the local store has no entries of this service".to_owned(),
    };
    let point = window.length().as_secs_f64() / PARTS as f64;
    let point = SignedDuration::try_from_secs_f64(point).unwrap_or_default();
    let title = escape(name);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <title>{title} · preview</title><style>{STYLE}</style></head><body>\
         <header><h1>{title}</h1><p>Preview · {}, a point is {} · {source}</p></header>",
        escape(&time::window(window, zone)),
        format::duration(point),
    );
    if !findings.is_empty() {
        page.push_str("<section aria-label=\"Findings\"><ul class=\"findings\">");
        for finding in findings {
            // Writing to a string cannot fail.
            let _ = write!(page, "<li>{}</li>", escape(&finding.to_string()));
        }
        page.push_str("</ul></section>");
    }
    page.push_str("<main class=\"board\">");
    let widgets = body.get("widgets").and_then(Value::as_array);
    for widget in widgets.map(Vec::as_slice).unwrap_or_default() {
        page.push_str(&widget::html(widget, measured, zone));
    }
    page.push_str("</main></body></html>\n");
    page
}

#[cfg(test)]
mod tests;
