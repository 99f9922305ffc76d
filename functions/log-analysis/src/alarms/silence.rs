//! The alarm of logs that stop. Pure.
//!
//! A window without logs is an alarm only if it is unusual: the windows before it had logs, each enough
//! for a rate, and the same time a day and a week before was not quiet.

use jiff::{SignedDuration, Timestamp};
use shared::{
    alerts::threshold_alert::AlertOrigin,
    model::{
        alert::{
            Alarm, Alert, AlertStatus, AlertType,
            measurement::{Measurement, SILENCE},
        },
        analysis::{AnalysisStatus, LogAnalysis},
    },
};

/// The number of windows with logs before a silence.
pub const USUAL: usize = 4;

/// If the same time so long ago was quiet, silence is usual.
pub const HABITS: [SignedDuration; 2] = [
    SignedDuration::from_hours(24),
    SignedDuration::from_hours(7 * 24),
];

/// The judgement of a window by the windows before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There are logs, or windows without logs are usual.
    Usual,
    /// There were logs until this instant, the start of the first window without any.
    Silent(Timestamp),
    /// Too few windows are known.
    Unknown,
}

/// Whether a window has no logs at all.
#[must_use]
pub fn is_quiet(analysis: &LogAnalysis) -> bool {
    match analysis.status {
        AnalysisStatus::NoLogs | AnalysisStatus::MissingIndex => true,
        AnalysisStatus::Answered | AnalysisStatus::NoRequests | AnalysisStatus::Incomplete => false,
    }
}

/// Whether a window has too few logs to call a later one without any unusual. Their levels do not
/// matter: entries of an unknown level are logs too.
fn has_few_logs(analysis: &LogAnalysis) -> bool {
    analysis.total_count < analysis.rules.min_sample
}

/// Whether a quiet window is unusual, judged by the windows `before` it, oldest first. Only windows of
/// the same length count.
#[must_use]
pub fn verdict(analysis: &LogAnalysis, before: &[LogAnalysis]) -> Verdict {
    if !is_quiet(analysis) {
        return Verdict::Usual;
    }
    let window = analysis.window;
    let mut earlier = before
        .iter()
        .rev()
        .filter(|earlier| {
            earlier.window.start < window.start && earlier.window.length() == window.length()
        })
        .peekable();
    let mut since = window.start;
    while let Some(quiet) = earlier.next_if(|earlier| is_quiet(earlier)) {
        since = quiet.window.start;
    }
    // The service may have stopped at the beginning of the last window that has any.
    let _ = earlier.next_if(|earlier| has_few_logs(earlier));
    let usual: Vec<bool> = earlier
        .take(USUAL)
        .map(|earlier| !is_quiet(earlier) && !has_few_logs(earlier))
        .collect();
    if usual.contains(&false) {
        Verdict::Usual
    } else if usual.len() < USUAL {
        Verdict::Unknown
    } else {
        Verdict::Silent(since)
    }
}

/// Whether one of the analyses of an earlier day is of a quiet window of the same length.
#[must_use]
pub fn is_habit(analysis: &LogAnalysis, then: &[LogAnalysis]) -> bool {
    let mut same = then
        .iter()
        .filter(|then| then.window.length() == analysis.window.length());
    same.any(is_quiet)
}

/// The alarm after a window, and the alert if it begins or ends.
#[must_use]
pub fn step(
    before: Option<Alarm>,
    analysis: &LogAnalysis,
    silent_since: Option<Timestamp>,
    origin: &AlertOrigin<'_>,
) -> (Option<Alarm>, Option<Alert>) {
    match (before, silent_since) {
        (Some(alarm), _) if is_quiet(analysis) => (Some(alarm), None),
        (Some(alarm), _) => (None, Some(end(alarm, analysis, origin))),
        (None, Some(since)) => {
            let severity = AlertType::Error;
            let alarm = Alarm { severity, since };
            (Some(alarm), Some(begin(alarm, analysis, origin)))
        }
        (None, None) => (None, None),
    }
}

fn begin(alarm: Alarm, analysis: &LogAnalysis, origin: &AlertOrigin<'_>) -> Alert {
    let (name, since) = (origin.name(), alarm.since);
    let title = format!("{name}: no logs since {since}");
    let message = format!(
        "{name} has no logs from {since} to {}, but had logs in every window before. Either the service \
         is silent, or its logs do not arrive.",
        analysis.window.end
    );
    let alert = alert(alarm, AlertType::Error, (title, message), origin);
    Alert {
        status: Some(AlertStatus::Firing),
        ..alert
    }
}

fn end(alarm: Alarm, analysis: &LogAnalysis, origin: &AlertOrigin<'_>) -> Alert {
    let name = origin.name();
    let title = format!("{name}: there are logs again");
    let message = format!(
        "There are {} entries of {name} from {} to {}; there were none since {}.",
        analysis.total_count, analysis.window.start, analysis.window.end, alarm.since
    );
    let alert = alert(alarm, AlertType::Info, (title, message), origin);
    Alert {
        status: Some(AlertStatus::Resolved),
        ..alert
    }
}

fn alert(
    alarm: Alarm,
    kind: AlertType,
    texts: (String, String),
    origin: &AlertOrigin<'_>,
) -> Alert {
    let measurement = Measurement {
        severity: Some(alarm.severity),
        since: Some(alarm.since),
        ..origin.measurement(SILENCE)
    };
    let key = origin.key(SILENCE, &alarm.since.to_string());
    origin.alert(kind, texts, key, &measurement)
}
