//! Log lines of the watched log group become documents.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared_tests::subscription;

use super::deployed::{Deployed, ENVIRONMENT};

/// The message of the service's errors, after a number.
pub(crate) const ERROR: &str = "failed: 결제 실패, connection pool exhausted";
/// The message of its requests.
const REQUEST: &str = "request completed";
/// The number of seconds around the first error with a log line each.
const SECONDS: (i64, i64) = (-120, 120);
/// The number of errors among these lines.
const ERRORS: usize = 40;
/// The minimum time between the ingestion and the first error: the lines must be documents before its
/// window is analysed.
const AHEAD: SignedDuration = SignedDuration::from_secs(5);

/// Puts lines into the log group and checks that each becomes one document.
pub(crate) async fn are_stored_once(stack: &Deployed) {
    let (group, stream) = (stack.log_group(), "app/1");
    let arguments = json!({"logGroupName": group, "logStreamName": stream});
    stack.logs("CreateLogStream", &arguments).await;
    // The errors start with a window after other lines, so that they are new.
    let first = Timestamp::now() + AHEAD;
    let first = Timestamp::from_second((first.as_second() / 60 + 1) * 60).expect("an instant");
    let events: Vec<Value> = (SECONDS.0..SECONDS.1)
        .map(|second| {
            let at = first + SignedDuration::from_secs(second);
            // A third of the lines.
            let message = if second >= 0 && second % 3 == 0 {
                error(stack, second, at)
            } else {
                request(stack, second, at)
            };
            json!({"timestamp": at.as_millisecond(), "message": message})
        })
        .collect();
    let arguments = json!({"logGroupName": group, "logStreamName": stream, "logEvents": events});
    stack.logs("PutLogEvents", &arguments).await;
    let count = events.len();
    let errors = stack.wait_for_documents(ERROR, ERRORS).await;
    assert_eq!(errors.len(), ERRORS);
    let requests = stack.wait_for_documents(REQUEST, count - ERRORS).await;
    assert_eq!(requests.len(), count - ERRORS);
    assert_eq!(
        errors[0]["service"],
        stack.service.as_str(),
        "{}",
        errors[0]
    );
    assert_eq!(errors[0]["environment"], ENVIRONMENT, "{}", errors[0]);
    let text = requests[0].to_string();
    assert!(text.contains("/api/players/{id}"), "{text}");

    // Every service on the way may deliver an event twice.
    let event = event(stack, "twice", 3);
    for duplicates in [0, 3] {
        let report = stack.invoke("bongsu-log-ingest", &event).await;
        assert_eq!(report.function_error, None, "{report:?}");
        let report = report.json();
        assert_eq!(report["received"], 3, "{report}");
        assert_eq!(report["duplicates"], duplicates, "{report}");
    }
    assert_eq!(stack.documents("twice").await.len(), 3);
}

fn error(stack: &Deployed, number: i64, at: Timestamp) -> String {
    json!({
        "level": "error", "timestamp": at, "message": format!("payment {number} {ERROR}"),
        "service": stack.service, "environment": ENVIRONMENT,
    })
    .to_string()
}

fn request(stack: &Deployed, number: i64, at: Timestamp) -> String {
    // One of six requests fails.
    let status = if number.rem_euclid(6) == 1 { 500 } else { 200 };
    json!({
        "level": "info", "timestamp": at, "message": REQUEST, "method": "GET",
        "path": format!("/api/players/{}", 1_000 + number), "statusCode": status,
        "duration": 120, "service": stack.service, "environment": ENVIRONMENT,
    })
    .to_string()
}

/// A subscription event of CloudWatch Logs, with this word in each line.
pub(crate) fn event(stack: &Deployed, word: &str, lines: usize) -> Value {
    subscription::event(&stack.log_group(), "app/1", &events(stack, word, lines))
}

/// The data of a record of a stream. The same arguments give the same data.
pub(crate) fn data(stack: &Deployed, word: &str, lines: usize) -> String {
    subscription::data(&stack.log_group(), "app/1", &events(stack, word, lines))
}

fn events(stack: &Deployed, word: &str, lines: usize) -> Vec<Value> {
    let now = stack.since;
    let event = |number: usize| {
        let message = format!("order {number} came {word}: 주문");
        let line = json!({
            "level": "info", "timestamp": now, "message": message,
            "service": stack.service, "environment": ENVIRONMENT,
        });
        let id = format!("{word}-{number}");
        subscription::log_event(&id, now.as_millisecond(), &line.to_string())
    };
    (0..lines).map(event).collect()
}
