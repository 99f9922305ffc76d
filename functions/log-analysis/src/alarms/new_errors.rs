//! Errors that were not seen before. Pure.
//!
//! The most frequent of them have an alert each, and all others one together: a deployment that breaks
//! something breaks much at once. An error has no end, since nobody can tell when it is over.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use shared::{
    alerts::threshold_alert::Origin,
    hex,
    model::{
        alert::{
            Alert, AlertType,
            measurement::{Measurement, NEW_ERROR, NEW_ERRORS},
        },
        analysis::{LogAnalysis, NewError},
    },
};

use crate::rules;

/// How many new errors of a window are told each for itself.
pub const SEPARATE: usize = 3;

/// How many of the others are named.
const NAMED: usize = 10;

/// How many characters of a pattern are shown in a title, and in a line of a list.
const LINE_CHARACTERS: usize = 120;

/// The alerts of the errors that are new in a window, the most frequent first. None where nobody can
/// tell which are new.
#[must_use]
pub fn alerts(analysis: &LogAnalysis, origin: &Origin<'_>) -> Vec<Alert> {
    let errors = analysis.new_errors.as_deref().unwrap_or_default();
    // Where only one would be left over, it is told like the others.
    let separate = match errors.len() {
        few if few <= SEPARATE + 1 => few,
        _ => SEPARATE,
    };
    let (first, others) = errors.split_at_checked(separate).unwrap_or((errors, &[]));
    let mut alerts: Vec<Alert> = first
        .iter()
        .map(|error| one(error, analysis, origin))
        .collect();
    if !others.is_empty() {
        let count = analysis.new_error_count.unwrap_or_default();
        // There may be more than are listed.
        let count = count.saturating_sub(separate as u64);
        alerts.push(many(others, count, origin));
    }
    alerts
}

fn one(error: &NewError, analysis: &LogAnalysis, origin: &Origin<'_>) -> Alert {
    let name = origin.name();
    let title = format!("{name}: new error: {}", line(&error.message));
    let mut message = format!(
        "An error that was not seen since {} occurred {} in {name} from {} to {}, first at {}.",
        analysis.rules.known_since,
        times(error.count),
        origin.window.start,
        origin.window.end,
        error.first_seen,
    );
    if let Some(example) = &error.example {
        // Writing to a string cannot fail.
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

fn many(errors: &[NewError], count: u64, origin: &Origin<'_>) -> Alert {
    let name = origin.name();
    let title = format!("{name}: {count} more new errors");
    let mut message = format!(
        "{count} more errors that were not seen before occurred in {name} from {} to {}:",
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

/// A short name that a pattern always has.
fn hash(pattern: &str) -> String {
    const BYTES: usize = 8;
    let digest = Sha256::digest(pattern.as_bytes());
    hex::text(digest.iter().take(BYTES))
}
