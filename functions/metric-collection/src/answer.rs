//! What CloudWatch answered, put together from as many pages and attempts as it took. Pure.
//!
//! Invariants: the order of pages, and pages that arrive twice, change nothing. A value of a complete
//! answer wins over one of a partial answer, and among equals the one of a later attempt.

use std::{cmp::Ordering, collections::BTreeMap};

use jiff::Timestamp;

/// How it went with a query, from bad to good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeriesOutcome {
    /// There is no answer.
    #[default]
    Missing,
    /// The query is one that CloudWatch does not take.
    Rejected,
    /// The caller may not ask this.
    Forbidden,
    /// CloudWatch failed.
    Failed,
    /// A part of the values is there.
    Partial,
    /// All values are there.
    Complete,
}

impl SeriesOutcome {
    /// Whether asking once more may bring a better answer.
    #[must_use]
    pub fn is_worth_repeating(self) -> bool {
        matches!(self, Self::Missing | Self::Failed | Self::Partial)
    }
}

/// The values of one query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// The values by the start of their bucket.
    pub values: BTreeMap<Timestamp, f64>,
    /// How it went.
    pub outcome: SeriesOutcome,
    /// CloudWatch's words, where it did not go well.
    pub reason: Option<String>,
}

impl Series {
    /// A series without values, for a reason.
    #[must_use]
    pub fn without(outcome: SeriesOutcome, reason: &str) -> Self {
        Self {
            values: BTreeMap::new(),
            outcome,
            reason: Some(reason.to_owned()),
        }
    }
}

/// The number of an attempt to ask a query, from 0.
pub type Attempt = u32;

/// A series with the origin of each value.
#[derive(Clone, Debug, Default, PartialEq)]
struct KnownSeries {
    series: Series,
    origins: BTreeMap<Timestamp, (SeriesOutcome, Attempt)>,
}

impl KnownSeries {
    fn absorb(&mut self, part: Self) {
        for (time, value) in part.series.values {
            let origin = part.origins.get(&time).copied().unwrap_or_default();
            let known = self.origins.entry(time).or_insert(origin);
            let kept = self.series.values.entry(time).or_insert(value);
            match origin.cmp(known) {
                Ordering::Less => {}
                // Where two pages of an attempt disagree, the larger value is the later state.
                Ordering::Equal => *kept = kept.max(value),
                Ordering::Greater => {
                    *known = origin;
                    *kept = value;
                }
            }
        }
        let rank = |series: &Series| (series.outcome, series.reason.clone());
        if part.series.outcome > self.series.outcome
            || (part.series.outcome == self.series.outcome
                && part.series.reason > rank(&self.series).1)
        {
            self.series.outcome = part.series.outcome;
            self.series.reason = part.series.reason;
        }
    }
}

/// The series by the ids of their queries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeriesAnswers(BTreeMap<String, KnownSeries>);

impl SeriesAnswers {
    /// Adds a part of the answer to an attempt.
    pub fn absorb(&mut self, id: &str, attempt: Attempt, series: Series) {
        let times = series.values.keys();
        let origins = times.map(|time| (*time, (series.outcome, attempt)));
        let part = KnownSeries {
            origins: origins.collect(),
            series,
        };
        self.0.entry(id.to_owned()).or_default().absorb(part);
    }

    /// Adds all of other answers.
    pub fn extend(&mut self, others: Self) {
        for (id, series) in others.0 {
            self.0.entry(id).or_default().absorb(series);
        }
    }

    /// What is known of a query.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Series> {
        self.0.get(id).map(|known| &known.series)
    }

    /// How it went with a query.
    #[must_use]
    pub fn outcome(&self, id: &str) -> SeriesOutcome {
        self.get(id)
            .map_or(SeriesOutcome::Missing, |series| series.outcome)
    }

    /// All series.
    pub fn series(&self) -> impl Iterator<Item = &Series> {
        self.0.values().map(|known| &known.series)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;

    use super::{Series, SeriesAnswers, SeriesOutcome};

    fn series(outcome: SeriesOutcome, value: f64) -> Series {
        Series {
            values: BTreeMap::from([(Timestamp::UNIX_EPOCH, value)]),
            outcome,
            reason: None,
        }
    }

    #[test]
    fn a_complete_answer_wins_over_a_partial_one_in_any_order() {
        let (partial, complete) = (SeriesOutcome::Partial, SeriesOutcome::Complete);
        for parts in [
            [(0, partial, 90.0), (1, complete, 50.0)],
            [(1, complete, 50.0), (0, partial, 90.0)],
            [(0, partial, 90.0), (0, complete, 50.0)],
            [(0, partial, 90.0), (1, partial, 50.0)],
            [(1, partial, 50.0), (0, partial, 90.0)],
        ] {
            let mut answers = SeriesAnswers::default();
            for (attempt, outcome, value) in parts {
                answers.absorb("q0", attempt, series(outcome, value));
            }
            let known = answers.get("q0").expect("a series");
            let expected = BTreeMap::from([(Timestamp::UNIX_EPOCH, 50.0)]);
            assert_eq!(known.values, expected, "{parts:?}");
        }
    }
}
