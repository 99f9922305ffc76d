//! Medians and spreads of a few values.

/// The median; `None` of nothing.
#[must_use]
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *values.get(middle.checked_sub(1)?)?;
    Some(f64::midpoint(lower, upper))
}

/// A standard deviation that a few outliers do not change much: from the median of the distances to
/// `center` (<https://en.wikipedia.org/wiki/Median_absolute_deviation>), and at least half the usual
/// one.
#[must_use]
pub(super) fn deviation(values: &[f64], center: f64) -> f64 {
    let distances = values.iter().map(|value| (value - center).abs()).collect();
    let robust = 1.4826 * median(distances).unwrap_or(0.0);
    let squares: f64 = values.iter().map(|value| (value - center).powi(2)).sum();
    robust.max(0.5 * (squares / values.len().max(1) as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::{deviation, median};

    #[test]
    fn medians_and_deviations_ignore_an_outlier() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
        let values = [1.0, 2.0, 3.0, 2.0, 1.0, 2.0, 3.0];
        assert!((deviation(&values, 2.0) - 1.4826).abs() < 1e-9);
        assert!(deviation(&[], 2.0).abs() < f64::EPSILON);
    }
}
