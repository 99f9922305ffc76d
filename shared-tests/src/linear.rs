//! Whether the time of a piece of work grows with its input and not faster.
//!
//! Times are of the processor, for one thread alone: other work on the machine does not count. A bound
//! that is exceeded is measured again, because caches and interrupts cost time too.

use std::{
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use rustix::time::{ClockId, clock_gettime};

/// The length of a long input: the longest event of CloudWatch Logs.
pub const LONG: usize = 256 * 1024;
/// How many times as long a long input is as a short one.
const TIMES: usize = 8;
/// How much longer the long input may take than the short one: twice as much for a byte. The factor of
/// quadratic work is 64.
const MOST_GROWTH: u32 = 16;
/// How much longer a byte may take than a byte of a plain input. In a development build the code that
/// a plain line needs is optimised more than the rest.
const MOST_COST: f64 = if cfg!(debug_assertions) { 40.0 } else { 10.0 };
/// How often an excess is measured before it counts.
const TRIES: u32 = 5;

/// An input of any length: a text that is repeated between two others.
#[derive(Clone, Copy, Debug)]
pub struct Repeated {
    /// What it is, for the report.
    pub name: &'static str,
    /// The start.
    pub start: &'static str,
    /// The text that is repeated.
    pub unit: &'static str,
    /// The end.
    pub end: &'static str,
}

impl Repeated {
    #[must_use]
    pub const fn new(
        name: &'static str,
        start: &'static str,
        unit: &'static str,
        end: &'static str,
    ) -> Self {
        Self {
            name,
            start,
            unit,
            end,
        }
    }

    /// The input with about this length.
    #[must_use]
    pub fn text(&self, length: usize) -> String {
        let count = length / self.unit.len() + 1;
        [self.start, &self.unit.repeat(count), self.end].concat()
    }
}

/// Asserts that `work` takes linear time for each of the inputs, and for a byte of a long one at most
/// ten times as long as for a byte of `plain`.
pub fn assert_linear(plain: &Repeated, inputs: &[Repeated], work: impl Fn(&str) + Sync) {
    assert_linear_up_to(LONG, plain, inputs, work);
}

/// [`assert_linear`] for inputs that are at most `longest` bytes.
pub fn assert_linear_up_to(
    longest: usize,
    plain: &Repeated,
    inputs: &[Repeated],
    work: impl Fn(&str) + Sync,
) {
    let text = plain.text(longest);
    let plain = (0..3)
        .map(|_| for_a_byte(time_of(&work, &text), &text))
        .fold(f64::INFINITY, f64::min);
    let slow = Mutex::new(Vec::new());
    let next = Mutex::new(inputs.iter());
    let take = || next.lock().unwrap_or_else(PoisonError::into_inner).next();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(input) = take() {
                    if let Some(excess) = excess(input, longest, plain, &work) {
                        let mut slow = slow.lock().unwrap_or_else(PoisonError::into_inner);
                        slow.push(excess);
                    }
                }
            });
        }
    });
    let slow = slow.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(
        slow.is_empty(),
        "a byte of a plain input takes {plain:.0} ns; too slow:\n{}",
        slow.join("\n")
    );
}

/// How an input exceeds a bound, if it does so each time.
fn excess(input: &Repeated, longest: usize, plain: f64, work: &impl Fn(&str)) -> Option<String> {
    let (short_text, long_text) = (input.text(longest / TIMES), input.text(longest));
    let mut short = Duration::MAX;
    let mut long = Duration::MAX;
    for _ in 0..TRIES {
        short = short
            .min(time_of(work, &short_text))
            .min(time_of(work, &short_text));
        long = long.min(time_of(work, &long_text));
        let is_cheap = for_a_byte(long, &long_text) <= plain * MOST_COST;
        if is_cheap && long <= short * MOST_GROWTH {
            return None;
        }
    }
    let cost = for_a_byte(long, &long_text) / plain;
    let lengths = (short_text.len(), long_text.len());
    Some(format!(
        "{}: {cost:.1} times as long for a byte, {short:?} and {long:?} for {lengths:?} bytes",
        input.name
    ))
}

/// How long the work takes on this thread.
fn time_of(work: &impl Fn(&str), text: &str) -> Duration {
    let started = processor_time();
    work(text);
    processor_time().saturating_sub(started)
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("a time after the thread's start")
}

fn for_a_byte(time: Duration, text: &str) -> f64 {
    time.as_secs_f64() * 1e9 / text.len() as f64
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use super::{Repeated, assert_linear};

    const PLAIN: Repeated = Repeated::new("plain", "", "a b ", "");

    fn count(text: &str) -> usize {
        black_box(text).bytes().filter(|byte| *byte == b'a').count()
    }

    #[test]
    fn work_that_reads_its_input_a_few_times_is_linear() {
        let more = Repeated::new("more", "", "ab", "");
        assert_linear(&PLAIN, &[more], |text| {
            for _ in 0..3 {
                black_box(count(text));
            }
        });
    }

    #[test]
    #[should_panic(expected = "brackets: ")]
    fn work_that_reads_its_input_again_for_a_part_of_it_is_not() {
        let brackets = Repeated::new("brackets", "", "[", "");
        assert_linear(&PLAIN, &[brackets], |text| {
            black_box(count(text));
            let is_open = text.starts_with('[');
            for _ in 0..if is_open { text.len() / 512 } else { 0 } {
                black_box(count(text));
            }
        });
    }
}
