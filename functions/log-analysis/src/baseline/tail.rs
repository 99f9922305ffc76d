//! How unlikely a value is: probabilities of the tails of distributions, as evidence.
//!
//! Evidence is the negative decimal logarithm of a probability: 6 is one in a million. Probabilities are
//! computed as logarithms, so that the smallest ones stay comparable.

/// The most steps of a continued fraction. It converges in about the square root of its largest
/// parameter.
const MOST_STEPS: u32 = 20_000;

/// The largest evidence. More makes no difference to anybody.
const MOST_EVIDENCE: f64 = 300.0;

/// The evidence of a logarithm of a probability.
fn evidence(ln_probability: f64) -> f64 {
    let evidence = -ln_probability / std::f64::consts::LN_10;
    if evidence.is_nan() {
        0.0
    } else {
        evidence.clamp(0.0, MOST_EVIDENCE)
    }
}

/// The evidence of at least `hits` in `trials`, each with this probability. Both numbers may be
/// fractions, as those of overdispersed counts are.
#[must_use]
pub fn binomial_at_least(hits: f64, trials: f64, probability: f64) -> f64 {
    let hits = hits.min(trials);
    if hits <= 0.0 || probability >= 1.0 {
        return 0.0;
    }
    evidence(ln_beta(probability.max(1e-12), hits, trials - hits + 1.0).0)
}

/// The evidence of at least `count`, where `mean` is expected. The standard deviation is that of a
/// Poisson distribution, and on top of it `spread` times the mean: a negative binomial distribution.
#[must_use]
pub fn count_at_least(count: f64, mean: f64, spread: f64) -> f64 {
    if count <= 0.0 {
        return 0.0;
    }
    let (mean, size) = (mean.max(1e-9), 1.0 / spread.max(0.01).powi(2));
    evidence(ln_beta(mean / (mean + size), count, size).0)
}

/// The evidence of at most `count`, where `mean` is expected.
#[must_use]
pub fn count_at_most(count: f64, mean: f64, spread: f64) -> f64 {
    let (mean, size) = (mean.max(1e-9), 1.0 / spread.max(0.01).powi(2));
    evidence(ln_beta(mean / (mean + size), count.max(0.0) + 1.0, size).1)
}

/// The evidence of a value at least so many standard deviations above the mean of a normal
/// distribution.
#[must_use]
pub fn normal_at_least(deviations: f64) -> f64 {
    if deviations <= 0.0 {
        return 0.0;
    }
    // The upper tail is half of a regularized incomplete gamma function, that of a chi-squared
    // distribution with one degree of freedom; beyond 2 the continued fraction of Mills' ratio is exact
    // enough: <https://dlmf.nist.gov/7.9>.
    let density = -deviations * deviations / 2.0 - 0.5 * (2.0 * std::f64::consts::PI).ln();
    let mut fraction = deviations;
    for step in (1..200).rev() {
        fraction = deviations + f64::from(step) / fraction.max(1e-300);
    }
    evidence((density - fraction.ln()).min(0.5_f64.ln()))
}

/// The logarithms of the regularized incomplete beta function and of its complement:
/// <https://dlmf.nist.gov/8.17>.
fn ln_beta(x: f64, a: f64, b: f64) -> (f64, f64) {
    let ln_front = a * x.ln() + b * (-x).ln_1p() + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    let complement = |ln: f64| (-ln.min(0.0).exp()).ln_1p();
    if x < (a + 1.0) / (a + b + 2.0) {
        let lower = ln_front + (fraction(x, a, b) / a).ln();
        (lower, complement(lower))
    } else {
        let upper = ln_front + (fraction(1.0 - x, b, a) / b).ln();
        (complement(upper), upper)
    }
}

/// The continued fraction of the incomplete beta function by Lentz's method.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let not_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut upper = 1.0;
    let mut lower = 1.0 / not_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut result = lower;
    for step in 1..MOST_STEPS {
        let step = f64::from(step);
        let twice = a + 2.0 * step;
        let even = step * (b - step) * x / ((twice - 1.0) * twice);
        let odd = -(a + step) * (a + b + step) * x / (twice * (twice + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            lower = 1.0 / not_zero(1.0 + term * lower);
            upper = not_zero(1.0 + term / upper);
            change = upper * lower;
            result *= change;
        }
        if (change - 1.0).abs() < 1e-10 {
            break;
        }
    }
    result
}

/// The logarithm of the gamma function by Stirling's series, <https://dlmf.nist.gov/5.11>.
fn ln_gamma(x: f64) -> f64 {
    // The series is exact from about 10 on.
    let (mut x, mut shift) = (x.max(1e-12), 0.0);
    while x < 12.0 {
        shift -= x.ln();
        x += 1.0;
    }
    let square = x * x;
    let series = (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / (1260.0 * square)) / square) / x;
    shift + (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{binomial_at_least, count_at_least, count_at_most, normal_at_least};

    fn near(found: f64, probability: f64) {
        let expected = -probability.log10();
        assert!((found - expected).abs() < 1e-3, "{found} and {expected}");
    }

    #[test]
    fn tails_are_those_of_tables() {
        // 1 - 0.99^10, and the same of the other known values.
        near(binomial_at_least(1.0, 10.0, 0.01), 0.095_617_9);
        near(binomial_at_least(5.0, 10.0, 0.5), 0.623_046_9);
        near(binomial_at_least(10.0, 10.0, 0.1), 1e-10);
        near(normal_at_least(1.644_853_6), 0.05);
        near(normal_at_least(4.753_424_3), 1e-6);
        // Without overdispersion: Poisson.
        near(count_at_most(0.0, 10.0, 0.01), 4.54e-5 * 1.005);
        near(count_at_least(1.0, 0.5, 0.01), 0.393_469);
        // Negative binomial with size 4 and mean 4: P(0) = (1/2)^4.
        near(count_at_most(0.0, 4.0, 0.5), 0.0625);
    }

    #[test]
    fn extreme_values_are_still_numbers() {
        for evidence in [
            binomial_at_least(1e6, 1e6, 1e-9),
            count_at_least(1e7, 1.0, 0.1),
            count_at_most(0.0, 1e7, 0.1),
            normal_at_least(1e6),
            count_at_least(f64::NAN, 1.0, 0.1),
        ] {
            assert!((0.0..=300.0).contains(&evidence), "{evidence}");
        }
    }

    proptest! {
        #[test]
        fn more_is_never_less_unlikely(
            count in 0.0..5_000.0_f64, mean in 0.01..5_000.0_f64, spread in 0.05..2.0_f64,
            more in 0.0..100.0_f64, share in 0.0001..0.9_f64,
        ) {
            let slack = 1e-6;
            let at_least = |count| count_at_least(count, mean, spread);
            prop_assert!(at_least(count + more) + slack >= at_least(count));
            let at_most = |count| count_at_most(count, mean, spread);
            prop_assert!(at_most(count + more) <= at_most(count) + slack);
            let hits = |hits| binomial_at_least(hits, 6_000.0, share);
            prop_assert!(hits(count + more) + slack >= hits(count));
        }
    }
}
