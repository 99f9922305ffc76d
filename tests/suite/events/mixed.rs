//! `log-ingest.mixed-formats`: a line of every format that log-ingest reads, and its document.

use shared::model::log::LogDocument;

use super::{documents, empty_store, ingest_context, invocation, read};

/// The format, level and stored message of each line, in the order of the event.
pub(super) const EXPECTED: [(&str, &str, &str); 21] = [
    ("log-entry", "warn", "stock of item 17 is low"),
    ("pino", "info", "request completed"),
    ("bunyan", "error", "payment 42 refused"),
    ("python", "warn", "mail queue holds 120 messages"),
    ("ecs", "error", "inventory is not reachable"),
    ("lambda-json", "info", "cart 9 saved"),
    (
        "lambda-platform",
        "info",
        "START RequestId: 5f1c2a9e-3b7d-4c8e-8a6f-0d1e2f3a4b5c Version: $LATEST",
    ),
    ("lambda-text", "error", "cart 9 could not be saved"),
    ("lambda-text", "debug", "retrying"),
    (
        "lambda-platform",
        "info",
        "END RequestId: 5f1c2a9e-3b7d-4c8e-8a6f-0d1e2f3a4b5c",
    ),
    (
        "lambda-platform",
        "info",
        "REPORT RequestId: 5f1c2a9e-3b7d-4c8e-8a6f-0d1e2f3a4b5c\t\
         Duration: 301.22 ms\tBilled Duration: 302 ms\t\
         Memory Size: 128 MB\tMax Memory Used: 71 MB\t\
         Init Duration: 162.04 ms",
    ),
    (
        "lambda-platform",
        "error",
        "2026-11-24T00:40:07.000Z 5f1c2a9e-3b7d-4c8e-8a6f-0d1e2f3a4b5c \
         Task timed out after 3.00 seconds",
    ),
    ("lambda-platform", "info", "platform.report: success"),
    ("logfmt", "warn", "cache is cold"),
    ("text", "error", "order 77 could not be shipped"),
    ("text", "info", "listening on 8080"),
    ("unknown", "unknown", "결제 12건 완료"),
    (
        "text",
        "error",
        "Error: connect ECONNREFUSED 10.0.0.7:5432\n\
         \x20   at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1300:16)\n\
         \x20   at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
    ),
    (
        "unknown",
        "unknown",
        "uploading with [redacted:aws-access-key] to the bucket of reports",
    ),
    ("log-entry", "info", "login of u-17"),
    ("unknown", "unknown", "there was no error in the last hour"),
];

/// The documents of the event, in its order.
async fn ingested() -> Vec<LogDocument> {
    let store = empty_store().await;
    let context = ingest_context(&store, "shop");
    let event = read("log-ingest.mixed-formats");
    let report = log_ingest::handle(&event, &context, &invocation()).await;
    report.expect("ingested");
    documents(store.as_ref(), "shop").await
}

#[tokio::test]
async fn a_line_of_every_format_becomes_a_document() {
    let stored: Vec<(String, &str, String)> = ingested()
        .await
        .into_iter()
        .map(|document| {
            let format = serde_json::to_value(document.format).expect("JSON");
            let format = format.as_str().expect("a name").to_owned();
            (format, document.level.name(), document.message)
        })
        .collect();
    let stored: Vec<_> = stored
        .iter()
        .map(|(format, level, message)| (format.as_str(), *level, message.as_str()))
        .collect();
    assert_eq!(stored, EXPECTED);
}

#[tokio::test]
async fn each_document_has_the_time_of_its_line() {
    for document in ingested().await {
        let seconds = document.timestamp.to_string();
        assert!(seconds.starts_with("2026-11-24T00:40:"), "{document:?}");
        assert_eq!(
            document.remarks,
            Vec::<String>::new(),
            "{}",
            document.message
        );
    }
}

#[tokio::test]
async fn secrets_are_removed_and_other_fields_are_kept() {
    let documents = ingested().await;
    let all = serde_json::to_string(&documents).expect("JSON");
    assert!(!all.contains("AKIA"), "the access key is stored");
    assert!(
        !all.contains("not-a-real-password"),
        "the password is stored"
    );
    assert!(!all.contains("\\u001b"), "colours are stored");
    let redacted: u32 = documents.iter().map(|document| document.redactions).sum();
    assert_eq!(redacted, 2);

    let [first, second, ..] = documents.as_slice() else {
        panic!("{documents:?}");
    };
    let request = first.request.as_ref().expect("a request");
    assert_eq!(request.endpoint.as_deref(), Some("GET /api/items/{id}"));
    assert_eq!(
        (request.status_code, request.duration),
        (Some(200), Some(12.5))
    );
    assert_eq!(first.user_id.as_deref(), Some("u-17"));
    let request = second.request.as_ref().expect("a request");
    assert_eq!(request.path.as_deref(), Some("/api/carts/9"));
    assert_eq!(request.duration, Some(31.0));
}
