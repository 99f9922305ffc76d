//! How the window was, in one sentence, and its requests in another.

use std::fmt::Write as _;

use shared::{
    format::{count, counted, duration, milliseconds, share},
    model::analysis::{AnalysisStatus, Change, LogAnalysis},
};

use crate::report::paragraph::paragraph;
use crate::report::style::{Paint, Style};

/// From which relative change on something became worse, and not just different.
const WORSE: f64 = 0.2;

/// The sentences.
pub(super) fn headline(analysis: &LogAnalysis, style: Style) -> String {
    let (paint, sentence) = match (analysis.status, analysis.error_rate) {
        (AnalysisStatus::MissingIndex, _) => (Paint::Bad, missing_index(analysis)),
        (AnalysisStatus::Incomplete, _) => (Paint::Bad, incomplete(analysis)),
        (_, Some(rate)) => errors(analysis, rate),
        (_, None) => no_logs(analysis),
    };
    let mut text = paragraph(style, paint, &sentence);
    if let Some((paint, sentence)) = requests(analysis) {
        text.push_str(&paragraph(style, paint, &sentence));
    }
    text
}

fn missing_index(analysis: &LogAnalysis) -> String {
    format!(
        "There is no index for this window: on its days nothing of {} is stored.",
        analysis.service
    )
}

fn incomplete(analysis: &LogAnalysis) -> String {
    let errors = counted(analysis.error_count, "error", "errors");
    let entries = counted(analysis.total_count, "entry", "entries");
    format!(
        "The search failed in part. What answered counted {errors} in {entries}; there may be more \
         of both."
    )
}

fn no_logs(analysis: &LogAnalysis) -> (Paint, String) {
    let before = analysis.previous.total_count;
    if before == 0 {
        let sentence = "There are no entries in this window, nor in the one before.";
        return (Paint::Notice, sentence.to_owned());
    }
    let sentence = format!(
        "There are no entries in this window, after {} in the {} before: something has stopped.",
        count(before),
        duration(analysis.window.length())
    );
    (Paint::Bad, sentence)
}

fn errors(analysis: &LogAnalysis, rate: f64) -> (Paint, String) {
    let entries = counted(analysis.total_count, "entry", "entries");
    let change = analysis.change.and_then(|change| change.error_rate);
    let mut sentence = match analysis.error_count {
        0 => format!("No errors in {entries}"),
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
    } else if analysis.error_count > 0 {
        Paint::Notice
    } else {
        Paint::Good
    };
    (paint, sentence)
}

fn requests(analysis: &LogAnalysis) -> Option<(Paint, String)> {
    let requests = &analysis.requests;
    let durations = requests.durations?;
    let counted = counted(requests.count, "request", "requests");
    let average = milliseconds(durations.average);
    let mut sentence = format!("{counted} took {average} on average");
    let change = analysis.change?;
    let before = analysis.previous.requests.durations;
    if let (Some(before), Some(true)) = (before, change.avg_duration.map(says_something)) {
        sentence.push_str(&compared(
            analysis,
            durations.average,
            before.average,
            milliseconds,
        ));
    }
    let failed = match requests.error_rate.unwrap_or(0.0) {
        0.0 => "none failed".to_owned(),
        rate => format!("{} failed", share(rate)),
    };
    // Writing to a string cannot fail.
    let _ = write!(sentence, "; {failed}.");
    let worse = [change.avg_duration, change.request_error_rate];
    let paint = if worse.into_iter().flatten().any(is_worse) {
        Paint::Bad
    } else if requests.failed > 0 {
        Paint::Notice
    } else {
        Paint::Good
    };
    Some((paint, sentence))
}

/// Whether there are enough samples in both windows.
fn says_something(change: Change) -> bool {
    !change.below_min_sample
}

/// Whether more of something bad is more than chance.
pub(super) fn is_worse(change: Change) -> bool {
    let grew = change
        .relative
        .map_or(change.absolute > 0.0, |relative| relative >= WORSE);
    grew && says_something(change)
}

/// Whether less of something bad is more than chance.
pub(super) fn is_better(change: Change) -> bool {
    change.relative.is_some_and(|relative| relative <= -WORSE) && says_something(change)
}

/// `, up from 0.4% in the 15 min before`; numbers that read the same are.
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
