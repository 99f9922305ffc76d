//! Finding documents.

use super::{
    fixture::{StoreFixture, deadline, everything, window},
    sample::{Particular, document},
};
use shared::{
    log_store::{LogSearch, LogStore, StoreError},
    model::level::Level,
};

const AT: &str = "2026-11-24T10:00:00Z";

/// The ids of the messages in which a text is found, in order of their ids.
async fn matching(fixture: &StoreFixture<'_>, text: &str) -> Vec<String> {
    let search = LogSearch {
        text: Some(text.to_owned()),
        ..fixture.any()
    };
    let mut ids = fixture.ids(&search).await;
    ids.sort();
    ids
}

pub async fn a_search_finds_the_newest_first(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("1", "2026-11-23T23:59:59.999Z"),
            document("2", "2026-11-25T00:00:00Z"),
            document("3", "2026-11-24T00:00:00.001Z"),
            document("4", "2026-11-24T00:00:00Z"),
        ])
        .await;
    assert_eq!(fixture.ids(&fixture.any()).await, ["2", "3", "4", "1"]);
}

pub async fn equal_times_are_ordered_by_id_descending(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&["a", "10", "9", "B", "b", "-"].map(|id| document(id, AT)))
        .await;
    assert_eq!(
        fixture.ids(&fixture.any()).await,
        ["b", "a", "B", "9", "10", "-"]
    );
}

pub async fn a_search_returns_no_more_than_its_limit(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let documents: Vec<_> = (10..40)
        .map(|number| document(&number.to_string(), &format!("2026-11-24T10:00:{number}Z")))
        .collect();
    fixture.given(&documents).await;
    let few = LogSearch {
        limit: 2,
        text: Some("entry".to_owned()),
        ..fixture.any()
    };
    assert_eq!(fixture.ids(&few).await, ["39", "38"]);
    let most = LogSearch {
        limit: 10_000,
        ..fixture.any()
    };
    assert_eq!(fixture.ids(&most).await.len(), 30);
}

pub async fn a_search_keeps_to_its_window(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("before", "2026-11-23T23:59:59.999Z"),
            document("start", "2026-11-24T00:00:00Z"),
            document("end", "2026-11-25T00:00:00Z"),
        ])
        .await;
    let day = LogSearch {
        window: window("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"),
        ..fixture.any()
    };
    assert_eq!(fixture.ids(&day).await, ["start"]);
}

pub async fn a_search_asks_for_the_least_level(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let documents = Level::ALL.map(|level| document(level.name(), AT).level(level));
    fixture.given(&documents).await;
    for (level, count) in (0_usize..)
        .zip(Level::ALL)
        .map(|(number, level)| (level, 6 - number))
    {
        let search = LogSearch {
            level: Some(level),
            ..fixture.any()
        };
        assert_eq!(fixture.ids(&search).await.len(), count, "{level}");
    }
}

pub async fn a_search_by_route_user_and_correlation_is_exact(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("1", AT)
                .endpoint("GET /api/players/{id}")
                .user("gm-1")
                .correlation("c-1"),
            document("2", AT)
                .endpoint("GET /api/players")
                .user("gm-10")
                .correlation("c-1-2"),
            document("3", AT)
                .endpoint("POST /api/players/{id}")
                .user("GM-1")
                .correlation("C-1"),
            document("4", AT)
                .user("gm")
                .message("gm-1 c-1 /api/players/{id}"),
        ])
        .await;
    let some = |text: &str| Some(text.to_owned());
    let any = fixture.any();
    for (route, user_id, correlation_id, expected) in [
        (some("/api/players/{id}"), None, None, vec!["3", "1"]),
        (some("/api/players/"), None, None, vec![]),
        (None, some("gm-1"), None, vec!["1"]),
        (None, some("gm-%"), None, vec![]),
        (None, some("gm*"), None, vec![]),
        (None, None, some("c-1"), vec!["1"]),
        (None, None, some(""), vec![]),
    ] {
        let search = LogSearch {
            route,
            user_id,
            correlation_id,
            ..any.clone()
        };
        assert_eq!(fixture.ids(&search).await, expected, "{search:?}");
    }
}

pub async fn conditions_of_a_search_all_apply(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let full = |id| {
        let document = document(id, AT)
            .endpoint("GET /x")
            .user("gm-1")
            .correlation("c-1");
        document.level(Level::Error).message("결제 failed")
    };
    fixture
        .given(&[
            full("all"),
            full("level").level(Level::Warn),
            full("text").message("결제 done"),
            full("route").endpoint("GET /y"),
            full("user").user("gm-2"),
            full("correlation").correlation("c-2"),
        ])
        .await;
    let search = LogSearch {
        level: Some(Level::Error),
        text: Some("failed".to_owned()),
        route: Some("/x".to_owned()),
        user_id: Some("gm-1".to_owned()),
        correlation_id: Some("c-1".to_owned()),
        ..fixture.any()
    };
    assert_eq!(fixture.ids(&search).await, ["all"]);
}

pub async fn words_are_found_in_any_order_and_case(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("1", AT).message("Payment of player-3451 FAILED: timeout (attempt 2)"),
            document("2", AT).message("payment done"),
            document("3", AT).message("player failed"),
            document("4", AT).message("Überweisung ÄRGER"),
        ])
        .await;
    assert_eq!(matching(&fixture, "failed PAYMENT").await, ["1"]);
    assert_eq!(matching(&fixture, "payment").await, ["1", "2"]);
    assert_eq!(matching(&fixture, "  player,\tfailed! ").await, ["1", "3"]);
    assert_eq!(matching(&fixture, "3451").await, ["1"]);
    assert_eq!(matching(&fixture, "player-3451").await, ["1"]);
    assert_eq!(matching(&fixture, "payment payment").await, ["1", "2"]);
    assert_eq!(
        matching(&fixture, "payment missing").await,
        Vec::<String>::new()
    );
    assert_eq!(matching(&fixture, "überweisung ärger").await, ["4"]);
    assert_eq!(
        matching(&fixture, "").await,
        ["1", "2", "3", "4"],
        "no word, no condition"
    );
    assert_eq!(matching(&fixture, " \n").await, ["1", "2", "3", "4"]);
}

pub async fn parts_of_words_are_not_found(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[document("1", AT).message("payments 결제가 34512 user_name 1.5")])
        .await;
    for text in [
        "payment",
        "pay",
        "ayments",
        "결제",
        "3451",
        "user",
        "name",
        "paymentss",
    ] {
        assert_eq!(
            matching(&fixture, text).await,
            Vec::<String>::new(),
            "{text}"
        );
    }
    for text in ["payments", "결제가", "34512", "user_name", "1.5"] {
        assert_eq!(matching(&fixture, text).await, ["1"], "{text}");
    }
}

pub async fn korean_words_are_found(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("1", AT).message("플레이어 접속 실패: 서버 응답 없음"),
            document("2", AT).message("플레이어 접속 성공"),
            document("3", AT).message("결제 실패(카드) 🔥"),
        ])
        .await;
    assert_eq!(matching(&fixture, "실패").await, ["1", "3"]);
    assert_eq!(matching(&fixture, "접속 플레이어").await, ["1", "2"]);
    assert_eq!(matching(&fixture, "카드 결제").await, ["3"]);
    assert_eq!(matching(&fixture, "🔥").await, ["3"]);
    assert_eq!(matching(&fixture, "접속실패").await, Vec::<String>::new());
}

/// The language of no database is understood: each is a text of words, or of none.
pub async fn hostile_text_is_harmless(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("1", AT).message("alpha beta"),
            document("2", AT).message("beta OR gamma"),
        ])
        .await;
    let nothing = Vec::<String>::new();
    for (text, expected) in [
        ("alph*", &nothing),
        ("al?ha", &nothing),
        ("alpha%zzz", &nothing),
        ("a_pha", &nothing),
        ("alpha OR gamma", &nothing),
        ("alpha | gamma", &nothing),
        ("message:alpha", &nothing),
        ("/alp.a/", &nothing),
        ("alpha~2 x", &nothing),
        ("'; DROP TABLE documents; --", &nothing),
        ("{\"match_all\":{}}", &nothing),
        ("NOT alpha", &nothing),
        ("alpha\u{0}beta\u{1}zeta", &nothing),
        ("\"alpha\"", &vec!["1".to_owned()]),
        ("(alpha", &vec!["1".to_owned()]),
        ("alpha\\", &vec!["1".to_owned()]),
        ("+alpha ^beta", &vec!["1".to_owned()]),
        ("gamma or beta", &vec!["2".to_owned()]),
    ] {
        assert_eq!(matching(&fixture, text).await, *expected, "{text}");
    }
    let exact = LogSearch {
        user_id: Some("' OR 1=1 --\u{0}\"}".to_owned()),
        route: Some("%".to_owned()),
        correlation_id: Some("*".to_owned()),
        ..fixture.any()
    };
    assert_eq!(fixture.ids(&exact).await, nothing);
}

pub async fn a_limit_that_cannot_be_is_refused(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    for limit in [0, 10_001] {
        let search = LogSearch {
            limit,
            ..fixture.any()
        };
        let answer = store.search(&search, deadline()).await;
        assert!(matches!(answer, Err(StoreError::Invalid(_))), "{answer:?}");
    }
}

pub async fn a_search_where_there_is_nothing_finds_nothing(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    assert_eq!(fixture.any().window, everything());
    assert_eq!(fixture.ids(&fixture.any()).await, Vec::<String>::new());
}
