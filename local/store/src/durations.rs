//! All durations of a group of requests, for exact statistics.

use shared::log_store::facts::DurationFacts;

/// Durations, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct DurationList(Vec<f64>);

impl DurationList {
    pub(crate) fn add(&mut self, duration: f64) {
        self.0.push(duration);
    }

    /// The statistics; `None` without durations.
    pub(crate) fn facts(mut self) -> Option<DurationFacts> {
        self.0.sort_unstable_by(f64::total_cmp);
        let max = *self.0.last()?;
        Some(DurationFacts {
            average: self.0.iter().sum::<f64>() / self.0.len() as f64,
            p50: percentile(&self.0, 0.50)?,
            p95: percentile(&self.0, 0.95)?,
            p99: percentile(&self.0, 0.99)?,
            max,
        })
    }
}

/// A percentile by linear interpolation between the closest ranks, from the first value (0) to the last
/// (100): like Elasticsearch for few values, and like `PERCENTILE.INC` in spreadsheets.
fn percentile(sorted: &[f64], fraction: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let rank = fraction * last as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank is not negative and not above the last"
    )]
    let below = rank.floor() as usize;
    let low = *sorted.get(below)?;
    let high = *sorted.get((below + 1).min(last))?;
    Some(low + (high - low) * (rank - below as f64))
}

#[cfg(test)]
mod tests {
    use super::{DurationList, percentile};

    #[test]
    fn percentiles_lie_between_the_closest_ranks() {
        let sorted = [10.0, 20.0, 30.0, 40.0, 50.0];
        for (fraction, expected) in [(0.0, 10.0), (0.5, 30.0), (0.95, 48.0), (1.0, 50.0)] {
            let found = percentile(&sorted, fraction).expect("a percentile");
            assert!((found - expected).abs() < 1e-9, "{fraction}: {found}");
        }
        assert_eq!(percentile(&[], 0.5), None);
    }

    #[test]
    fn the_order_of_durations_does_not_matter() {
        let mut durations = DurationList::default();
        for duration in [30.0, 10.0, 20.0] {
            durations.add(duration);
        }
        let facts = durations.facts().expect("durations");
        assert_eq!((facts.average, facts.p50, facts.max), (20.0, 20.0, 30.0));
        assert_eq!(DurationList::default().facts(), None);
    }
}
