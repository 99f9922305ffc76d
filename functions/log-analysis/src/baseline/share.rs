//! Shares: failed requests of all requests, error entries of all entries, the requests of one user.
//!
//! The usual share is that of all windows together, with a weak prior. Windows differ by more than
//! chance; by how much more is estimated from them, and every count is divided by it (a quasi-binomial
//! model). Evidence is the tail of the binomial distribution.

use shared::model::analysis::baseline::Verdict;

use super::{limits::Limits, tail::binomial_at_least};

/// What is assumed of a service before anything is known: 2%.
pub const PRIOR: ShareHits = ShareHits {
    hits: 0.5,
    trials: 25.0,
};
/// The least and the most that windows differ by, as a multiple of the variance by chance.
const DISPERSION: [f64; 2] = [1.2, 20.0];
/// With so many windows the one with the highest share is left out: an incident may have begun in it.
const TRIMMED: usize = 6;

/// Hits of trials.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ShareHits {
    /// The hits.
    pub hits: f64,
    /// Of so many.
    pub trials: f64,
}

impl ShareHits {
    /// Hits of trials.
    #[must_use]
    pub fn new(hits: u64, trials: u64) -> Self {
        Self {
            hits: hits as f64,
            trials: trials as f64,
        }
    }

    /// Their share; 0 of nothing.
    #[must_use]
    pub fn share(self) -> f64 {
        if self.trials > 0.0 {
            (self.hits / self.trials).min(1.0)
        } else {
            0.0
        }
    }
}

/// The usual share of earlier windows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UsualShare {
    /// The share.
    pub share: f64,
    /// The share that it may also be, given how little is known.
    pub at_most: f64,
    /// The variance of windows as a multiple of that by chance.
    pub dispersion: f64,
}

/// What a share must be to be an alarm, beside being so many times the usual.
#[derive(Clone, Copy, Debug)]
pub struct ShareEffect {
    /// So much more than usual: 0.02 is two percentage points.
    pub more: f64,
    /// So many hits.
    pub hits: f64,
}

impl UsualShare {
    /// The usual share of windows; `None` without trials. `prior` is what is assumed before anything is
    /// known; its trials are its weight.
    #[must_use]
    pub fn new(samples: &[ShareHits], prior: ShareHits) -> Option<Self> {
        let mut samples: Vec<ShareHits> = samples
            .iter()
            .copied()
            .filter(|it| it.trials > 0.0)
            .collect();
        if samples.is_empty() {
            return None;
        }
        if samples.len() >= TRIMMED {
            samples.sort_by(|a, b| a.share().total_cmp(&b.share()));
            samples.pop();
        }
        let hits: f64 = samples.iter().map(|sample| sample.hits).sum();
        let trials: f64 = samples.iter().map(|sample| sample.trials).sum();
        let share = (hits + prior.hits) / (trials + prior.trials);
        let chance = share * (1.0 - share);
        let squares: f64 = samples
            .iter()
            .map(|sample| (sample.hits - share * sample.trials).powi(2) / (sample.trials * chance))
            .sum();
        // As if three more windows had been seen that differ by the least.
        let [least, most] = DISPERSION;
        let dispersion = (squares + 3.0 * least) / (samples.len() as f64 + 2.0);
        let dispersion = dispersion.clamp(least, most);
        let error = (dispersion * chance / (trials + prior.trials)).sqrt();
        Some(Self {
            share,
            at_most: (share + 1.5 * error).min(0.99),
            dispersion,
        })
    }

    /// A share that is fixed.
    #[must_use]
    pub fn fixed(share: f64) -> Self {
        Self {
            share,
            at_most: share,
            dispersion: 2.0,
        }
    }

    /// The evidence that the share is higher now.
    #[must_use]
    pub fn evidence(&self, now: ShareHits) -> f64 {
        let scaled = |value: f64| value / self.dispersion;
        binomial_at_least(scaled(now.hits), scaled(now.trials), self.at_most)
    }

    /// The evidence and the verdict about a window.
    #[must_use]
    pub fn judge(&self, now: ShareHits, effect: ShareEffect, limits: &Limits) -> (f64, Verdict) {
        let evidence = self.evidence(now);
        let share = now.share();
        let reaches = |part: f64| {
            share >= self.share * (1.0 + limits.increase * part)
                && share >= self.share + effect.more * part
                && now.hits >= effect.hits * part
        };
        (
            evidence,
            limits.verdict(evidence, reaches(1.0), reaches(0.5)),
        )
    }

    /// The usual band of a window with so many trials.
    #[must_use]
    pub fn band(&self, trials: f64) -> (f64, f64) {
        let deviation =
            (self.dispersion * self.share * (1.0 - self.share) / trials.max(1.0)).sqrt();
        let lower = (self.share - 2.0 * deviation).max(0.0);
        (lower, (self.share + 2.0 * deviation).min(1.0))
    }
}
