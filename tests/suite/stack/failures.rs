//! Events that cannot be stored are kept in the failure queue and replayed.

use std::{fs, path::Path};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bongsu_tests::eventually;
use serde_json::{Value, json};

use super::{
    deployed::{Deployed, PATIENCE},
    logs::{event, message},
};

const FUNCTION: &str = "bongsu-log-ingest";
/// A word in the log lines while the cluster is down, and the number of events.
const DURING: (&str, usize) = ("during-the-outage", 40);

/// Checks that events that arrive while the cluster is down, and one that cannot be read, end in the
/// failure queue.
pub(crate) async fn are_kept_in_the_queue(stack: &Deployed) {
    // The function retries until its timeout of two minutes, which the test shortens.
    let path = format!("2015-03-31/functions/{FUNCTION}/configuration");
    let body = json!({"Timeout": 6}).to_string();
    let changed = stack.server.rest("lambda", "PUT", &path, body).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let report = stack.invoke(FUNCTION, &event(stack, "before", 1)).await;
    assert_eq!(report.function_error, None, "{report:?}");

    let poison = poison();
    stack.invoke_later(FUNCTION, &poison.to_string()).await;
    wait_for_failures(stack, &[&poison]).await;
    stack.way.cut();
    let lost = event(stack, DURING.0, DURING.1);
    stack.invoke_later(FUNCTION, &lost.to_string()).await;
    wait_for_failures(stack, &[&poison, &lost]).await;
    stack.way.open();
    // New logs are stored as soon as the cluster is up; the failed events stay in the queue.
    let report = stack.invoke(FUNCTION, &event(stack, "after", 2)).await;
    assert_eq!(report.json()["indexed"], 2, "{report:?}");
    assert_eq!(stack.documents(DURING.0).await.len(), 0);
}

/// Checks that a replay stores the events of the queue once, and that the event that cannot be read
/// stays in the queue.
pub(crate) async fn are_replayed_without_duplicates(stack: &Deployed) {
    let (word, count) = DURING;
    let documents = stack.wait_for_documents(word, count).await;
    assert_eq!(documents.len(), count);
    wait_for_failures(stack, &[&poison()]).await;
    // An operator adds the same event again, as CloudWatch Logs sent it, and a new one.
    for (word, lines) in [DURING, ("by-hand", 3)] {
        let arguments = json!({
            "QueueUrl": stack.output("LogIngestFailuresUrl"),
            "MessageBody": event(stack, word, lines).to_string(),
        });
        stack.sqs("SendMessage", &arguments).await;
    }
    stack.wait_for_documents("by-hand", 3).await;
    wait_for_failures(stack, &[&poison()]).await;
    assert_eq!(stack.documents(word).await.len(), count);
}

/// Checks that records of the stream become documents.
pub(crate) async fn of_a_stream_are_documents(stack: &Deployed) {
    let records: Vec<Value> = ["through-kinesis", "in-the-same-batch"]
        .iter()
        .map(|word| {
            let data = BASE64_STANDARD.encode(message(stack, word, 5));
            json!({"Data": data, "PartitionKey": word})
        })
        .collect();
    let arguments = json!({"StreamName": "bongsu-logs", "Records": records});
    let target = "Kinesis_20131202.PutRecords";
    stack.server.json("kinesis", target, &arguments).await;
    for word in ["through-kinesis", "in-the-same-batch"] {
        let documents = stack.wait_for_documents(word, 5).await;
        assert_eq!(documents.len(), 5);
    }
}

/// Waits until the failure queue contains exactly these events.
async fn wait_for_failures(stack: &Deployed, events: &[&Value]) {
    eventually("the events in the failure queue", PATIENCE, async || {
        let kept = failures(stack).await;
        let is_kept = |event: &&Value| kept.iter().any(|one| one["requestPayload"] == **event);
        (kept.len() == events.len() && events.iter().all(is_kept)).then_some(())
    })
    .await;
}

/// The events in the failure queue of log-ingest.
async fn failures(stack: &Deployed) -> Vec<Value> {
    let url = stack.output("LogIngestFailuresUrl");
    let messages = stack.messages_in(url).await;
    let body = |message: &Value| {
        let body = message["Body"].as_str().expect("a body");
        serde_json::from_str(body).expect("JSON")
    };
    messages.iter().map(body).collect()
}

/// An event that cannot be read.
fn poison() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events/log-ingest.not-gzip.json");
    let event = fs::read_to_string(path).expect("an event");
    serde_json::from_str(&event).expect("JSON")
}
