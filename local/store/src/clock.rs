//! Time as the store counts it: whole milliseconds since 1970, and UTC days.

use jiff::Timestamp;
use shared::model::window::Window;

const DAY: i64 = 24 * 60 * 60 * 1_000;

/// The millisecond that an instant lies in. Rounded down before 1970 too, so that the order of
/// instants is kept.
pub(crate) fn millisecond(instant: Timestamp) -> i64 {
    let whole = instant.as_millisecond();
    let rounded_up = instant.as_nanosecond() < i128::from(whole) * 1_000_000;
    whole - i64::from(rounded_up)
}

/// The UTC day that a millisecond lies in, in days since 1970.
pub(crate) fn day(millisecond: i64) -> i64 {
    millisecond.div_euclid(DAY)
}

/// The instant of a stored millisecond.
pub(crate) fn instant(millisecond: i64) -> Result<Timestamp, jiff::Error> {
    Timestamp::from_millisecond(millisecond)
}

/// The milliseconds of a window, from the first to the one after the last.
pub(crate) fn milliseconds(window: Window) -> (i64, i64) {
    (millisecond(window.start), millisecond(window.end))
}

#[cfg(test)]
mod tests {
    use super::{day, millisecond};

    #[test]
    fn an_instant_lies_in_the_millisecond_and_the_day_before_it() {
        for (instant, expected_millisecond, expected_day) in [
            ("1970-01-01T00:00:00Z", 0, 0),
            ("1970-01-01T00:00:00.0019Z", 1, 0),
            ("1969-12-31T23:59:59.9999Z", -1, -1),
            ("1969-12-31T23:59:59.999Z", -1, -1),
            ("1969-12-31T00:00:00Z", -86_400_000, -1),
            ("2026-11-24T00:00:00Z", 1_795_478_400_000, 20_781),
        ] {
            let found = millisecond(instant.parse().expect("an instant"));
            assert_eq!(
                (found, day(found)),
                (expected_millisecond, expected_day),
                "{instant}"
            );
        }
    }
}
