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
        alert::AlertType,
        analysis::{
            AnalysisRules, LogAnalysis,
            baseline::{Baseline, Expectation, NumberKey, Verdict, WatchedNumber},
        },
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
        known_since: at("2026-11-17T00:15:00Z"),
        timeline_parts: 30,
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

fn report_at(width: u16, analysis: &LogAnalysis) -> String {
    let style = Style {
        colours: false,
        width,
    };
    report(analysis, style, &TimeZone::fixed(offset(9)), false)
}

fn text_of(analysis: &LogAnalysis) -> String {
    report_at(80, analysis)
}

fn full_text_of(analysis: &LogAnalysis) -> String {
    let style = Style {
        colours: false,
        width: 100,
    };
    report(analysis, style, &TimeZone::fixed(offset(9)), true)
}

/// A baseline of so many days, by which failed requests are usually from 1 to 3%.
fn baseline(days: u64, severity: Option<AlertType>, numbers: Vec<Expectation>) -> Baseline {
    Baseline {
        days,
        windows: days * 3,
        severity,
        numbers,
        ..Baseline::default()
    }
}

fn usual(number: WatchedNumber, value: f64, band: (f64, f64), verdict: Verdict) -> Expectation {
    Expectation {
        key: NumberKey::service(number),
        value,
        expected: Some(f64::midpoint(band.0, band.1)),
        lower: Some(band.0),
        upper: Some(band.1),
        evidence: 0.0,
        verdict,
    }
}

/// The alarm of a service that fails, without a history.
fn alarm(analysis: &mut LogAnalysis) {
    let rate = analysis.requests.error_rate.unwrap_or_default();
    let number = Expectation {
        expected: None,
        lower: None,
        upper: None,
        ..usual(
            WatchedNumber::FailedRequests,
            rate,
            (0.0, 0.0),
            Verdict::Strong,
        )
    };
    analysis.baseline = Some(baseline(0, Some(AlertType::Critical), vec![number]));
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
    parts(question().timeline(), requests, errors)
}

fn timeline_before(requests: u64, errors: fn(u64) -> u64) -> Vec<TimelinePart> {
    parts(question().previous_timeline(), requests, errors)
}

fn parts(windows: Vec<Window>, requests: u64, errors: fn(u64) -> u64) -> Vec<TimelinePart> {
    let parts = windows.into_iter().zip(0_u64..);
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
        previous_timeline: timeline_before(70, |number| number / 29),
        has_history: true,
        new_patterns: vec![
            new_pattern(pool, 290),
            new_pattern("disk {word} is read-only", 1),
        ],
    }
}

/// The window in which things went wrong.
fn incident() -> LogAnalysis {
    let mut analysis = analysis(full());
    alarm(&mut analysis);
    analysis
}

#[test]
fn a_window_in_which_things_went_wrong() {
    insta::assert_snapshot!(text_of(&incident()));
}

#[test]
fn the_same_on_a_narrow_terminal() {
    insta::assert_snapshot!(report_at(60, &incident()));
}

#[test]
fn the_same_on_a_wide_terminal() {
    insta::assert_snapshot!(report_at(120, &incident()));
}

#[test]
fn the_full_report_has_all_numbers() {
    insta::assert_snapshot!(full_text_of(&incident()));
}

#[test]
fn the_first_five_lines_answer_what_a_lead_asks() {
    for width in [60, 80, 120] {
        let text = report_at(width, &incident());
        let first: Vec<&str> = text.lines().take(5).collect();
        let first = first.join("\n");
        for answer in [
            "CRITICAL, still going",
            "390",
            "21%, was <1%",
            "31",
            "since",
            "peak",
            "280 of 390",
            "/api/players/{id}",
        ] {
            assert!(first.contains(answer), "{width}: {answer}:\n{text}");
        }
    }
}

#[test]
fn an_incident_that_is_over_says_when_it_ended() {
    let mut analysis = incident();
    for (number, part) in analysis.timeline.iter_mut().enumerate() {
        part.failed = if number < 15 { 26 } else { 0 };
    }
    let text = text_of(&analysis);
    let first = text.lines().next().unwrap_or_default();
    assert!(
        first.ends_with("CRITICAL, over since 09:22:30")
            || first.ends_with("CRITICAL, over since 09:22"),
        "{text}"
    );
    assert!(text.contains("since 09:15"), "{text}");
}

/// A window in which all went well, with what is usual by seven days.
fn healthy() -> LogAnalysis {
    let mut facts = full();
    facts.new_patterns.clear();
    facts.approximate.clear();
    facts.current.totals = totals(&[(Level::Info, 2_800)], requests(2_000, 0, 119.0));
    facts.current.error_patterns.clear();
    facts.current.timeline = timeline(66, |_| 0);
    facts.current.routes = vec![route("GET", "/api/items", requests(2_000, 0, 119.0))];
    let mut analysis = analysis(facts);
    let normal = Verdict::Normal;
    analysis.baseline = Some(baseline(
        7,
        None,
        vec![
            usual(WatchedNumber::FailedRequests, 0.0, (0.0, 0.012), normal),
            usual(WatchedNumber::Traffic, 2_000.0, (1_800.0, 2_310.0), normal),
            usual(WatchedNumber::Latency, 95.2, (80.0, 110.0), normal),
        ],
    ));
    analysis
}

mod layout;
mod situations;
