//! Which buckets of time a run reads. Pure.
//!
//! A scheduled run reads the last settled bucket, and some before it again, because values arrive
//! late: later runs correct what a run stored. A gap before them is read as far back as CloudWatch
//! retains values.

use jiff::{SignedDuration, Timestamp};
use shared::model::window::Window;

/// How many buckets a scheduled run reads. Metrics can take up to ten minutes to be complete.
pub const BUCKETS: u32 = 3;

/// The most buckets that a run by hand reads: a day of five minutes.
pub const MOST_BUCKETS: usize = 288;

/// How long CloudWatch retains values, by the finest period that they are retained with, in seconds:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention>.
const RETENTION: [(i64, SignedDuration); 3] = [
    (3_600, SignedDuration::from_hours(455 * 24)),
    (300, SignedDuration::from_hours(63 * 24)),
    (60, SignedDuration::from_hours(15 * 24)),
];

/// How long CloudWatch retains values of a period: as long as the coarsest values that it consists of.
#[must_use]
pub fn retention(period: SignedDuration) -> SignedDuration {
    let seconds = period.as_secs();
    let found = RETENTION
        .iter()
        .find(|(finest, _)| seconds % finest == 0 && seconds > 0);
    found.map_or(SignedDuration::from_hours(3), |(_, retention)| *retention)
}

/// The buckets of a run, oldest first; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// How long each is.
    pub period: SignedDuration,
    /// The buckets, side by side.
    pub buckets: Vec<Window>,
    /// A bucket that ends later than this may still change.
    pub settled_until: Timestamp,
    /// CloudWatch no longer retains values of a bucket that starts before this.
    pub retained_since: Timestamp,
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
    /// The buckets of a scheduled run at `now` whose last settled bucket is `newest`.
    #[must_use]
    pub fn scheduled(newest: Window, now: Timestamp) -> Self {
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
            retained_since: retained_since(period, now.max(newest.end)),
        }
    }

    /// The newest buckets of a gap, at most [`MOST_BUCKETS`]. `None` if no whole bucket lies in it.
    #[must_use]
    pub fn of_gap(gap: Window, period: SignedDuration, now: Timestamp) -> Option<Self> {
        let mut buckets = whole_buckets(gap, period, MOST_BUCKETS);
        buckets.reverse();
        let last = buckets.last()?;
        Some(Self {
            period,
            settled_until: last.end,
            retained_since: retained_since(period, now),
            buckets,
        })
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
        let count = count(window, period);
        if count > MOST_BUCKETS {
            return Err(SpanError::TooLong(count));
        }
        let mut buckets = whole_buckets(window, period, MOST_BUCKETS);
        buckets.reverse();
        if buckets.is_empty() {
            return Err(SpanError::TooShort { window, period });
        }
        let settled_until = now.saturating_sub(settle + period);
        Ok(Self {
            period,
            buckets,
            settled_until: settled_until.unwrap_or(Timestamp::MIN),
            retained_since: retained_since(period, now),
        })
    }

    /// The whole time.
    #[must_use]
    pub fn window(&self) -> Option<Window> {
        let (first, last) = (self.buckets.first()?, self.buckets.last()?);
        Window::new(first.start, last.end).ok()
    }

    /// Whether CloudWatch still retains the values of a bucket.
    #[must_use]
    pub fn is_retained(&self, bucket: Window) -> bool {
        bucket.start >= self.retained_since
    }

    /// Whether what is measured in a bucket may still change.
    #[must_use]
    pub fn is_provisional(&self, bucket: Window) -> bool {
        bucket.end > self.settled_until
    }
}

/// The instant since which CloudWatch retains values of a period.
#[must_use]
pub fn retained_since(period: SignedDuration, now: Timestamp) -> Timestamp {
    now.saturating_sub(retention(period))
        .unwrap_or(Timestamp::MIN)
}

/// The numbers of the first bucket of a window and of the one after its last, counted from 1970.
fn numbers(window: Window, period: SignedDuration) -> (i128, i128) {
    let length = period.as_nanos();
    let first = -(-window.start.as_nanosecond()).div_euclid(length);
    let last = window.end.as_nanosecond().div_euclid(length);
    (first, last)
}

fn count(window: Window, period: SignedDuration) -> usize {
    let (first, last) = numbers(window, period);
    usize::try_from(last - first).unwrap_or(0)
}

/// The newest whole buckets in a window, newest first.
fn whole_buckets(window: Window, period: SignedDuration, most: usize) -> Vec<Window> {
    let (first, last) = numbers(window, period);
    let instant = |number: i128| Timestamp::from_nanosecond(number * period.as_nanos()).ok();
    let all = (first..last).rev();
    let buckets = all.filter_map(|number| Window::new(instant(number)?, instant(number + 1)?).ok());
    buckets.take(most).collect()
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use proptest::prelude::*;
    use shared::model::window::Window;

    use super::{MOST_BUCKETS, Span, retention};

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
        let newest = window("2026-11-24T00:25:00Z", "2026-11-24T00:30:00Z");
        let span = Span::scheduled(newest, newest.end);
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
    fn cloudwatch_retains_coarse_values_for_longer() {
        for (seconds, hours) in [
            (10, 3),
            (60, 15 * 24),
            (240, 15 * 24),
            (300, 63 * 24),
            (900, 63 * 24),
            (3_600, 455 * 24),
        ] {
            let retention = retention(SignedDuration::from_secs(seconds));
            assert_eq!(retention, SignedDuration::from_hours(hours), "{seconds} s");
        }
    }

    #[test]
    fn a_long_gap_is_read_from_its_newest_end() {
        let gap = window("2026-11-20T00:01:00Z", "2026-11-24T00:04:00Z");
        let span = Span::of_gap(gap, PERIOD, gap.end).expect("a span");
        assert_eq!(span.buckets.len(), MOST_BUCKETS);
        let whole = window("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z");
        assert_eq!(span.window(), Some(whole));
        assert!(
            span.buckets
                .iter()
                .all(|bucket| !span.is_provisional(*bucket))
        );
        let short = window("2026-11-24T00:01:00Z", "2026-11-24T00:09:00Z");
        assert_eq!(Span::of_gap(short, PERIOD, short.end), None);
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
