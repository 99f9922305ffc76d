//! What limits the numbers of an analysis. Unknown is not good: it comes before the numbers.

use shared::{
    format::{count, counted, duration, whole_percent},
    model::analysis::{AnalysisStatus, LogAnalysis, NoveltyUnknown, counts::Approximation},
};

/// From this share of entries on, what could not be read comes before the numbers.
const MANY: f64 = 0.01;
/// The most messages of the store shown.
const FAILURES: usize = 3;

/// What limits the numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// What comes before the numbers, a sentence each.
    pub first: Vec<String>,
    /// What comes after them.
    pub notes: Vec<String>,
}

/// The limits of the numbers of an analysis.
#[must_use]
pub fn problems(analysis: &LogAnalysis) -> Problems {
    let mut problems = Problems::default();
    store(analysis, &mut problems);
    quality(analysis, &mut problems);
    if !analysis.settled && analysis.status != AnalysisStatus::MissingIndex {
        problems.first.push(
            "The window ended just now, or has not ended: late entries may be missing.".to_owned(),
        );
    }
    if analysis.total_count > 0 {
        samples(analysis, &mut problems.notes);
        estimates(analysis, &mut problems.notes);
    }
    problems
}

fn store(analysis: &LogAnalysis, problems: &mut Problems) {
    let service = &analysis.service;
    match analysis.status {
        AnalysisStatus::Answered => {}
        AnalysisStatus::NoRequests => problems.notes.push(
            "No entry is a request. Let the service log each request with its method, path, status \
             code and duration."
                .to_owned(),
        ),
        AnalysisStatus::MissingIndex => problems.notes.push(format!(
            "Check the service's name (--service), and that its log was stored (bongsu ingest FILE \
             --service {service}, or the function log-ingest). Logs older than LOG_RETENTION_DAYS are \
             deleted."
        )),
        AnalysisStatus::NoLogs => problems.notes.push(match &analysis.environment {
            Some(environment) => {
                format!("Only entries of the environment {environment} count: check its name.")
            }
            None => "There are entries on the same day, but none in the window.".to_owned(),
        }),
        AnalysisStatus::Incomplete => {
            let mut failures: Vec<&str> = analysis.failures.iter().map(String::as_str).collect();
            let more = failures.len().saturating_sub(FAILURES);
            failures.truncate(FAILURES);
            let more = if more > 0 { format!("; and {more} more") } else { String::new() };
            problems.first.push(format!(
                "The search failed in part; all counts are lower bounds: {}{more}.",
                failures.join("; ")
            ));
            problems.notes.push(
                "Run it again; if it fails again, check the store's health.".to_owned(),
            );
        }
    }
}

fn quality(analysis: &LogAnalysis, problems: &mut Problems) {
    if let Some(sentence) = analysis.unknown_levels() {
        problems.first.push(format!("{sentence}."));
    }
    let quality = &analysis.quality;
    let unread = [
        (
            quality.without_level,
            "no level that could be read: they count neither as errors nor as healthy",
        ),
        (
            quality.without_time,
            "no time that could be read, and have the time of their log event",
        ),
        (quality.unrecognised, "an unknown format"),
    ];
    let skip = usize::from(analysis.unknown_levels().is_some());
    for (number, what) in unread.into_iter().skip(skip) {
        if number == 0 {
            continue;
        }
        let share = number as f64 / analysis.total_count.max(1) as f64;
        let entries = counted(analysis.total_count, "entry", "entries");
        let has = if number == 1 { "has" } else { "have" };
        let sentence = format!(
            "{} of {entries} ({}) {has} {what}.",
            count(number),
            whole_percent(share)
        );
        if share >= MANY {
            problems.first.push(sentence);
        } else {
            problems.notes.push(sentence);
        }
    }
}

fn samples(analysis: &LogAnalysis, notes: &mut Vec<String>) {
    if analysis.below_min_sample && analysis.unknown_levels().is_none() {
        let entries = counted(analysis.total_count, "entry is", "entries are");
        let least = count(analysis.rules.min_sample);
        notes.push(format!(
            "{entries} too few for rates: below {least} they may be chance."
        ));
    }
    if analysis.status == AnalysisStatus::Incomplete {
        return;
    }
    let length = duration(analysis.window.length());
    if analysis.previous.total_count == 0 {
        notes.push(format!(
            "There are no entries from the {length} before to compare with."
        ));
    }
    match &analysis.baseline {
        None => notes.push("It was not compared with what is usual.".to_owned()),
        Some(baseline) if baseline.days == 0 => notes.push(
            "What is usual is not known yet: there is no earlier day, so alarms use static \
             thresholds."
                .to_owned(),
        ),
        Some(_) => {}
    }
    match analysis.new_errors_unknown {
        Some(NoveltyUnknown::NoHistory) if analysis.error_count > 0 => {
            let known_since = analysis.rules.known_since;
            let lookback = duration(analysis.window.start.duration_since(known_since));
            notes.push(format!(
                "There are no entries from the {lookback} before, so it is unknown which errors are new."
            ));
        }
        Some(NoveltyUnknown::OtherPatterns) if analysis.error_count > 0 => notes.push(
            "An upgrade within the last day changed how errors are grouped, so it is unknown which \
             errors are new."
                .to_owned(),
        ),
        _ => {}
    }
}

fn estimates(analysis: &LogAnalysis, notes: &mut Vec<String>) {
    if analysis.requests_without_path > 0 {
        let requests = counted(
            analysis.requests_without_path,
            "request has",
            "requests have",
        );
        notes.push(format!("{requests} no path, and no route."));
    }
    if analysis.other_route_requests > 0 {
        let requests = counted(analysis.other_route_requests, "request is", "requests are");
        notes.push(format!("{requests} in no route, since there are too many."));
    }
    let what: Vec<&str> = analysis
        .approximate
        .iter()
        .map(|what| name(*what))
        .collect();
    if let Some((last, first)) = what.split_last() {
        let what = if first.is_empty() {
            (*last).to_owned()
        } else {
            format!("{} and {last}", first.join(", "))
        };
        notes.push(format!("The store estimated {what}."));
    }
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
