//! Notices before the numbers: limits of the data, and advice if there are none.

use shared::{
    format::{count, counted, duration},
    log_store::facts::Approximation,
    model::analysis::{AnalysisStatus, LogAnalysis, NoveltyUnknown},
    printable::printable,
};

use crate::report::paragraph::paragraph;
use crate::report::style::{Paint, Style};

/// The most messages of the store shown.
const FAILURES: usize = 5;

/// The notices, each a paragraph.
pub(super) fn notices(analysis: &LogAnalysis, style: Style) -> String {
    let mut text = String::new();
    let mut say = |paint, sentence: &str| text.push_str(&paragraph(style, paint, sentence));
    let service = &analysis.service;
    match analysis.status {
        AnalysisStatus::Answered => {}
        AnalysisStatus::MissingIndex => say(
            Paint::Notice,
            &format!(
                "Check the service's name (--service), and that its log was stored (bongsu ingest \
                 FILE --service {service}, or the function log-ingest). Logs older than \
                 LOG_RETENTION_DAYS are deleted."
            ),
        ),
        AnalysisStatus::NoLogs => say(Paint::Notice, &no_logs(analysis)),
        AnalysisStatus::NoRequests => say(
            Paint::Notice,
            "No entry is a request, so there are no numbers of requests and routes. Let the service \
             log each request with its method, path, status code and duration.",
        ),
        AnalysisStatus::Incomplete => {
            for failure in analysis.failures.iter().take(FAILURES) {
                say(Paint::Aside, &format!("- {}", printable(failure)));
            }
            if let Some(more @ 1..) = analysis.failures.len().checked_sub(FAILURES) {
                say(Paint::Aside, &format!("- and {more} more"));
            }
            say(
                Paint::Notice,
                "All counts are lower bounds, without comparisons or new errors. Run it again; if it \
                 fails again, check the store's health.",
            );
        }
    }
    if !analysis.settled && analysis.status != AnalysisStatus::MissingIndex {
        say(
            Paint::Notice,
            "The window ended just now, or has not ended: late entries may be missing. Analyse it \
             again in a few minutes.",
        );
    }
    if analysis.total_count > 0 {
        for sentence in doubts(analysis) {
            say(Paint::Aside, &sentence);
        }
    }
    text
}

fn no_logs(analysis: &LogAnalysis) -> String {
    let first = match &analysis.environment {
        Some(environment) => format!(
            "Only entries of the environment {} are counted: check its name.",
            printable(environment)
        ),
        None => "There are entries on the same day, but none in the window.".to_owned(),
    };
    format!(
        "{first} Try another window (--from, --to, --last), and check that the service runs and its \
         log arrives."
    )
}

/// The limits of the numbers.
fn doubts(analysis: &LogAnalysis) -> Vec<String> {
    let mut doubts = Vec::new();
    let least = count(analysis.rules.min_sample);
    if analysis.below_min_sample {
        let entries = counted(analysis.total_count, "entry", "entries");
        doubts.push(format!(
            "{entries} are too few for rates: below {least} they may be chance."
        ));
    }
    if analysis.status != AnalysisStatus::Incomplete && analysis.previous.total_count == 0 {
        let length = duration(analysis.window.length());
        doubts.push(format!(
            "There are no entries from the {length} before to compare with."
        ));
    }
    if analysis.new_errors_unknown == Some(NoveltyUnknown::NoHistory) && analysis.error_count > 0 {
        let lookback = duration(
            analysis
                .window
                .start
                .duration_since(analysis.rules.known_since),
        );
        doubts.push(format!(
            "There are no entries from the {lookback} before, so it is unknown which errors are \
             new."
        ));
    }
    if analysis.requests_without_path > 0 {
        doubts.push(match analysis.requests_without_path {
            1 => "1 request has no path and belongs to no route.".to_owned(),
            requests => format!(
                "{} requests have no path and belong to no route.",
                count(requests)
            ),
        });
    }
    if analysis.other_route_requests > 0 {
        let requests = counted(analysis.other_route_requests, "request is", "requests are");
        doubts.push(format!(
            "{requests} in no route, since there are too many routes."
        ));
    }
    if !analysis.approximate.is_empty() {
        let what: Vec<_> = analysis
            .approximate
            .iter()
            .map(|what| name(*what))
            .collect();
        doubts.push(format!("The store estimated {}.", listed(&what)));
    }
    doubts
}

fn name(what: Approximation) -> &'static str {
    match what {
        Approximation::Percentiles => "the percentiles of durations",
        Approximation::DistinctUsers => "the numbers of different users",
        Approximation::ErrorPatterns => "the counts per error",
        Approximation::Routes => "the counts per route (some routes may be missing)",
        Approximation::Users => "the requests per user",
        Approximation::Causes => "the failed requests per cause",
        Approximation::NewPatterns => "which errors are new",
    }
}

/// `a, b and c`.
fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
