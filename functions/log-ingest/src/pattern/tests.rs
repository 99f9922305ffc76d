//! Patterns of real messages.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::{pattern_version::assert_known, route};

/// Patterns with the lines that must have them.
fn labelled() -> Vec<(&'static str, &'static str)> {
    let mut pattern = "";
    let mut cases = Vec::new();
    let lines = include_str!("labelled.txt").lines();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with(';')) {
        match line.strip_prefix("= ") {
            Some(next) => pattern = next,
            None => cases.push((pattern, line)),
        }
    }
    cases
}

#[test]
fn messages_of_many_kinds_of_software_have_the_patterns_that_a_person_gave_them() {
    let cases = labelled();
    assert!(cases.len() >= 120, "{}", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .map(|(expected, line)| (*expected, *line, pattern(line)))
        .filter(|(expected, _, found)| expected != found)
        .map(|(expected, line, found)| format!("{line}\n  {found}\n  instead of\n  {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_change_of_patterns_has_another_version() {
    const KNOWN: (u32, &str) = (
        1,
        "303898c9fba5861a34f3af6b98ffcefc692504805e6719f881304f13fe6a4bbf",
    );
    let patterns = labelled().into_iter().map(|(_, line)| pattern(line));
    assert_known(patterns, KNOWN);
}

#[test]
fn what_varies_is_masked_and_what_says_something_stays() {
    for (message, expected) in [
        (
            "don't touch player's 7 items",
            "don't touch player's # items",
        ),
        (
            "Expected ',' or ']' after array element in JSON at position 4",
            "Expected '…' or '…' after array element in JSON at position #",
        ),
        (
            "at 2026-11-24T00:30:55.638Z and 2026-11-24 10:00",
            "at # and #",
        ),
        ("peer fe80:0:0:0:1 gone", "peer # gone"),
        (
            "instance i-0abcd1234ef56 and 0x7ffe and deadbeef01",
            "instance i-# and # and #",
        ),
        ("took 66ms, 1.5s, 1,024 bytes", "took # bytes"),
        ("player7 used utf8", "player# used utf8"),
        (
            "GET /api/players/42/inventory 500",
            "GET /api/players/{id}/inventory 500",
        ),
        ("GET /api/logs/search?q=270 200", "GET /api/logs/search 200"),
        ("GET /users/alice 500", "GET /users/{value} 500"),
        ("GET /users/search 500", "GET /users/search 500"),
        (
            "GET /api/players/42 failed after 3 tries",
            "GET /api/players/{id} failed after # tries",
        ),
        ("\n  Error: x 1\n    at y:2", "Error: x #"),
        ("HTTP 503 from upstream", "HTTP 503 from upstream"),
        ("status 200 after 3 tries", "status # after # tries"),
        ("502 Bad Gateway", "502 Bad Gateway"),
        ("upstream returned 502", "upstream returned 502"),
        ("returned 502 rows", "returned # rows"),
        ("exit status 1", "exit status 1"),
        ("Error: 5 items lost", "Error: # items lost"),
        ("error 1045 of the server", "error 1045 of the server"),
        ("retry   in     5 s", "retry in # s"),
        ("rate 45% of 1e-9", "rate #% of #"),
        ("use HTTP/1.1 and and/or", "use HTTP/# and and/or"),
        ("x-1, x-2", "x-#, x-#"),
        (
            "state=RUNNING ok=true id=7 name=",
            "state=RUNNING ok=true id=… name=…",
        ),
        ("a == b != c => d <= 5", "a == b != c => d <= #"),
        ("issue #42 of v1.2.3", "issue # of #"),
        ("", ""),
        ("  \n ", ""),
        ("#", "#"),
    ] {
        assert_eq!(pattern(message), expected, "{message}");
    }
}

#[test]
fn a_long_message_has_a_pattern_of_at_most_512_characters() {
    assert_eq!(pattern(&"가".repeat(5000)).chars().count(), LONGEST);
    assert_eq!(pattern(&"1a ".repeat(5000)).chars().count(), LONGEST);
}

#[test]
fn a_text_is_cut_at_a_character_boundary_and_its_length_is_kept() {
    assert_eq!(truncated("가나".into(), 5), ("가".into(), Some(6)));
    assert_eq!(truncated("가나".into(), 6), ("가나".into(), None));
}

#[test]
fn a_line_that_is_a_hundred_times_longer_takes_no_longer_than_its_length_allows() {
    // Each repeats what could make a rule look far ahead.
    for unit in [
        "'a ",
        "\"a ",
        "`x ",
        "[a, ",
        "{\"a\": ",
        "k=v ",
        "a=",
        "user x ",
        "/a",
        "a:",
        "1-",
        "(1 KB",
        "at x (",
        "Jan 1 ",
        "…",
        "가 ",
        "#0 /a.php(1): ",
        "<1 ",
        "\n\tat a.b(C.java:1)",
        "\n  File \"/usr/lib/python3/x.py\", line 1, in f",
    ] {
        let time = |length: usize| {
            let message = format!("Error\n{}", unit.repeat(length / unit.len()));
            let one_line = unit.repeat(length / unit.len());
            let started = std::time::Instant::now();
            std::hint::black_box((pattern(&message), pattern(&one_line)));
            started.elapsed()
        };
        let shortest = |length| (0..3).map(|_| time(length)).min().unwrap_or_default();
        let (short, long) = (shortest(2_560), shortest(256_000));
        let most = short.max(std::time::Duration::from_micros(200)) * 200;
        assert!(
            long < most,
            "{unit:?}: {short:?} for 2.5 kB, {long:?} for 256 kB"
        );
    }
}

proptest! {
    #[test]
    fn any_number_in_a_message_gives_the_same_pattern(number in any::<i64>()) {
        prop_assert_eq!(pattern(&format!("lost {number} times")), "lost # times");
    }

    #[test]
    fn any_duration_gives_the_same_pattern(hours in 0_u32..99, minutes in 0_u32..60, ms in 0_u32..999) {
        for text in [format!("{hours}h{minutes}m"), format!("{ms}ms"), format!("{minutes}.{ms}s")] {
            prop_assert_eq!(pattern(&format!("took {text} in all")), "took # in all");
        }
    }

    #[test]
    fn any_name_behind_user_gives_the_same_pattern(name in "[b-df-hj-np-tv-z]{3,8}[0-9]{0,3}") {
        let found = pattern(&format!("no such user {name} in the guild"));
        prop_assert_eq!(found, "no such user … in the guild");
    }

    #[test]
    fn a_request_beside_the_message_changes_no_pattern(
        path in "/[a-z0-9/]{0,20}", other in "/[a-z0-9/]{0,20}", tail in "( [0-9]{3}|\\?q=1)?",
    ) {
        let message = format!("GET {path}{tail}");
        for path in [path, other] {
            let route = Some(route::route(&path));
            let request = Request { path: Some(path), route, ..Request::default() };
            prop_assert_eq!(pattern_of(&message, Some(&request), None), pattern(&message));
        }
    }

    #[test]
    fn any_text_has_a_pattern_and_always_the_same(message in "\\PC{0,200}") {
        let found = pattern(&message);
        prop_assert!(found.chars().count() <= LONGEST);
        prop_assert_eq!(pattern(&message), found);
    }

    #[test]
    fn any_text_of_signs_that_mean_something_has_a_pattern(
        message in "[a1'\"`{}\\[\\]()=:,;/\\\\@#.<>| \n가…-]{0,120}"
    ) {
        prop_assert!(pattern(&message).chars().count() <= LONGEST);
    }
}

#[test]
fn groups_that_must_stay_apart_have_different_patterns() {
    let mut groups: HashMap<String, &str> = HashMap::new();
    for (expected, line) in labelled() {
        let group = groups.entry(pattern(line)).or_insert(expected);
        assert_eq!(*group, expected, "{line}");
    }
}
