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

/// The ids of the documents that a query finds, in order of their ids.
async fn matching(fixture: &StoreFixture<'_>, query: &str) -> Vec<String> {
    let mut ids = fixture.ids(&fixture.query(query)).await;
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
        ..fixture.query("entry")
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

pub async fn levels_are_compared(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let documents = Level::ALL.map(|level| document(level.name(), AT).level(level));
    fixture.given(&documents).await;
    let unknown = document("none", AT).level(Level::Unknown);
    fixture.given(&[unknown]).await;
    for (query, expected) in [
        ("level:error", vec!["error"]),
        ("level:>=error", vec!["error", "fatal"]),
        ("level:<info", vec!["debug", "trace"]),
        ("level:unknown", vec!["none"]),
        ("-level:<fatal", vec!["fatal", "none"]),
        ("level:*  -level:>debug", vec!["debug", "trace"]),
    ] {
        assert_eq!(matching(&fixture, query).await, expected, "{query}");
    }
}

pub async fn fields_are_compared_as_a_whole(store: &dyn LogStore) {
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
                .user("영희 ÄRGER")
                .message("gm-1 c-1 /api/players/{id}"),
        ])
        .await;
    for (query, expected) in [
        ("route:/api/players/{id}", vec!["1", "3"]),
        ("route:/api/players/", vec![]),
        ("route:/api/*", vec!["1", "2", "3"]),
        ("path:/api/players/42", vec!["1", "3"]),
        ("method:post", vec!["3"]),
        ("user:gm-1", vec!["1", "3"]),
        ("user:gm-%", vec![]),
        ("user:gm-?", vec![]),
        ("user:\"gm*\"", vec![]),
        ("user:gm*", vec!["1", "2", "3"]),
        ("user:*0", vec!["2"]),
        ("user:영희*", vec!["4"]),
        ("user:\"영희 ärger\"", vec!["4"]),
        ("user:/^gm-\\d$/", vec!["1", "3"]),
        ("user:\"' OR 1=1 --\"", vec![]),
        ("correlation:c-1", vec!["1", "3"]),
        ("requestId:c-1-*", vec!["2"]),
        ("route:*", vec!["1", "2", "3"]),
        ("-route:*", vec!["4"]),
        ("-user:gm-1", vec!["2", "4"]),
        ("user:gm-1 -method:POST", vec!["1"]),
        ("service:game -user:g*", vec!["4"]),
    ] {
        assert_eq!(matching(&fixture, query).await, expected, "{query}");
    }
}

pub async fn numbers_are_compared(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("1", AT)
                .endpoint("GET /x")
                .status(200)
                .duration(12.5),
            document("2", AT)
                .endpoint("GET /x")
                .status(500)
                .duration(500.0),
            document("3", AT)
                .endpoint("GET /x")
                .status(599)
                .duration(90_000.0),
            document("4", AT),
        ])
        .await;
    for (query, expected) in [
        ("status:5xx", vec!["2", "3"]),
        ("status:200", vec!["1"]),
        ("status:<500", vec!["1"]),
        ("-status:5xx", vec!["1", "4"]),
        ("duration:>500ms", vec!["3"]),
        ("duration:>=0.5s", vec!["2", "3"]),
        ("duration:12.5", vec!["1"]),
        ("duration:*", vec!["1", "2", "3"]),
        ("status:5xx duration:>1m", vec!["3"]),
    ] {
        assert_eq!(matching(&fixture, query).await, expected, "{query}");
    }
}

pub async fn metadata_keys_are_searched(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("1", AT).metadata(r#"{"orderId":"ORD-77","err":{"code":"ECONNRESET"}}"#),
            document("2", AT).metadata(r#"{"orderId":77,"tags":["a",{"b":true}],"x.y":"결제"}"#),
            document("3", AT).metadata(r#"{"other":"ORD-77","orderId":null}"#),
            document("4", AT),
        ])
        .await;
    for (query, expected) in [
        ("orderId:ORD-77", vec!["1"]),
        ("orderId:ord-*", vec!["1"]),
        ("orderId:77", vec!["2"]),
        ("orderId:>70", vec!["2"]),
        ("orderId:*", vec!["1", "2"]),
        ("-orderId:*", vec!["3", "4"]),
        ("err.code:/reset$/", vec!["1"]),
        ("tags:a", vec!["2"]),
        ("tags.b:true", vec!["2"]),
        ("x.y:결제", vec!["2"]),
        ("metadata.other:*77", vec!["3"]),
        ("missing:*", vec![]),
    ] {
        assert_eq!(matching(&fixture, query).await, expected, "{query}");
    }
}

pub async fn words_are_found_inside_of_words_in_any_order_and_case(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let long = "x".repeat(250) + "needle" + &"x".repeat(400);
    fixture
        .given(&[
            document("1", AT).message("Payment of player-3451 FAILED: timeout (attempt 2)"),
            document("2", AT).message("payments done: 결제가 user_name 1.5"),
            document("3", AT).message("player failed"),
            document("4", AT).message("Überweisung ÄRGER"),
            document("5", AT).message(&long),
        ])
        .await;
    let nothing = Vec::<&str>::new();
    for (query, expected) in [
        ("failed PAYMENT", vec!["1"]),
        ("payment", vec!["1", "2"]),
        ("aymen", vec!["1", "2"]),
        ("player failed", vec!["1", "3"]),
        ("345", vec!["1"]),
        ("player-3451", vec!["1"]),
        ("\"player failed\"", vec!["3"]),
        ("결제", vec!["2"]),
        ("name 1.5", vec!["2"]),
        ("er_na", vec!["2"]),
        ("überweisung ärger", vec!["4"]),
        ("payment missing", nothing.clone()),
        ("xneedlex", vec!["5"]),
        ("", vec!["1", "2", "3", "4", "5"]),
        ("payment -done", vec!["1"]),
        ("-player -xx -ü", vec!["2"]),
        ("done OR ärger", vec!["2", "4"]),
        ("(payment OR player) -timeout", vec!["2", "3"]),
        ("p*failed", vec!["1", "3"]),
        ("/(of|done).*\\d/", vec!["1", "2"]),
        ("/^player/", vec!["3"]),
        ("-/failed/", vec!["2", "4", "5"]),
    ] {
        assert_eq!(matching(&fixture, query).await, expected, "{query}");
    }
}

pub async fn korean_is_found(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("1", AT).message("플레이어 접속 실패: 서버 응답 없음"),
            document("2", AT).message("플레이어 접속 성공"),
            document("3", AT).message("결제가 실패했습니다(카드) 🔥"),
        ])
        .await;
    for (query, expected) in [
        ("실패", vec!["1", "3"]),
        ("접속 플레이어", vec!["1", "2"]),
        ("결제", vec!["3"]),
        ("제가", vec!["3"]),
        ("카드 결제", vec!["3"]),
        ("🔥", vec!["3"]),
        ("\"접속 실패\"", vec!["1"]),
        ("접속실패", vec![]),
        ("결제*습니다", vec!["3"]),
        ("접속 -성공", vec!["1"]),
    ] {
        assert_eq!(matching(&fixture, query).await, expected, "{query}");
    }
}

/// The language of no database is understood: each is a text to look for.
pub async fn hostile_text_is_harmless(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("1", AT).message("alpha beta"),
            document("2", AT).message("beta OR gamma * ? \\ % _ \u{1}"),
        ])
        .await;
    let nothing = Vec::<&str>::new();
    for (query, expected) in [
        ("al?ha", nothing.clone()),
        ("alpha%zzz", nothing.clone()),
        ("a_pha", nothing.clone()),
        ("\"alpha OR gamma\"", nothing.clone()),
        ("\"'; DROP TABLE documents; --\"", nothing.clone()),
        ("{\"match_all\":{}}", nothing.clone()),
        ("alpha~2", nothing.clone()),
        ("\"alph*\"", nothing),
        ("\"OR\"", vec!["2"]),
        ("\\*", vec!["2"]),
        ("\"? \\\\ % _ \u{1}\"", vec!["2"]),
    ] {
        assert_eq!(matching(&fixture, query).await, expected, "{query}");
    }
}

/// Pages are longer than the first one, and documents that only seem to match lie between.
pub async fn a_search_goes_on_until_it_has_enough(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let documents: Vec<_> = (0..700)
        .map(|number| {
            let message = if number % 350 == 0 {
                "db-1 down"
            } else {
                "db down 1"
            };
            document(&format!("{number:03}"), AT).message(message)
        })
        .collect();
    fixture.given(&documents).await;
    let search = LogSearch {
        limit: 2,
        ..fixture.query("db-1")
    };
    assert_eq!(fixture.ids(&search).await, ["350", "000"]);
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

pub async fn the_services_of_a_store_are_known(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[document("1", "2026-11-23T10:00:00Z"), document("2", AT)])
        .await;
    let services = store.services(deadline()).await.expect("services");
    let mut own = services
        .iter()
        .filter(|found| found.service == fixture.service);
    let own = own.next().expect("it has documents");
    assert_eq!((own.documents, own.newest.to_string().as_str()), (2, AT));
    let nothing = StoreFixture::new(store).service;
    assert!(services.iter().all(|found| found.service != nothing));
}

pub async fn a_search_where_there_is_nothing_finds_nothing(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    assert_eq!(fixture.any().window, everything());
    assert_eq!(fixture.ids(&fixture.any()).await, Vec::<String>::new());
}
