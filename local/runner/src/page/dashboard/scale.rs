//! Axes with round steps.

/// A scale with round steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) least: f64,
    pub(super) most: f64,
    pub(super) step: f64,
}

impl Scale {
    /// A scale that holds all values and begins at 0 unless one is below it.
    pub(super) fn of(
        values: impl Iterator<Item = f64>,
        least: Option<f64>,
        most: Option<f64>,
    ) -> Self {
        let (mut low, mut high) = (0.0_f64, f64::MIN);
        for value in values {
            low = low.min(value);
            high = high.max(value);
        }
        let low = least.unwrap_or(low);
        let high = most
            .unwrap_or(if high > low { high } else { low + 1.0 })
            .max(low + 1e-9);
        let raw = (high - low) / 4.0;
        let magnitude = 10_f64.powf(raw.log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0]
            .iter()
            .map(|factor| factor * magnitude)
            .find(|step| *step >= raw)
            .unwrap_or(raw);
        let most = most.unwrap_or((high / step).ceil() * step);
        Self {
            least: low,
            most,
            step,
        }
    }

    /// How many steps it has.
    pub(super) fn steps(&self) -> f64 {
        ((self.most - self.least) / self.step)
            .round()
            .clamp(1.0, 12.0)
    }

    /// Where a value is between both ends, 0 to 1.
    pub(super) fn share(&self, value: f64) -> f64 {
        ((value - self.least) / (self.most - self.least)).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Scale;

    #[test]
    fn scales_are_round_and_hold_every_value() {
        let scale = Scale::of([3.0, 97.0].into_iter(), None, None);
        assert_eq!((scale.least, scale.most, scale.step), (0.0, 100.0, 25.0));
        let flat = Scale::of([0.0].into_iter(), None, None);
        assert!(flat.most > flat.least && flat.step > 0.0);
        assert!(
            Scale::of(std::iter::empty(), Some(5.0), Some(5.0))
                .share(7.0)
                .is_finite()
        );
    }
}
