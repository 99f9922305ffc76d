//! What CloudWatch answered, put together from as many pages and repetitions as it took. Pure.
//!
//! Invariant: the order of pages, and pages that arrive twice, change nothing.

use std::collections::BTreeMap;

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

    fn absorb(&mut self, part: Self) {
        for (time, value) in part.values {
            // Where two parts disagree, the later state of a bucket is the one with more in it; what
            // matters is that the order of parts does not decide.
            let known = self.values.entry(time).or_insert(value);
            *known = known.max(value);
        }
        let rank = |series: &Self| (series.outcome, series.reason.clone());
        if part.outcome > self.outcome
            || (part.outcome == self.outcome && part.reason > rank(self).1)
        {
            self.outcome = part.outcome;
            self.reason = part.reason;
        }
    }
}

/// The series by the ids of their queries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeriesAnswers(BTreeMap<String, Series>);

impl SeriesAnswers {
    /// Adds a part of an answer.
    pub fn absorb(&mut self, id: &str, part: Series) {
        self.0.entry(id.to_owned()).or_default().absorb(part);
    }

    /// Adds all of other answers.
    pub fn extend(&mut self, others: Self) {
        for (id, series) in others.0 {
            self.absorb(&id, series);
        }
    }

    /// What is known of a query.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Series> {
        self.0.get(id)
    }

    /// How it went with a query.
    #[must_use]
    pub fn outcome(&self, id: &str) -> SeriesOutcome {
        self.get(id)
            .map_or(SeriesOutcome::Missing, |series| series.outcome)
    }

    /// All series.
    pub fn series(&self) -> impl Iterator<Item = &Series> {
        self.0.values()
    }
}
