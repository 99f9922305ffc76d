//! What was never seen before.

use jiff::Timestamp;

use super::{
    fixture::{StoreFixture, instant, window},
    sample::{Particular, document},
};
use shared::{
    log_store::{
        LogStore,
        facts::{AnalysisQuestion, NewPattern},
    },
    model::level::Level,
};

/// The hour from ten, known since noon of the day before.
fn question(fixture: &StoreFixture<'_>) -> AnalysisQuestion {
    let mut question = fixture.question(window("2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z"));
    question.known_since = instant("2026-11-23T12:00:00Z");
    question
}

async fn new_patterns(fixture: &StoreFixture<'_>) -> Vec<String> {
    let facts = fixture.answer(&question(fixture)).await;
    facts
        .new_patterns
        .into_iter()
        .map(|new| new.pattern)
        .collect()
}

pub async fn history_begins_at_known_since_and_ends_before_the_window(store: &dyn LogStore) {
    for (at, expected) in [
        ("2026-11-23T11:59:59.999Z", false),
        ("2026-11-23T12:00:00Z", true),
        ("2026-11-24T09:59:59.999Z", true),
        ("2026-11-24T10:00:00Z", false),
        ("2026-11-24T11:00:00Z", false),
    ] {
        let fixture = StoreFixture::new(store);
        fixture.given(&[document("1", at)]).await;
        let facts = fixture.answer(&question(&fixture)).await;
        assert_eq!(facts.has_history, expected, "{at}");
    }
}

pub async fn a_pattern_that_was_there_before_is_not_new(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let error = |id, at, pattern| document(id, at).error(pattern);
    fixture
        .given(&[
            error("1", "2026-11-23T12:00:00Z", "old"),
            error("2", "2026-11-24T09:59:59.999Z", "recent"),
            error("3", "2026-11-24T10:00:00Z", "old"),
            error("4", "2026-11-24T10:00:00Z", "recent"),
            error("5", "2026-11-24T10:00:00Z", "new at the start"),
            error("6", "2026-11-24T10:59:59.999Z", "new at the end"),
            error("7", "2026-11-24T11:00:00Z", "too late"),
            error("8", "2026-11-23T13:00:00Z", "gone"),
        ])
        .await;
    assert_eq!(
        new_patterns(&fixture).await,
        ["new at the end", "new at the start"]
    );
}

pub async fn a_failed_request_is_no_new_pattern(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let request = |id, at, pattern| {
        document(id, at)
            .error(pattern)
            .endpoint("GET /x")
            .status(500)
    };
    let error = |id, at, pattern| document(id, at).error(pattern);
    fixture
        .given(&[
            request("1", "2026-11-24T10:00:00Z", "GET /x 500"),
            // A path alone makes no request.
            error("2", "2026-11-24T10:01:00Z", "no player").endpoint("GET /x"),
            request("3", "2026-11-24T10:02:00Z", "both"),
            error("4", "2026-11-24T10:03:00Z", "both"),
            // Before the window only a request had this pattern.
            request("5", "2026-11-24T09:00:00Z", "no longer a request"),
            error("6", "2026-11-24T10:04:00Z", "no longer a request"),
        ])
        .await;
    let facts = fixture.answer(&question(&fixture)).await;
    let new: Vec<(&str, u64, Timestamp)> = facts
        .new_patterns
        .iter()
        .map(|new| (new.pattern.as_str(), new.count, new.first_seen))
        .collect();
    assert_eq!(
        new,
        [
            ("both", 1, instant("2026-11-24T10:03:00Z")),
            ("no longer a request", 1, instant("2026-11-24T10:04:00Z")),
            ("no player", 1, instant("2026-11-24T10:01:00Z")),
        ]
    );
    let counts = facts.current.error_patterns.iter();
    let counts: Vec<(&str, u64, u64)> = counts
        .map(|facts| (facts.pattern.as_str(), facts.count, facts.requests))
        .collect();
    assert_eq!(
        counts,
        [
            ("both", 2, 1),
            ("GET /x 500", 1, 1),
            ("no longer a request", 1, 0),
            ("no player", 1, 0),
        ]
    );
}

pub async fn a_pattern_seen_only_before_known_since_is_new(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("1", "2026-11-23T11:59:59.999Z").error("back again"),
            document("2", "2026-11-24T10:30:00Z").error("back again"),
        ])
        .await;
    assert_eq!(new_patterns(&fixture).await, ["back again"]);
}

pub async fn new_patterns_come_with_their_count_and_the_most_frequent_first(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let error = |id, at, pattern| document(id, at).error(pattern);
    fixture
        .given(&[
            error("1", "2026-11-24T10:30:00Z", "b"),
            error("2", "2026-11-24T10:10:00Z", "b"),
            error("3", "2026-11-24T10:20:00Z", "a"),
            error("4", "2026-11-24T10:40:00Z", "z").level(Level::Fatal),
            error("5", "2026-11-24T10:41:00Z", "z"),
            error("6", "2026-11-24T10:42:00Z", "z"),
            error("7", "2026-11-24T10:50:00Z", "0"),
            error("8", "2026-11-24T11:50:00Z", "b"),
        ])
        .await;
    let facts = fixture.answer(&question(&fixture)).await;
    let expected = [
        ("z", 3, "2026-11-24T10:40:00Z"),
        ("b", 2, "2026-11-24T10:10:00Z"),
        ("0", 1, "2026-11-24T10:50:00Z"),
        ("a", 1, "2026-11-24T10:20:00Z"),
    ];
    let expected = expected.map(|(pattern, count, first)| NewPattern {
        pattern: pattern.to_owned(),
        count,
        first_seen: instant(first),
    });
    assert_eq!(facts.new_patterns, expected);
}

pub async fn a_warning_before_does_not_make_an_error_known(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("1", "2026-11-24T09:00:00Z")
                .error("a")
                .level(Level::Warn),
            document("2", "2026-11-24T10:00:00Z").error("a"),
            document("3", "2026-11-24T10:00:00Z")
                .error("b")
                .level(Level::Warn),
        ])
        .await;
    let facts = fixture.answer(&question(&fixture)).await;
    assert!(facts.has_history, "any document is history");
    assert_eq!(new_patterns(&fixture).await, ["a"]);
}

pub async fn novelty_keeps_to_the_environment(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("1", "2026-11-24T09:00:00Z")
                .error("a")
                .environment("staging"),
            document("2", "2026-11-24T10:00:00Z")
                .error("a")
                .environment("production"),
            document("3", "2026-11-24T10:00:00Z")
                .error("b")
                .environment("staging"),
        ])
        .await;
    let mut asked = question(&fixture);
    asked.environment = Some("production".to_owned());
    let facts = fixture.answer(&asked).await;
    assert!(!facts.has_history);
    let new: Vec<&str> = facts
        .new_patterns
        .iter()
        .map(|new| new.pattern.as_str())
        .collect();
    assert_eq!(new, ["a"]);
}
