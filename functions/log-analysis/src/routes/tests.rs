//! Routes that differ only in a value are merged.

use proptest::prelude::*;
use shared::log_store::facts::{DurationFacts, RequestFacts, RouteFacts};

use super::{MOST_RESOURCES, MOST_SEGMENTS, merged};

fn requests(count: u64, failed: u64, duration: f64) -> RequestFacts {
    let durations = (count > 0).then_some(DurationFacts {
        average: duration,
        p50: duration,
        p95: duration,
        p99: duration,
        max: duration,
    });
    RequestFacts {
        count,
        failed,
        durations,
    }
}

fn facts(method: &str, route: &str, count: u64) -> RouteFacts {
    RouteFacts {
        method: Some(method.to_owned()),
        route: route.to_owned(),
        requests: requests(count, 0, 10.0),
    }
}

/// A name without digits for each number.
fn name(number: usize) -> String {
    let letter = |place: u32| {
        let digit = u8::try_from(number / 26_usize.pow(place) % 26).expect("a digit");
        char::from(b'a' + digit)
    };
    (0..3).map(letter).collect()
}

/// Routes as `METHOD route count`.
fn shown(facts: Vec<RouteFacts>) -> Vec<String> {
    let rows = merged(facts).routes.into_iter();
    rows.map(|row| {
        let method = row.method.unwrap_or_default();
        format!("{method} {} {}", row.route, row.requests.count)
    })
    .collect()
}

#[test]
fn three_hundred_users_are_one_route() {
    let users = (0..300).map(|user| facts("GET", &format!("/users/{}", name(user)), 1));
    assert_eq!(shown(users.collect()), ["GET /users/{value} 300"]);
}

#[test]
fn a_few_users_stay_apart() {
    let users: Vec<RouteFacts> = (0..MOST_SEGMENTS)
        .map(|user| facts("GET", &format!("/users/{}", name(user)), 1))
        .collect();
    assert_eq!(shown(users).len(), MOST_SEGMENTS);
}

#[test]
fn a_resource_beside_the_values_stays() {
    let mut routes: Vec<RouteFacts> = (0..300)
        .map(|user| facts("GET", &format!("/users/{}", name(user)), 1))
        .collect();
    routes.push(facts("GET", "/users/search", 90));
    routes.push(facts("DELETE", &format!("/users/{}", name(7)), 2));
    routes.push(facts("GET", "/users/{id}", 5));
    assert_eq!(
        shown(routes),
        [
            "GET /users/search 90",
            "GET /users/{id} 5",
            "DELETE /users/{value} 2",
            "GET /users/{value} 300",
        ]
    );
}

#[test]
fn values_at_several_places_are_merged_at_each() {
    let mut routes = Vec::new();
    for user in 0..40 {
        for post in 0..40 {
            let route = format!("/shops/{}/posts/{}", name(user), name(user * 40 + post));
            routes.push(facts("GET", &route, 1));
        }
    }
    assert_eq!(shown(routes), ["GET /shops/{value}/posts/{value} 1600"]);
}

#[test]
fn an_api_has_many_resources() {
    let resources = |count: usize| -> Vec<RouteFacts> {
        (0..count)
            .map(|resource| facts("GET", &format!("/api/v1/{}", name(resource)), 3))
            .collect()
    };
    assert_eq!(shown(resources(MOST_RESOURCES)).len(), MOST_RESOURCES);
    assert_eq!(
        shown(resources(MOST_RESOURCES + 1)),
        ["GET /api/v1/{value} 603"]
    );
}

#[test]
fn nothing_is_merged_in_a_usual_window() {
    let rows = vec![
        facts("GET", "/", 7),
        facts("GET", "/api/players/{id}", 1),
        facts("POST", "/api/players/{id}", 2),
    ];
    let merged = merged(rows.clone());
    assert_eq!(merged.routes, rows);
    assert!(!merged.estimated);
}

#[test]
fn durations_of_single_requests_are_merged_exactly() {
    let routes = (0..100_u32).map(|user| RouteFacts {
        requests: requests(1, u64::from(user % 2), f64::from(user + 1)),
        ..facts("GET", &format!("/users/{}", name(user as usize)), 1)
    });
    let merged = merged(routes.collect());
    assert!(!merged.estimated);
    let [row] = &merged.routes[..] else {
        panic!("{merged:?}");
    };
    assert_eq!((row.requests.count, row.requests.failed), (100, 50));
    let durations = row.requests.durations.expect("durations");
    assert_eq!(
        durations,
        DurationFacts {
            average: 50.5,
            p50: 50.0,
            p95: 95.0,
            p99: 99.0,
            max: 100.0,
        }
    );
}

proptest! {
    #[test]
    fn no_request_is_lost_and_merging_again_changes_nothing(
        rows in prop::collection::vec(("[a-c]{1,3}", "[a-z]{1,2}", 1_u64..50), 0..200),
    ) {
        let routes: Vec<RouteFacts> = rows
            .iter()
            .map(|(first, second, count)| facts("GET", &format!("/{first}/{second}"), *count))
            .collect();
        let all: u64 = rows.iter().map(|(_, _, count)| count).sum();
        let once = merged(routes).routes;
        prop_assert_eq!(once.iter().map(|row| row.requests.count).sum::<u64>(), all);
        for row in &once {
            let durations = row.requests.durations.expect("durations");
            prop_assert!((durations.average - 10.0).abs() < 1e-9);
            prop_assert!(durations.p50 <= durations.p95 && durations.p99 <= durations.max);
        }
    }
}
