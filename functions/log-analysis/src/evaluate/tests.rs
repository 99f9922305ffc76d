//! What is evaluated from facts, as values.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use shared::{
    log_store::facts::{
        AnalysisFacts, AnalysisQuestion, Approximation, DurationFacts, NewPattern, PatternFacts,
        RequestFacts, RequesterFacts, RouteFacts, TimelinePart, WindowFacts, WindowTotals,
    },
    model::{
        analysis::{AnalysisRules, AnalysisStatus, LogAnalysis},
        level::Level,
        log::Unread,
        window::Window,
    },
};

use super::evaluate;

mod failures;
mod sketch;

fn question() -> AnalysisQuestion {
    let at = |text: &str| text.parse().expect("instant");
    let window = Window {
        start: at("2026-11-24T00:15:00Z"),
        end: at("2026-11-24T00:30:00Z"),
    };
    AnalysisQuestion {
        environment: Some("production".to_owned()),
        known_since: at("2026-11-17T00:15:00Z"),
        timeline_parts: 3,
        ..AnalysisQuestion::new("gm-tool".parse().expect("service"), window)
    }
}

fn analysis(facts: AnalysisFacts) -> LogAnalysis {
    let question = question();
    let rules = AnalysisRules {
        min_sample: 20,
        slow_milliseconds: 1_000.0,
        known_since: question.known_since,
    };
    evaluate(facts, &question, rules, true)
}

fn durations(average: f64) -> DurationFacts {
    DurationFacts {
        average,
        p50: average * 0.5,
        p95: average * 2.0,
        p99: average * 4.0,
        max: average * 8.0,
    }
}

fn requests(count: u64, failed: u64, average: f64) -> RequestFacts {
    RequestFacts {
        count,
        failed,
        durations: (count > 0).then(|| durations(average)),
    }
}

fn route(method: Option<&str>, route: &str, requests: RequestFacts) -> RouteFacts {
    RouteFacts {
        method: method.map(str::to_owned),
        route: route.to_owned(),
        requests,
    }
}

fn pattern(pattern: &str, count: u64) -> PatternFacts {
    PatternFacts {
        pattern: pattern.to_owned(),
        count,
        requests: 0,
        first_seen: "2026-11-24T00:16:00Z".parse().expect("instant"),
        last_seen: "2026-11-24T00:29:59.5Z".parse().expect("instant"),
        users: count.min(3),
        example: pattern.replace('#', "42"),
        correlation_id: Some("c7ce".to_owned()),
    }
}

fn new_pattern(pattern: &str, count: u64) -> NewPattern {
    NewPattern {
        pattern: pattern.to_owned(),
        count,
        first_seen: "2026-11-24T00:16:00Z".parse().expect("instant"),
    }
}

fn totals(levels: &[(Level, u64)], requests: RequestFacts) -> WindowTotals {
    WindowTotals {
        total: levels.iter().map(|(_, count)| count).sum(),
        levels: levels.iter().copied().collect(),
        requests,
        causes: Vec::new(),
    }
}

/// A window with everything in it.
fn full() -> AnalysisFacts {
    let question = question();
    let timeline = question.timeline().into_iter().enumerate();
    let timeline = timeline.map(|(number, part)| TimelinePart {
        start: part.start,
        total: 200,
        errors: 10 * number as u64,
        requests: if number == 0 { 0 } else { 50 },
        failed: 2 * number as u64,
        average_duration: (number > 0).then_some(250.5),
    });
    let levels = [
        (Level::Info, 500),
        (Level::Warn, 60),
        (Level::Error, 39),
        (Level::Fatal, 1),
    ];
    AnalysisFacts {
        indexed: true,
        failures: Vec::new(),
        approximate: BTreeSet::from([Approximation::Percentiles]),
        current: WindowFacts {
            totals: totals(&levels, requests(103, 7, 250.0)),
            error_patterns: vec![
                pattern("connection pool exhausted after # ms", 30),
                pattern("player # not found", 8),
            ],
            routes: vec![
                route(Some("GET"), "/api/players/{id}", requests(60, 1, 80.0)),
                route(Some("GET"), "/api/rare", requests(2, 1, 9_000.0)),
                route(Some("POST"), "/api/items", requests(39, 5, 1_000.0)),
            ],
            users: vec![RequesterFacts {
                id: "gm-027".to_owned(),
                requests: 40,
                failed: 3,
            }],
            clients: vec![RequesterFacts {
                id: "203.0.113.7".to_owned(),
                requests: 30,
                failed: 2,
            }],
            other_route_requests: 1,
            distinct_users: 12,
            request_users: 9,
            failed_users: 4,
            unread: [(Unread::Time, 2)].into(),
            timeline: timeline.collect(),
        },
        previous: totals(
            &[(Level::Info, 390), (Level::Error, 10)],
            requests(80, 0, 200.0),
        ),
        previous_timeline: Vec::new(),
        has_history: true,
        new_patterns: vec![
            new_pattern("connection pool exhausted after # ms", 30),
            new_pattern("rare and not among the most frequent", 1),
        ],
    }
}

#[test]
fn a_full_analysis_as_json() {
    let analysis = analysis(full());
    insta::assert_json_snapshot!(analysis);
    let written = serde_json::to_value(&analysis).expect("written");
    let read: LogAnalysis = serde_json::from_value(written).expect("read");
    assert_eq!(read, analysis);
}

#[test]
fn slow_requests_are_a_ranking_that_marks_what_is_over_the_threshold() {
    let slow = analysis(full()).slow_requests;
    let ranking: Vec<_> = slow
        .iter()
        .map(|slow| {
            (
                slow.path.as_str(),
                slow.over_threshold,
                slow.below_min_sample,
            )
        })
        .collect();
    assert_eq!(
        ranking,
        [
            ("/api/items", true, false),
            ("/api/players/{id}", false, false),
            ("/api/rare", true, true)
        ]
    );
}

#[test]
fn the_ranking_has_ten_routes_or_all_that_are_over_the_threshold() {
    let ranked = |averages: &[f64]| {
        let mut facts = full();
        let routes = averages.iter().enumerate();
        let routes = routes.map(|(number, average)| {
            route(
                Some("GET"),
                &format!("/{number}"),
                requests(50, 0, *average),
            )
        });
        facts.current.routes = routes.collect();
        analysis(facts).slow_requests.len()
    };
    assert_eq!(ranked(&[5.0; 15]), 10);
    assert_eq!(ranked(&[5_000.0; 15]), 15);
    let mut mixed = vec![5.0; 30];
    mixed.extend([2_000.0; 12]);
    assert_eq!(ranked(&mixed), 12);
}

#[test]
fn ten_errors_are_shown_and_the_others_counted() {
    let mut facts = full();
    facts.current.error_patterns = (0..15)
        .map(|number| pattern(&format!("e{number:02}"), 2))
        .collect();
    let analysis = analysis(facts);
    assert_eq!(analysis.top_errors.len(), 10);
    assert_eq!(analysis.other_error_count, 20);
}

#[test]
fn nothing_has_neither_rates_nor_a_change_of_them() {
    let analysis = analysis(AnalysisFacts {
        indexed: true,
        ..AnalysisFacts::default()
    });
    assert_eq!(analysis.status, AnalysisStatus::NoLogs);
    assert_eq!(
        (analysis.error_rate, analysis.requests.error_rate),
        (None, None)
    );
    assert!(analysis.below_min_sample);
    assert_eq!(analysis.levels, Level::ALL.map(|level| (level, 0)).into());
    let change = analysis.change.expect("a change");
    assert_eq!((change.error_rate, change.avg_duration), (None, None));
    assert_eq!(change.total_count.relative, None);
}

#[test]
fn without_history_no_error_is_called_new_and_the_reason_is_said() {
    let mut facts = full();
    facts.has_history = false;
    let json = serde_json::to_value(analysis(facts)).expect("written");
    assert_eq!(json["newErrors"], serde_json::Value::Null);
    assert_eq!(json["newErrorCount"], serde_json::Value::Null);
    assert_eq!(json["newErrorsUnknown"], "noHistory");
    assert_eq!(json["topErrors"][0]["isNew"], serde_json::Value::Null);
}

#[test]
fn after_a_failure_nothing_is_compared_or_called_new() {
    let mut facts = full();
    facts.failures = vec!["shard 3 of logs-gm-tool-2026.11.24: timed out".to_owned()];
    let analysis = analysis(facts);
    assert_eq!(analysis.status, AnalysisStatus::Incomplete);
    assert_eq!((analysis.change, &analysis.new_errors), (None, &None));
    assert_eq!(analysis.failures.len(), 1);
    // What was counted is there all the same, as a lower bound.
    assert_eq!(analysis.total_count, 600);
}

#[test]
fn a_change_of_rates_of_few_samples_is_marked_and_one_of_counts_is_not() {
    let mut facts = full();
    facts.previous = totals(&[(Level::Info, 19)], requests(19, 0, 100.0));
    let change = analysis(facts).change.expect("a change");
    assert!(change.error_rate.expect("rates").below_min_sample);
    assert!(change.p95_duration.expect("durations").below_min_sample);
    assert!(!change.total_count.below_min_sample);
}

#[test]
fn a_deployment_that_renames_every_message_has_a_bounded_answer() {
    let mut facts = full();
    facts.new_patterns = (0..1_000)
        .map(|number| new_pattern(&format!("e{number}"), 1))
        .collect();
    let analysis = analysis(facts);
    assert_eq!(analysis.new_errors.map(|errors| errors.len()), Some(50));
    assert_eq!(analysis.new_error_count, Some(1_000));
}

/// Facts that do not contradict each other, as an exact store finds them.
fn any_facts() -> impl Strategy<Value = AnalysisFacts> {
    let levels = || prop::array::uniform6(0_u64..50);
    let routes = prop::collection::vec((0_u64..40, 0_u64..40, 0.0_f64..5_000.0), 0..6);
    let flags = any::<[bool; 3]>();
    (levels(), levels(), routes, flags).prop_map(|(levels, before, routes, flags)| {
        let counted = |counts: [u64; 6]| -> BTreeMap<Level, u64> {
            Level::ALL
                .into_iter()
                .zip(counts)
                .filter(|(_, count)| *count > 0)
                .collect()
        };
        let [indexed, failed, has_history] = flags;
        let routes: Vec<RouteFacts> = routes
            .into_iter()
            .enumerate()
            .map(|(number, (count, failed, average))| {
                let requests = requests(count + 1, failed.min(count + 1), average);
                route(Some("GET"), &format!("/{number}"), requests)
            })
            .collect();
        let sum =
            |of: fn(&RequestFacts) -> u64| routes.iter().map(|route| of(&route.requests)).sum();
        let (count, failed_count): (u64, u64) =
            (sum(|facts| facts.count), sum(|facts| facts.failed));
        let current = counted(levels);
        let patterns = [(Level::Error, "e"), (Level::Fatal, "f")].into_iter();
        let patterns =
            patterns.filter_map(|(level, name)| Some(pattern(name, *current.get(&level)?)));
        AnalysisFacts {
            indexed,
            failures: failed.then(|| "timed out".to_owned()).into_iter().collect(),
            has_history,
            current: WindowFacts {
                totals: WindowTotals {
                    total: current.values().sum(),
                    requests: requests(count, failed_count, 100.0),
                    levels: current.clone(),
                    causes: Vec::new(),
                },
                error_patterns: patterns.collect(),
                routes,
                ..WindowFacts::default()
            },
            previous: WindowTotals {
                total: before.iter().sum(),
                levels: counted(before),
                requests: RequestFacts::default(),
                causes: Vec::new(),
            },
            ..AnalysisFacts::default()
        }
    })
}

proptest! {
    #[test]
    fn counts_add_up_and_rates_are_rates(facts in any_facts()) {
        let analysis = analysis(facts);
        let errors = analysis.levels[&Level::Error] + analysis.levels[&Level::Fatal];
        prop_assert_eq!(analysis.levels.len(), 6);
        prop_assert_eq!(analysis.levels.values().sum::<u64>(), analysis.total_count);
        prop_assert_eq!(errors, analysis.error_count);
        let shown: u64 = analysis.top_errors.iter().map(|error| error.count).sum();
        prop_assert_eq!(shown + analysis.other_error_count, errors);
        let routed: u64 = analysis.routes.iter().map(|route| route.requests.count).sum();
        prop_assert_eq!(routed + analysis.other_route_requests + analysis.requests_without_path, analysis.requests.count);
        prop_assert_eq!(analysis.error_rate.is_none(), analysis.total_count == 0);
        let rates = analysis.routes.iter().map(|route| route.requests.error_rate);
        for rate in rates.chain([analysis.error_rate, analysis.previous.error_rate]).flatten() {
            prop_assert!((0.0..=1.0).contains(&rate), "{rate}");
        }
        let slow = &analysis.slow_requests;
        prop_assert!(slow.iter().all(|slow| slow.over_threshold == (slow.avg_duration >= 1_000.0)));
        prop_assert_eq!(slow.len(), analysis.routes.len(), "there are fewer than ten");
        prop_assert!(slow.is_sorted_by_key(|slow| slow.below_min_sample));
        prop_assert_eq!(analysis.change.is_some(), analysis.failures.is_empty());
        prop_assert_eq!(analysis.new_errors.is_some(), analysis.new_errors_unknown.is_none());
        prop_assert_eq!(analysis.record_id, None);
    }
}
