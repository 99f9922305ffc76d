//! Alerts of errors that were not seen before. Pure.
//!
//! The most frequent ones get an alert each, and all others one together: a deployment that breaks
//! something breaks much at once. The alerts have no end, since it is not known when an error is over.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use shared::{
    alerts::threshold_alert::AlertOrigin,
    format::{count, counted},
    hex,
    model::{
        alert::{
            Alert, AlertType,
            measurement::{Measurement, NEW_ERROR, NEW_ERRORS},
        },
        analysis::{FailureCause, LogAnalysis, NewError},
    },
};

use crate::rules;

/// The number of new errors of a window that get an alert each.
pub const SEPARATE: usize = 3;

/// The number of the others that are named.
const NAMED: usize = 10;

/// The length of a pattern in a title or in a line of a list, in characters.
const LINE_CHARACTERS: usize = 120;

/// The alerts of the new errors of a window, the most frequent first. Empty if it is not known which
/// errors are new.
#[must_use]
pub fn alerts(analysis: &LogAnalysis, origin: &AlertOrigin<'_>) -> Vec<Alert> {
    // How many patterns share the alert of the cause.
    let mut merged = 0;
    let mut errors = analysis.new_errors.clone().unwrap_or_default();
    let cause = new_cause(analysis);
    if let Some(cause) = cause {
        let is_cause = |error: &NewError| cause.patterns.contains(&error.message);
        let (of_cause, others): (Vec<_>, Vec<_>) = errors.into_iter().partition(is_cause);
        let first_seen = of_cause.iter().map(|error| error.first_seen).min();
        let one = first_seen.map(|first_seen| NewError {
            message: cause.message.clone(),
            count: of_cause.iter().map(|error| error.count).sum(),
            first_seen,
            example: cause.example.clone(),
        });
        merged = of_cause.len().saturating_sub(1) as u64;
        errors = one.into_iter().chain(others).collect();
    }
    let most = if cause.is_some() { 1 } else { SEPARATE };
    let separate = match errors.len() {
        few if few <= most + 1 => few,
        _ => most,
    };
    let (first, others) = errors.split_at_checked(separate).unwrap_or((&errors, &[]));
    let mut alerts: Vec<Alert> = first
        .iter()
        .map(|error| one(error, analysis, origin))
        .collect();
    if !others.is_empty() {
        let count = analysis.new_error_count.unwrap_or_default();
        // There may be more than are listed.
        let count = count.saturating_sub(separate as u64 + merged);
        alerts.push(many(others, count, origin));
    }
    alerts
}

/// The new error that explains at least half of the failed requests: the other new errors are most
/// likely its consequences, so they share one alert.
fn new_cause(analysis: &LogAnalysis) -> Option<&FailureCause> {
    let cause = analysis.causes.first()?;
    (cause.share >= 0.5 && cause.is_new == Some(true)).then_some(cause)
}

fn one(error: &NewError, analysis: &LogAnalysis, origin: &AlertOrigin<'_>) -> Alert {
    let name = origin.name();
    let title = format!("{name}: new error: {}", line(&error.message));
    let mut message = format!(
        "An error that had not occurred since {} occurred {} in {name} from {} to {}, first at {}.",
        analysis.rules.known_since,
        times(error.count),
        origin.window.start,
        origin.window.end,
        error.first_seen,
    );
    let mut causes = analysis.causes.iter();
    // Writing to a string cannot fail.
    if let Some(cause) = causes.find(|cause| cause.message == error.message) {
        let _ = write!(
            message,
            "\nIt explains {} of {}, of {} and {}.",
            count(cause.failed_requests),
            counted(
                analysis.requests.failed,
                "failed request",
                "failed requests"
            ),
            counted(cause.users, "user", "users"),
            counted(cause.routes, "route", "routes"),
        );
    }
    if let Some(example) = &error.example {
        let _ = write!(message, "\nFor example: {example}");
    }
    let mut top = analysis.top_errors.iter();
    let top = top.find(|top| top.message == error.message);
    let measurement = Measurement {
        severity: Some(AlertType::Error),
        since: Some(error.first_seen),
        count: Some(error.count),
        pattern: Some(rules::example(&error.message).0),
        example: error.example.clone(),
        correlation_id: top.and_then(|top| top.correlation_id.clone()),
        ..origin.measurement(NEW_ERROR)
    };
    let key = origin.key(NEW_ERROR, &hash(&error.message));
    origin.alert(AlertType::Error, (title, message), key, &measurement)
}

fn many(errors: &[NewError], count: u64, origin: &AlertOrigin<'_>) -> Alert {
    let name = origin.name();
    let title = format!("{name}: {count} more new errors");
    let mut message = format!(
        "{count} more errors that had not occurred before occurred in {name} from {} to {}:",
        origin.window.start, origin.window.end
    );
    for error in errors.iter().take(NAMED) {
        let _ = write!(
            message,
            "\n- {} ({})",
            line(&error.message),
            times(error.count)
        );
    }
    if count > NAMED as u64 {
        let _ = write!(message, "\n- …");
    }
    let measurement = Measurement {
        severity: Some(AlertType::Error),
        since: errors.iter().map(|error| error.first_seen).min(),
        count: Some(count),
        occurrences: (errors.len() as u64 == count)
            .then(|| errors.iter().map(|error| error.count).sum()),
        ..origin.measurement(NEW_ERRORS)
    };
    let key = origin.key(NEW_ERRORS, &origin.window.start.to_string());
    origin.alert(AlertType::Error, (title, message), key, &measurement)
}

fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

/// The beginning of a pattern, on one line.
fn line(pattern: &str) -> String {
    let mut words = pattern.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(LINE_CHARACTERS) {
        words.truncate(end);
        words.push('…');
    }
    words
}

/// A short name of a pattern, always the same.
fn hash(pattern: &str) -> String {
    const BYTES: usize = 8;
    let digest = Sha256::digest(pattern.as_bytes());
    hex::text(digest.iter().take(BYTES))
}
