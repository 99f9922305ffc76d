//! How long to wait before trying again: exponential backoff with full jitter, as
//! <https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/> advises.
//! Whether a try is worth repeating is for the error to say, never for this module.

use std::{
    hash::{BuildHasher as _, RandomState},
    time::Duration,
};

/// The shape of a series of waits.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// The upper bound of the first wait.
    pub first: Duration,
    /// The upper bound of every later wait.
    pub most: Duration,
    /// How many tries there are in all, the first included.
    pub tries: u32,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(200),
            most: Duration::from_secs(10),
            tries: 6,
        }
    }
}

impl Backoff {
    /// The wait after the failed try number `tried` (the first is 1), or `None` when that was the
    /// last one. `chance` is a random number in `0.0..1.0`; `asked` is what the server asked for
    /// (`Retry-After`), which is never undercut.
    #[must_use]
    pub fn wait(&self, tried: u32, chance: f64, asked: Option<Duration>) -> Option<Duration> {
        if tried >= self.tries {
            return None;
        }
        let doubled = self
            .first
            .saturating_mul(2_u32.saturating_pow(tried.saturating_sub(1)));
        let bound = doubled.min(self.most);
        // Half of the wait is certain, so that a retry never follows at once.
        let wait = bound.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0);
        Some(wait.max(asked.unwrap_or_default()))
    }
}

/// A random number in `0.0..1.0`: every `RandomState` has a new seed.
#[must_use]
pub fn chance() -> f64 {
    let bits = u32::try_from(RandomState::new().hash_one(()) >> 32).unwrap_or_default();
    f64::from(bits) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::Backoff;

    #[test]
    fn waits_double_up_to_the_most_and_end_after_the_last_try() {
        let backoff = Backoff {
            first: Duration::from_millis(100),
            most: Duration::from_millis(300),
            tries: 4,
        };
        let waits: Vec<_> = (1..=4)
            .map(|tried| backoff.wait(tried, 1.0, None))
            .collect();
        let milliseconds = |n| Some(Duration::from_millis(n));
        assert_eq!(
            waits,
            [
                milliseconds(100),
                milliseconds(200),
                milliseconds(300),
                None
            ]
        );
    }

    proptest! {
        #[test]
        fn a_wait_is_within_its_bound_and_never_shorter_than_the_server_asked(
            tried in 1_u32..100, chance in 0.0_f64..1.0, asked in proptest::option::of(0_u64..100),
        ) {
            let backoff = Backoff { tries: 1000, ..Backoff::default() };
            let asked = asked.map(Duration::from_secs);
            let wait = backoff.wait(tried, chance, asked).expect("tries are left");
            prop_assert!(wait >= asked.unwrap_or_default());
            prop_assert!(wait <= backoff.most.max(asked.unwrap_or_default()));
        }
    }
}
