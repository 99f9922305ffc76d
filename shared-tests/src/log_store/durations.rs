//! Durations of requests.

use super::{
    fixture::{StoreFixture, everything},
    percentiles::assert_durations,
    sample::{Particular, document},
};
use shared::log_store::{LogStore, facts::Approximation};

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
