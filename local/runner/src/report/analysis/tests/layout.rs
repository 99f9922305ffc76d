//! What is unknown, hostile text, and widths.

use jiff::tz::{TimeZone, offset};
use shared::{
    log_store::facts::RequestFacts,
    model::{
        analysis::{
            AnalysisStatus,
            baseline::{Expectation, NumberKey, Verdict, WatchedNumber},
        },
        level::Level,
        log::Unread,
    },
};

use super::{
    alarm, analysis, baseline, cause, full, full_text_of, healthy, incident, new_pattern, report,
    report_at, requests, text_of, timeline, totals, usual,
};
use crate::report::{style::Style, width::columns};

#[test]
fn a_log_whose_levels_are_unknown_is_not_without_errors() {
    let mut facts = full();
    let levels = [(Level::Unknown, 400), (Level::Info, 12)];
    facts.current.totals = totals(&levels, RequestFacts::default());
    facts.current.error_patterns.clear();
    facts.current.routes.clear();
    facts.current.users.clear();
    facts.new_patterns.clear();
    facts.current.timeline = timeline(0, |_| 0);
    facts.current.unread = [(Unread::Level, 400), (Unread::Format, 9)].into();
    let mut analysis = analysis(facts);
    analysis.baseline = Some(baseline(2, None, Vec::new()));
    let text = text_of(&analysis);
    assert!(!text.to_lowercase().contains("no error"), "{text}");
    let first: Vec<&str> = text.lines().take(2).collect();
    assert!(first[0].ends_with("LEVELS UNKNOWN"), "{text}");
    let sentence = "400 of 412 entries have no known level: errors cannot be counted";
    assert!(first[1].contains(sentence), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn requests_that_fail_without_an_error_entry_come_first() {
    let mut facts = full();
    facts.current.totals = totals(&[(Level::Info, 60)], requests(60, 60, 12.0));
    facts.current.error_patterns.clear();
    facts.new_patterns.clear();
    let text = text_of(&analysis(facts));
    let second = text.lines().nth(1).unwrap_or_default();
    assert!(second.contains("60 of 60 requests failed: 100%"), "{text}");
    assert!(
        text.contains("no error entry explains the failed requests"),
        "{text}"
    );
}

#[test]
fn text_of_a_log_cannot_reach_the_terminal_or_a_shell() {
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
    alarm(&mut analysis);
    let subject = Expectation {
        key: NumberKey::of(WatchedNumber::Latency, evil),
        ..usual(
            WatchedNumber::Latency,
            390.0,
            (80.0, 110.0),
            Verdict::Strong,
        )
    };
    if let Some(baseline) = &mut analysis.baseline {
        baseline.numbers.push(subject);
    }
    analysis.environment = Some(evil.to_owned());
    for text in [text_of(&analysis), full_text_of(&analysis)] {
        assert!(
            !text.contains('\u{1b}') && !text.contains('\u{202e}'),
            "{text}"
        );
        assert!(!text.contains("--correlation-id"), "{text}");
    }
    analysis.failures = vec![evil.to_owned()];
    analysis.status = AnalysisStatus::Incomplete;
    assert!(!text_of(&analysis).contains('\u{1b}'));
}

#[test]
fn colours_change_no_text() {
    let colours = Style {
        colours: true,
        width: 80,
    };
    let coloured = report(&incident(), colours, &TimeZone::fixed(offset(9)), false);
    assert!(coloured.contains('\u{1b}'));
    let mut plain = String::new();
    for (number, part) in coloured.split('\u{1b}').enumerate() {
        let part = if number == 0 {
            part
        } else {
            part.split_once('m').expect("a code").1
        };
        plain.push_str(part);
    }
    assert_eq!(plain, text_of(&incident()));
}

#[test]
fn a_report_is_never_wider_than_the_terminal_except_for_commands() {
    let mut long = incident();
    long.routes[0].path = format!("/api/{}/end", "플레이어".repeat(40));
    long.causes[0].message = format!("연결 풀이 {} 끝", "모두 사용 중입니다 ".repeat(20));
    long.user_activity[0].user_id = "u".repeat(200);
    long.environment = Some("production-of-seoul-1".to_owned());
    for analysis in [incident(), healthy(), long] {
        for width in [60, 72, 80, 100, 120, 140] {
            let style = Style {
                colours: false,
                width,
            };
            let full = report(&analysis, style, &TimeZone::UTC, true);
            let text = report_at(width, &analysis) + &full;
            let wide = text
                .lines()
                .filter(|line| columns(line) > usize::from(width) && !line.contains("bongsu "));
            let wide: Vec<&str> = wide.collect();
            assert!(wide.is_empty(), "{width}:\n{}", wide.join("\n"));
        }
    }
}
