//! Durations.

use jiff::SignedDuration;

use super::{
    number::{number, rounded},
    wording::{ENGLISH, Wording},
};

/// A duration: below a minute in milliseconds or seconds, from there on in its two largest units, and
/// from ten minutes on without seconds. `250 ms`, `1.25 s`, `2 min 5 s`, `15 min`, `1 h 5 min`,
/// `3 days 1 h`.
#[must_use]
pub fn duration(duration: SignedDuration) -> String {
    duration_in(&ENGLISH, duration)
}

/// As [`duration`], in a language.
#[must_use]
pub fn duration_in(wording: &Wording, duration: SignedDuration) -> String {
    milliseconds_in(wording, duration.as_secs_f64() * 1_000.0)
}

/// As [`duration`], of a number of milliseconds.
#[must_use]
pub fn milliseconds(milliseconds: f64) -> String {
    milliseconds_in(&ENGLISH, milliseconds)
}

/// As [`milliseconds`], in a language.
pub(super) fn milliseconds_in(wording: &Wording, milliseconds: f64) -> String {
    if !milliseconds.is_finite() {
        return wording.no_value.to_owned();
    }
    let size = milliseconds.abs();
    let sign = if milliseconds < 0.0 { "-" } else { "" };
    if size == 0.0 {
        return "0 ms".to_owned();
    }
    if rounded(size) < 1_000.0 {
        return format!("{sign}{} ms", number(size));
    }
    let seconds = size / 1_000.0;
    if rounded(seconds) < 60.0 {
        return format!("{sign}{}{}", number(seconds), wording.seconds);
    }
    // From here on whole units are counted, as on a clock: 59.95 s has become a minute.
    let seconds = seconds.max(60.0).floor();
    let (length, one, many, rest, small) = if seconds < 3_600.0 {
        let rest = if seconds < 600.0 { seconds % 60.0 } else { 0.0 };
        (
            60.0,
            wording.minutes,
            wording.minutes,
            rest,
            wording.seconds,
        )
    } else if seconds < 86_400.0 {
        let rest = (seconds % 3_600.0 / 60.0).floor();
        (3_600.0, wording.hours, wording.hours, rest, wording.minutes)
    } else {
        // Hours say nothing beside a million days, and would be noise.
        let rest = if seconds < 86_400e6 {
            (seconds % 86_400.0 / 3_600.0).floor()
        } else {
            0.0
        };
        (86_400.0, wording.day, wording.days, rest, wording.hours)
    };
    let large = (seconds / length).floor();
    let unit = if large > 1.0 { many } else { one };
    let text = format!("{sign}{}{unit}", number(large));
    if rest > 0.0 {
        format!("{text} {}{small}", number(rest))
    } else {
        text
    }
}
