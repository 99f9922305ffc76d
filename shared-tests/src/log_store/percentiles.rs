//! How near the durations that a store computed must be to those of the requests.

use shared::log_store::facts::DurationFacts;

/// Compares durations with all the values that they were made of. What says that it is exact has
/// linear interpolation between the two closest ranks; what is an estimate lies between the values
/// that are one rank and two in a hundred beside them.
pub(super) fn assert_durations(facts: Option<DurationFacts>, values: &[f64], exact: bool) {
    let Some(facts) = facts else {
        assert!(values.is_empty(), "no durations of {values:?}");
        return;
    };
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let longest = sorted.last().expect("durations of something");
    let average = sorted.iter().sum::<f64>() / sorted.len() as f64;
    assert!(near(facts.average, average), "{facts:?} of {sorted:?}");
    assert!(near(facts.max, *longest), "{facts:?} of {sorted:?}");
    for (fraction, value) in [(0.5, facts.p50), (0.95, facts.p95), (0.99, facts.p99)] {
        let slack = if exact { 0 } else { 1 + sorted.len() / 50 };
        let (least, most) = bounds(&sorted, fraction, slack);
        let inside = (least <= value || near(least, value)) && (value <= most || near(most, value));
        assert!(
            inside,
            "p{fraction}: {least} <= {value} <= {most}, of {sorted:?}"
        );
    }
}

/// Between which values a percentile must lie, the closest ranks widened by `slack`.
fn bounds(sorted: &[f64], fraction: f64, slack: usize) -> (f64, f64) {
    let last = sorted.len() - 1;
    let rank = fraction * last as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank is not negative and less than the length"
    )]
    let below = rank.floor() as usize;
    let above = (below + 1).min(last);
    if slack == 0 {
        let part = rank - below as f64;
        let value = sorted[below] + (sorted[above] - sorted[below]) * part;
        return (value, value);
    }
    (
        sorted[below.saturating_sub(slack)],
        sorted[(above + slack).min(last)],
    )
}

/// Equal but for the rounding of a sum.
pub(super) fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-3)
}
