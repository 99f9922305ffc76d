//! Times of a window in a local zone, as short as they are clear.

use jiff::{Timestamp, tz::TimeZone};
use shared::model::window::Window;

/// Formats times beside a window.
#[derive(Clone, Debug)]
pub struct WindowClock {
    zone: TimeZone,
    window: Window,
    seconds: bool,
}

impl WindowClock {
    /// The clock of a window. Times have seconds if one of its ends has.
    #[must_use]
    pub fn new(window: Window, zone: &TimeZone) -> Self {
        let ends = [window.start, window.end];
        let seconds = ends
            .iter()
            .any(|end| end.to_zoned_datetime(zone.clone()).second() != 0);
        Self {
            zone: zone.clone(),
            window,
            seconds,
        }
    }

    /// The window: `09:33:24–09:34:24 KST`.
    #[must_use]
    pub fn window(&self) -> String {
        let [start, end] = [self.window.start, self.window.end];
        let zone = end
            .to_zoned_datetime(self.zone.clone())
            .strftime("%Z")
            .to_string();
        let last = if self.date(start) == self.date(end) {
            self.time(end)
        } else {
            format!("{} {}", self.date(end), self.time(end))
        };
        format!("{}–{last} {zone}", self.time(start))
    }

    /// The date on which the window starts: `2026-11-24`.
    #[must_use]
    pub fn day(&self) -> String {
        self.date(self.window.start)
    }

    /// A time in or near the window, with its date if that is another one: `09:33:23`.
    #[must_use]
    pub fn beside(&self, instant: Timestamp) -> String {
        if self.date(instant) == self.date(self.window.start) {
            self.time(instant)
        } else {
            format!("{} {}", self.date(instant), self.time(instant))
        }
    }

    fn date(&self, instant: Timestamp) -> String {
        let local = instant.to_zoned_datetime(self.zone.clone());
        local.strftime("%Y-%m-%d").to_string()
    }

    fn time(&self, instant: Timestamp) -> String {
        let local = instant.to_zoned_datetime(self.zone.clone());
        let format = if self.seconds { "%H:%M:%S" } else { "%H:%M" };
        local.strftime(format).to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::{TimeZone, offset};
    use shared::model::window::Window;

    use super::WindowClock;

    fn clock(start: &str, end: &str) -> WindowClock {
        let at = |text: &str| text.parse().expect("instant");
        let window = Window::new(at(start), at(end)).expect("window");
        WindowClock::new(window, &TimeZone::fixed(offset(9)))
    }

    #[test]
    fn a_window_has_seconds_and_dates_only_where_they_say_something() {
        let minute = clock("2026-11-24T00:33:24Z", "2026-11-24T00:34:24Z");
        assert_eq!(minute.window(), "09:33:24–09:34:24 +09");
        assert_eq!(minute.day(), "2026-11-24");
        let quarter = clock("2026-11-24T00:15:00Z", "2026-11-24T00:30:00Z");
        assert_eq!(quarter.window(), "09:15–09:30 +09");
        let day = clock("2026-11-23T15:00:00Z", "2026-11-24T15:00:00Z");
        assert_eq!(day.window(), "00:00–2026-11-25 00:00 +09");
        let before = "2026-11-23T14:59:59Z".parse().expect("instant");
        assert_eq!(day.beside(before), "2026-11-23 23:59");
    }
}
