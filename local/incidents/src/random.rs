//! Random numbers that are the same on every machine and in every version: `SplitMix64`
//! (<https://prng.di.unimi.it/splitmix64.c>).

/// A source of random numbers.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The source of a seed and of a name, so that services with one seed differ.
    #[must_use]
    pub fn new(seed: u64, name: &str) -> Self {
        let mix = |state: u64, byte| (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        let state = name.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, mix);
        let mut random = Self(state);
        random.bits();
        random
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// 0 to 1, without 1.
    pub fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with a probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// A number below `limit`; 0 if `limit` is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.bits().checked_rem(limit).unwrap_or_default()
    }

    /// A number from `low` to `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + self.share() * (high - low)
    }

    /// A number of the standard normal distribution (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.share()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.share()).cos()
    }

    /// A factor around 1: `sigma` is the standard deviation of its logarithm.
    pub fn factor(&mut self, sigma: f64) -> f64 {
        (sigma * self.normal()).exp()
    }

    /// The number of events in a time in which `mean` are expected (Poisson).
    pub fn poisson(&mut self, mean: f64) -> u64 {
        // Knuth's method takes as many steps as there are events; the sum of two numbers is one again.
        const LARGE: f64 = 200.0;
        if mean > LARGE {
            return self.poisson(mean / 2.0) + self.poisson(mean / 2.0);
        }
        let limit = (-mean).exp();
        let (mut events, mut product) = (0, self.share());
        while product > limit {
            events += 1;
            product *= self.share();
        }
        events
    }

    /// A number from 0 with exponentially falling probability.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.share()).ln()
    }

    /// Shuffles a list (Fisher and Yates).
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let other = usize::try_from(self.below(last as u64 + 1)).unwrap_or_default();
            list.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn a_seed_gives_the_same_numbers_and_names_give_others() {
        let bits = |seed, name| Random::new(seed, name).bits();
        assert_eq!(bits(1, "shop"), bits(1, "shop"));
        assert_ne!(bits(1, "shop"), bits(2, "shop"));
        assert_ne!(bits(1, "shop"), bits(1, "game"));
    }

    #[test]
    fn distributions_have_their_means() {
        let mut random = Random::new(7, "test");
        let mut mean = |of: &mut dyn FnMut(&mut Random) -> f64| {
            (0..20_000).map(|_| of(&mut random)).sum::<f64>() / 20_000.0
        };
        for (expected, mean) in [
            (0.5, mean(&mut Random::share)),
            (0.0, mean(&mut Random::normal)),
            (3.0, mean(&mut |random| random.poisson(3.0) as f64)),
            (500.0, mean(&mut |random| random.poisson(500.0) as f64)),
            (8.0, mean(&mut |random| random.exponential(8.0))),
        ] {
            assert!(
                (mean - expected).abs() < 0.03 * expected.max(1.0),
                "{mean} of {expected}"
            );
        }
    }
}
