//! When a number is an alarm: how much evidence and how large an effect it needs.

use jiff::SignedDuration;
use shared::{
    env::{Settings, names},
    model::analysis::baseline::Verdict,
};

/// The evidence of a value that is only worth watching, as a share of that of an alarm.
const ELEVATED: f64 = 0.25;
/// The evidence of a value that is an alarm if it comes twice in a row, as a share of that of an alarm:
/// two windows together have more than the whole.
const MODERATE: f64 = 0.6;

/// The limits of alarms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The evidence of an alarm: 5 is one false alarm in 100,000 comparisons.
    pub evidence: f64,
    /// How much more than usual a number must be: 1 is twice the usual.
    pub increase: f64,
    /// When a change becomes normal.
    pub adopt: SignedDuration,
    /// The number of requests or entries that a static threshold needs.
    pub min_sample: u64,
}

impl Limits {
    /// Reads the settings; problems stay in `settings`.
    pub fn read(settings: &mut Settings, min_sample: u64) -> Self {
        let odds = settings.number(
            names::ANALYSIS_FALSE_ALARM_ODDS,
            100_000,
            100,
            1_000_000_000_000,
        );
        let percent = settings.number(names::ANALYSIS_MIN_INCREASE_PERCENT, 100, 10, 10_000);
        let hours = settings.number(names::ANALYSIS_ADOPT_HOURS, 12, 1, 336);
        Self {
            evidence: (odds as f64).log10(),
            increase: percent as f64 / 100.0,
            adopt: SignedDuration::from_hours(i64::try_from(hours).unwrap_or(12)),
            min_sample,
        }
    }

    /// How many times the usual a count or a share must be.
    #[must_use]
    pub fn times(&self) -> f64 {
        1.0 + self.increase
    }

    /// The verdict about a number: `effect` is whether it is far enough from the usual, `some` whether
    /// it is half as far.
    #[must_use]
    pub fn verdict(&self, evidence: f64, effect: bool, some: bool) -> Verdict {
        if effect && evidence >= self.evidence {
            Verdict::Strong
        } else if effect && evidence >= self.evidence * MODERATE {
            Verdict::Moderate
        } else if (effect || some) && evidence >= self.evidence * ELEVATED {
            Verdict::Elevated
        } else {
            Verdict::Normal
        }
    }
}
