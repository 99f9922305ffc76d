//! Error patterns: new ones, and known ones that are far more frequent than usual.

use std::collections::BTreeSet;

use shared::model::{
    alert::AlertType,
    analysis::{
        baseline::{Expectation, NumberKey, Verdict, WatchedNumber},
        observed::key,
    },
};

use super::{Case, Judged};
use crate::baseline::{history::Past, tail::count_at_least};

/// The fewest entries of an error pattern: of one window, of one window of which they fill a third, and
/// of each of two windows in a row. A deployment or a batch logs a few errors at once.
const PATTERN: [f64; 3] = [10.0, 4.0, 3.0];

impl Case<'_> {
    /// Error patterns, the most frequent first. None while there is no earlier day with the same
    /// patterns: what is logged once a day would be new.
    pub(super) fn patterns(&self) -> Vec<Judged> {
        let mut patterns: Vec<(u64, &str)> = self
            .observed
            .patterns
            .iter()
            .map(|(pattern, count)| (*count, pattern.as_str()))
            .collect();
        let ongoing = self.ongoing.iter().filter_map(|key| {
            let is_pattern = key.number == WatchedNumber::ErrorPattern;
            key.subject.as_deref().filter(|_| is_pattern)
        });
        patterns.extend(
            ongoing
                .filter(|pattern| !self.observed.patterns.contains_key(*pattern))
                .map(|pattern| (0, pattern)),
        );
        patterns.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        let new = self.analysis.new_errors.as_deref().unwrap_or_default();
        let new: BTreeSet<String> = new.iter().map(|new| key(&new.message)).collect();
        patterns
            .into_iter()
            .filter_map(|(count, pattern)| self.pattern(count, pattern, new.contains(pattern)))
            .collect()
    }

    /// Whether the entries of a pattern are spread over the window.
    fn is_spread(&self, pattern: &str) -> bool {
        let mut errors = self.analysis.top_errors.iter();
        let error = errors.find(|error| key(&error.message) == pattern);
        error.is_some_and(|error| {
            let time = error.last_seen.duration_since(error.first_seen);
            time * 3 >= self.analysis.window.length()
        })
    }

    pub(super) fn pattern(&self, count: u64, pattern: &str, is_new: bool) -> Option<Judged> {
        let key = NumberKey::of(WatchedNumber::ErrorPattern, pattern);
        if self.history.is_warming_up(&key) && !self.is_ongoing(&key) {
            return None;
        }
        let pasts = self.history.of(&key);
        let counts = |past: &Past| {
            past.observed
                .patterns
                .get(pattern)
                .copied()
                .unwrap_or_default() as f64
        };
        let windows: Vec<f64> = pasts.iter().map(|past| counts(past)).collect();
        if windows.is_empty() {
            return None;
        }
        let number = windows.len() as f64;
        let mean = (windows.iter().sum::<f64>() + 0.5) / (number + 1.0);
        // What comes at this time every day, or a window earlier or later.
        let at = |offset: i8| {
            let daily = pasts
                .iter()
                .filter(|past| past.days_ago > 0 && past.offset == offset);
            let daily: Vec<f64> = daily.map(|past| counts(past)).collect();
            (!daily.is_empty()).then(|| daily.iter().sum::<f64>() / daily.len() as f64)
        };
        let daily = [-1, 0, 1].into_iter().filter_map(at).fold(mean, f64::max);
        let squares: f64 = windows.iter().map(|count| (count - mean).powi(2)).sum();
        let extra = ((squares / number - mean) / mean.powi(2)).clamp(0.1, 1.0);
        let (value, limits) = (count as f64, self.limits);
        let error = (daily / number).sqrt();
        let evidence = count_at_least(value, daily + error, extra.sqrt());
        let [at_once, spread, twice] = PATTERN;
        let once = if self.is_spread(pattern) {
            spread
        } else {
            at_once
        };
        let effect = value >= twice.max((1.0 + 2.0 * limits.increase) * daily)
            && value + 0.5 >= daily + twice;
        let mut verdict = limits.verdict(
            evidence,
            effect,
            value >= limits.times() * daily && value >= 2.0,
        );
        // A known error that is rare at this time is one if it goes on.
        if value < once || (!is_new && windows.iter().all(|count| *count == 0.0)) {
            verdict = verdict.min(Verdict::Moderate);
        }
        let deviation = (daily + extra * daily * daily).sqrt();
        Some(Judged {
            severity: if is_new {
                AlertType::Error
            } else {
                AlertType::Warning
            },
            is_new,
            expectation: Expectation {
                key,
                value,
                expected: Some(daily),
                lower: Some((daily - 2.0 * deviation).max(0.0)),
                upper: Some(daily + 2.0 * deviation),
                evidence,
                verdict,
            },
        })
    }
}
