//! When requests failed: the part of two windows in which far more of them failed than in the rest.
//!
//! A scan statistic: of all runs of neighbouring parts, the one whose share of failures explains the
//! counts best, by the likelihood ratio against one constant share (Kulldorff 1997). With 60 parts
//! these are 1,770 runs.

use std::ops::Range;

use jiff::Timestamp;
use shared::model::analysis::{LogAnalysis, counts::TimelinePart};

use super::watched::{Watched, watched};

/// The likelihood ratio, as a logarithm, from which on a run is one: chance reaches it once in hundreds
/// of windows.
const EVIDENCE: f64 = 8.0;
/// The share of failures in the run must be so many times that of the rest.
const TIMES: f64 = 2.0;
/// With so few requests after the run, it is not known to be over.
const FEW: u64 = 5;

/// When requests failed, or entries were errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailurePeriod {
    /// When it began; `None` if before the windows.
    pub start: Option<Timestamp>,
    /// When it ended; `None` if it goes on at the end of the window.
    pub end: Option<Timestamp>,
}

impl FailurePeriod {
    /// The period of an analysis in which something failed. One share of failures in both windows is a
    /// period without start and end. `None` if failures do not reach into the window.
    #[must_use]
    pub fn of(analysis: &LogAnalysis) -> Option<Self> {
        let previous = &analysis.previous.timeline;
        let parts: Vec<&TimelinePart> = previous.iter().chain(&analysis.timeline).collect();
        let watched = watched(analysis);
        let counts: Vec<PartShare> = parts
            .iter()
            .map(|part| match watched {
                Watched::Requests => PartShare::new(part.failed, part.requests),
                Watched::Entries => PartShare::new(part.errors, part.total),
            })
            .collect();
        let Some((first, after)) = run(&counts) else {
            let failed: u64 = counts
                .iter()
                .skip(previous.len())
                .map(|part| part.failed)
                .sum();
            return (failed > 0).then_some(Self {
                start: None,
                end: None,
            });
        };
        let rest: u64 = counts.iter().skip(after).map(|part| part.all).sum();
        let end = parts.get(after).map(|part| part.start);
        let end = end.filter(|_| rest >= FEW);
        if end.is_some_and(|end| end <= analysis.window.start) {
            return None;
        }
        let start = parts.get(first).map(|part| part.start);
        Some(Self {
            start: start.filter(|_| first > 0).map(|start| {
                let before = parts.get(first - 1).map_or(start, |part| part.start);
                let next = parts.get(first + 1).map(|part| part.start);
                let around = before..next.unwrap_or(analysis.window.end);
                refined(analysis, start, &around)
            }),
            end,
        })
    }
}

/// The first error of the main cause in the two windows, if it lies in the first part of the run or in the
/// one before, of which the run may have the end.
fn refined(analysis: &LogAnalysis, start: Timestamp, around: &Range<Timestamp>) -> Timestamp {
    let cause = analysis.causes.first().filter(|cause| cause.share >= 0.5);
    let seen = cause.and_then(|cause| {
        let times = [cause.previous_first_seen, cause.first_seen];
        let first = times.into_iter().flatten().next();
        first.filter(|time| around.contains(time))
    });
    seen.unwrap_or(start)
}

/// The failures of a part.
#[derive(Clone, Copy, Debug, Default)]
struct PartShare {
    failed: u64,
    all: u64,
}

impl PartShare {
    fn new(failed: u64, all: u64) -> Self {
        Self {
            failed: failed.min(all),
            all,
        }
    }

    fn share(self) -> f64 {
        self.failed as f64 / self.all.max(1) as f64
    }

    /// The likelihood of the counts by their own share, as a logarithm.
    fn likelihood(self) -> f64 {
        let of = |count: u64| {
            if count == 0 {
                0.0
            } else {
                count as f64 * (count as f64 / self.all as f64).ln()
            }
        };
        of(self.failed) + of(self.all - self.failed)
    }
}

/// The run with the most evidence: its first part, and the part after its last.
fn run(parts: &[PartShare]) -> Option<(usize, usize)> {
    let mut sums = vec![PartShare::default()];
    let mut total = PartShare::default();
    for part in parts {
        total.failed += part.failed;
        total.all += part.all;
        sums.push(total);
    }
    let constant = total.likelihood();
    let mut best: Option<(f64, usize, usize)> = None;
    for (first, before) in sums.iter().enumerate() {
        for (after, until) in sums.iter().enumerate().skip(first + 1) {
            let inside = PartShare {
                failed: until.failed - before.failed,
                all: until.all - before.all,
            };
            let outside = PartShare {
                failed: total.failed - inside.failed,
                all: total.all - inside.all,
            };
            if inside.failed == 0 || inside.share() < TIMES * outside.share() {
                continue;
            }
            let ratio = inside.likelihood() + outside.likelihood() - constant;
            if ratio >= EVIDENCE && best.is_none_or(|(most, ..)| ratio > most) {
                best = Some((ratio, first, after));
            }
        }
    }
    best.map(|(_, first, after)| (first, after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{PartShare, run};

    fn parts(shares: &[(u64, u64)]) -> Vec<PartShare> {
        let parts = shares.iter();
        parts
            .map(|(failed, all)| PartShare::new(*failed, *all))
            .collect()
    }

    fn repeated(part: (u64, u64), times: usize) -> Vec<(u64, u64)> {
        vec![part; times]
    }

    #[test]
    fn a_run_begins_where_the_share_of_failures_jumps() {
        let quiet = repeated((1, 60), 29);
        let bad = repeated((15, 25), 31);
        assert_eq!(
            run(&parts(&[quiet.clone(), bad.clone()].concat())),
            Some((29, 60))
        );
        let over = [quiet.clone(), bad, quiet.clone()].concat();
        assert_eq!(run(&parts(&over)), Some((29, 60)));
        assert_eq!(run(&parts(&quiet)), None);
        assert_eq!(run(&[]), None);
        assert_eq!(run(&parts(&repeated((0, 0), 60))), None);
    }

    #[test]
    fn one_share_of_failures_has_no_run() {
        assert_eq!(run(&parts(&repeated((25, 25), 60))), None);
        assert_eq!(run(&parts(&repeated((3, 25), 60))), None);
    }

    proptest! {
        #[test]
        fn a_run_lies_inside_and_has_failures(
            shares in prop::collection::vec((0_u64..40, 0_u64..40), 0..70)
        ) {
            let parts = parts(&shares);
            if let Some((first, after)) = run(&parts) {
                prop_assert!(first < after && after <= parts.len());
                prop_assert!(parts[first..after].iter().any(|part| part.failed > 0));
                // A run that could be shorter by a part without failures would be.
                prop_assert!(parts[first].failed > 0 || parts[first].all == 0);
            }
        }
    }
}
