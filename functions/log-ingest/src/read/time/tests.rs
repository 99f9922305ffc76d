//! The forms of time that logs use, and which of them are believed.

use proptest::prelude::*;

use super::{scan::usual, *};

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// A stated time in UTC, as it is beside an event on November 25.
fn shown(stated: Stated) -> String {
    let near = at("2026-11-25T12:00:00Z");
    let instant = stated
        .resolve(&LogZone::default(), near)
        .expect("an instant");
    instant.to_string()
}

#[test]
fn every_form_of_time_is_read() {
    for (text, expected) in [
        ("2026-11-24T09:00:01.638Z", "2026-11-24T09:00:01.638Z"),
        ("2026-11-24T18:00:01+09:00", "2026-11-24T09:00:01Z"),
        ("2026-11-24T18:00:01.5+0900", "2026-11-24T09:00:01.5Z"),
        ("2026-11-24 09:00:01,638", "2026-11-24T09:00:01.638Z"),
        ("2026-11-24 09:00:01.123 UTC", "2026-11-24T09:00:01.123Z"),
        ("2026-11-24 18:00:01 KST", "2026-11-24T09:00:01Z"),
        ("2026-11-24 09:00:01 +0000", "2026-11-24T09:00:01Z"),
        ("2026/11/24 09:00:01", "2026-11-24T09:00:01Z"),
        ("2026/11/24 - 09:00:01", "2026-11-24T09:00:01Z"),
        ("2026.11.24-09.00.01:123", "2026-11-24T09:00:01.123Z"),
        ("2026-11-24 오전 09:00:02", "2026-11-24T09:00:02Z"),
        ("2026-11-24 오후 9:00:02", "2026-11-24T21:00:02Z"),
        ("2026. 11. 24. 오전 12:05:02", "2026-11-24T00:05:02Z"),
        ("2026-Nov-24 09:00:01.123456", "2026-11-24T09:00:01.123456Z"),
        ("24/Nov/2026:09:00:01 +0000", "2026-11-24T09:00:01Z"),
        ("24/Nov/2026:18:00:01.655 +0900", "2026-11-24T09:00:01.655Z"),
        ("24/Nov/2026 09:00:01", "2026-11-24T09:00:01Z"),
        ("24-Nov-2026 09:00:01.123", "2026-11-24T09:00:01.123Z"),
        ("24-Nov-2026 18:00:01 Asia/Seoul", "2026-11-24T09:00:01Z"),
        ("24 Nov 2026 09:00:01,123", "2026-11-24T09:00:01.123Z"),
        ("24 Nov 09:00:01.123", "2026-11-24T09:00:01.123Z"),
        ("Nov 24 09:00:01", "2026-11-24T09:00:01Z"),
        ("Dec 10 06:00:00", "2025-12-10T06:00:00Z"),
        ("Feb 29 06:00:00", "2024-02-29T06:00:00Z"),
        ("Nov  4 09:00:01", "2026-11-04T09:00:01Z"),
        ("Nov 24 2026 09:00:01", "2026-11-24T09:00:01Z"),
        ("Nov 24, 2026 12:30:55 AM", "2026-11-24T00:30:55Z"),
        ("Nov 24, 2026 1:30:55 PM", "2026-11-24T13:30:55Z"),
        (
            "Tue Nov 24 09:00:01.123456 2026",
            "2026-11-24T09:00:01.123456Z",
        ),
        ("Tue Nov 24 18:00:01 KST 2026", "2026-11-24T09:00:01Z"),
        ("Tue, 24 Nov 2026 09:00:01 GMT", "2026-11-24T09:00:01Z"),
        ("26/11/24 09:00:01", "2026-11-24T09:00:01Z"),
        ("11/24/2026, 9:00:01 AM", "2026-11-24T09:00:01Z"),
        ("24/11/2026 09:00:01", "2026-11-24T09:00:01Z"),
        ("24.11.2026 09:00:01", "2026-11-24T09:00:01Z"),
        ("261124  9:00:01", "2026-11-24T09:00:01Z"),
        ("20261124T090001Z", "2026-11-24T09:00:01Z"),
        ("20261124 09:00:01", "2026-11-24T09:00:01Z"),
        ("11-24 09:00:01.123", "2026-11-24T09:00:01.123Z"),
        ("09:00:01.123", "2026-11-25T09:00:01.123Z"),
        ("15:00:01", "2026-11-24T15:00:01Z"),
        ("1795510801.123", "2026-11-24T09:00:01.123Z"),
        ("1795510801123", "2026-11-24T09:00:01.123Z"),
        ("1795510801123000", "2026-11-24T09:00:01.123Z"),
        ("1795510801123000000", "2026-11-24T09:00:01.123Z"),
    ] {
        let (stated, length) = leading(text).unwrap_or_else(|| panic!("unread: {text}"));
        assert_eq!(
            (shown(stated), length),
            (expected.to_owned(), text.len()),
            "{text}"
        );
        assert_eq!(read(text).map(shown).as_deref(), Some(expected), "{text}");
        let (_, length) = leading(&format!("{text} ERROR x")).expect("read before a text");
        assert_eq!(length, text.len(), "{text}");
    }
    for (text, expected) in [
        ("1795510801", "2026-11-24T09:00:01Z"),
        ("1.795510801123e9", "2026-11-24T09:00:01.123Z"),
        (
            "2026-11-24T18:00:01+09:00[Asia/Seoul]",
            "2026-11-24T09:00:01Z",
        ),
    ] {
        assert_eq!(read(text).map(shown).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn what_is_no_time_is_not_taken_for_one() {
    for text in [
        "",
        "soon",
        "2026-11-24",
        "12",
        "12:30",
        "99999999999999999999",
        "Error 9",
        "Mar",
        "May 24",
        "1.2.3.4",
        "10.0.0.1",
        "404 Not FoundFields",
        "2026-13-24 09:00:01",
        "1:M 24",
        "12/13",
        "5 Nov",
        "1000000000 rows",
        "결제 실패",
        "2026-11-24 09",
        "24-hour format",
    ] {
        assert_eq!(leading(text), None, "{text}");
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn a_time_is_believed_from_14_days_before_to_2_hours_after_the_event() {
    let event = at("2026-11-24T00:00:00Z");
    for (stated, believed) in [
        ("2026-11-10T00:00:00Z", true),
        ("2026-11-09T23:59:59Z", false),
        ("2026-11-24T02:00:00Z", true),
        ("2026-11-24T02:00:01Z", false),
        ("1970-01-01T00:00:00Z", false),
    ] {
        let result = Stated::Instant(at(stated)).believed(&LogZone::default(), event);
        assert_eq!(result.is_some(), believed, "{stated}");
    }
}

#[test]
fn a_local_time_that_is_a_time_zone_away_is_believed_only_in_a_configured_zone() {
    let event = at("2026-11-24T00:00:00Z");
    let local = |text: &str| Stated::Local(text.parse().expect("a local time"));
    let seoul: LogZone = "Asia/Seoul".parse().expect("a zone");
    for (text, in_utc, in_seoul) in [
        ("2026-11-24T08:59:58", None, Some("2026-11-23T23:59:58Z")),
        ("2026-11-23T18:59:58", None, Some("2026-11-23T09:59:58Z")),
        (
            "2026-11-23T23:59:58",
            Some("2026-11-23T23:59:58Z"),
            Some("2026-11-23T14:59:58Z"),
        ),
        (
            "2026-11-23T21:07:03",
            Some("2026-11-23T21:07:03Z"),
            Some("2026-11-23T12:07:03Z"),
        ),
    ] {
        let utc = local(text).believed(&LogZone::default(), event);
        assert_eq!(utc, in_utc.map(at), "{text}");
        assert_eq!(
            local(text).believed(&seoul, event),
            in_seoul.map(at),
            "{text}"
        );
    }
    assert!("Mars/Olympus".parse::<LogZone>().is_err());
}

proptest! {
    #[test]
    fn the_usual_form_is_read_as_jiff_reads_it(
        text in "[0-2][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]\\.[0-9]{3}Z",
        place in 0_usize..24, other in proptest::char::range(' ', '~'),
    ) {
        let expected = text.parse().ok();
        // jiff takes a leap second for the one before.
        prop_assert!(usual(&text) == expected || usual(&text).is_none() && text.contains(":60."));
        let mut broken = text;
        broken.replace_range(place..=place, &other.to_string());
        prop_assert!(usual(&broken).is_none() || usual(&broken) == broken.parse().ok());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[0-9T:./, AMPZ+-]{0,30}|(Nov|Tue|오전)?.{0,20}") {
        if let Some((stated, length)) = leading(&text) {
            prop_assert!(text.get(..length).is_some());
            let _ = stated.resolve(&LogZone::default(), at("2026-11-25T12:00:00Z"));
        }
        let _ = read(&text);
    }
}
