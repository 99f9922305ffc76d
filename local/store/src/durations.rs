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
            p50: percentile(&self.0, 50)?,
            p95: percentile(&self.0, 95)?,
            p99: percentile(&self.0, 99)?,
            max,
        })
    }
}

/// The nearest rank: the least value that at least so many percent of the values do not exceed.
fn percentile(sorted: &[f64], percent: usize) -> Option<f64> {
    let rank = (percent * sorted.len()).div_ceil(100);
    sorted.get(rank.max(1) - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::{DurationList, percentile};

    #[test]
    fn a_percentile_is_the_least_value_that_enough_values_do_not_exceed() {
        let sorted: Vec<f64> = (1..=40).map(f64::from).collect();
        for (values, percent, expected) in [
            (40, 0, 1.0),
            (40, 50, 20.0),
            (40, 95, 38.0),
            (40, 99, 40.0),
            (40, 100, 40.0),
            (5, 50, 3.0),
            (4, 50, 2.0),
            (2, 50, 1.0),
            (2, 95, 2.0),
            (1, 50, 1.0),
            (31, 95, 30.0),
        ] {
            let found = percentile(&sorted[..values], percent);
            assert_eq!(found, Some(expected), "p{percent} of {values}");
        }
        assert_eq!(percentile(&[], 50), None);
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
