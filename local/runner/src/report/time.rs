//! Formats times in the local zone, with UTC where it matters.

use jiff::{Timestamp, tz::TimeZone};
use shared::model::window::Window;

/// `2026-11-24 09:33:24 KST`.
#[must_use]
pub fn moment(instant: Timestamp, zone: &TimeZone) -> String {
    let local = instant.to_zoned_datetime(zone.clone());
    local.strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
}

/// The name of a time zone, such as `Asia/Seoul`, or its present offset from UTC.
#[must_use]
pub fn zone_name(zone: &TimeZone) -> String {
    let offset = || Timestamp::now().to_zoned_datetime(zone.clone());
    zone.iana_name()
        .map_or_else(|| offset().strftime("%Z").to_string(), str::to_owned)
}

/// `09:33:24`.
#[must_use]
pub fn time_of_day(instant: Timestamp, zone: &TimeZone) -> String {
    let local = instant.to_zoned_datetime(zone.clone());
    local.strftime("%H:%M:%S").to_string()
}

/// `2026-11-24 09:33:24 – 09:34:24 KST (00:33:24 – 00:34:24 UTC)`.
#[must_use]
pub fn window(window: Window, zone: &TimeZone) -> String {
    let local = span(window, zone);
    if zone.to_offset(window.start).is_zero() {
        return local;
    }
    let same_day = |zone: &TimeZone| window.start.to_zoned_datetime(zone.clone()).date();
    let utc = if same_day(zone) == same_day(&TimeZone::UTC) {
        let [start, end] = [window.start, window.end].map(|at| time_of_day(at, &TimeZone::UTC));
        format!("{start} – {end} UTC")
    } else {
        span(window, &TimeZone::UTC)
    };
    format!("{local} ({utc})")
}

fn span(window: Window, zone: &TimeZone) -> String {
    let [start, end] = [window.start, window.end].map(|at| at.to_zoned_datetime(zone.clone()));
    let start_text = start.strftime("%Y-%m-%d %H:%M:%S");
    let end_text = if start.date() == end.date() {
        end.strftime("%H:%M:%S %Z")
    } else {
        end.strftime("%Y-%m-%d %H:%M:%S %Z")
    };
    format!("{start_text} – {end_text}")
}

#[cfg(test)]
mod tests {
    use jiff::tz::{TimeZone, offset};
    use shared::model::window::Window;

    use super::window;

    #[test]
    fn a_window_is_shown_in_local_time_and_utc() {
        let seoul = TimeZone::fixed(offset(9));
        let text = |start: &str, end: &str, zone: &TimeZone| {
            let at = |time: &str| time.parse().expect("instant");
            window(Window::new(at(start), at(end)).expect("window"), zone)
        };
        let (start, end) = ("2026-11-24T00:33:24Z", "2026-11-24T00:34:24Z");
        assert_eq!(
            text(start, end, &seoul),
            "2026-11-24 09:33:24 – 09:34:24 +09 (00:33:24 – 00:34:24 UTC)"
        );
        assert_eq!(
            text(start, end, &TimeZone::UTC),
            "2026-11-24 00:33:24 – 00:34:24 UTC"
        );
        assert_eq!(
            text("2026-11-23T23:59:00Z", "2026-11-24T15:01:00Z", &seoul),
            "2026-11-24 08:59:00 – 2026-11-25 00:01:00 +09 \
             (2026-11-23 23:59:00 – 2026-11-24 15:01:00 UTC)"
        );
    }
}
