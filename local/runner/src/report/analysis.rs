//! The report on a window. Its first lines say how bad it is, whether it goes on, who is affected, why
//! and where; then causes, routes and changes. The full report adds all numbers, and charts.

use jiff::tz::TimeZone;
use log_analysis::report::{WindowClock, problems};
use shared::{model::analysis::LogAnalysis, printable::printable};

use super::{
    paragraph::paragraph,
    style::{Paint, Style},
    timeline,
};

mod brief;
mod causes;
mod changes;
mod errors;
mod first;
mod numbers;
mod requests;

/// The report on an analysis; with all numbers if `full`.
#[must_use]
pub fn report(analysis: &LogAnalysis, style: Style, zone: &TimeZone, full: bool) -> String {
    let clock = WindowClock::new(analysis.window, zone);
    let heading = |heading: &str, body: String| {
        if body.is_empty() {
            return body;
        }
        format!("{}\n{body}", style.paint(Paint::Heading, heading))
    };
    let mut sections = vec![first::lines(analysis, style, &clock)];
    if analysis.total_count > 0 {
        sections.push(heading("Causes", causes::causes(analysis, style)));
        if full {
            sections.extend([
                heading("In numbers", numbers::numbers(analysis, style)),
                heading(
                    "Over time",
                    timeline::timeline(analysis.window, &analysis.timeline, style, zone),
                ),
                heading("All errors", errors::most_frequent(analysis, style)),
                heading(
                    "Further new errors",
                    errors::further_new(analysis, style, zone),
                ),
                heading("Slow routes", requests::slow(analysis, style)),
                heading("Failing routes", requests::failing(analysis, style)),
                heading("Users", requests::users(analysis, style)),
            ]);
        } else {
            sections.extend([
                heading("Errors", brief::errors(analysis, style)),
                heading("Routes", brief::routes(analysis, style)),
            ]);
        }
    }
    let mut last = changes::changes(analysis, style);
    for note in problems(analysis).notes {
        last.push_str(&paragraph(style, Paint::Aside, &printable(&note)));
    }
    if !full && analysis.total_count > 0 {
        let more = "More: --full  --html report.html  --json";
        last.push_str(&paragraph(style, Paint::Aside, more));
    }
    sections.push(last);
    sections.retain(|section| !section.is_empty());
    sections.join("\n")
}

#[cfg(test)]
mod tests;
