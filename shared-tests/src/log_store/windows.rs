//! Which documents count.

use super::{
    fixture::{StoreFixture, everything, window},
    percentiles::assert_durations,
    sample::{Particular, document},
};
use shared::{
    log_store::{
        LogStore,
        facts::{AnalysisFacts, Approximation},
    },
    model::level::Level,
};

fn total(facts: &AnalysisFacts) -> u64 {
    facts.current.totals.total
}

pub async fn a_window_holds_its_start_and_not_its_end(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("before", "2026-11-24T09:59:59.999Z"),
            document("start", "2026-11-24T10:00:00Z"),
            document("last", "2026-11-24T10:14:59.999Z"),
            document("end", "2026-11-24T10:15:00Z"),
        ])
        .await;
    let quarter = window("2026-11-24T10:00:00Z", "2026-11-24T10:15:00Z");
    let facts = fixture.analyse(quarter).await;
    assert_eq!(total(&facts), 2);
    assert_eq!(facts.previous.total, 1);
    let one = window("2026-11-24T10:00:00Z", "2026-11-24T10:00:00.001Z");
    assert_eq!(total(&fixture.analyse(one).await), 1);
}

pub async fn a_window_across_midnight_counts_both_days(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("1", "2026-11-23T23:49:59.999Z"),
            document("2", "2026-11-23T23:50:00Z"),
            document("3", "2026-11-23T23:59:59.999Z").error("late"),
            document("4", "2026-11-24T00:00:00Z").error("late"),
            document("5", "2026-11-24T00:09:59.999Z"),
            document("6", "2026-11-24T00:10:00Z"),
        ])
        .await;
    let night = window("2026-11-23T23:50:00Z", "2026-11-24T00:10:00Z");
    let facts = fixture.analyse(night).await;
    assert_eq!(total(&facts), 4);
    assert_eq!(facts.current.error_patterns.len(), 1);
    assert_eq!(facts.current.error_patterns[0].count, 2);
    let evening = window("2026-11-23T23:50:00Z", "2026-11-24T00:00:00Z");
    assert_eq!(total(&fixture.analyse(evening).await), 2);
    let morning = window("2026-11-24T00:00:00Z", "2026-11-24T00:10:00Z");
    assert_eq!(total(&fixture.analyse(morning).await), 2);
}

pub async fn only_documents_of_the_environment_count(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let at = "2026-11-24T10:00:00Z";
    let request = |id| document(id, at).user(id).endpoint("GET /x").duration(5.0);
    fixture
        .given(&[
            request("1").environment("production").error("a"),
            request("2").environment("staging").error("b"),
            request("3").error("c"),
            request("4").environment("production-2").error("d"),
            document("5", "2026-11-24T09:30:00Z").environment("staging"),
        ])
        .await;
    let hour = window("2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z");
    assert_eq!(total(&fixture.analyse(hour).await), 4);
    let mut question = fixture.question(hour);
    question.environment = Some("production".to_owned());
    let facts = fixture.answer(&question).await;
    assert_eq!(total(&facts), 1);
    assert_eq!(facts.current.totals.requests.count, 1);
    assert_eq!(facts.current.error_patterns[0].pattern, "a");
    assert_eq!(facts.current.error_patterns.len(), 1);
    assert_eq!(facts.current.routes[0].requests.count, 1);
    assert_eq!(facts.current.users.len(), 1);
    assert_eq!(facts.current.distinct_users, 1);
    assert_eq!(facts.current.timeline[0].total, 1);
    assert_eq!((facts.previous.total, facts.has_history), (0, false));
    question.environment = Some("nowhere".to_owned());
    let facts = fixture.answer(&question).await;
    assert_eq!((total(&facts), facts.indexed), (0, true));
}

pub async fn every_level_is_counted(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let mut documents = Vec::new();
    for (number, level) in (1_u64..).zip(Level::ALL) {
        for copy in 0..number {
            let id = format!("{level}-{copy}");
            documents.push(document(&id, "2026-11-24T10:00:00Z").level(level));
        }
    }
    fixture.given(&documents).await;
    let totals = fixture.analyse(everything()).await.current.totals;
    for (number, level) in (1_u64..).zip(Level::ALL) {
        assert_eq!(totals.levels.get(&level), Some(&number), "{level}");
    }
    assert_eq!((totals.total, totals.errors()), (21, 11));
}

pub async fn the_previous_window_is_counted_by_itself(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("1", "2026-11-24T08:00:00Z").error("a"),
            document("2", "2026-11-24T08:30:00Z")
                .endpoint("GET /x")
                .duration(10.0)
                .status(500),
            document("3", "2026-11-24T08:45:00Z")
                .endpoint("GET /x")
                .duration(30.0),
            document("4", "2026-11-24T09:00:00Z"),
            document("5", "2026-11-24T10:00:00Z"),
        ])
        .await;
    let mut question = fixture.question(window("2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z"));
    // Neither adjacent nor as long: a store compares with what it is asked to.
    question.previous = window("2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z");
    let facts = fixture.answer(&question).await;
    assert_eq!(total(&facts), 1);
    let previous = facts.previous;
    assert_eq!((previous.total, previous.errors()), (3, 1));
    assert_eq!((previous.requests.count, previous.requests.failed), (2, 1));
    // That they are estimates is said even if the window itself has none.
    let exact = !facts.approximate.contains(&Approximation::Percentiles);
    assert_durations(previous.requests.durations, &[10.0, 30.0], exact);
}

pub async fn a_window_without_any_day_is_not_indexed(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let hour = window("2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z");
    let nothing = fixture.analyse(hour).await;
    assert!(!nothing.indexed && !nothing.has_history);
    assert_eq!(nothing.current.totals.total, 0);
    assert_eq!(nothing.current.totals.requests.durations, None);
    fixture
        .given(&[
            document("1", "2026-11-23T23:59:59.999Z"),
            document("2", "2026-11-25T00:00:00Z"),
        ])
        .await;
    let facts = fixture.analyse(hour).await;
    assert!(!facts.indexed, "the days beside it do not count");
    assert!(facts.has_history, "they are history all the same");
    let day = window("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z");
    assert!(!fixture.analyse(day).await.indexed, "half-open here too");
}

pub async fn an_empty_window_of_a_day_with_documents_is_indexed(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[document("1", "2026-11-24T23:00:00Z").error("a")])
        .await;
    let facts = fixture
        .analyse(window("2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z"))
        .await;
    assert!(facts.indexed);
    assert_eq!(total(&facts), 0);
    assert_eq!(facts.current.totals.requests.count, 0);
    assert_eq!(facts.current.totals.requests.durations, None);
    assert_eq!(facts.current.error_patterns, []);
    assert_eq!(facts.current.routes, []);
    assert_eq!(facts.current.users, []);
    assert_eq!(facts.new_patterns, []);
    assert!(facts.approximate.is_empty());
}

pub async fn a_day_of_another_service_is_not_indexed(store: &dyn LogStore) {
    let other = StoreFixture::new(store);
    other.given(&[document("1", "2026-11-24T10:00:00Z")]).await;
    let facts = StoreFixture::new(store).analyse(everything()).await;
    assert!(!facts.indexed && !facts.has_history);
}
