//! The reading of aggregations, with aggregations as clusters answer them.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{AnalysisAnswers, TotalsAnswers, split_endpoint};
use crate::{
    log_store::{
        elasticsearch::multi_search::SearchAnswer,
        facts::{AnalysisFacts, AnalysisQuestion, Approximation, DurationFacts},
    },
    model::{level::Level, log::Unread, window::Window},
};

fn question() -> AnalysisQuestion {
    let window = Window {
        start: "2026-11-24T00:00:00Z".parse().expect("start"),
        end: "2026-11-24T00:10:00Z".parse().expect("end"),
    };
    AnalysisQuestion {
        known_since: "2026-11-23T00:00:00Z".parse().expect("instant"),
        error_patterns: 1,
        users: 1,
        timeline_parts: 2,
        ..AnalysisQuestion::new("gm-tool".parse().expect("service"), window)
    }
}

fn percentiles(count: u64) -> Value {
    let number = |value: f64| (count > 0).then_some(value);
    json!({ "values": { "50.0": number(2.0), "95.0": number(8.0), "99.0": number(9.01) } })
}

fn statistics(count: u64, sum: f64, min: f64, max: f64) -> Value {
    let number = |value: f64| (count > 0).then_some(value);
    json!({
        "count": count, "sum": sum, "min": number(min), "max": number(max),
        "avg": (count > 0).then(|| sum / count as f64)
    })
}

fn terms(error: i64, other: u64, buckets: &Value) -> Value {
    json!({
        "doc_count_error_upper_bound": error,
        "sum_other_doc_count": other,
        "buckets": buckets
    })
}

/// The facts of a window with this many requests, with these errors of terms, other terms and users, and of
/// these patterns.
fn facts(
    requests_in_all: u64,
    error: i64,
    other: u64,
    users: u64,
    patterns: &Value,
) -> AnalysisFacts {
    fn answer<A: DeserializeOwned>(total: u64, aggregations: &Value) -> SearchAnswer<A> {
        let aggregations = serde_json::from_value(aggregations.clone());
        SearchAnswer {
            indexed: true,
            total,
            aggregations: Some(aggregations.expect("aggregations")),
            ..SearchAnswer::nothing()
        }
    }
    let count = requests_in_all;
    let endpoint = json!({
        "key": "GET /api",
        "doc_count": count,
        "durations": {
            "percentiles": percentiles(count),
            "statistics": statistics(count, 5.0, 2.5, 2.5)
        }
    });
    let user = json!({ "key": "gm-7", "doc_count": 1, "failed": { "doc_count": 1 } });
    let level = json!([{ "key": "error", "doc_count": 7 }]);
    let unread = json!([{ "key": "time", "doc_count": 3 }, { "key": "?", "doc_count": 1 }]);
    let counted = |count: u64| json!({ "doc_count": count });
    let parts = |part: Value| json!({ "buckets": { "1": part } });
    let both = |first: Value, second: Value| json!({ "buckets": { "0": first, "1": second } });
    let entries = json!({
        "levels": terms(0, 0, &level),
        "unread": terms(0, 0, &unread),
        "distinctUsers": { "value": users },
        "timeline": parts(counted(7))
    });
    let timed = |statistics: Value| json!({ "doc_count": 3, "statistics": statistics });
    let durations = json!({
        "percentiles": percentiles(count),
        "timeline": both(
            timed(statistics(count / 2, 9.0, 9.0, 9.0)),
            timed(statistics(count - count / 2, 1.0, 1.0, 1.0)),
        )
    });
    let requests = json!({
        "timeline": both(counted(3), counted(3)),
        "ids": terms(error, other, &json!([user])),
        "clients": terms(0, 0, &json!([])),
        "distinct": { "value": 4 }
    });
    let failed = json!({
        "timeline": both(counted(1), counted(2)),
        "endpoints": terms(0, 0, &json!([{ "key": "GET /api", "doc_count": 2 }])),
        "distinct": { "value": 1 }
    });
    let errors = json!({
        "timeline": parts(counted(9)),
        "patterns": terms(error, other, &json!([]))
    });
    AnalysisAnswers {
        current: TotalsAnswers {
            entries: answer(7, &entries),
            requests: answer(count, &requests),
            errors: answer(9, &errors),
            failed: answer(3, &failed),
            durations: answer(0, &durations),
            causes: answer(
                0,
                &json!({ "failed": { "doc_count": other }, "ids": { "buckets": [] } }),
            ),
        },
        routes: answer(
            0,
            &json!({ "endpoints": terms(error, other, &json!([endpoint])) }),
        ),
        previous: TotalsAnswers {
            entries: SearchAnswer::nothing(),
            requests: SearchAnswer::nothing(),
            errors: SearchAnswer::nothing(),
            failed: SearchAnswer::nothing(),
            durations: SearchAnswer::nothing(),
            causes: SearchAnswer::nothing(),
        },
        patterns: SearchAnswer {
            failures: vec!["a shard".to_owned()],
            ..answer(0, &json!({ "patterns": patterns }))
        },
        history: SearchAnswer {
            failures: vec!["a shard".to_owned()],
            total: 1,
            ..SearchAnswer::nothing()
        },
    }
    .facts(&question())
}

fn seen(first: &str) -> Value {
    let first: jiff::Timestamp = first.parse().expect("instant");
    #[expect(clippy::cast_precision_loss, reason = "as clusters answer")]
    let value = first.as_millisecond() as f64;
    json!({ "key": "a", "doc_count": 3, "first": { "value": value } })
}

#[test]
fn what_is_exact_is_not_called_approximate() {
    let before = terms(0, 0, &json!([seen("2026-11-23T23:59:59.999Z")]));
    let facts = facts(0, 0, 0, 5, &before);
    assert_eq!(facts.approximate, BTreeSet::new());
    assert_eq!(facts.current.totals.levels[&Level::Error], 7);
    assert_eq!(facts.current.unread, BTreeMap::from([(Unread::Time, 3)]));
    assert_eq!(
        (facts.current.request_users, facts.current.failed_users),
        (4, 1)
    );
    assert_eq!(facts.current.totals.requests.durations, None);
    let parts = facts.current.timeline.iter();
    let parts: Vec<_> = parts.map(|part| (part.total, part.errors)).collect();
    assert_eq!(parts, [(0, 0), (7, 7)], "no more errors than entries");
    assert!(facts.new_patterns.is_empty() && facts.has_history);
    assert_eq!(facts.failures, ["a shard"], "each once");
}

#[test]
fn what_is_estimated_is_called_approximate() {
    let first = terms(0, 1, &json!([seen("2026-11-24T00:00:00Z")]));
    let facts = facts(2, 1, 1, 50_000, &first);
    let expected = [
        Approximation::Percentiles,
        Approximation::DistinctUsers,
        Approximation::ErrorPatterns,
        Approximation::Routes,
        Approximation::Users,
        Approximation::Causes,
        Approximation::NewPatterns,
    ];
    assert_eq!(facts.approximate, BTreeSet::from(expected));
    assert_eq!(facts.new_patterns.len(), 1);
    let durations = DurationFacts {
        average: 5.0,
        p50: 2.0,
        p95: 8.0,
        p99: 9.0,
        max: 9.0,
    };
    let totals = &facts.current.totals.requests;
    assert_eq!(
        (totals.count, totals.failed),
        (2, 2),
        "no more failures than requests"
    );
    assert_eq!(totals.durations, Some(durations));
    let parts = facts.current.timeline.iter();
    let parts: Vec<_> = parts
        .map(|part| (part.failed, part.average_duration))
        .collect();
    assert_eq!(parts, [(1, Some(9.0)), (2, Some(1.0))]);
    let route = &facts.current.routes[0].requests;
    assert_eq!((route.count, route.failed), (2, 2));
    let alike = DurationFacts {
        average: 2.5,
        p50: 2.5,
        p95: 2.5,
        p99: 2.5,
        max: 2.5,
    };
    assert_eq!(
        route.durations,
        Some(alike),
        "between the least and the most"
    );
    assert_eq!(facts.current.routes[0].method.as_deref(), Some("GET"));
    assert_eq!(facts.current.other_route_requests, 1);
}

#[test]
fn an_endpoint_is_a_method_and_a_route_or_a_route_alone() {
    for (endpoint, parts) in [
        ("GET /api/{id}", (Some("GET"), "/api/{id}")),
        ("/a b", (None, "/a b")),
        ("/api", (None, "/api")),
        ("", (None, "")),
    ] {
        assert_eq!(split_endpoint(endpoint), parts);
    }
}
