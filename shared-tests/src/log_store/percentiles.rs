//! How near the durations that a store computed must be to those of the requests.

use shared::log_store::facts::{DurationFacts, is_plausible_duration};

/// How far an estimate may lie from a duration, as a part of it: histograms with two significant digits.
const ERROR: f64 = 1.0 / 128.0;

/// Compares durations with all the values that they were made of. An exact percentile is the value at the
/// nearest rank; an estimate lies beside this value or the one below it.
pub(super) fn assert_durations(facts: Option<DurationFacts>, values: &[f64], exact: bool) {
    let mut sorted: Vec<f64> = values.to_vec();
    sorted.retain(|value| is_plausible_duration(*value));
    sorted.sort_by(f64::total_cmp);
    let Some(facts) = facts else {
        assert!(sorted.is_empty(), "no durations of {values:?}");
        return;
    };
    let (shortest, longest) = match sorted.as_slice() {
        [] => panic!("{facts:?} of no durations"),
        [only] => (*only, *only),
        [shortest, .., longest] => (*shortest, *longest),
    };
    let average = sorted.iter().sum::<f64>() / sorted.len() as f64;
    assert!(near(facts.average, average), "{facts:?} of {sorted:?}");
    assert!(near(facts.max, longest), "{facts:?} of {sorted:?}");
    for (percent, value) in [(50, facts.p50), (95, facts.p95), (99, facts.p99)] {
        let rank = (percent * sorted.len()).div_ceil(100);
        let [least, most] = if exact {
            [sorted[rank - 1]; 2]
        } else {
            let below = sorted[rank.saturating_sub(2)] * (1.0 - ERROR);
            [below, sorted[rank - 1] * (1.0 + ERROR)]
        };
        let [least, most] = [least.max(shortest), most.min(longest)];
        let inside = (least <= value || near(least, value)) && (value <= most || near(most, value));
        assert!(
            inside,
            "p{percent}: {least} <= {value} <= {most}, of {sorted:?}"
        );
    }
}

/// Equal but for the rounding of a sum.
pub(super) fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-3)
}
