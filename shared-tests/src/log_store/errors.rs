//! Errors by pattern.

use super::{
    fixture::{StoreFixture, everything, instant, window},
    sample::{Particular, document},
};
use shared::{log_store::LogStore, model::level::Level};

pub async fn errors_are_grouped_by_pattern_the_most_frequent_first(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let at = "2026-11-24T10:00:00Z";
    fixture
        .given(&[
            document("1", at).error("rare"),
            document("2", at).error("often"),
            document("3", at).error("often").level(Level::Fatal),
            document("4", at).error("often"),
            document("5", at).error("tie b"),
            document("6", "2026-11-25T10:00:00Z").error("tie b"),
            document("7", at).error("tie a"),
            document("8", at).error("tie a"),
            document("9", at).error("warned").level(Level::Warn),
            document("10", at).error("Often"),
        ])
        .await;
    let facts = fixture.analyse(everything()).await;
    let patterns: Vec<(&str, u64)> = facts
        .current
        .error_patterns
        .iter()
        .map(|facts| (facts.pattern.as_str(), facts.count))
        .collect();
    assert_eq!(
        patterns,
        [
            ("often", 3),
            ("tie a", 2),
            ("tie b", 2),
            ("Often", 1),
            ("rare", 1)
        ]
    );
    assert_eq!(facts.current.totals.errors(), 9);
}

pub async fn an_error_pattern_knows_its_first_and_last_and_its_users(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let error = |id, at| document(id, at).error("a");
    fixture
        .given(&[
            error("1", "2026-11-23T23:59:59.999Z").user("out-of-window"),
            error("2", "2026-11-24T12:00:00.001Z").user("gm-1"),
            error("3", "2026-11-24T10:00:00.007Z").user("gm-2"),
            error("4", "2026-11-24T11:00:00Z").user("gm-1"),
            error("5", "2026-11-24T11:00:00Z"),
            document("6", "2026-11-24T11:00:00Z").error("b"),
        ])
        .await;
    let facts = fixture
        .analyse(window("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"))
        .await;
    let pattern = &facts.current.error_patterns[0];
    assert_eq!((pattern.pattern.as_str(), pattern.count), ("a", 4));
    assert_eq!(pattern.first_seen, instant("2026-11-24T10:00:00.007Z"));
    assert_eq!(pattern.last_seen, instant("2026-11-24T12:00:00.001Z"));
    assert_eq!(pattern.users, 2);
    assert_eq!(facts.current.error_patterns[1].users, 0);
}

pub async fn the_example_is_the_latest_of_its_pattern(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let error = |id, at| document(id, at).error("player {n} 실패");
    fixture
        .given(&[
            error("9", "2026-11-24T10:00:00Z").message("player 1 실패"),
            error("1", "2026-11-25T10:00:00Z")
                .message("player 2 실패\n  at \"stack\" 🔥")
                .correlation("c-2"),
            error("5", "2026-11-24T11:00:00Z").message("player 3 실패"),
            document("7", "2026-11-26T11:00:00Z")
                .error("other")
                .message("no one"),
        ])
        .await;
    let facts = fixture.analyse(everything()).await;
    let [pattern, other] = &facts.current.error_patterns[..] else {
        panic!("two patterns: {facts:?}");
    };
    assert_eq!(pattern.example, "player 2 실패\n  at \"stack\" 🔥");
    assert_eq!(pattern.correlation_id.as_deref(), Some("c-2"));
    assert_eq!(other.example, "no one");
    assert_eq!(other.correlation_id, None);
}

pub async fn the_example_of_equal_times_has_the_highest_id(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let documents = ["b", "a", "c", "B"].map(|id| {
        document(id, "2026-11-24T10:00:00Z")
            .error("x")
            .message(&format!("by {id}"))
    });
    fixture.given(&documents).await;
    let facts = fixture.analyse(everything()).await;
    assert_eq!(facts.current.error_patterns[0].example, "by c");
}

pub async fn no_more_error_patterns_than_asked_for(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let mut documents = Vec::new();
    for pattern in 0..30 {
        for copy in 0..=(pattern / 3) {
            // Spread over days, so that no single one knows the order.
            let at = format!("2026-11-2{}T10:00:00Z", 1 + (pattern + copy) % 3);
            let id = format!("{pattern}-{copy}");
            documents.push(document(&id, &at).error(&format!("pattern {pattern:02}")));
        }
    }
    fixture.given(&documents).await;
    let mut question = fixture.question(everything());
    question.error_patterns = 4;
    let facts = fixture.answer(&question).await;
    let patterns: Vec<(&str, u64)> = facts
        .current
        .error_patterns
        .iter()
        .map(|facts| (facts.pattern.as_str(), facts.count))
        .collect();
    let expected = [
        ("pattern 27", 10),
        ("pattern 28", 10),
        ("pattern 29", 10),
        ("pattern 24", 9),
    ];
    assert_eq!(patterns, expected);
    assert!(facts.approximate.is_empty());
    assert_eq!(facts.new_patterns.len(), 30, "the limit is not theirs");
    question.error_patterns = 0;
    assert_eq!(fixture.answer(&question).await.current.error_patterns, []);
}

pub async fn patterns_with_hostile_text_are_counted_as_they_are(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let longest = "가".repeat(512);
    let patterns = [
        "'; DROP TABLE documents; --",
        "\"quoted\" \\ * ? % _",
        "{\"query\":{\"match_all\":{}}}",
        "줄\n바꿈\t\u{1}\u{0}🔥",
        "",
        " ",
        &longest,
    ];
    let mut documents = Vec::new();
    for (number, pattern) in patterns.iter().enumerate() {
        for copy in 0..=number {
            let id = format!("{number}-{copy}");
            documents.push(document(&id, "2026-11-24T10:00:00Z").error(pattern));
        }
    }
    fixture.given(&documents).await;
    let facts = fixture.analyse(everything()).await;
    let found: Vec<(&str, u64)> = facts
        .current
        .error_patterns
        .iter()
        .map(|facts| (facts.pattern.as_str(), facts.count))
        .collect();
    let mut expected: Vec<(&str, u64)> = patterns.into_iter().zip(1_u64..).collect();
    expected.reverse();
    assert_eq!(found, expected);
}
