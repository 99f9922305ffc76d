//! Secrets in log lines, one of each rule: in documents, in dead letters, and in what is printed about them.

use bongsu_tests::http_server::{FakeResponse, HttpServer};
use serde_json::{Value, json};
use shared::env::names;
use shared_tests::subscription;

use super::{PASSWORD, SentinelRun, assert_clean, assert_without, check};

#[path = "../../../shared/src/redact/tests/secrets.rs"]
mod table;

/// A line with a secret.
pub(super) const LINE: &str = "login failed password=Zq7Logged0123456789 user=kim";

/// What the table puts in the place of most secrets.
const COMMON: &str = "hunter2-Qz9";

/// A payload of CloudWatch Logs with these lines.
pub(super) fn payload(lines: &[impl AsRef<str>]) -> String {
    let events: Vec<_> = (0_i64..)
        .zip(lines)
        .map(|(number, line)| {
            // Far apart: lines are not parts of one entry.
            let timestamp = 1_764_000_000_000 + number * 60_000;
            subscription::log_event(&number.to_string(), timestamp, line.as_ref())
        })
        .collect();
    subscription::payload("/ecs/a", "s", &events)
}

/// Every line of the table of the redactor as text and in JSON, and the secrets.
fn classes() -> (Vec<String>, Vec<String>) {
    let (mut lines, mut secrets) = (Vec::new(), Vec::new());
    for (number, row) in table::SECRETS.iter().enumerate() {
        let secret = if row.secret == COMMON {
            format!("hunter2-Qz{number:03}x")
        } else {
            row.secret.to_owned()
        };
        let line = row.line.replace('§', &secret);
        lines.push(json!({"level": "warn", "message": line}).to_string());
        lines.push(line);
        if secret.chars().count() >= 9 {
            secrets.push(secret);
        }
    }
    (lines, secrets)
}

/// A cluster that stores dead letters and, if `refuses`, refuses every other document with its content.
fn cluster(refuses: bool) -> HttpServer {
    HttpServer::start(move |request| {
        if !request.path.contains("_bulk") {
            return FakeResponse::new(200, r#"{"version":{"number":"8.19.0"}}"#);
        }
        let lines = request.lines();
        let items: Vec<Value> = lines
            .chunks(2)
            .map(|pair| {
                let is_letter = pair[0].to_string().contains("dead-letter");
                if is_letter || !refuses {
                    json!({"create": {"status": 201}})
                } else {
                    json!({"create": {"status": 400, "error": {
                        "type": "document_parsing_exception", "reason": pair[1].to_string()}}})
                }
            })
            .collect();
        FakeResponse::new(200, json!({"errors": true, "items": items}).to_string())
    })
}

fn settings(server: &HttpServer) -> [(&'static str, &str); 3] {
    [
        (names::ELASTICSEARCH_URL, server.url.as_str()),
        (names::ELASTICSEARCH_USERNAME, "elastic"),
        (names::ELASTICSEARCH_PASSWORD, PASSWORD),
    ]
}

#[test]
fn no_document_and_no_dead_letter_has_a_secret_of_its_line() {
    let (lines, secrets) = classes();
    assert!(secrets.len() > 200, "{} secrets", secrets.len());
    let (storing, refusing) = (cluster(false), cluster(true));
    let runs = [&storing, &refusing]
        .map(|server| SentinelRun::new("lines", "log-ingest", &settings(server), payload(&lines)));
    let printed = check(&runs);
    let received = format!(r#""received":{}"#, lines.len());
    assert!(printed[0].contains(&received), "{}", printed[0]);
    let letters = format!(r#""deadLettered":{}"#, lines.len());
    assert!(printed[1].contains(&letters), "{}", printed[1]);
    for (name, server, printed) in [
        ("a document", &storing, &printed[0]),
        ("a dead letter", &refusing, &printed[1]),
    ] {
        let bodies: Vec<_> = server.requests().into_iter().map(|it| it.body).collect();
        let bodies = bodies.join("\n");
        assert!(bodies.contains("redacted"), "{name}");
        for text in [&bodies, printed] {
            assert_without(name, text, secrets.iter().map(String::as_str));
            assert_clean(name, text);
        }
    }
}

#[test]
fn what_is_set_aside_is_reported_without_a_secret() {
    let queue = HttpServer::start(|_| FakeResponse::new(200, r#"{"MessageId":"1"}"#));
    let store = cluster(false);
    let url = format!("{}/000000000000/failures", queue.url);
    let set_aside = format!("{}/000000000000/set-aside", queue.url);
    let mut settings = settings(&store).to_vec();
    settings.extend([
        (names::INGEST_FAILURES_QUEUE_URL, url.as_str()),
        (names::INGEST_SET_ASIDE_QUEUE_URL, set_aside.as_str()),
        ("AWS_ENDPOINT_URL", queue.url.as_str()),
    ]);
    let bodies = [
        LINE.to_owned(),
        json!({"awslogs": {"data": LINE}}).to_string(),
        json!({"requestPayload": {"password": LINE}}).to_string(),
    ];
    let records: Vec<_> = bodies
        .iter()
        .enumerate()
        .map(|(number, body)| {
            json!({"messageId": number.to_string(), "receiptHandle": "handle", "body": body,
                "attributes": {"ApproximateReceiveCount": "1"}, "eventSource": "aws:sqs"})
        })
        .collect();
    let event = json!({"Records": records}).to_string();
    check(&[SentinelRun::new(
        "set aside",
        "log-ingest",
        &settings,
        event,
    )]);
    let requests = queue.requests();
    let sent: Vec<Value> = requests
        .iter()
        .filter_map(|request| serde_json::from_str(&request.body).ok())
        .filter(|body: &Value| body.get("MessageBody").is_some())
        .collect();
    assert_eq!(sent.len(), bodies.len(), "{requests:?}");
    for message in sent {
        // The message is kept as it is, for a replay; what is said about it is not.
        let attributes = message.get("MessageAttributes").expect("a reason");
        assert_clean("the reason of a message", &attributes.to_string());
    }
}
