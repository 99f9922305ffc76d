//! The report on a window: what log-analysis answered, for people. One sentence says how the window
//! was, then what has to be known before the numbers are trusted, then the numbers.

use jiff::tz::TimeZone;
use shared::model::analysis::{AnalysisStatus, LogAnalysis};

use super::{
    style::{Paint, Style},
    time, timeline,
};

mod causes;
mod errors;
mod headline;
mod notices;
mod numbers;
mod requests;

/// The report on an analysis.
#[must_use]
pub fn report(analysis: &LogAnalysis, style: Style, zone: &TimeZone) -> String {
    let title = title(analysis, zone);
    let mut sections = vec![format!(
        "{}\n{}",
        style.paint(Paint::Heading, &title),
        headline::headline(analysis, style)
    )];
    sections.push(notices::notices(analysis, style));
    if analysis.total_count > 0 {
        let section = |heading: &str, body: String| {
            if body.is_empty() {
                return body;
            }
            format!("{}\n{body}", style.paint(Paint::Heading, heading))
        };
        let drawn = timeline::timeline(analysis.window, &analysis.timeline, style, zone);
        sections.extend([
            section("In numbers", numbers::numbers(analysis, style)),
            section("Over time", drawn),
            section("Causes of failed requests", causes::causes(analysis, style)),
            section("Errors", errors::most_frequent(analysis, style)),
            section(
                "Further new errors",
                errors::further_new(analysis, style, zone),
            ),
            section("Slow routes", requests::slow(analysis, style)),
            section("Failing routes", requests::failing(analysis, style)),
            section("Users", requests::users(analysis, style)),
        ]);
    }
    sections.retain(|section| !section.is_empty());
    sections.join("\n")
}

fn title(analysis: &LogAnalysis, zone: &TimeZone) -> String {
    let window = time::window(analysis.window, zone);
    match &analysis.environment {
        Some(environment) => {
            let environment = shared::printable::printable(environment);
            format!("{} ({environment}), {window}", analysis.service)
        }
        None => format!("{}, {window}", analysis.service),
    }
}

/// Whether the window before can be compared with.
fn is_comparable(analysis: &LogAnalysis) -> bool {
    analysis.status != AnalysisStatus::Incomplete && analysis.previous.total_count > 0
}

#[cfg(test)]
mod tests;
