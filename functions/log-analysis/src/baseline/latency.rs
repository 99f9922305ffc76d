//! Durations, on a logarithmic scale: a route that usually takes 10 ms and one that takes 2 s become
//! slower by a factor.
//!
//! The median and the 95th percentile of a window are compared with those of earlier windows. Windows
//! differ by the service (between windows) and by chance (within a window; the error of a percentile
//! follows from the distance of the two percentiles, as of a lognormal distribution).

use shared::model::analysis::{baseline::Verdict, observed::TypicalDurations};

use super::{
    limits::Limits,
    sample::{deviation, median},
    tail::normal_at_least,
};

/// The fewest requests of a window whose durations count.
pub const FEWEST: u64 = 5;
/// The fewest requests for a 95th percentile.
const FEWEST_P95: u64 = 30;
/// The fewest windows.
const WINDOWS: usize = 4;
/// The least standard deviation of medians between windows, and of 95th percentiles.
const LEAST: [f64; 2] = [0.08, 0.12];
/// The distance of the median to the 95th percentile, in standard deviations.
const P95: f64 = 1.645;
/// The standard errors of the median and of the 95th percentile of n values of a normal distribution,
/// as multiples of the standard deviation divided by the square root of n.
const ERRORS: [f64; 2] = [1.253, 2.11];
/// A median this much slower than usual is an alarm, as a share of the increase that counts need.
const MEDIAN_INCREASE: f64 = 0.6;
/// The least increase, in milliseconds.
const LEAST_MORE: f64 = 5.0;

/// The durations of a route in a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Durations {
    /// The number of requests.
    pub requests: u64,
    /// Their durations.
    pub typical: TypicalDurations,
}

/// The usual durations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UsualLatency {
    median: UsualLog,
    p95: UsualLog,
    /// The standard deviation within a window.
    within: f64,
}

/// A logarithm that is usual.
#[derive(Clone, Copy, Debug, PartialEq)]
struct UsualLog {
    center: f64,
    between: f64,
}

/// The judgement of durations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JudgedLatency {
    /// The value that is compared, in milliseconds: the median, or the 95th percentile if only that is
    /// unusual.
    pub value: f64,
    /// The usual value.
    pub expected: f64,
    /// The ends of the usual band.
    pub band: (f64, f64),
    /// The evidence.
    pub evidence: f64,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether it is the 95th percentile.
    pub is_p95: bool,
}

impl UsualLatency {
    /// The usual durations of windows; `None` of too few.
    #[must_use]
    pub fn new(samples: &[Durations]) -> Option<Self> {
        let samples: Vec<_> = samples
            .iter()
            .filter(|sample| sample.requests >= FEWEST && sample.typical.p50 > 0.0)
            .collect();
        if samples.len() < WINDOWS {
            return None;
        }
        let usual = |value: fn(&TypicalDurations) -> f64, least: f64| {
            let logs: Vec<f64> = samples
                .iter()
                .map(|sample| value(&sample.typical).max(0.01).ln())
                .collect();
            let center = median(logs.clone())?;
            // What few windows say of their spread is uncertain.
            let few = 1.0 + 1.5 / logs.len() as f64;
            Some(UsualLog {
                center,
                between: few * deviation(&logs, center).max(least),
            })
        };
        let within = samples
            .iter()
            .map(|sample| (sample.typical.p95 / sample.typical.p50).max(1.0).ln() / P95)
            .collect();
        let [least, least_p95] = LEAST;
        Some(Self {
            median: usual(|typical| typical.p50, least)?,
            p95: usual(|typical| typical.p95, least_p95)?,
            within: median(within)?.clamp(0.1, 1.5),
        })
    }

    /// The judgement of a window.
    #[must_use]
    pub fn judge(&self, now: Durations, limits: &Limits) -> Option<JudgedLatency> {
        if now.requests < FEWEST {
            return None;
        }
        let [error, error_p95] = ERRORS;
        let slow = self.part(
            self.median,
            now.typical.p50,
            now.requests,
            error,
            MEDIAN_INCREASE,
            limits,
        );
        if now.requests < FEWEST_P95 {
            return Some(slow);
        }
        let tail = self.part(
            self.p95,
            now.typical.p95,
            now.requests,
            error_p95,
            1.0,
            limits,
        );
        let tail = JudgedLatency {
            is_p95: true,
            ..tail
        };
        Some(if tail.verdict > slow.verdict {
            tail
        } else {
            slow
        })
    }

    fn part(
        &self,
        usual: UsualLog,
        value: f64,
        requests: u64,
        error: f64,
        increase: f64,
        limits: &Limits,
    ) -> JudgedLatency {
        let chance = error * self.within / (requests as f64).sqrt();
        let deviation = (usual.between.powi(2) + chance.powi(2)).sqrt();
        let distance = value.max(0.01).ln() - usual.center;
        let evidence = normal_at_least(distance / deviation);
        let expected = usual.center.exp();
        let reaches = |part: f64| {
            distance >= (1.0 + limits.increase * increase * part).ln()
                && value >= expected + LEAST_MORE * part
        };
        JudgedLatency {
            value,
            expected,
            band: (
                (usual.center - 2.0 * deviation).exp(),
                (usual.center + 2.0 * deviation).exp(),
            ),
            evidence,
            verdict: limits.verdict(evidence, reaches(1.0), reaches(0.5)),
            is_p95: false,
        }
    }
}
