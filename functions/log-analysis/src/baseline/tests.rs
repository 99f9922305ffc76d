//! Judgements of windows after several days, as values.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use proptest::prelude::*;
use serde_json::json;
use shared::model::{
    analysis::{
        baseline::{NumberKey, Verdict, WatchedNumber},
        observed::{Observation, ObservedRoute, TypicalDurations},
    },
    window::Window,
};

use super::{Judged, history::question};
use fixture::{ORDERS, SEARCH, judged, now, records, scaled, service, unusual, usual, verdict};

use Verdict::{Elevated, Moderate, Normal, Strong, Unknown};
use WatchedNumber::{ClientShare, ErrorPattern, FailedRequests, Latency, Traffic, UserShare};

mod fixture;

#[test]
fn a_usual_window_is_usual() {
    assert_eq!(unusual(&usual(), &[]), BTreeMap::new());
}

#[test]
fn failed_requests_are_compared_with_the_usual_share() {
    let failing = |failed| Observation { failed, ..usual() };
    for (failed, expected) in [(3, Normal), (8, Elevated), (20, Strong), (120, Strong)] {
        let judged = judged(&records(7, |_| usual()), &failing(failed), &[]);
        assert_eq!(
            verdict(&judged, &service(FailedRequests)),
            expected,
            "{failed}"
        );
    }
    // A service that always fails so often is as usual.
    let judged = judged(&records(7, |_| failing(120)), &failing(120), &[]);
    assert_eq!(verdict(&judged, &service(FailedRequests)), Normal);
}

#[test]
fn failures_that_rise_slowly_are_certain_over_an_hour() {
    let failing = |failed| Observation { failed, ..usual() };
    let records = records(7, |number| {
        failing(if (-3..0).contains(&number) { 9 } else { 3 })
    });
    let judged = judged(&records, &failing(10), &[]);
    assert_eq!(verdict(&judged, &service(FailedRequests)), Strong);
}

#[test]
fn a_route_that_fails_or_stops_or_is_slow_is_found_although_the_others_hide_it() {
    let mut failing = usual();
    if let Some(orders) = failing.routes.get_mut(ORDERS) {
        orders.failed = 30;
    }
    let mut slow = usual();
    if let Some(search) = slow.routes.get_mut(SEARCH) {
        search.latency = Some(TypicalDurations {
            p50: 360.0,
            p95: 756.0,
        });
    }
    let mut stopped = usual();
    stopped.routes.remove(ORDERS);
    stopped.requests = 200;
    for (observed, number, route) in [
        (failing, FailedRequests, ORDERS),
        (slow, Latency, SEARCH),
        (stopped, Traffic, ORDERS),
    ] {
        let expected = BTreeMap::from([(NumberKey::of(number, route), Strong)]);
        assert_eq!(unusual(&observed, &[]), expected);
    }
}

#[test]
fn traffic_is_compared_at_the_level_of_the_day() {
    for (before, factor, expected) in [
        (1.0, 1.0, Normal),
        (1.0, 0.1, Strong),
        (1.0, 0.0, Strong),
        (1.0, 4.0, Strong),
        (1.0, 1.8, Elevated),
        // A holiday, and a day after growth.
        (0.5, 0.5, Normal),
        (0.5, 0.05, Strong),
        (1.7, 1.7, Normal),
        (1.7, 0.1, Strong),
    ] {
        let of = |number: i64| scaled(if number >= -8 { before } else { 1.0 });
        let judged = judged(&records(7, of), &scaled(factor), &[]);
        let found = verdict(&judged, &service(Traffic));
        assert_eq!(found, expected, "{factor} after {before}");
    }
}

#[test]
fn what_an_upgrade_has_given_another_name_is_not_unusual() {
    let mut observed = usual();
    observed.patterns.insert("order # is lost".to_owned(), 20);
    observed.routes.remove(SEARCH);
    let (pattern, route) = (
        NumberKey::of(ErrorPattern, "order # is lost"),
        NumberKey::of(Traffic, SEARCH),
    );
    let mut records = records(7, |_| usual());
    let same = judged(&records, &observed, &[]);
    assert_eq!(verdict(&same, &pattern), Moderate);
    assert_eq!(verdict(&same, &route), Strong);
    for record in &mut records {
        record.body["patternVersion"] = 0.into();
    }
    let renamed = judged(&records, &observed, &[]);
    assert_eq!(verdict(&renamed, &pattern), Verdict::Unknown);
    assert_eq!(verdict(&renamed, &route), Verdict::Unknown);
}

#[test]
fn a_new_error_needs_entries_and_a_nightly_batch_is_no_news() {
    let with = |pattern: &str, count| {
        let mut observed = usual();
        observed.patterns.insert(pattern.to_owned(), count);
        observed
    };
    let key = NumberKey::of(ErrorPattern, "disk is full");
    for (count, expected) in [(1, None), (3, Some(Moderate)), (20, Some(Strong))] {
        let found = unusual(&with("disk is full", count), &["disk is full"]);
        assert_eq!(found.get(&key).copied(), expected, "{count}");
    }
    // Twenty errors at this time every night, or a window earlier.
    for at in [0, -1] {
        let nightly = |number: i64| {
            let is_then = number < -8 && (number - at).rem_euclid(96) == 0;
            with("settlement retried", if is_then { 20 } else { 0 })
        };
        let judged = judged(&records(3, nightly), &with("settlement retried", 23), &[]);
        let key = NumberKey::of(ErrorPattern, "settlement retried");
        assert!(verdict(&judged, &key) < Moderate, "{at}");
    }
    // A usual error, many times as often.
    let found = unusual(&with("coupon is expired", 40), &[]);
    let key = NumberKey::of(ErrorPattern, "coupon is expired");
    assert_eq!(found.get(&key), Some(&Strong));
}

#[test]
fn a_user_who_makes_most_requests_is_compared_with_the_usual_top_user() {
    let with = |top_user| Observation {
        top_user,
        ..usual()
    };
    let judged_with = |usual_top, top| {
        let judged = judged(&records(7, |_| with(usual_top)), &with(top), &[]);
        verdict(&judged, &service(UserShare))
    };
    assert_eq!(judged_with(24, 180), Strong);
    assert_eq!(judged_with(24, 40), Normal);
    assert_eq!(judged_with(180, 190), Normal);
}

#[test]
fn a_client_that_makes_most_requests_is_compared_with_the_usual_top_client() {
    let with = |top_client| Observation {
        top_client,
        ..usual()
    };
    let judged_with = |usual_top: Option<u64>, top| {
        let judged = judged(&records(7, |_| with(usual_top)), &with(top), &[]);
        let key = service(ClientShare);
        let mut found = judged.iter().map(|judged| &judged.expectation);
        found
            .find(|found| found.key == key)
            .map(|found| found.verdict)
    };
    assert_eq!(judged_with(Some(24), Some(180)), Some(Strong));
    assert_eq!(judged_with(Some(24), Some(40)), Some(Normal));
    // All requests come from one proxy.
    assert_eq!(judged_with(Some(300), Some(300)), Some(Normal));
    // Records of earlier versions, and logs that name no clients.
    assert_eq!(judged_with(None, Some(300)), Some(Unknown));
    assert_eq!(judged_with(Some(24), None), None);
}

/// The verdict about failed requests after six days, of which these had as many and were in alarm.
fn after_alarms_on(days: &[i64]) -> Verdict {
    let failing = |failed| Observation { failed, ..usual() };
    let finding = json!({ "number": "failedRequests", "since": now().start, "normal": 0 });
    let alarms = json!({ "incidents": [{
        "since": now().start, "severity": "critical", "sentWorse": false, "grown": now().start,
        "title": "", "main": { "number": "failedRequests" }, "findings": [finding]
    }] });
    let in_alarm = |number: i64| days.contains(&((48 - number) / 96));
    let of = |number| {
        failing(if number < -8 && in_alarm(number) {
            120
        } else {
            3
        })
    };
    let mut records = records(6, of);
    for record in &mut records {
        if record.body["observed"]["failed"] == 120 {
            record.body["alarms"] = alarms.clone();
        }
    }
    let judged = judged(&records, &failing(120), &[]);
    verdict(&judged, &service(FailedRequests))
}

#[test]
fn an_incident_of_an_earlier_day_does_not_become_usual() {
    assert_eq!(after_alarms_on(&[1, 2]), Strong);
    assert_eq!(after_alarms_on(&[1, 3, 5]), Strong);
}

#[test]
fn alarms_at_the_same_time_on_three_days_in_a_row_are_a_habit() {
    for days in [&[1, 2, 3], &[2, 3, 4]] {
        assert!(after_alarms_on(days) < Strong, "{days:?}");
    }
}

#[test]
fn without_an_earlier_day_only_what_is_certain_by_itself_is_an_alarm() {
    let failing = |failed| Observation { failed, ..usual() };
    for (failed, expected) in [(0, Normal), (20, Normal), (120, Strong)] {
        let judged = judged(
            &records(0, |_| usual()),
            &failing(failed),
            &["coupon is expired"],
        );
        assert_eq!(
            verdict(&judged, &service(FailedRequests)),
            expected,
            "{failed}"
        );
        let others = judged
            .iter()
            .filter(|judged| judged.expectation.key.number != FailedRequests);
        let unusual = others.filter(|judged| judged.expectation.verdict >= Moderate);
        assert_eq!(unusual.count(), 0, "{failed}");
    }
    let silent = judged(&records(0, |_| usual()), &Observation::default(), &[]);
    assert_eq!(verdict(&silent, &service(Traffic)), Strong);
}

#[test]
fn the_same_time_of_day_is_that_of_the_clocks() {
    let zone = TimeZone::get("America/New_York").expect("a zone");
    // The clocks went back on 1 November 2026.
    let start: Timestamp = "2026-11-02T15:00:00Z".parse().expect("instant");
    let window = Window {
        start,
        end: start + SignedDuration::from_mins(15),
    };
    let windows = question(window, &zone).windows;
    let middle = |window: &Window| window.start + SignedDuration::from_mins(15);
    let expected = ["2026-11-01T15:00:00Z", "2026-10-31T14:00:00Z"];
    let expected = expected.map(|at| at.parse::<Timestamp>().expect("instant"));
    assert_eq!([middle(&windows[0]), middle(&windows[1])], expected);
}

fn any_observation() -> impl Strategy<Value = Observation> {
    let small = || {
        prop_oneof![
            Just(0_u64),
            0..5_u64,
            0..2_000_u64,
            Just(u64::MAX / 1_000_000)
        ]
    };
    (
        small(),
        small(),
        small(),
        small(),
        small(),
        0.0..10_000.0_f64,
    )
        .prop_map(|(requests, failed, errors, entries, top_user, p50)| {
            let requests = requests.min(10_000_000);
            let entries = entries.min(10_000_000).saturating_add(requests);
            let failed = failed.min(requests);
            let latency = Some(TypicalDurations {
                p50,
                p95: p50 * 2.0,
            });
            let route = ObservedRoute {
                requests,
                failed,
                latency,
            };
            Observation {
                entries,
                with_level: entries,
                errors: errors.min(entries),
                requests,
                failed,
                routes: [(SEARCH.to_owned(), route)].into(),
                patterns: [("disk is full".to_owned(), errors.min(entries))].into(),
                top_user: top_user.min(requests),
                users: top_user.min(3),
                latency,
                ..Observation::default()
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_was_counted_is_judged_with_numbers(
        pasts in prop::collection::vec(any_observation(), 1..6),
        observed in any_observation(),
        days in 0_i64..4,
    ) {
        let of = |number: i64| {
            let number = usize::try_from(number.unsigned_abs()).expect("small");
            pasts[number % pasts.len()].clone()
        };
        for records in [records(days, of), Vec::new(), records(2, |_| Observation::default())] {
            for judged in judged(&records, &observed, &["disk is full"]) {
                let number = judged.expectation;
                prop_assert!((0.0..=300.0).contains(&number.evidence), "{number:?}");
                for value in [Some(number.value), number.expected, number.lower, number.upper].into_iter().flatten() {
                    prop_assert!(value.is_finite(), "{number:?}");
                }
            }
        }
    }

    #[test]
    fn more_failures_never_lower_the_alarm(
        days in 0_i64..4, usual_failed in 0_u64..100, failed in 0_u64..300, more in 0_u64..100,
    ) {
        let failing = |failed: u64| {
            let mut observed = usual();
            observed.failed = failed.min(300);
            if let Some(search) = observed.routes.get_mut(SEARCH) {
                search.failed = failed.min(200);
            }
            observed
        };
        let records = records(days, |_| failing(usual_failed));
        let [less, more] = [failed, failed + more].map(|failed| judged(&records, &failing(failed), &[]));
        for key in [service(FailedRequests), NumberKey::of(FailedRequests, SEARCH)] {
            prop_assert!(verdict(&less, &key) <= verdict(&more, &key), "{key:?}");
            let severity = |judged: &[Judged]| judged.iter().find(|it| it.expectation.key == key).map(|it| it.severity);
            prop_assert!(severity(&less) <= severity(&more));
        }
    }
}
