//! No logs where there always were. Pure.
//!
//! That a service is silent means something only where it is not silent otherwise: the windows before
//! had logs, each enough for a rate, and neither a day nor a week before was the same time of day
//! quiet.

use jiff::{SignedDuration, Timestamp};
use shared::{
    alerts::threshold_alert::Origin,
    model::{
        alert::{
            Alarm, Alert, AlertStatus, AlertType,
            measurement::{Measurement, SILENCE},
        },
        analysis::{AnalysisStatus, LogAnalysis},
    },
};

/// How many windows with logs make "always".
pub const USUAL: usize = 4;

/// How long ago it may have been just as quiet, so that silence is nothing unusual.
pub const HABITS: [SignedDuration; 2] = [
    SignedDuration::from_hours(24),
    SignedDuration::from_hours(7 * 24),
];

/// What the windows before say of one without logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There are logs, or there were not always any.
    Usual,
    /// There always were logs until this instant, the start of the first window without any.
    Silent(Timestamp),
    /// Too few windows are known to tell.
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

/// Whether a window is as unusual as it is quiet, by the windows `before` it, oldest first. Only those
/// of the same length count.
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
    let _ = earlier.next_if(|earlier| earlier.below_min_sample);
    let usual: Vec<bool> = earlier
        .take(USUAL)
        .map(|earlier| !is_quiet(earlier) && !earlier.below_min_sample)
        .collect();
    if usual.contains(&false) {
        Verdict::Usual
    } else if usual.len() < USUAL {
        Verdict::Unknown
    } else {
        Verdict::Silent(since)
    }
}

/// Whether one of the analyses of an earlier day is as quiet as this one.
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
    origin: &Origin<'_>,
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

fn begin(alarm: Alarm, analysis: &LogAnalysis, origin: &Origin<'_>) -> Alert {
    let (name, since) = (origin.name(), alarm.since);
    let title = format!("{name}: no logs since {since}");
    let message = format!(
        "There are no logs of {name} from {since} to {}, and there always were before. Either the \
         service is silent, or its logs do not arrive.",
        analysis.window.end
    );
    let alert = alert(alarm, AlertType::Error, (title, message), origin);
    Alert {
        status: Some(AlertStatus::Firing),
        ..alert
    }
}

fn end(alarm: Alarm, analysis: &LogAnalysis, origin: &Origin<'_>) -> Alert {
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

fn alert(alarm: Alarm, kind: AlertType, texts: (String, String), origin: &Origin<'_>) -> Alert {
    let measurement = Measurement {
        severity: Some(alarm.severity),
        since: Some(alarm.since),
        ..origin.measurement(SILENCE)
    };
    let key = origin.key(SILENCE, &alarm.since.to_string());
    origin.alert(kind, texts, key, &measurement)
}
