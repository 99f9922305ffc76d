//! Errors that explain failed requests.

use shared::{
    log_store::{
        LogStore,
        facts::{Approximation, causes::CauseFacts},
    },
    model::log::LogDocument,
};

use super::{
    fixture::{StoreFixture, everything, instant},
    sample::{Particular, document},
};

/// A request with a correlation id and a user.
fn request(id: &str, correlation: &str, user: &str, endpoint: &str, code: u16) -> LogDocument {
    let day = 1 + code % 3;
    document(id, &format!("2026-11-2{day}T10:00:00Z"))
        .endpoint(endpoint)
        .status(code)
        .correlation(correlation)
        .user(user)
}

fn error(id: &str, correlation: &str, pattern: &str) -> LogDocument {
    let error = document(id, "2026-11-24T10:00:00Z").error(pattern);
    error.correlation(correlation)
}

fn cause(pattern: &str, failed_requests: u64, users: u64, routes: u64) -> CauseFacts {
    CauseFacts {
        pattern: pattern.to_owned(),
        patterns: vec![pattern.to_owned()],
        failed_requests,
        users,
        routes,
        failed_by_pattern: [(pattern.to_owned(), failed_requests)].into(),
        first_seen: Some(instant("2026-11-24T10:00:00Z")),
    }
}

pub async fn errors_are_ranked_by_the_failed_requests_that_they_explain(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            request("1", "a", "gm-1", "GET /x", 500),
            request("2", "b", "gm-2", "GET /y", 503),
            request("3", "c", "gm-1", "GET /x", 502),
            // It names the path of its request, as loggers do, and is no request itself.
            error("4", "a", "pool exhausted").endpoint("GET /x"),
            error("5", "b", "pool exhausted"),
            error("6", "b", "pool exhausted"),
            error("7", "c", "디스크"),
            // Both errors of a request explain it.
            error("8", "c", "and so on"),
        ])
        .await;
    let facts = fixture.analyse(everything()).await;
    assert_eq!(
        facts.current.totals.causes,
        [
            cause("pool exhausted", 2, 2, 2),
            cause("and so on", 1, 1, 1),
            cause("디스크", 1, 1, 1),
        ]
    );
    assert!(!facts.approximate.contains(&Approximation::Causes));
}

pub async fn an_error_explains_only_failed_requests_of_its_window(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let mut failed_by_level = request("9", "g", "gm-1", "GET /x", 200).error("the request itself");
    if let Some(request) = &mut failed_by_level.request {
        request.status_code = None;
        request.duration = Some(1.0);
    }
    fixture
        .given(&[
            request("1", "a", "gm-1", "GET /x", 200),
            error("2", "a", "of a request that succeeded"),
            error("3", "b", "of no request"),
            request("4", "c", "gm-1", "GET /x", 500).error("a request line"),
            request("5", "d", "gm-1", "GET /x", 500),
            error("6", "D", "of another id"),
            document("7", "2026-11-24T10:00:00Z").error("without an id"),
            document("8", "2026-11-24T10:00:00Z")
                .endpoint("GET /x")
                .status(500),
            failed_by_level,
            error("10", "g", "why it failed"),
        ])
        .await;
    let facts = fixture.analyse(everything()).await;
    assert_eq!(
        facts.current.totals.causes,
        [cause("why it failed", 1, 1, 1)]
    );
    let mut question = fixture.question(everything());
    std::mem::swap(&mut question.window, &mut question.previous);
    let facts = fixture.answer(&question).await;
    assert_eq!(facts.current.totals.causes, []);
    assert_eq!(facts.previous.causes, [cause("why it failed", 1, 1, 1)]);
}
