//! The verdict on a window, in a word or two.

use shared::model::{
    alert::AlertType,
    analysis::{AnalysisStatus, ErrorRateUnknown, LogAnalysis},
};

use super::{clock::WindowClock, period::FailurePeriod};

/// How a window was. What is not known is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Something is unusual, this badly.
    Alarm(AlertType),
    /// As usual at this time.
    Usual,
    /// Inside of the static thresholds; there is no earlier day to compare with.
    NoAlarm,
    /// Too few entries to judge.
    TooFew,
    /// It could not be compared with a baseline.
    NotCompared,
    /// Levels could not be read, so that errors cannot be counted.
    UnknownLevels,
    /// The store did not answer completely.
    Incomplete,
    /// There are no entries.
    Silent,
    /// Nothing is stored for the days of the window.
    NothingStored,
}

impl Standing {
    /// The standing of an analysis.
    #[must_use]
    pub fn of(analysis: &LogAnalysis) -> Self {
        match analysis.status {
            AnalysisStatus::Incomplete => return Self::Incomplete,
            AnalysisStatus::MissingIndex => return Self::NothingStored,
            AnalysisStatus::NoLogs => return Self::Silent,
            AnalysisStatus::Answered | AnalysisStatus::NoRequests => {}
        }
        let baseline = analysis.baseline.as_ref();
        let unusual = baseline.and_then(|baseline| baseline.severity);
        if let Some(severity) = unusual.max(open(analysis)) {
            return Self::Alarm(severity);
        }
        if analysis.error_rate_unknown == Some(ErrorRateUnknown::UnknownLevels)
            && analysis.requests.count == 0
        {
            return Self::UnknownLevels;
        }
        let few = analysis.below_min_sample && analysis.requests.below_min_sample;
        match baseline {
            None => Self::NotCompared,
            Some(_) if few => Self::TooFew,
            Some(baseline) if baseline.days == 0 => Self::NoAlarm,
            Some(_) => Self::Usual,
        }
    }

    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Alarm(AlertType::Critical) => "CRITICAL",
            Self::Alarm(AlertType::Error) => "ERROR",
            Self::Alarm(AlertType::Warning | AlertType::Info) => "WARNING",
            Self::Usual => "as usual",
            Self::NoAlarm => "no alarm",
            Self::TooFew => "TOO FEW ENTRIES",
            Self::NotCompared => "NOT COMPARED",
            Self::UnknownLevels => "LEVELS UNKNOWN",
            Self::Incomplete => "INCOMPLETE",
            Self::Silent => "NO ENTRIES",
            Self::NothingStored => "NOTHING STORED",
        }
    }

    /// Whether the window is known to have been good.
    #[must_use]
    pub fn is_good(self) -> bool {
        matches!(self, Self::Usual | Self::NoAlarm)
    }

    /// Whether something is known to be wrong.
    #[must_use]
    pub fn is_alarm(self) -> bool {
        matches!(self, Self::Alarm(_))
    }
}

/// The worst alarm that is open as of a scheduled window.
fn open(analysis: &LogAnalysis) -> Option<AlertType> {
    let alarms = analysis.alarms.as_ref()?;
    let numbers = alarms.numbers.values().map(|alarm| alarm.severity);
    let incidents = alarms.incidents.iter();
    numbers
        .chain(incidents.map(|incident| incident.severity))
        .max()
}

/// The verdict, and whether it is still so: `CRITICAL, still going`.
#[must_use]
pub fn headline(analysis: &LogAnalysis, clock: &WindowClock) -> String {
    let standing = Standing::of(analysis);
    let word = standing.word();
    if !standing.is_alarm() {
        return word.to_owned();
    }
    match FailurePeriod::of(analysis).filter(|_| fails(analysis)) {
        Some(FailurePeriod { end: None, .. }) => format!("{word}, still going"),
        Some(FailurePeriod { end: Some(end), .. }) => {
            format!("{word}, over since {}", clock.beside(end))
        }
        None if open(analysis).is_some() => format!("{word}, still going"),
        None => word.to_owned(),
    }
}

/// Whether failures are what is unusual, so that their period is that of the alarm.
pub(super) fn fails(analysis: &LogAnalysis) -> bool {
    use shared::model::analysis::baseline::{Verdict, WatchedNumber};
    let baseline = analysis.baseline.as_ref();
    let mut numbers = baseline.into_iter().flat_map(|baseline| &baseline.numbers);
    numbers.any(|number| {
        number.verdict >= Verdict::Moderate
            && matches!(
                number.key.number,
                WatchedNumber::FailedRequests
                    | WatchedNumber::ErrorEntries
                    | WatchedNumber::ErrorPattern
            )
    })
}
