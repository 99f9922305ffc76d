//! Failed requests, their causes, and what could not be read.

use shared::{
    log_store::facts::{AnalysisFacts, RequestFacts, causes::CauseFacts},
    model::{level::Level, log::Unread},
};

use super::{analysis, full, requests, totals};

fn cause(pattern: &str, failed_requests: u64) -> CauseFacts {
    CauseFacts {
        pattern: pattern.to_owned(),
        patterns: vec![pattern.to_owned()],
        failed_requests,
        users: 4,
        routes: 2,
        failed_by_pattern: [(pattern.to_owned(), failed_requests)].into(),
        first_seen: "2026-11-24T00:16:00Z".parse().ok(),
    }
}

#[test]
fn causes_have_their_share_of_the_failed_requests_and_what_they_were_before() {
    let mut facts = full();
    let pool = "connection pool exhausted after {n} ms";
    facts.current.totals.causes = vec![cause(pool, 6), cause("not among the patterns", 1)];
    facts.previous.causes = vec![cause("not among the patterns", 3)];
    let analysis = analysis(facts);
    insta::assert_json_snapshot!(analysis.causes);
    assert_eq!(
        analysis.main_cause().as_deref(),
        Some("6 of 7 failed requests have this error: connection pool exhausted after {n} ms")
    );
}

#[test]
fn a_log_of_unknown_levels_has_no_error_rate_and_says_why() {
    let mut facts = full();
    facts.current.totals = totals(
        &[(Level::Unknown, 400), (Level::Info, 3)],
        requests(0, 0, 0.0),
    );
    facts.current.unread = [(Unread::Level, 400), (Unread::Format, 400)].into();
    let json = serde_json::to_value(analysis(facts.clone())).expect("written");
    assert_eq!(json["errorRate"], serde_json::Value::Null);
    assert_eq!(json["errorRateUnknown"], "unknownLevels");
    assert_eq!(json["belowMinSample"], true);
    assert_eq!(json["levels"]["unknown"], 400);
    assert_eq!(
        json["quality"],
        serde_json::json!({
            "total": 403, "withoutLevel": 400, "withoutTime": 0, "unrecognised": 400
        })
    );
    assert_eq!(
        analysis(facts).unknown_levels().as_deref(),
        Some("400 of 403 entries have no known level: errors cannot be counted")
    );
    assert_eq!(analysis(full()).unknown_levels(), None);
}

#[test]
fn failed_requests_are_summed_up_in_a_sentence() {
    let mut facts = full();
    facts.current.totals.requests = requests(731, 455, 80.0);
    (facts.current.request_users, facts.current.failed_users) = (60, 60);
    facts.previous.requests = requests(1_000, 20, 80.0);
    let sentence = |facts: &AnalysisFacts| analysis(facts.clone()).failed_requests();
    assert_eq!(
        sentence(&facts).as_deref(),
        Some("455 of 731 requests failed (62%), was 2%; 60 of 60 users")
    );
    facts.previous.requests = RequestFacts::default();
    facts.current.failed_users = 0;
    assert_eq!(
        sentence(&facts).as_deref(),
        Some("455 of 731 requests failed (62%)")
    );
    facts.current.totals.requests = requests(731, 0, 80.0);
    assert_eq!(sentence(&facts), None);
}
