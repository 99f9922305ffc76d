//! An incident, for the tests of the report.

use shared::{
    log_store::facts::{
        AnalysisFacts, AnalysisQuestion, DurationFacts, PatternFacts, RequestFacts, RequesterFacts,
        RouteFacts, TimelinePart, WindowFacts, WindowTotals, causes::CauseFacts,
    },
    model::{
        alert::AlertType,
        analysis::{
            AnalysisRules, LogAnalysis,
            baseline::{Baseline, Expectation, NumberKey, Verdict, WatchedNumber},
        },
        level::Level,
        window::Window,
    },
};

use crate::evaluate::evaluate;

const POOL: &str = "connection pool exhausted after # ms while running";

fn requests(count: u64, failed: u64) -> RequestFacts {
    RequestFacts {
        count,
        failed,
        durations: Some(DurationFacts {
            average: 150.0,
            p50: 120.0,
            p95: 330.0,
            p99: 951.0,
            max: 1_136.0,
        }),
    }
}

fn parts(windows: Vec<Window>, failed: fn(u64) -> u64) -> Vec<TimelinePart> {
    let parts = windows.into_iter().zip(0_u64..);
    let part = |(window, number): (Window, u64)| TimelinePart {
        start: window.start,
        total: 40,
        errors: failed(number),
        requests: 24,
        failed: failed(number),
        average_duration: Some(100.0 + number as f64),
    };
    parts.map(part).collect()
}

/// An analysis in which 450 of 720 requests failed, by one cause, since 2 s before the window; with what
/// is usual. `name` is in every text of the log.
#[expect(clippy::too_many_lines, reason = "it is one value")]
pub(crate) fn incident(name: &str) -> LogAnalysis {
    let at = |text: &str| text.parse().expect("instant");
    let window = Window {
        start: at("2026-11-24T00:33:24Z"),
        end: at("2026-11-24T00:34:24Z"),
    };
    let question = AnalysisQuestion {
        known_since: at("2026-11-17T00:00:00Z"),
        timeline_parts: 30,
        ..AnalysisQuestion::new("gm-tool".parse().expect("service"), window)
    };
    let patterns: Vec<String> = ["select_player", "list_items"]
        .map(|query| format!("{POOL} {query}{name}"))
        .into();
    let cause = CauseFacts {
        pattern: format!("{POOL} …{name}"),
        failed_by_pattern: [(patterns[0].clone(), 300), (patterns[1].clone(), 150)].into(),
        patterns: patterns.clone(),
        failed_requests: 445,
        users: 60,
        routes: 2,
        first_seen: Some(at("2026-11-24T00:33:23.817Z")),
    };
    let error = |pattern: &String| PatternFacts {
        pattern: pattern.clone(),
        count: 300,
        requests: 0,
        first_seen: at("2026-11-24T00:33:24Z"),
        last_seen: at("2026-11-24T00:34:23Z"),
        users: 60,
        example: format!("{pattern} (3/3)"),
        correlation_id: None,
    };
    let other = PatternFacts {
        count: 9,
        ..error(&format!("mail queue is full{name}"))
    };
    let totals = |failed, causes| WindowTotals {
        total: 1_200,
        levels: [(Level::Info, 1_200 - failed), (Level::Error, failed)].into(),
        requests: requests(720, failed),
        causes,
    };
    let facts = AnalysisFacts {
        indexed: true,
        current: WindowFacts {
            totals: totals(450, vec![cause.clone()]),
            error_patterns: [patterns.iter().map(error).collect(), vec![other]].concat(),
            routes: vec![
                RouteFacts {
                    method: Some("GET".to_owned()),
                    route: format!("/api/players/{{id}}{name}"),
                    requests: requests(500, 400),
                },
                RouteFacts {
                    method: Some("POST".to_owned()),
                    route: "/api/items".to_owned(),
                    requests: requests(220, 50),
                },
            ],
            users: vec![RequesterFacts {
                id: format!("gm-001{name}"),
                requests: 90,
                failed: 51,
            }],
            distinct_users: 60,
            request_users: 60,
            failed_users: 60,
            timeline: parts(question.timeline(), |_| 15),
            ..WindowFacts::default()
        },
        previous: totals(
            15,
            vec![CauseFacts {
                failed_requests: 3,
                ..cause
            }],
        ),
        previous_timeline: parts(question.previous_timeline(), |number| {
            if number == 29 { 15 } else { 0 }
        }),
        has_history: true,
        ..AnalysisFacts::default()
    };
    let rules = AnalysisRules {
        min_sample: 20,
        slow_milliseconds: 1_000.0,
        known_since: question.known_since,
    };
    let mut analysis = evaluate(facts, &question, rules, true);
    let number = |key, value, band: (f64, f64), verdict| Expectation {
        key,
        value,
        expected: Some(f64::midpoint(band.0, band.1)),
        lower: Some(band.0),
        upper: Some(band.1),
        evidence: 30.0,
        verdict,
    };
    let service = NumberKey::service;
    analysis.baseline = Some(Baseline {
        days: 7,
        windows: 21,
        severity: Some(AlertType::Critical),
        numbers: vec![
            number(
                service(WatchedNumber::FailedRequests),
                0.625,
                (0.01, 0.03),
                Verdict::Strong,
            ),
            number(
                service(WatchedNumber::Traffic),
                720.0,
                (1_500.0, 2_100.0),
                Verdict::Elevated,
            ),
            number(
                service(WatchedNumber::Latency),
                120.0,
                (80.0, 110.0),
                Verdict::Normal,
            ),
            number(
                NumberKey::of(
                    WatchedNumber::Latency,
                    &format!("GET /api/players/{{id}}{name}"),
                ),
                390.0,
                (80.0, 110.0),
                Verdict::Strong,
            ),
        ],
        ..Baseline::default()
    });
    analysis
}

#[test]
fn an_incident_is_explained_by_its_first_lines() {
    let analysis = incident("");
    let clock = super::WindowClock::new(analysis.window, &jiff::tz::TimeZone::UTC);
    assert_eq!(super::headline(&analysis, &clock), "CRITICAL, still going");
    let facts: Vec<String> = super::impact(&analysis, &clock)
        .into_iter()
        .map(|fact| fact.long)
        .collect();
    assert_eq!(
        facts,
        [
            "450 of 720 requests failed: 63%, usual 1–3%",
            "60 of 60 users hit",
            "since 00:33:23"
        ]
    );
    let why = super::why(&analysis);
    assert_eq!(why.lead, "one cause explains 445 of 450");
    assert_eq!(
        why.message.as_deref(),
        Some("connection pool exhausted after # ms while running …")
    );
    let place = super::where_failed(&analysis);
    assert_eq!(place.message.as_deref(), Some("GET /api/players/{id}"));
    assert_eq!(place.lead, "400/500 80%  p95 330 ms  +1 more");
    assert_eq!(
        super::variants(&analysis.causes[0], 1),
        "select_player 300, 1 more"
    );
    assert_eq!(
        super::unusual(&analysis),
        ["GET /api/players/{id}: requests take 390 ms; usual at this time: about 95 ms"]
    );
}
