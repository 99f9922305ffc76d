//! The windows of a backtest.

use jiff::{SignedDuration, Timestamp};
use shared::{model::window::Window, trigger::scheduled_window};

use super::{run_time, windows};

const LENGTH: SignedDuration = SignedDuration::from_mins(15);
const SETTLE: SignedDuration = SignedDuration::from_mins(2);

fn at(text: &str) -> Timestamp {
    text.parse().expect("instant")
}

fn starts(from: &str, to: &str, now: &str) -> Vec<Timestamp> {
    let span = Window::new(at(from), at(to)).expect("span");
    let windows = windows(span, LENGTH, SETTLE, at(now));
    windows.map(|window| window.start).collect()
}

#[test]
fn only_whole_windows_of_the_schedule_are_run() {
    let now = "2026-11-25T00:00:00Z";
    let expected = ["2026-11-24T00:15:00Z", "2026-11-24T00:30:00Z"].map(at);
    let exact = starts("2026-11-24T00:15:00Z", "2026-11-24T00:45:00Z", now);
    assert_eq!(exact, expected);
    let wider = starts("2026-11-24T00:00:00.001Z", "2026-11-24T00:59:59Z", now);
    assert_eq!(wider, expected);
    let narrower = starts("2026-11-24T00:15:01Z", "2026-11-24T00:44:59Z", now);
    assert_eq!(narrower, []);
}

#[test]
fn a_window_that_has_not_settled_is_not_run() {
    let (from, to) = ("2026-11-24T00:15:00Z", "2026-11-24T01:00:00Z");
    for (now, expected) in [
        ("2026-11-24T00:31:59Z", 0),
        ("2026-11-24T00:32:00Z", 1),
        ("2026-11-24T00:47:00Z", 2),
        ("2026-11-25T00:00:00Z", 3),
    ] {
        assert_eq!(starts(from, to, now).len(), expected, "{now}");
    }
}

#[test]
fn a_run_of_a_window_is_the_one_that_the_schedule_gives_that_window() {
    let (from, to) = (at("1969-12-31T23:00:00Z"), at("1970-01-01T01:00:00Z"));
    let span = Window::new(from, to).expect("span");
    for minutes in [1, 7, 15, 60] {
        let length = SignedDuration::from_mins(minutes);
        for window in windows(span, length, SETTLE, Timestamp::MAX) {
            let scheduled = scheduled_window(run_time(window, SETTLE), length, SETTLE);
            assert_eq!(scheduled.expect("a window"), window);
        }
    }
}
