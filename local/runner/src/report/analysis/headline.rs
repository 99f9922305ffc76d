//! The first sentences of a report: failed requests, errors, and what could not be read.

use std::fmt::Write as _;

use shared::{
    format::{count, counted, duration, milliseconds, share},
    model::{
        analysis::{AnalysisStatus, Change, LogAnalysis},
        level::Level,
    },
    printable::printable,
};

use super::errors::first_line;
use crate::report::paragraph::paragraph;
use crate::report::style::{Paint, Style};

/// The relative change from which on something is worse, not only different.
const WORSE: f64 = 0.2;

/// The sentences. Failed requests come first.
pub(super) fn headline(analysis: &LogAnalysis, style: Style) -> String {
    let first = match (analysis.status, analysis.error_rate) {
        (AnalysisStatus::MissingIndex, _) => (Paint::Bad, missing_index(analysis)),
        (AnalysisStatus::Incomplete, _) => (Paint::Bad, incomplete(analysis)),
        _ if analysis.total_count == 0 => no_logs(analysis),
        (_, Some(rate)) => errors(analysis, rate),
        _ => (Paint::Bad, unknown_levels(analysis)),
    };
    let mut sentences = vec![first];
    if let Some(requests) = requests(analysis) {
        let is_partial = analysis.status == AnalysisStatus::Incomplete;
        let is_first = analysis.requests.failed > 0 && !is_partial;
        let at = usize::from(!is_first);
        sentences.insert(at, requests);
        let cause = analysis.main_cause();
        let cause = cause.map(|cause| (Paint::Bad, printable(first_line(&cause)).into_owned()));
        if let Some(cause) = cause {
            sentences.insert(at + 1, cause);
        }
    }
    let paragraphs = sentences
        .iter()
        .map(|(paint, text)| paragraph(style, *paint, text));
    paragraphs.collect()
}

fn unknown(analysis: &LogAnalysis) -> u64 {
    analysis
        .levels
        .get(&Level::Unknown)
        .copied()
        .unwrap_or_default()
}

fn unknown_levels(analysis: &LogAnalysis) -> String {
    let errors = match analysis.error_count {
        0 => String::new(),
        errors => format!(" At least {}.", counted(errors, "error", "errors")),
    };
    let unknown = analysis.unknown_levels().unwrap_or_default();
    format!("{unknown}.{errors}")
}

fn missing_index(analysis: &LogAnalysis) -> String {
    format!(
        "There is no index for this window: nothing of {} is stored on its days.",
        analysis.service
    )
}

fn incomplete(analysis: &LogAnalysis) -> String {
    let errors = counted(analysis.error_count, "error", "errors");
    let entries = counted(analysis.total_count, "entry", "entries");
    format!(
        "The search failed in part. The rest has {errors} in {entries}; there may be more of both."
    )
}

fn no_logs(analysis: &LogAnalysis) -> (Paint, String) {
    let before = analysis.previous.total_count;
    if before == 0 {
        let sentence = "There are no entries in this window, nor in the one before.";
        return (Paint::Notice, sentence.to_owned());
    }
    let sentence = format!(
        "There are no entries in this window, after {} in the {} before: the service or its log has stopped.",
        count(before),
        duration(analysis.window.length())
    );
    (Paint::Bad, sentence)
}

fn errors(analysis: &LogAnalysis, rate: f64) -> (Paint, String) {
    let entries = counted(analysis.total_count, "entry", "entries");
    let change = analysis.change.and_then(|change| change.error_rate);
    let mut sentence = match analysis.error_count {
        // Requests can fail without an entry of level error.
        0 if analysis.requests.failed > 0 => format!("None of {entries} has the level error"),
        0 => match unknown(analysis) {
            0 => format!("No errors in {entries}"),
            unknown => format!(
                "No errors in {entries}, of which {} have an unknown level",
                count(unknown)
            ),
        },
        1 => format!("1 of {entries} is an error ({})", share(rate)),
        errors => format!(
            "{} of {entries} are errors ({})",
            count(errors),
            share(rate)
        ),
    };
    let before = analysis.previous.error_rate;
    if let (Some(before), Some(true)) = (before, change.map(says_something)) {
        sentence.push_str(&compared(analysis, rate, before, share));
    }
    let new = analysis.new_error_count.unwrap_or(0);
    if new > 0 {
        let kinds = counted(new, "kind is", "kinds are");
        // Writing to a string cannot fail.
        let _ = write!(sentence, "; {kinds} new");
    }
    sentence.push('.');
    let paint = if new > 0 || change.is_some_and(is_worse) {
        Paint::Bad
    } else if analysis.error_count > 0 || analysis.requests.failed > 0 {
        Paint::Notice
    } else {
        Paint::Good
    };
    (paint, sentence)
}

fn requests(analysis: &LogAnalysis) -> Option<(Paint, String)> {
    let requests = &analysis.requests;
    if requests.count == 0 {
        return None;
    }
    let total = counted(requests.count, "request", "requests");
    let change = analysis.change;
    let before = &analysis.previous.requests;
    let mut sentence = match (requests.failed, requests.error_rate) {
        (0, _) | (_, None) => format!("None of {total} failed"),
        (failed, Some(rate)) => {
            format!("{} of {total} failed ({})", count(failed), share(rate))
        }
    };
    let failures = change.and_then(|change| change.request_error_rate);
    if let (Some(rate), Some(true)) = (before.error_rate, failures.map(says_something)) {
        // Writing to a string cannot fail.
        let _ = write!(sentence, ", was {}", share(rate));
    }
    if requests.failed > 0 && analysis.failed_users > 0 {
        let hit = count(analysis.failed_users);
        let users = counted(analysis.request_users, "user", "users");
        let _ = write!(sentence, "; {hit} of {users} hit");
    }
    let lengths = change.and_then(|change| change.avg_duration);
    if let Some(durations) = requests.durations {
        let average = milliseconds(durations.average);
        let _ = write!(sentence, "; {average} on average");
        if let (Some(before), Some(true)) = (before.durations, lengths.map(says_something)) {
            let now = durations.average;
            sentence.push_str(&compared(analysis, now, before.average, milliseconds));
        }
    }
    sentence.push('.');
    let paint = if [lengths, failures].into_iter().flatten().any(is_worse) {
        Paint::Bad
    } else if requests.failed > 0 {
        Paint::Notice
    } else {
        Paint::Good
    };
    Some((paint, sentence))
}

/// True if both windows have enough samples.
fn says_something(change: Change) -> bool {
    !change.below_min_sample
}

/// True if a bad number grew significantly.
pub(super) fn is_worse(change: Change) -> bool {
    let grew = change
        .relative
        .map_or(change.absolute > 0.0, |relative| relative >= WORSE);
    grew && says_something(change)
}

/// True if a bad number shrank significantly.
pub(super) fn is_better(change: Change) -> bool {
    change.relative.is_some_and(|relative| relative <= -WORSE) && says_something(change)
}

/// `, up from 0.4% in the 15 min before`; or "as in" if both read the same.
fn compared(analysis: &LogAnalysis, now: f64, before: f64, text: fn(f64) -> String) -> String {
    let length = duration(analysis.window.length());
    let before_text = text(before);
    if text(now) == before_text {
        format!(", as in the {length} before")
    } else if now > before {
        format!(", up from {before_text} in the {length} before")
    } else {
        format!(", down from {before_text} in the {length} before")
    }
}
