//! Which buckets of time a run reads. Pure.
//!
//! A scheduled run reads the last bucket that has settled and some before it once more, since
//! values arrive late: what a run stored is corrected by the next ones.

use jiff::{SignedDuration, Timestamp};
use shared::model::window::Window;

/// How many buckets a scheduled run reads. Metrics can take up to ten minutes to be complete.
pub const BUCKETS: u32 = 3;

/// The most buckets that a run by hand reads: a day of five minutes.
pub const MOST_BUCKETS: usize = 288;

/// The buckets of a run, oldest first; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// How long each is.
    pub period: SignedDuration,
    /// The buckets, side by side.
    pub buckets: Vec<Window>,
    /// A bucket that ends later than this may still change.
    pub settled_until: Timestamp,
    /// Whether the run belongs to a schedule: only then do thresholds count.
    pub scheduled: bool,
}

/// Why a window has no buckets that can be read.
#[derive(Debug, thiserror::Error)]
pub enum SpanError {
    /// No bucket fits.
    #[error(
        "no whole period of {} s lies between {} and {}: periods begin at multiples of their length",
        period.as_secs(), window.start, window.end
    )]
    TooShort {
        /// What was asked for.
        window: Window,
        /// How long a bucket is.
        period: SignedDuration,
    },
    /// Too many do.
    #[error("the window has {0} periods; ask for at most {MOST_BUCKETS} at once")]
    TooLong(usize),
}

impl Span {
    /// The buckets of a scheduled run whose last settled bucket is `newest`.
    #[must_use]
    pub fn scheduled(newest: Window) -> Self {
        let period = newest.length();
        let mut buckets = vec![newest];
        for _ in 1..BUCKETS {
            if let Some(first) = buckets.first() {
                let previous = first.previous();
                buckets.insert(0, previous);
            }
        }
        Self {
            period,
            buckets,
            settled_until: newest.start,
            scheduled: true,
        }
    }

    /// The whole buckets in a window that somebody asks for at `now`.
    ///
    /// # Errors
    ///
    /// When there are none, or too many.
    pub fn by_hand(
        window: Window,
        period: SignedDuration,
        settle: SignedDuration,
        now: Timestamp,
    ) -> Result<Self, SpanError> {
        let length = period.as_nanos();
        let first = -(-window.start.as_nanosecond()).div_euclid(length);
        let last = window.end.as_nanosecond().div_euclid(length);
        let count = usize::try_from(last - first).unwrap_or(0);
        if count > MOST_BUCKETS {
            return Err(SpanError::TooLong(count));
        }
        let instant = |number: i128| Timestamp::from_nanosecond(number * length).ok();
        let buckets: Vec<Window> = (first..last)
            .filter_map(|number| Window::new(instant(number)?, instant(number + 1)?).ok())
            .collect();
        if buckets.is_empty() {
            return Err(SpanError::TooShort { window, period });
        }
        let settled_until = now.saturating_sub(settle + period);
        Ok(Self {
            period,
            buckets,
            settled_until: settled_until.unwrap_or(Timestamp::MIN),
            scheduled: false,
        })
    }

    /// The whole time.
    #[must_use]
    pub fn window(&self) -> Option<Window> {
        let (first, last) = (self.buckets.first()?, self.buckets.last()?);
        Window::new(first.start, last.end).ok()
    }

    /// Whether what is measured in a bucket may still change.
    #[must_use]
    pub fn is_provisional(&self, bucket: Window) -> bool {
        bucket.end > self.settled_until
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use proptest::prelude::*;
    use shared::model::window::Window;

    use super::{MOST_BUCKETS, Span};

    const PERIOD: SignedDuration = SignedDuration::from_mins(5);
    const SETTLE: SignedDuration = SignedDuration::from_secs(180);

    fn at(text: &str) -> Timestamp {
        text.parse().expect("instant")
    }

    fn window(start: &str, end: &str) -> Window {
        Window::new(at(start), at(end)).expect("window")
    }

    #[test]
    fn a_schedule_reads_three_buckets_and_only_the_newest_may_change() {
        let span = Span::scheduled(window("2026-11-24T00:25:00Z", "2026-11-24T00:30:00Z"));
        let shown: Vec<_> = span
            .buckets
            .iter()
            .map(|bucket| (bucket.start.to_string(), span.is_provisional(*bucket)))
            .collect();
        let expected = [("15", false), ("20", false), ("25", true)]
            .map(|(minute, open)| (format!("2026-11-24T00:{minute}:00Z"), open));
        assert_eq!(shown, expected);
    }

    #[test]
    fn by_hand_only_whole_buckets_are_read() {
        let by_hand = |start, end| {
            let now = at("2026-11-24T00:31:00Z");
            Span::by_hand(window(start, end), PERIOD, SETTLE, now)
        };
        let span = by_hand("2026-11-24T00:11:00Z", "2026-11-24T00:29:59Z").expect("a span");
        assert_eq!(
            span.window(),
            Some(window("2026-11-24T00:15:00Z", "2026-11-24T00:25:00Z"))
        );
        assert_eq!(
            span.buckets
                .iter()
                .map(|bucket| span.is_provisional(*bucket))
                .collect::<Vec<_>>(),
            [false, true]
        );
        let short = by_hand("2026-11-24T00:11:00Z", "2026-11-24T00:14:00Z");
        assert!(
            short
                .expect_err("none")
                .to_string()
                .contains("no whole period of 300 s")
        );
        let long = by_hand("2026-11-22T00:00:00Z", "2026-11-24T00:00:00Z");
        assert!(
            long.expect_err("many")
                .to_string()
                .contains("has 576 periods")
        );
    }

    proptest! {
        #[test]
        fn buckets_lie_side_by_side_within_the_window(
            start in -2_000_000_000_i64..4_000_000_000, length in 1_i64..86_400,
        ) {
            let instant = |second| Timestamp::from_second(second).expect("instant");
            let window = Window { start: instant(start), end: instant(start + length) };
            if let Ok(span) = Span::by_hand(window, PERIOD, SETTLE, window.end) {
                prop_assert!(span.buckets.len() <= MOST_BUCKETS);
                let whole = span.window().expect("not empty");
                prop_assert!(window.start <= whole.start && whole.end <= window.end);
                for bucket in &span.buckets {
                    prop_assert_eq!(bucket.length(), PERIOD);
                    prop_assert_eq!(bucket.start.as_second().rem_euclid(300), 0);
                }
                for pair in span.buckets.windows(2) {
                    prop_assert_eq!(pair[0].end, pair[1].start);
                }
            } else {
                prop_assert!(length < 600);
            }
        }
    }
}
