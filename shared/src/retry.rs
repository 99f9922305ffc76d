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

/// The wait before a try that still has time: `wait`, or a shorter one if it would end at or after the
/// deadline, so that what heals late is noticed. `None` when no time is left, or when the server asks to
/// wait (`asked`) for longer.
#[must_use]
pub fn before_last_try(
    wait: Duration,
    asked: Option<Duration>,
    left: Duration,
) -> Option<Duration> {
    /// What the last try gets, unless little time was left before.
    const LAST_TRY: Duration = Duration::from_secs(1);
    /// With less time than this, no try is worth it.
    const LEAST: Duration = Duration::from_millis(100);
    let latest = left.saturating_sub((left / 4).min(LAST_TRY));
    let is_early = left < LEAST || asked.is_some_and(|asked| asked > latest);
    (!is_early).then_some(wait.min(latest))
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

    use super::{Backoff, before_last_try};

    #[test]
    fn the_last_try_comes_shortly_before_the_deadline() {
        let ms = Duration::from_millis;
        for (wait, asked, left, expected) in [
            (200, None, 60_000, Some(200)),
            (10_000, None, 60_000, Some(10_000)),
            (10_000, None, 6_000, Some(5_000)),
            (3_000, None, 2_000, Some(1_500)),
            (5_000, Some(5_000), 6_000, Some(5_000)),
            (5_001, Some(5_001), 6_000, None),
            (200, None, 99, None),
            (200, None, 0, None),
        ] {
            assert_eq!(
                before_last_try(ms(wait), asked.map(ms), ms(left)),
                expected.map(ms),
                "{wait} {asked:?} {left}"
            );
        }
    }

    #[test]
    fn the_waits_before_a_deadline_end() {
        let backoff = Backoff {
            tries: u32::MAX,
            ..Backoff::default()
        };
        let (mut left, mut tried) = (Duration::from_mins(1), 0);
        while let Some(wait) = {
            tried += 1;
            let wait = backoff.wait(tried, 0.5, None).expect("tries are left");
            before_last_try(wait, None, left)
        } {
            left = left.checked_sub(wait).expect("within the deadline");
        }
        assert!(left < Duration::from_secs(1), "{left:?}");
        assert!(tried < 20, "{tried}");
    }

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
