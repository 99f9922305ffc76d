//! The window that a user asks for, in the words of the command line.

use jiff::{
    SignedDuration, Span, SpanRelativeTo, Timestamp, ToSpan as _,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use shared::model::window::{EmptyWindow, Window};

/// How long a window is when nothing is said: a quarter of an hour.
const USUAL: SignedDuration = SignedDuration::from_mins(15);

/// The window that ends at `to`, or now, and starts at `from`, or `last` before its end.
///
/// # Errors
///
/// When it would be empty.
pub fn chosen(
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    last: Option<SignedDuration>,
    now: Timestamp,
) -> Result<Window, EmptyWindow> {
    let end = to.unwrap_or(now);
    let start = from.unwrap_or_else(|| {
        let length = last.unwrap_or(USUAL);
        end.saturating_sub(length).unwrap_or(Timestamp::MIN)
    });
    Window::new(start, end)
}

/// Reads a time: `2026-11-24T00:33:24Z`, or a date with a time, a date, or a time of today, in the
/// time zone `zone`.
///
/// # Errors
///
/// When it is none of these, in words for the user.
pub fn read_time(text: &str, zone: &TimeZone, now: Timestamp) -> Result<Timestamp, String> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("now") {
        return Ok(now);
    }
    if let Ok(instant) = text.parse() {
        return Ok(instant);
    }
    if let Some(instant) = relative(text, zone, now) {
        return Ok(instant);
    }
    let local: DateTime = match (
        text.parse::<Time>(),
        text.parse::<Date>(),
        text.parse::<DateTime>(),
    ) {
        (_, _, Ok(both)) => both,
        (_, Ok(date), _) => date.at(0, 0, 0, 0),
        (Ok(time), _, _) => now.to_zoned_datetime(zone.clone()).date().to_datetime(time),
        _ => {
            return Err(
                "write it as 2026-11-24T00:33:24Z, or in local time as '2026-11-24 09:33', \
                 2026-11-24, 09:33, yesterday, 'yesterday 09:33' or '1 hour ago'"
                    .to_owned(),
            );
        }
    };
    zone.to_timestamp(local).map_err(|error| error.to_string())
}

/// Reads a time relative to now: `1 hour ago`, `today`, `yesterday`, `yesterday 09:33`.
fn relative(text: &str, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let text = text.to_ascii_lowercase();
    if text.ends_with("ago") {
        let span: Span = text.parse().ok()?;
        return now
            .to_zoned_datetime(zone.clone())
            .checked_add(span)
            .ok()
            .map(|at| at.timestamp());
    }
    let (day, time) = text.split_once(' ').unwrap_or((&text, "00:00"));
    let days_ago = match day {
        "today" => 0,
        "yesterday" => 1,
        _ => return None,
    };
    let today = now.to_zoned_datetime(zone.clone()).date();
    let date = today.checked_sub(days_ago.days()).ok()?;
    let time: Time = time.trim().parse().ok()?;
    zone.to_timestamp(date.to_datetime(time)).ok()
}

/// Reads a length of time: `15m`, `90s`, `1h30m`, `2d`.
///
/// # Errors
///
/// When it is none, or not positive, in words for the user.
pub fn read_length(text: &str) -> Result<SignedDuration, String> {
    let span: Result<Span, _> = text.trim().parse();
    let length = span.and_then(|span| {
        // A day is 24 hours here.
        span.to_duration(SpanRelativeTo::days_are_24_hours())
    });
    match length {
        Ok(length) if length > SignedDuration::ZERO => Ok(length),
        _ => Err("write it as 15m, 90s, 1h30m or 2d".to_owned()),
    }
}

/// As far back as a search for the newest entry looks.
#[must_use]
pub fn everything(now: Timestamp) -> Window {
    let hour = 1.hour();
    let end = now.saturating_add(hour * 24).unwrap_or(Timestamp::MAX);
    // A store takes windows of up to ten years.
    let start = end.saturating_sub(hour * (24 * 3_650));
    Window {
        start: start.unwrap_or(Timestamp::MIN),
        end,
    }
}

/// The first whole second after an instant: a window does not include its end.
#[must_use]
pub fn next_second(instant: Timestamp) -> Timestamp {
    let next = instant.as_second().saturating_add(1);
    Timestamp::from_second(next).unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp, tz::TimeZone};

    use super::{chosen, everything, read_length, read_time};

    fn at(text: &str) -> Timestamp {
        text.parse().expect("instant")
    }

    #[test]
    fn times_are_read_in_the_local_zone_where_they_name_none() {
        let zone = TimeZone::fixed(jiff::tz::offset(9));
        let now = at("2026-11-24T00:00:00Z");
        for (text, expected) in [
            ("2026-11-24T00:33:24Z", "2026-11-24T00:33:24Z"),
            ("2026-11-24T09:33:24.5+09:00", "2026-11-24T00:33:24.5Z"),
            ("2026-11-24T09:33:24", "2026-11-24T00:33:24Z"),
            ("2026-11-24 09:33", "2026-11-24T00:33:00Z"),
            ("2026-11-24", "2026-11-23T15:00:00Z"),
            ("09:33", "2026-11-24T00:33:00Z"),
            ("now", "2026-11-24T00:00:00Z"),
            ("today", "2026-11-23T15:00:00Z"),
            ("Yesterday", "2026-11-22T15:00:00Z"),
            ("yesterday 09:30", "2026-11-23T00:30:00Z"),
            ("1 hour ago", "2026-11-23T23:00:00Z"),
            ("90 minutes ago", "2026-11-23T22:30:00Z"),
            ("2 days ago", "2026-11-22T00:00:00Z"),
        ] {
            assert_eq!(read_time(text, &zone, now), Ok(at(expected)), "{text}");
        }
        for text in [
            "",
            "tomorrow",
            "2026-13-01",
            "25:00",
            "ago",
            "yesterday noon",
        ] {
            let error = read_time(text, &zone, now).expect_err(text);
            assert!(error.contains("2026-11-24T00:33:24Z"), "{error}");
        }
    }

    #[test]
    fn lengths_are_read_and_must_be_positive() {
        for (text, seconds) in [("15m", 900), ("90s", 90), ("1h30m", 5_400), ("2d", 172_800)] {
            assert_eq!(read_length(text), Ok(SignedDuration::from_secs(seconds)));
        }
        for text in ["", "15", "-15m", "0s", "soon", "1 month"] {
            read_length(text).expect_err(text);
        }
    }

    #[test]
    fn a_window_ends_now_and_is_a_quarter_of_an_hour_long_if_nothing_is_said() {
        let now = at("2026-11-24T01:00:00Z");
        let usual = chosen(None, None, None, now).expect("window");
        assert_eq!((usual.start, usual.end), (at("2026-11-24T00:45:00Z"), now));
        let before = chosen(
            None,
            Some(at("2026-11-24T00:30:00Z")),
            Some(SignedDuration::from_mins(5)),
            now,
        );
        assert_eq!(before.expect("window").start, at("2026-11-24T00:25:00Z"));
        let open = chosen(Some(at("2026-11-24T00:50:00Z")), None, None, now);
        assert_eq!(open.expect("window").end, now);
        chosen(Some(now), Some(now), None, now).expect_err("empty");
        assert!(everything(now).contains(now));
    }
}
