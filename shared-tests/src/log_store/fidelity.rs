//! What is stored comes back as it was.

use serde_json::Value;

use super::{
    fixture::{StoreFixture, instant},
    sample::{Particular, document},
};
use shared::{
    log_store::LogStore,
    model::{
        level::Level,
        log::{LogDocument, LogFormat, LogSource, Request},
    },
};

/// The whole document as JSON: its body and its id.
fn whole(document: &LogDocument) -> (String, Value) {
    let body = serde_json::to_value(document).expect("JSON");
    (document.id.clone(), body)
}

/// Stores documents and compares all that comes back, whatever the order.
async fn check(fixture: &StoreFixture<'_>, documents: &[LogDocument]) {
    fixture.given(documents).await;
    let mut found: Vec<_> = fixture
        .find(&fixture.any())
        .await
        .iter()
        .map(whole)
        .collect();
    let mut stored: Vec<_> = documents.iter().map(whole).collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    stored.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(
        found == stored,
        "{:?}",
        found
            .iter()
            .zip(&stored)
            .find(|(found, stored)| found != stored)
    );
}

pub async fn a_document_comes_back_with_every_field(store: &dyn LogStore) {
    let full = LogDocument {
        id: "0aZ-9".to_owned(),
        timestamp: instant("2026-11-24T10:00:00.123Z"),
        ingested_at: instant("2026-11-24T10:00:05.123456789Z"),
        level: Level::Fatal,
        level_original: Some("emerg".to_owned()),
        message: "결제 failed\nat line 2".to_owned(),
        message_bytes: Some(1_048_576),
        pattern: "결제 failed".to_owned(),
        service: "GM Tool (게임)".into(),
        environment: Some("production".into()),
        correlation_id: Some("c-1".to_owned()),
        user_id: Some("gm-7".to_owned()),
        request: Some(Request {
            method: Some("GET".into()),
            path: Some("/api/players/42".to_owned()),
            route: Some("/api/players/{id}".to_owned()),
            endpoint: Some("GET /api/players/{id}".to_owned()),
            status_code: Some(503),
            duration: Some(12.345),
            client: Some("2001:db8::1".to_owned()),
        }),
        metadata: None,
        original: Some("  2026 {\"a\":1}\t".to_owned()),
        format: LogFormat::LAMBDA_TEXT,
        source: LogSource {
            account: Some("123456789012".into()),
            log_group: "/ecs/gm-tool".into(),
            log_stream: "ecs/gm/0".into(),
            event_id: Some("36".to_owned()),
        },
        remarks: vec!["cut".to_owned(), "renamed".to_owned()],
        redactions: 3,
        unread: Vec::new(),
    };
    let full = full.metadata(r#"{"a":{"b":[1,2.5,null,"가"]}}"#);
    check(&StoreFixture::new(store), &[full]).await;
}

pub async fn a_document_with_nothing_optional_comes_back_so(store: &dyn LogStore) {
    let mut bare = document("1", "2026-11-24T10:00:00Z").message("");
    bare.pattern = String::new();
    bare.service = "".into();
    let mut request = document("2", "2026-11-24T10:00:00Z");
    request.request = Some(Request::default());
    check(&StoreFixture::new(store), &[bare, request]).await;
}

pub async fn texts_of_every_script_survive_to_the_byte(store: &dyn LogStore) {
    let texts = [
        "한국어 로그: 플레이어 접속 실패",
        "\u{1112}\u{1161}\u{11ab} decomposed is not 한",
        "👩‍👩‍👧‍👦 🔥 🇰🇷",
        "\u{0}\u{1}\u{8}\t\n\u{b}\u{c}\r\u{1b}[31m\u{7f}\u{85}",
        "\u{feff}\u{200b}\u{2028}\u{2029}\u{202e}\u{fffd}\u{fffe}\u{10ffff}",
        "\"quoted\" 'single' \\back\\ /slash/ \\u0041 </script>",
        " leading and trailing \n",
        "עברית العربية ไทย",
    ];
    let documents: Vec<LogDocument> = texts
        .iter()
        .enumerate()
        .map(|(number, text)| {
            let mut metadata = serde_json::Map::new();
            // No key has a NUL: that much is promised.
            metadata.insert(text.replace('\0', ""), Value::from(*text));
            let metadata = Value::Object(metadata).to_string();
            let document = document(&number.to_string(), "2026-11-24T10:00:00Z");
            let mut document = document.message(text).metadata(&metadata).user(text);
            (*text).clone_into(&mut document.pattern);
            document.original = Some((*text).to_owned());
            document
        })
        .collect();
    check(&StoreFixture::new(store), &documents).await;
}

pub async fn a_message_of_a_megabyte_is_stored_whole(store: &dyn LogStore) {
    let message: String = "봉수 beacon ".chars().cycle().take(800_000).collect();
    assert!(message.len() > 1_000_000);
    let spaceless = "x".repeat(1_048_576);
    let documents = [
        document("words", "2026-11-24T10:00:00Z").message(&message),
        document("one", "2026-11-24T10:00:00Z").message(&spaceless),
    ];
    check(&StoreFixture::new(store), &documents).await;
}

pub async fn a_time_finer_than_a_millisecond_comes_back_whole(store: &dyn LogStore) {
    let fine = document("1", "2026-11-24T10:00:00.123456789Z");
    check(&StoreFixture::new(store), &[fine]).await;
}
