//! Times as they are written into documents: as jiff prints them, in a fraction of the time. Neighbours
//! share the day of their time, and the whole instant at which they were read.

use jiff::{Timestamp, fmt::temporal::DateTimePrinter, tz::Offset};

static PRINTER: DateTimePrinter = DateTimePrinter::new();

/// The text of a day up to the time of day: `2026-11-24T`.
const DATE: usize = 11;

/// Writes times, and remembers what the next ones have in common with the last.
#[derive(Debug)]
pub(super) struct TimeTexts {
    /// The last day, counted from 1970.
    day: i64,
    date: [u8; DATE],
    /// The last instant that many documents share, as it is written.
    shared: (Timestamp, Vec<u8>),
}

impl Default for TimeTexts {
    fn default() -> Self {
        Self {
            day: i64::MIN,
            date: [b'-'; DATE],
            shared: (Timestamp::MIN, Vec::new()),
        }
    }
}

impl TimeTexts {
    /// Writes an instant.
    ///
    /// # Errors
    ///
    /// When jiff refuses to print it.
    pub(super) fn push(
        &mut self,
        instant: Timestamp,
        buffer: &mut Vec<u8>,
    ) -> serde_json::Result<()> {
        if self.push_usual(instant, buffer).is_some() {
            return Ok(());
        }
        PRINTER
            .print_timestamp(&instant, buffer)
            .map_err(serde::ser::Error::custom)
    }

    /// Writes an instant that the document before has too, in most cases.
    ///
    /// # Errors
    ///
    /// When jiff refuses to print it.
    pub(super) fn push_shared(
        &mut self,
        instant: Timestamp,
        buffer: &mut Vec<u8>,
    ) -> serde_json::Result<()> {
        if self.shared.0 != instant || self.shared.1.is_empty() {
            let mut text = Vec::new();
            self.push(instant, &mut text)?;
            self.shared = (instant, text);
        }
        buffer.extend_from_slice(&self.shared.1);
        Ok(())
    }

    /// Writes an instant after 1970 of whole milliseconds, as nearly all are. `None` where nothing was
    /// written.
    fn push_usual(&mut self, instant: Timestamp, buffer: &mut Vec<u8>) -> Option<()> {
        const DAY: u64 = 24 * 60 * 60;
        let seconds = u64::try_from(instant.as_second()).ok()?;
        let nanoseconds = u32::try_from(instant.subsec_nanosecond()).ok()?;
        if nanoseconds % 1_000_000 != 0 {
            return None;
        }
        let day = (seconds / DAY).cast_signed();
        if day != self.day {
            let date = Offset::UTC.to_datetime(instant).date().to_string();
            let (sign, bytes) = self.date.split_last_mut()?;
            bytes.copy_from_slice(date.as_bytes().get(..DATE - 1)?);
            *sign = b'T';
            self.day = day;
        }
        let second = u32::try_from(seconds % DAY).ok()?;
        let milliseconds = nanoseconds / 1_000_000;
        let [h1, h2] = two(second / 3_600);
        let [n1, n2] = two(second / 60 % 60);
        let [s1, s2] = two(second % 60);
        let [f1, f2] = two(milliseconds / 10);
        let [_, f3] = two(milliseconds % 10);
        let time = [h1, h2, b':', n1, n2, b':', s1, s2, b'.', f1, f2, f3];
        // Zeros at the end are not printed, and no point before nothing.
        let length = match [f1, f2, f3] {
            [b'0', b'0', b'0'] => "00:00:00".len(),
            [_, b'0', b'0'] => "00:00:00.0".len(),
            [_, _, b'0'] => "00:00:00.00".len(),
            _ => time.len(),
        };
        buffer.extend_from_slice(&self.date);
        buffer.extend_from_slice(time.get(..length)?);
        buffer.push(b'Z');
        Some(())
    }
}

/// The two digits of a number below 100.
fn two(number: u32) -> [u8; 2] {
    let digit = |number: u32| b'0' + u8::try_from(number % 10).unwrap_or_default();
    [digit(number / 10), digit(number)]
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::TimeTexts;

    proptest! {
        #[test]
        fn instants_are_written_as_jiff_prints_them_whatever_was_written_before(
            milliseconds in proptest::collection::vec(
                prop_oneof![-62_200_000_000_000_i64..253_402_200_000_000, 1_795_478_300_000_i64..1_795_478_500_000],
                1..6,
            ),
            unit in proptest::sample::select(vec![1_i64, 10, 100, 1_000, 86_400_000]),
            nanosecond in proptest::sample::select(vec![0_i64, 0, 1, 1_000]),
        ) {
            let mut times = TimeTexts::default();
            for millisecond in milliseconds {
                let millisecond = millisecond / unit * unit;
                let nanoseconds = i128::from(millisecond) * 1_000_000 + i128::from(nanosecond);
                let instant = Timestamp::from_nanosecond(nanoseconds).expect("an instant");
                for push in [TimeTexts::push, TimeTexts::push_shared, TimeTexts::push_shared] {
                    let mut written = Vec::new();
                    push(&mut times, instant, &mut written).expect("written");
                    prop_assert_eq!(String::from_utf8(written).expect("UTF-8"), instant.to_string());
                }
            }
        }
    }
}
