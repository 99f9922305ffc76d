//! Requests by endpoint and by user.

use super::{
    fixture::{StoreFixture, everything},
    sample::{Particular, document},
};
use shared::{log_store::LogStore, model::level::Level};

const AT: &str = "2026-11-24T10:00:00Z";

pub async fn a_request_is_a_document_with_a_path_and_a_status_or_a_duration(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("1", AT).endpoint("GET /x").duration(0.0),
            document("2", AT).endpoint("GET /x").status(500),
            // A job has a duration and no path.
            document("3", AT).duration(10.0).user("gm-1"),
            document("4", AT).status(200).user("gm-1"),
            // An error names the request that it belongs to, and is not that request.
            document("5", AT).endpoint("GET /x").level(Level::Error),
            document("6", AT),
        ])
        .await;
    let facts = fixture.analyse(everything()).await.current;
    assert_eq!((facts.totals.total, facts.totals.requests.count), (6, 2));
    assert_eq!(facts.totals.requests.failed, 1);
    assert_eq!(facts.routes.len(), 1);
    assert_eq!(facts.routes[0].requests.count, 2);
    assert_eq!(facts.timeline[0].requests, 2);
    assert_eq!(facts.timeline[0].average_duration, Some(0.0));
    assert_eq!(facts.users, [], "a user without requests is in no row");
}

pub async fn requests_without_a_duration_are_counted_and_have_no_durations(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let request = |id, code| document(id, AT).endpoint("GET /x").status(code);
    fixture.given(&[request("1", 200), request("2", 503)]).await;
    let facts = fixture.analyse(everything()).await.current;
    let requests = &facts.totals.requests;
    assert_eq!((requests.count, requests.failed), (2, 1));
    assert_eq!(requests.durations, None);
    assert_eq!(facts.routes[0].requests.durations, None);
    assert_eq!(facts.timeline[0].average_duration, None);
}

pub async fn endpoints_differ_by_method_and_are_sorted(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let request = |id, endpoint| document(id, AT).endpoint(endpoint).duration(1.0);
    fixture
        .given(&[
            request("1", "POST /api/players/{id}"),
            request("2", "GET /api/players/{id}"),
            request("3", "GET /api/players/{id}"),
            request("4", "GET /api/players"),
            request("5", "DELETE /한국/{id} with space"),
        ])
        .await;
    let facts = fixture.analyse(everything()).await.current;
    let routes: Vec<_> = facts
        .routes
        .iter()
        .map(|row| {
            (
                row.method.as_deref(),
                row.route.as_str(),
                row.requests.count,
            )
        })
        .collect();
    assert_eq!(
        routes,
        [
            (Some("DELETE"), "/한국/{id} with space", 1),
            (Some("GET"), "/api/players", 1),
            (Some("GET"), "/api/players/{id}", 2),
            (Some("POST"), "/api/players/{id}", 1),
        ]
    );
}

pub async fn an_endpoint_may_have_no_method(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let mut without_method = document("1", AT).endpoint("GET /x").duration(30.0);
    if let Some(request) = &mut without_method.request {
        request.method = None;
        request.endpoint = request.route.clone();
    }
    let with_method = document("2", AT).endpoint("GET /x").duration(20.0);
    fixture.given(&[without_method, with_method]).await;
    let facts = fixture.analyse(everything()).await.current;
    assert_eq!(facts.totals.requests.count, 2);
    let routes: Vec<_> = facts
        .routes
        .iter()
        .map(|row| {
            (
                row.method.as_deref(),
                row.route.as_str(),
                row.requests.count,
            )
        })
        .collect();
    assert_eq!(routes, [(None, "/x", 1), (Some("GET"), "/x", 1)]);
}

pub async fn a_request_fails_by_its_status_or_else_by_its_level(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let request = |id| {
        document(id, AT)
            .endpoint("GET /x")
            .user("gm-1")
            .duration(1.0)
    };
    fixture
        .given(&[
            request("1").status(499),
            request("2").status(500),
            request("3").status(599).level(Level::Info),
            request("4").status(200).level(Level::Error),
            request("5").status(404).level(Level::Fatal),
            request("6").level(Level::Error),
            request("7").level(Level::Fatal),
            request("8").level(Level::Warn),
            document("9", AT)
                .status(500)
                .user("gm-1")
                .level(Level::Error),
        ])
        .await;
    let facts = fixture.analyse(everything()).await.current;
    assert_eq!(
        (facts.totals.requests.count, facts.totals.requests.failed),
        (8, 4)
    );
    assert_eq!(
        (
            facts.routes[0].requests.count,
            facts.routes[0].requests.failed
        ),
        (8, 4)
    );
    assert_eq!((facts.users[0].requests, facts.users[0].failed), (8, 4));
}

pub async fn users_are_ordered_by_their_requests_and_then_by_name(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let request = |id, user| document(id, AT).user(user).endpoint("GET /x").duration(1.0);
    fixture
        .given(&[
            request("1", "한국").status(500),
            request("2", "gm-2"),
            request("3", "gm-1"),
            request("4", "GM-1"),
            request("5", "busy"),
            document("6", "2026-11-25T10:00:00Z")
                .user("busy")
                .endpoint("GET /x")
                .duration(1.0)
                .status(503),
            document("7", AT).user("idle"),
            document("8", AT).endpoint("GET /x").duration(1.0),
        ])
        .await;
    let facts = fixture.analyse(everything()).await.current;
    let users: Vec<_> = facts
        .users
        .iter()
        .map(|user| (user.id.as_str(), user.requests, user.failed))
        .collect();
    assert_eq!(
        users,
        [
            ("busy", 2, 1),
            ("GM-1", 1, 0),
            ("gm-1", 1, 0),
            ("gm-2", 1, 0),
            ("한국", 1, 1)
        ]
    );
    assert_eq!(facts.distinct_users, 6);
}

pub async fn clients_are_counted_by_their_requests(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let request = |id, client| {
        let request = document(id, AT).endpoint("GET /x").duration(1.0);
        request.client(client)
    };
    fixture
        .given(&[
            request("1", "10.0.0.2"),
            request("2", "10.0.0.2").status(500),
            request("3", "2001:db8::1"),
            request("4", "10.0.0.1"),
            document("5", AT).client("10.0.0.9"),
            document("6", AT).endpoint("GET /x").duration(1.0),
        ])
        .await;
    let facts = fixture.analyse(everything()).await.current;
    let clients: Vec<_> = facts
        .clients
        .iter()
        .map(|client| (client.id.as_str(), client.requests, client.failed))
        .collect();
    assert_eq!(
        clients,
        [
            ("10.0.0.2", 2, 1),
            ("10.0.0.1", 1, 0),
            ("2001:db8::1", 1, 0)
        ]
    );
}

pub async fn no_more_users_than_asked_for(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let mut documents = Vec::new();
    for user in 0..40 {
        for copy in 0..=(user / 4) {
            let at = format!("2026-11-2{}T10:00:00Z", 1 + (user + copy) % 3);
            let document = document(&format!("{user}-{copy}"), &at);
            let user = format!("gm-{user:02}");
            documents.push(document.user(&user).endpoint("GET /x").duration(1.0));
        }
    }
    fixture.given(&documents).await;
    let mut question = fixture.question(everything());
    question.users = 3;
    let facts = fixture.answer(&question).await.current;
    let users: Vec<_> = facts.users.iter().map(|user| user.id.as_str()).collect();
    assert_eq!(users, ["gm-36", "gm-37", "gm-38"]);
    assert_eq!(facts.distinct_users, 40);
    question.users = 0;
    assert_eq!(fixture.answer(&question).await.current.users, []);
}

pub async fn distinct_users_are_counted_among_all_documents(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let mut documents: Vec<_> = (0..120)
        .map(|number| {
            let at = format!("2026-11-2{}T10:00:00Z", 1 + number % 2);
            document(&number.to_string(), &at).user(&format!("gm-{}", number % 60))
        })
        .collect();
    documents.push(document("none", AT));
    documents.push(document("other", AT).user("GM-0"));
    fixture.given(&documents).await;
    let facts = fixture.analyse(everything()).await;
    assert_eq!(facts.current.distinct_users, 61);
    assert_eq!(facts.current.users, []);
    assert!(facts.approximate.is_empty());
}

pub async fn users_with_requests_and_with_failed_requests_are_counted(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let request = |id, user, code| {
        let at = format!("2026-11-2{}T10:00:00Z", 1 + code % 3);
        document(id, &at).user(user).endpoint("GET /x").status(code)
    };
    fixture
        .given(&[
            request("1", "gm-1", 200),
            request("2", "gm-1", 500),
            request("3", "gm-1", 502),
            request("4", "gm-2", 503),
            request("5", "gm-3", 404),
            document("6", AT).user("gm-4").level(Level::Error),
            document("7", AT).endpoint("GET /x").status(500),
        ])
        .await;
    let mut question = fixture.question(everything());
    // However few are listed.
    question.users = 1;
    let facts = fixture.answer(&question).await.current;
    assert_eq!((facts.request_users, facts.failed_users), (3, 2));
    assert_eq!(facts.distinct_users, 4);
}
