//! Windows without entries, without requests, and good ones.

use shared::{
    log_store::facts::{AnalysisFacts, RequestFacts, WindowFacts, WindowTotals},
    model::{
        alert::AlertType,
        analysis::baseline::{Expectation, NumberKey, Verdict, WatchedNumber},
        level::Level,
    },
};

use super::{
    analysis, baseline, full, full_text_of, healthy, pattern, text_of, timeline, timeline_before,
    totals, usual,
};

#[test]
fn no_logs_at_all_after_some_before() {
    let facts = AnalysisFacts {
        current: WindowFacts {
            timeline: timeline(0, |_| 0),
            ..WindowFacts::default()
        },
        ..full()
    };
    let mut analysis = analysis(facts);
    for part in &mut analysis.timeline {
        part.total = 0;
    }
    insta::assert_snapshot!(text_of(&analysis));
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
    facts.previous_timeline = timeline_before(0, |_| 0);
    facts.current = WindowFacts {
        totals: totals(
            &[(Level::Info, 9), (Level::Error, 1)],
            RequestFacts::default(),
        ),
        error_patterns: vec![pattern("mail queue is full", "mail queue is full", 1)],
        timeline: timeline(0, |number| u64::from(number == 7)),
        ..WindowFacts::default()
    };
    let mut analysis = analysis(facts);
    analysis.baseline = Some(baseline(0, None, Vec::new()));
    insta::assert_snapshot!(text_of(&analysis));
}

#[test]
fn errors_of_a_service_without_requests() {
    let mut facts = full();
    facts.current.totals = totals(
        &[(Level::Info, 900), (Level::Error, 380)],
        RequestFacts::default(),
    );
    facts.current.routes.clear();
    facts.current.users.clear();
    facts.current.timeline = timeline(0, |number| if number > 12 { number } else { 0 });
    facts.previous.requests = RequestFacts::default();
    let mut analysis = analysis(facts);
    let band = usual(
        WatchedNumber::ErrorEntries,
        0.29,
        (0.001, 0.02),
        Verdict::Strong,
    );
    analysis.baseline = Some(baseline(4, Some(AlertType::Error), vec![band]));
    insta::assert_snapshot!(text_of(&analysis));
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
    insta::assert_snapshot!(text_of(&healthy()));
}

#[test]
fn the_full_report_of_a_good_window_has_the_usual_bands() {
    let text = full_text_of(&healthy());
    for band in ["0% – 1.2%", "1,800 – 2,310", "80 ms – 110 ms"] {
        assert!(text.contains(band), "{band}:\n{text}");
    }
}

#[test]
fn requests_that_are_slower_than_usual_are_the_explanation() {
    let mut analysis = healthy();
    let slow = Expectation {
        key: NumberKey::of(WatchedNumber::Latency, "GET /api/items"),
        ..usual(
            WatchedNumber::Latency,
            390.0,
            (80.0, 110.0),
            Verdict::Strong,
        )
    };
    if let Some(baseline) = &mut analysis.baseline {
        baseline.severity = Some(AlertType::Warning);
        baseline.numbers.push(slow);
    }
    let text = text_of(&analysis);
    assert!(
        text.lines().next().unwrap_or_default().ends_with("WARNING"),
        "{text}"
    );
    let why = "Why     GET /api/items: requests take 390 ms; usual at this time: about 95 ms";
    assert!(text.contains(why), "{text}");
}
