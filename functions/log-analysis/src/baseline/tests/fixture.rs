//! Earlier windows of a service, and the judgement of one after them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::{Value, json};
use shared::{
    log_store::{
        Record, RecordKind,
        facts::{AnalysisFacts, AnalysisQuestion, NewPattern},
    },
    model::{
        analysis::{
            AnalysisRules,
            baseline::{NumberKey, Verdict, WatchedNumber},
            observed::{Observation, ObservedRoute, TypicalDurations},
        },
        log::PATTERN_VERSION,
        window::Window,
    },
};

use crate::{
    baseline::{
        History, Judged, Limits,
        judge::{Case, judge},
    },
    evaluate::evaluate,
};

pub(super) const SEARCH: &str = "GET /api/search";
pub(super) const ORDERS: &str = "POST /api/orders";

pub(super) fn limits() -> Limits {
    Limits {
        evidence: 5.0,
        increase: 1.0,
        adopt: SignedDuration::from_hours(12),
        min_sample: 20,
    }
}

/// The window that is judged.
pub(super) fn now() -> Window {
    let start: Timestamp = "2026-11-24T04:00:00Z".parse().expect("instant");
    Window {
        start,
        end: start + SignedDuration::from_mins(15),
    }
}

/// A usual window.
pub(super) fn usual() -> Observation {
    let route = |requests, failed, p50| {
        let latency = Some(TypicalDurations {
            p50,
            p95: p50 * 2.1,
        });
        ObservedRoute {
            requests,
            failed,
            latency,
        }
    };
    Observation {
        entries: 310,
        with_level: 310,
        errors: 6,
        requests: 300,
        failed: 3,
        routes: [
            (SEARCH.to_owned(), route(200, 2, 120.0)),
            (ORDERS.to_owned(), route(100, 1, 40.0)),
        ]
        .into(),
        patterns: [("coupon is expired".to_owned(), 3)].into(),
        top_user: 24,
        top_users: 200,
        users: 60,
        top_client: Some(24),
        clients: 20,
        ..Observation::default()
    }
}

/// A window with all counts of the service and its routes multiplied.
pub(super) fn scaled(factor: f64) -> Observation {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small and positive"
    )]
    let scale = |count: &mut u64| *count = (*count as f64 * factor).round() as u64;
    let mut observed = usual();
    scale(&mut observed.entries);
    scale(&mut observed.with_level);
    scale(&mut observed.requests);
    scale(&mut observed.failed);
    scale(&mut observed.top_user);
    for route in observed.routes.values_mut() {
        scale(&mut route.requests);
        scale(&mut route.failed);
    }
    observed
}

pub(super) fn record(start: Timestamp, body: &Value) -> Record {
    let mut body = body.clone();
    body["window"] = json!(Window {
        start,
        end: start + SignedDuration::from_mins(15)
    });
    body["patternVersion"] = json!(PATTERN_VERSION);
    Record {
        kind: RecordKind::Analysis,
        service: "gm-tool".parse().expect("a name"),
        id: "a".to_owned(),
        timestamp: start,
        body,
    }
}

/// The records of so many days before, and of the last windows, each with its own counts.
pub(super) fn records(days: i64, of: impl Fn(i64) -> Observation) -> Vec<Record> {
    let day = |day: i64| (-1..=1).map(move |offset| -96 * day + offset);
    let windows = (1..=days).flat_map(day).chain(-8..0);
    windows
        .map(|number| {
            let mut observed = of(number);
            if days > 0 {
                observed.usual_traffic = Some(300.0);
            }
            let start = now().start + SignedDuration::from_mins(15 * number);
            record(start, &json!({ "observed": observed }))
        })
        .collect()
}

/// What is judged of a window, given the records before it and its new patterns.
pub(super) fn judged(records: &[Record], observed: &Observation, new: &[&str]) -> Vec<Judged> {
    let window = now();
    let question = AnalysisQuestion::new("gm-tool".parse().expect("a name"), window);
    let rules = AnalysisRules {
        min_sample: 20,
        slow_milliseconds: 1_000.0,
        known_since: window.start,
    };
    let new = new.iter().map(|pattern| NewPattern {
        pattern: (*pattern).to_owned(),
        count: 1,
        first_seen: window.start,
    });
    let facts = AnalysisFacts {
        indexed: true,
        has_history: true,
        new_patterns: new.collect(),
        ..AnalysisFacts::default()
    };
    let analysis = evaluate(facts, &question, rules, true);
    let history = History::new(records, window, None, &TimeZone::UTC, &[]);
    judge(&Case {
        analysis: &analysis,
        observed,
        history: &history,
        limits: &limits(),
        ongoing: &BTreeSet::new(),
    })
}

pub(super) fn verdict(judged: &[Judged], key: &NumberKey) -> Verdict {
    let found = judged.iter().find(|judged| judged.expectation.key == *key);
    found.map_or(Verdict::Unknown, |judged| judged.expectation.verdict)
}

/// What is unusual after a calm week.
pub(super) fn unusual(observed: &Observation, new: &[&str]) -> BTreeMap<NumberKey, Verdict> {
    let judged = judged(&records(7, |_| usual()), observed, new);
    let numbers = judged.into_iter().map(|judged| judged.expectation);
    numbers
        .filter(|number| number.verdict >= Verdict::Moderate)
        .map(|number| (number.key, number.verdict))
        .collect()
}

pub(super) fn service(number: WatchedNumber) -> NumberKey {
    NumberKey::service(number)
}
