//! Durations of requests.

use super::{
    fixture::{StoreFixture, everything},
    percentiles::assert_durations,
    sample::{Particular, document},
};
use shared::log_store::{
    LogStore,
    facts::{Approximation, PLAUSIBLE_DURATIONS, is_plausible_duration},
};

/// Durations that count in no statistics: lines of an attacker, or of a broken clock.
pub(super) const HOSTILE_DURATIONS: [f64; 8] = [
    -1.0,
    -1e300,
    f64::MIN_POSITIVE,
    1e-300,
    1e-9,
    1.1e9,
    1e300,
    f64::MAX,
];

pub async fn the_durations_of_one_request_are_its_own(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[document("1", "2026-11-24T10:00:00Z")
            .endpoint("GET /x")
            .duration(9.739)])
        .await;
    let facts = fixture.analyse(everything()).await;
    let durations = facts.current.totals.requests.durations.expect("durations");
    let values = [
        durations.average,
        durations.p50,
        durations.p95,
        durations.p99,
        durations.max,
    ];
    for value in values {
        assert!((value - 9.739).abs() < 1e-12, "{durations:?}");
    }
    assert_eq!(facts.current.routes[0].requests.durations, Some(durations));
}

pub async fn average_and_longest_are_exact(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let values = [0.0, 0.1, 0.2, 0.3, 12.345, 1e-3, 86_400_000.0];
    let documents: Vec<_> = (0_u32..)
        .zip(values)
        .map(|(number, value)| {
            let at = format!("2026-11-2{}T10:00:00Z", 1 + number % 3);
            document(&number.to_string(), &at)
                .endpoint("GET /x")
                .duration(value)
        })
        .collect();
    fixture.given(&documents).await;
    let facts = fixture.analyse(everything()).await;
    let durations = facts.current.totals.requests.durations.expect("durations");
    assert_eq!(durations.max.to_bits(), 86_400_000.0_f64.to_bits());
    let average = values.iter().sum::<f64>() / 7.0;
    assert!(
        (durations.average / average - 1.0).abs() < 1e-12,
        "{durations:?}"
    );
    let part = &facts.current.timeline[0];
    let average_of_part = part.average_duration.expect("an average");
    assert!((average_of_part / average - 1.0).abs() < 1e-12);
}

pub async fn percentiles_are_near_the_true_ones(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    // A long tail, in no order.
    let value = |number: u32| {
        let scattered = f64::from(number * 7_919 % 2_000);
        (scattered * scattered / 4.0).round() / 1_000.0
    };
    let documents: Vec<_> = (0..2_000)
        .map(|number| {
            let at = format!("2026-11-2{}T10:00:00Z", 1 + number % 2);
            document(&number.to_string(), &at)
                .endpoint("GET /x")
                .duration(value(number))
        })
        .collect();
    fixture.given(&documents).await;
    let facts = fixture.analyse(everything()).await;
    let exact = !facts.approximate.contains(&Approximation::Percentiles);
    let values: Vec<f64> = (0..2_000).map(value).collect();
    let requests = &facts.current.totals.requests;
    assert_durations(requests.durations, &values, exact);
    assert_durations(facts.current.routes[0].requests.durations, &values, exact);
}

pub async fn a_percentile_is_the_nearest_rank(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let endpoint = |count: u32| format!("GET /{count:02}");
    let counts = [2, 3, 4, 5, 20, 40];
    let groups = counts.map(|count| (1..=count).map(move |number| (count, number)));
    let documents: Vec<_> = groups
        .into_iter()
        .flatten()
        .map(|(count, number)| {
            document(&format!("{count}-{number}"), "2026-11-24T10:00:00Z")
                .endpoint(&endpoint(count))
                .duration(f64::from(number * 100))
        })
        .collect();
    fixture.given(&documents).await;
    let facts = fixture.analyse(everything()).await;
    let found: Vec<_> = facts
        .current
        .routes
        .iter()
        .map(|route| {
            let durations = route.requests.durations.expect("durations");
            // An estimate is at most 32 beside it.
            let rank = |value: f64| (value / 100.0).round();
            [durations.p50, durations.p95, durations.p99].map(rank)
        })
        .collect();
    assert_eq!(
        found,
        [
            [1.0, 2.0, 2.0],
            [2.0, 3.0, 3.0],
            [2.0, 4.0, 4.0],
            [3.0, 5.0, 5.0],
            [10.0, 19.0, 20.0],
            [20.0, 38.0, 40.0],
        ]
    );
}

pub async fn hostile_durations_count_in_no_statistics(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let at = "2026-11-24T10:00:00Z";
    let (least, most) = (*PLAUSIBLE_DURATIONS.start(), *PLAUSIBLE_DURATIONS.end());
    let plausible = [0.0, least, 5.0, 7.0, most];
    let numbered = HOSTILE_DURATIONS.into_iter().enumerate();
    let mut documents: Vec<_> = numbered
        .flat_map(|(number, duration)| {
            assert!(!is_plausible_duration(duration), "{duration}");
            ["GET /hostile", "GET /mixed"].map(|endpoint| {
                document(&format!("{number} {endpoint}"), at)
                    .endpoint(endpoint)
                    .duration(duration)
            })
        })
        .collect();
    for duration in plausible {
        let id = duration.to_string();
        let document = document(&id, at).endpoint("GET /mixed").duration(duration);
        documents.push(document);
    }
    fixture.given(&documents).await;
    let facts = fixture.analyse(everything()).await;
    assert!(facts.failures.is_empty(), "{:?}", facts.failures);
    let exact = !facts.approximate.contains(&Approximation::Percentiles);
    let [hostile, mixed] = facts.current.routes.as_slice() else {
        panic!("{:?}", facts.current.routes);
    };
    assert_eq!(
        (hostile.requests.count, hostile.requests.durations),
        (8, None)
    );
    assert_eq!(mixed.requests.count, 13);
    assert_durations(mixed.requests.durations, &plausible, exact);
    let totals = &facts.current.totals.requests;
    assert_eq!(totals.count, 21);
    assert_durations(totals.durations, &plausible, exact);
    let timed = |average: Option<f64>| average.is_some_and(|average| average <= most);
    let timeline = facts.current.timeline.iter();
    let mut parts = timeline.filter(|part| part.requests > 0);
    assert!(parts.all(|part| timed(part.average_duration)));
}
