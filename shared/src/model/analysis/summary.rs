//! The most important numbers of an analysis as one sentence each, for reports and alerts.

use super::{
    ErrorRateUnknown, LogAnalysis,
    baseline::{Expectation, WatchedNumber},
};
use crate::format::{count, counted, whole_percent};

impl LogAnalysis {
    /// The failed requests, for the first line of a report or an alert: `455 of 731 requests failed
    /// (62%), was 2%; 60 of 60 users`. `None` if no request failed.
    #[must_use]
    pub fn failed_requests(&self) -> Option<String> {
        let requests = &self.requests;
        let rate = requests.error_rate.filter(|_| requests.failed > 0)?;
        let mut text = format!(
            "{} of {} failed ({})",
            count(requests.failed),
            counted(requests.count, "request", "requests"),
            whole_percent(rate)
        );
        if let Some(before) = self.previous.requests.error_rate {
            text.push_str(", was ");
            text.push_str(&whole_percent(before));
        }
        if self.failed_users > 0 {
            text.push_str("; ");
            text.push_str(&count(self.failed_users));
            text.push_str(" of ");
            text.push_str(&counted(self.request_users, "user", "users"));
        }
        Some(text)
    }

    /// The main cause of failed requests, if it explains at least half of them: `450 of 455 failed
    /// requests have this error: connection pool exhausted`.
    #[must_use]
    pub fn main_cause(&self) -> Option<String> {
        let cause = self.causes.first().filter(|cause| cause.share >= 0.5)?;
        Some(format!(
            "{} of {} have this error: {}",
            count(cause.failed_requests),
            counted(self.requests.failed, "failed request", "failed requests"),
            cause.message
        ))
    }

    /// What was expected of a number of the whole service. `None` if it was not compared.
    #[must_use]
    pub fn usual(&self, number: WatchedNumber) -> Option<&Expectation> {
        let mut numbers = self.baseline.as_ref()?.numbers.iter();
        numbers.find(|usual| usual.key.number == number && usual.key.subject.is_none())
    }

    /// The entries whose level is not known, if that keeps errors from being counted: `400 of 400
    /// entries have no known level: errors cannot be counted`.
    #[must_use]
    pub fn unknown_levels(&self) -> Option<String> {
        (self.error_rate_unknown == Some(ErrorRateUnknown::UnknownLevels)).then(|| {
            format!(
                "{} of {} have no known level: errors cannot be counted",
                count(self.quality.without_level),
                counted(self.total_count, "entry", "entries")
            )
        })
    }
}
