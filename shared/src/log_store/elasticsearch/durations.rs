//! Durations of requests: the aggregations, their answers, and the facts.
//!
//! Percentiles are read from HDR histograms: four times as fast as t-digests, and the same on every
//! cluster (t-digests interpolate between few values in another way on each). A histogram fails for a
//! negative value, and for values that lie 2^55 apart; then the whole search fails. So only plausible
//! durations are counted, which lie 2^40 apart.

use serde::Deserialize;
use serde_json::{Value, json};

use super::clauses::plausible_duration;
use crate::log_store::facts::DurationFacts;

/// The significant digits of the histograms that percentiles are read from: a percentile is within 1/128 of
/// a duration. Three digits take eight times the memory, and one histogram for each of a thousand routes
/// with hostile durations can then exhaust a server with a small heap.
const DIGITS: u8 = 2;

/// Percentiles of durations that are plausible.
pub(super) fn percentiles() -> Value {
    json!({ "percentiles": {
        "field": "request.duration",
        "percents": [50, 95, 99],
        "hdr": { "number_of_significant_value_digits": DIGITS }
    } })
}

pub(super) fn statistics() -> Value {
    json!({ "stats": { "field": "request.duration" } })
}

/// The durations of a group of requests.
pub(super) fn of_group() -> Value {
    json!({
        "filter": plausible_duration(),
        "aggs": { "percentiles": percentiles(), "statistics": statistics() }
    })
}

/// The answer of a `percentiles` aggregation.
#[derive(Debug, Deserialize)]
pub(super) struct Percentiles {
    values: PercentileValues,
}

/// The percentiles that are asked for.
#[derive(Debug, Deserialize)]
struct PercentileValues {
    #[serde(rename = "50.0")]
    p50: Option<f64>,
    #[serde(rename = "95.0")]
    p95: Option<f64>,
    #[serde(rename = "99.0")]
    p99: Option<f64>,
}

/// The answer of a `stats` aggregation.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct DurationStatistics {
    count: u64,
    sum: f64,
    /// `null` where there was nothing to measure.
    min: Option<f64>,
    max: Option<f64>,
}

/// The answer of [`of_group`].
#[derive(Debug, Deserialize)]
pub(super) struct GroupDurations {
    percentiles: Percentiles,
    statistics: DurationStatistics,
}

impl GroupDurations {
    pub(super) fn facts(&self) -> Option<DurationFacts> {
        self.statistics.facts(&self.percentiles)
    }
}

impl DurationStatistics {
    /// The statistics of the values of both.
    pub(super) fn and(self, other: Self) -> Self {
        let both = |of: fn(f64, f64) -> f64, a: Option<f64>, b: Option<f64>| {
            a.zip(b).map(|(a, b)| of(a, b)).or(a).or(b)
        };
        Self {
            count: self.count + other.count,
            sum: self.sum + other.sum,
            min: both(f64::min, self.min, other.min),
            max: both(f64::max, self.max, other.max),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "exact below nine quadrillion requests"
    )]
    pub(super) fn average(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }

    /// The facts, with percentiles between the shortest and the longest: a histogram returns the bound of a
    /// bucket.
    pub(super) fn facts(&self, percentiles: &Percentiles) -> Option<DurationFacts> {
        let PercentileValues { p50, p95, p99 } = &percentiles.values;
        let (min, max) = self.min.zip(self.max)?;
        let within = |value: Option<f64>| value.map(|value| value.max(min).min(max));
        Some(DurationFacts {
            average: self.average()?,
            p50: within(*p50)?,
            p95: within(*p95)?,
            p99: within(*p99)?,
            max,
        })
    }
}
