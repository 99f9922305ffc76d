//! Which window each event asks for.

use crate::model::window::Window;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{Task, read, scheduled_window};

const LENGTH: SignedDuration = SignedDuration::from_mins(15);
const SETTLE: SignedDuration = SignedDuration::from_mins(2);

/// The task of an event, or the error, as text.
fn check(event: &str, expected: &str) {
    let found = match read(event, LENGTH, SETTLE) {
        Ok(Task { window, keep, .. }) => {
            let kept = if keep { " kept" } else { "" };
            format!("{} {}{kept}", window.start, window.end)
        }
        Err(error) => error.to_string(),
    };
    assert!(
        found.contains(expected),
        "{event}\n  found    {found}\n  expected {expected}"
    );
}

#[test]
fn an_event_of_a_rule_asks_for_the_last_settled_window() {
    check(
        r#"{"version":"0","id":"53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
            "detail-type":"Scheduled Event","source":"aws.events","account":"123456789012",
            "time":"2026-11-24T00:30:00Z","region":"ap-northeast-2",
            "resources":["arn:aws:events:ap-northeast-2:123456789012:rule/every-15-minutes"],
            "detail":{}}"#,
        "2026-11-24T00:00:00Z 2026-11-24T00:15:00Z kept",
    );
}

#[test]
fn an_event_of_scheduler_asks_for_the_same() {
    check(
        r#"{"version":"0","id":"27cd1e2c","detail-type":"Scheduled Event",
            "source":"aws.scheduler","account":"123456789012","time":"2026-11-24T00:32:00Z",
            "region":"ap-northeast-2","resources":[],"detail":"{}"}"#,
        "2026-11-24T00:15:00Z 2026-11-24T00:30:00Z kept",
    );
    check(
        r#"{"scheduledTime":"2026-11-24T00:31:59Z","attempt":"1"}"#,
        "2026-11-24T00:00:00Z 2026-11-24T00:15:00Z kept",
    );
}

#[test]
fn by_hand_the_window_is_exactly_the_one_given_and_kept_only_on_demand() {
    let window = "2026-11-24T00:33:24Z 2026-11-24T00:34:24.5Z";
    let event = r#"{"start":"2026-11-24T09:33:24+09:00","end":"2026-11-24T00:34:24.5Z""#;
    for (rest, expected) in [
        ("}", window.to_owned()),
        (r#","store":false,"why":"curious"}"#, window.to_owned()),
        (
            r#","source":"ops-bot","store":true}"#,
            format!("{window} kept"),
        ),
        (
            r#","store":"yes"}"#,
            "`store` of the event is a string".to_owned(),
        ),
    ] {
        check(&format!("{event}{rest}"), &expected);
    }
    assert!(
        !read(&format!("{event}}}"), LENGTH, SETTLE)
            .expect("a task")
            .keep
    );
}

#[test]
fn any_other_event_is_refused_with_what_it_should_be() {
    for (event, expected) in [
        ("", "is not JSON"),
        (
            "[1]",
            "the event is an array; expected: an event of an EventBridge rule",
        ),
        ("{}", "the event is an empty object; expected:"),
        (
            r#"{"Records":[],"a":"hunter2"}"#,
            r#"with the keys "Records", "a"; expected"#,
        ),
        (
            r#"{"source":"aws.s3","detail-type":"Object Created","time":"2026-11-24T00:30:00Z"}"#,
            r#"one of the source "aws.s3""#,
        ),
        (
            r#"{"source":"aws.events","detail-type":"Scheduled Event"}"#,
            "`time` of the event is missing; expected: a time such as",
        ),
        (
            r#"{"scheduledTime":1795480404}"#,
            "`scheduledTime` of the event is a number",
        ),
        (
            r#"{"start":"2026-11-24T00:00:00Z"}"#,
            "`end` of the event is missing",
        ),
        (
            r#"{"start":"yesterday","end":"2026-11-24T00:00:00Z"}"#,
            r#"`start` of the event is "yesterday""#,
        ),
        (
            r#"{"start":"2026-11-24T00:00:00Z","end":"2026-11-24T00:00:00Z"}"#,
            "must end after it starts",
        ),
        (
            r#"{"start":"2026-01-01T00:00:00Z","end":"2026-11-24T00:00:00Z"}"#,
            "is longer than 31 days",
        ),
        (
            r#"{"scheduledTime":"<aws.scheduler.scheduled-time>"}"#,
            "still the placeholder \"<aws.scheduler.scheduled-time>\": only",
        ),
        (
            r#"{"scheduledTime":"2026-11-24T00:30:00Z","start":"2026-11-24T00:00:00Z"}"#,
            "has both `scheduledTime` and `start` or `end`",
        ),
    ] {
        check(event, expected);
    }
}

#[test]
fn no_value_of_an_unknown_event_is_in_its_error() {
    let error = read(r#"{"token":"hunter2"}"#, LENGTH, SETTLE).expect_err("unknown");
    assert!(!error.to_string().contains("hunter2"), "{error}");
}

#[test]
fn there_is_no_window_at_the_beginning_of_time() {
    let error = scheduled_window(Timestamp::MIN, LENGTH, SETTLE).expect_err("none");
    assert!(
        error.to_string().contains("no window of 15 minutes"),
        "{error}"
    );
    scheduled_window(Timestamp::MAX, SignedDuration::ZERO, SETTLE).expect_err("no length");
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("instant")
}

proptest! {
    #[test]
    fn scheduled_windows_tile_time_and_a_retry_sees_the_same(
        start in -2_000_000_000_i64..4_000_000_000,
        steps in prop::collection::vec(0_i64..=60, 1..50),
        minutes in 1_i64..=1_440,
        settle in 0_i64..=3_600,
    ) {
        let length = SignedDuration::from_mins(minutes);
        let settle = SignedDuration::from_secs(settle);
        let mut time = start;
        let mut before: Option<Window> = None;
        for step in steps {
            time += step * minutes;
            let window = scheduled_window(at(time), length, settle).expect("a window");
            prop_assert_eq!(window.length(), length);
            prop_assert_eq!(window.start.as_second().rem_euclid(minutes * 60), 0);
            let age = at(time).duration_since(window.end);
            prop_assert!(settle <= age && age < settle + length, "{age}");
            prop_assert_eq!(scheduled_window(at(time), length, settle).expect("again"), window);
            if let Some(before) = before.filter(|before| *before != window) {
                prop_assert_eq!(window.start, before.end);
            }
            before = Some(window);
        }
    }

    #[test]
    fn no_event_is_ever_a_panic(event in any::<String>(), time in any::<String>()) {
        let _ = read(&event, LENGTH, SETTLE);
        let event = serde_json::json!({ "scheduledTime": time }).to_string();
        let _ = read(&event, LENGTH, SETTLE);
    }
}
