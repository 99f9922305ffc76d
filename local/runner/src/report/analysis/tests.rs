//! The report in each of its situations.

use jiff::tz::{TimeZone, offset};
use log_analysis::evaluate::evaluate;
use shared::{
    log_store::facts::{
        AnalysisFacts, AnalysisQuestion, Approximation, DurationFacts, NewPattern, PatternFacts,
        RequestFacts, RequesterFacts, RouteFacts, TimelinePart, WindowFacts, WindowTotals,
        causes::CauseFacts,
    },
    model::{
        analysis::{AnalysisRules, LogAnalysis},
        level::Level,
        window::Window,
    },
};

use super::report;
use crate::report::style::Style;

fn question() -> AnalysisQuestion {
    let at = |text: &str| text.parse().expect("instant");
    let window = Window {
        start: at("2026-11-24T00:15:00Z"),
        end: at("2026-11-24T00:30:00Z"),
    };
    AnalysisQuestion {
        service: "gm-tool".parse().expect("service"),
        environment: None,
        window,
        previous: window.previous(),
        known_since: at("2026-11-17T00:15:00Z"),
        error_patterns: 50,
        users: 20,
        timeline_parts: 30,
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

fn report_at(width: u16, analysis: &LogAnalysis) -> String {
    let style = Style {
        colours: false,
        width,
    };
    report(analysis, style, &TimeZone::fixed(offset(9)))
}

fn text_of(analysis: &LogAnalysis) -> String {
    report_at(100, analysis)
}

fn requests(count: u64, failed: u64, average: f64) -> RequestFacts {
    let durations = DurationFacts {
        average,
        p50: average * 0.8,
        p95: average * 2.5,
        p99: average * 4.0,
        max: average * 7.0,
    };
    RequestFacts {
        count,
        failed,
        durations: (count > 0).then_some(durations),
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

fn pattern(pattern: &str, example: &str, count: u64) -> PatternFacts {
    PatternFacts {
        pattern: pattern.to_owned(),
        count,
        requests: 0,
        first_seen: "2026-11-24T00:16:00Z".parse().expect("instant"),
        last_seen: "2026-11-24T00:29:59Z".parse().expect("instant"),
        users: count.min(31),
        example: example.to_owned(),
        correlation_id: Some("8a1bf2c0-0001".to_owned()),
    }
}

fn new_pattern(pattern: &str, count: u64) -> NewPattern {
    NewPattern {
        pattern: pattern.to_owned(),
        count,
        first_seen: "2026-11-24T00:16:00Z".parse().expect("instant"),
    }
}

fn route(method: &str, route: &str, requests: RequestFacts) -> RouteFacts {
    RouteFacts {
        method: Some(method.to_owned()),
        route: route.to_owned(),
        requests,
    }
}

/// As many errors in each part as `errors` says of its number.
fn timeline(requests: u64, errors: fn(u64) -> u64) -> Vec<TimelinePart> {
    let parts = question().timeline().into_iter().zip(0_u64..);
    let part = |(part, number): (Window, u64)| TimelinePart {
        start: part.start,
        total: 40,
        errors: errors(number),
        requests,
        failed: errors(number).min(requests),
        average_duration: (requests > 0).then_some(80.0 + 10.0 * number as f64),
    };
    parts.map(part).collect()
}

fn cause(pattern: &str, failed_requests: u64) -> CauseFacts {
    CauseFacts {
        pattern: pattern.to_owned(),
        patterns: vec![pattern.to_owned()],
        failed_requests,
        users: failed_requests.min(31),
        routes: 2,
        failed_by_pattern: [(pattern.to_owned(), failed_requests)].into(),
        first_seen: "2026-11-24T00:16:00Z".parse().ok(),
    }
}

/// A window in which things went wrong.
fn full() -> AnalysisFacts {
    let levels = [
        (Level::Debug, 80),
        (Level::Info, 2_400),
        (Level::Warn, 61),
        (Level::Error, 380),
        (Level::Fatal, 1),
    ];
    let pool = "connection pool exhausted after # ms";
    AnalysisFacts {
        indexed: true,
        failures: Vec::new(),
        approximate: [Approximation::Percentiles].into(),
        current: WindowFacts {
            totals: WindowTotals {
                causes: vec![cause(pool, 280), cause("mail queue is full", 30)],
                ..totals(&levels, requests(1_900, 390, 640.0))
            },
            error_patterns: vec![
                pattern(pool, "connection pool exhausted after 5012 ms", 290),
                pattern(
                    "아이템 '…'을(를) 지급하지 못했습니다: 인벤토리가 가득 찼습니다",
                    "아이템 '전설의 검'을(를) 지급하지 못했습니다: 인벤토리가 가득 찼습니다",
                    60,
                ),
                pattern("mail queue is full", "mail queue is full", 30),
            ],
            routes: vec![
                route("GET", "/api/players/{id}", requests(1_200, 301, 1_250.0)),
                route("GET", "/api/reports/revenue", requests(4, 0, 8_400.0)),
                route("POST", "/api/mail/send", requests(690, 89, 95.0)),
            ],
            users: vec![
                RequesterFacts {
                    id: "gm-027".to_owned(),
                    requests: 800,
                    failed: 210,
                },
                RequesterFacts {
                    id: "운영자-김".to_owned(),
                    requests: 112,
                    failed: 0,
                },
            ],
            clients: Vec::new(),
            other_route_requests: 0,
            distinct_users: 41,
            request_users: 38,
            failed_users: 31,
            unread: std::collections::BTreeMap::new(),
            timeline: timeline(63, |number| if number > 12 { number } else { 0 }),
        },
        previous: totals(
            &[(Level::Info, 2_800), (Level::Warn, 55), (Level::Error, 12)],
            requests(2_100, 8, 120.0),
        ),
        previous_timeline: Vec::new(),
        has_history: true,
        new_patterns: vec![
            new_pattern(pool, 290),
            new_pattern("disk {word} is read-only", 1),
        ],
    }
}

#[test]
fn a_window_in_which_things_went_wrong() {
    insta::assert_snapshot!(text_of(&analysis(full())));
}

#[test]
fn no_logs_at_all_after_some_before() {
    let facts = AnalysisFacts {
        current: WindowFacts {
            timeline: timeline(0, |_| 0),
            ..WindowFacts::default()
        },
        ..full()
    };
    insta::assert_snapshot!(text_of(&analysis(facts)));
}

#[test]
fn no_logs_at_all_in_an_environment() {
    let mut silent = analysis(AnalysisFacts {
        indexed: true,
        ..AnalysisFacts::default()
    });
    silent.environment = Some("staging".to_owned());
    silent.settled = false;
    insta::assert_snapshot!(text_of(&silent));
}

#[test]
fn no_requests_and_no_history() {
    let mut facts = full();
    facts.has_history = false;
    facts.approximate.clear();
    facts.previous = WindowTotals::default();
    facts.current = WindowFacts {
        totals: totals(
            &[(Level::Info, 9), (Level::Error, 1)],
            RequestFacts::default(),
        ),
        error_patterns: vec![pattern("mail queue is full", "mail queue is full", 1)],
        timeline: timeline(0, |number| u64::from(number == 7)),
        ..WindowFacts::default()
    };
    insta::assert_snapshot!(text_of(&analysis(facts)));
}

#[test]
fn a_missing_index() {
    insta::assert_snapshot!(text_of(&analysis(AnalysisFacts::default())));
}

#[test]
fn a_search_that_failed_in_part() {
    let mut facts = full();
    facts.failures = (0..7)
        .map(|shard| format!("shard {shard} of logs-gm-tool-2026.11.24: timed out"))
        .collect();
    insta::assert_snapshot!(text_of(&analysis(facts)));
}

#[test]
fn a_window_in_which_all_went_well() {
    let mut facts = full();
    facts.new_patterns.clear();
    facts.approximate.clear();
    facts.current.totals = totals(&[(Level::Info, 2_800)], requests(2_000, 0, 119.0));
    facts.current.error_patterns.clear();
    facts.current.timeline = timeline(66, |_| 0);
    facts.current.routes = vec![route("GET", "/api/items", requests(2_000, 0, 119.0))];
    insta::assert_snapshot!(text_of(&analysis(facts)));
}

#[test]
fn a_log_whose_levels_are_unknown_is_not_without_errors() {
    let mut facts = full();
    let levels = [(Level::Unknown, 400), (Level::Info, 12)];
    facts.current.totals = totals(&levels, RequestFacts::default());
    facts.current.error_patterns.clear();
    facts.current.unread = [(shared::model::log::Unread::Level, 400)].into();
    let text = text_of(&analysis(facts));
    assert!(!text.contains("No errors"), "{text}");
    let sentence = "400 of 412 entries have no known level: errors cannot be counted";
    assert!(text.contains(sentence), "{text}");
}

#[test]
fn requests_that_fail_without_an_error_entry_come_first() {
    let mut facts = full();
    facts.current.totals = totals(&[(Level::Info, 60)], requests(60, 60, 12.0));
    facts.current.error_patterns.clear();
    let text = text_of(&analysis(facts));
    let first = text.lines().nth(1).unwrap_or_default();
    assert!(first.contains("60 of 60 requests failed (100%)"), "{text}");
    assert!(!text.contains("No errors"), "{text}");
}

#[test]
fn what_a_log_says_cannot_reach_the_terminal_or_a_shell() {
    let mut facts = full();
    let evil = "\u{1b}[2J\u{202e}$(reboot)";
    facts.current.totals.causes = vec![cause(&format!("p{evil}"), 300)];
    for error in &mut facts.current.error_patterns {
        error.pattern = format!("p{evil}");
        error.example = format!("e{evil}");
        error.correlation_id = Some(evil.to_owned());
    }
    facts.new_patterns.push(new_pattern(evil, 1));
    facts.current.users[0].id = evil.to_owned();
    facts.current.routes[0].route = evil.to_owned();
    facts.current.routes[0].method = Some(evil.to_owned());
    let mut analysis = analysis(facts);
    analysis.environment = Some(evil.to_owned());
    let text = text_of(&analysis);
    assert!(
        !text.contains('\u{1b}') && !text.contains('\u{202e}'),
        "{text}"
    );
    assert!(!text.contains("--correlation-id"), "{text}");
    analysis.failures = vec![evil.to_owned()];
    analysis.status = shared::model::analysis::AnalysisStatus::Incomplete;
    assert!(!text_of(&analysis).contains('\u{1b}'));
}

#[test]
fn a_report_is_never_wider_than_the_terminal_except_for_commands() {
    let analysis = analysis(full());
    for width in [72, 80, 100, 140] {
        for line in report_at(width, &analysis).lines() {
            let wide = line.chars().filter(|c| {
                ('\u{1100}'..'\u{ff00}').contains(c) && !('\u{2000}'..'\u{2fff}').contains(c)
            });
            let columns = line.chars().count() + wide.count();
            assert!(
                columns <= usize::from(width) || line.contains("bongsu "),
                "{width}: {line}"
            );
        }
    }
}
