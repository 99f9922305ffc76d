//! The query language of searches.

use std::sync::LazyLock;

use serde_json::json;
use shared::{
    log_store::SearchQuery,
    model::log::{LogDocument, LogSource},
};

use super::text;

/// Documents that many queries match.
static DOCUMENTS: LazyLock<[LogDocument; 2]> = LazyLock::new(|| {
    let plain = json!({
        "@timestamp": "2026-11-24T09:00:01Z", "ingestedAt": "2026-11-24T09:00:02Z",
        "level": "error", "message": "payment 42 failed: 결제 실패\ntimeout",
        "pattern": "payment {n} failed: 결제 실패", "service": "shop", "correlationId": "c-1",
        "userId": "gm-7", "format": "text", "source": LogSource::default(),
    });
    let mut request = plain.clone();
    for (key, value) in [
        ("level", json!("unknown")),
        ("message", json!("")),
        (
            "request",
            json!({"method": "GET", "path": "/api/42", "route": "/api/{id}",
                "endpoint": "GET /api/{id}", "statusCode": 500, "duration": 512.5}),
        ),
        (
            "metadata",
            json!({"orderId": "ORD-7", "retries": 3, "http": {"host": ["a", "b"]}, "a.b": 1}),
        ),
    ] {
        request
            .as_object_mut()
            .expect("an object")
            .insert(key.to_owned(), value);
    }
    [plain, request].map(|document| serde_json::from_value(document).expect("a document"))
});

/// A query is understood or the error marks a part of it. Its negation matches the other documents.
pub fn query(data: &[u8]) {
    parse_and_match(&text(data));
}

/// Parses a query, and matches documents with it if it is one.
pub fn parse_and_match(text: &str) {
    let query = match SearchQuery::parse(text) {
        Ok(query) => query,
        Err(error) => {
            let span = error.span();
            assert!(text.get(span.clone()).is_some(), "{span:?} of {text:?}");
            assert!(error.to_string().lines().count() >= 3, "{error}");
            return;
        }
    };
    assert_eq!(SearchQuery::parse(text).as_ref(), Ok(&query));
    let negated = SearchQuery::parse(&format!("-({text})"));
    for document in DOCUMENTS.iter() {
        let matches = query.matches(document);
        if let Ok(negated) = &negated
            && !text.trim().is_empty()
            && !text.contains(['(', ')', '\\'])
        {
            assert_eq!(negated.matches(document), !matches, "{text:?}");
        }
    }
}
