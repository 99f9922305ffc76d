//! How soon a route repeats a critical alert that nobody acknowledged.

use jiff::SignedDuration;

use crate::notice::{FaultKind, SettingFault};

/// The shortest time: the sweep looks for such alerts every five minutes.
const SHORTEST: SignedDuration = SignedDuration::from_mins(5);
/// The longest time.
const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// When a critical alert is repeated that nobody acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Never.
    Never,
    /// After this time, then after twice the time.
    After(SignedDuration),
}

impl Repeat {
    /// The time; `None` for never.
    #[must_use]
    pub fn time(self) -> Option<SignedDuration> {
        match self {
            Self::Never => None,
            Self::After(time) => Some(time),
        }
    }
}

/// Reads `30m`, `2h`, `1d` or `never`.
///
/// # Errors
///
/// Why the text is invalid.
pub(super) fn read(text: &str) -> Result<Repeat, SettingFault> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("never") {
        return Ok(Repeat::Never);
    }
    let problem = || SettingFault::new(FaultKind::NotARepeat, &format!("{text:?}"));
    let time = time(text).ok_or_else(problem)?;
    if (SHORTEST..=LONGEST).contains(&time) {
        Ok(Repeat::After(time))
    } else {
        Err(problem())
    }
}

fn time(text: &str) -> Option<SignedDuration> {
    let unit = text.chars().next_back()?;
    let minutes = match unit {
        'm' => 1,
        'h' => 60,
        'd' => 24 * 60,
        _ => return None,
    };
    let number = text.strip_suffix(unit)?.trim_end();
    // At most the minutes of a week.
    let number: u16 = number.parse().ok().filter(|_| !number.starts_with('+'))?;
    Some(SignedDuration::from_mins(i64::from(number) * minutes))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use crate::notice::{FaultKind, SettingFault};
    use proptest::prelude::*;

    use super::{Repeat, read};

    #[test]
    fn a_time_is_minutes_hours_or_days_or_never() {
        for (text, minutes) in [
            ("30m", 30),
            ("5m", 5),
            (" 2h ", 120),
            ("90 m", 90),
            ("7d", 7 * 24 * 60),
        ] {
            let expected = Repeat::After(SignedDuration::from_mins(minutes));
            assert_eq!(read(text), Ok(expected), "{text}");
        }
        assert_eq!(read("Never"), Ok(Repeat::Never));
    }

    #[test]
    fn a_wrong_time_is_named_with_the_right_form() {
        for text in [
            "",
            "30",
            "4m",
            "8d",
            "-5m",
            "+5m",
            "30s",
            "half an hour",
            "30분",
            "99999999h",
        ] {
            let fault = SettingFault::new(FaultKind::NotARepeat, &format!("{text:?}"));
            assert_eq!(read(text), Err(fault));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = read(&text);
        }
    }
}
