//! Events that cannot be stored are kept in the failure queue and replayed, without an update of the
//! stack.

use std::{fs, path::Path};

use bongsu_tests::eventually;
use serde_json::{Value, json};

use super::{
    deployed::{Deployed, PATIENCE},
    logs::{data, event},
};

const FUNCTION: &str = "bongsu-log-ingest";
/// A word in the log lines while the cluster is down, and the number of events.
const DURING: (&str, usize) = ("during-the-outage", 40);

/// Checks that events that arrive while the cluster is down wait in the failure queue, and that one that
/// cannot be read is set aside.
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
    wait_for(stack, "LogIngestSetAsideUrl", &[&poison]).await;
    let aside = stack
        .messages_in(stack.output("LogIngestSetAsideUrl"))
        .await;
    let text = aside[0].to_string();
    assert!(text.contains("not a whole gzip stream"), "{text}");
    stack.way.cut();
    let lost = event(stack, DURING.0, DURING.1);
    stack.invoke_later(FUNCTION, &lost.to_string()).await;
    wait_for(stack, "LogIngestFailuresUrl", &[&lost]).await;
    // It fails again, and waits for longer than a moment.
    eventually("an attempt of the failed event", PATIENCE, async || {
        let log = stack.log_of(FUNCTION).await;
        let is_attempt = |line: &String| line.contains("processed a batch of Sqs");
        log.iter().any(is_attempt).then_some(())
    })
    .await;
    wait_for(stack, "LogIngestFailuresUrl", &[&lost]).await;
    assert_eq!(stack.documents(DURING.0).await.len(), 0);
}

/// Checks that the events of the queue are stored once when the cluster responds again, without an
/// update of the stack.
pub(crate) async fn are_replayed_without_duplicates(stack: &Deployed) {
    stack.way.open();
    let report = stack.invoke(FUNCTION, &event(stack, "after", 2)).await;
    assert_eq!(report.json()["indexed"], 2, "{report:?}");
    let (word, count) = DURING;
    let documents = stack.wait_for_documents(word, count).await;
    assert_eq!(documents.len(), count);
    wait_for(stack, "LogIngestFailuresUrl", &[]).await;
    // An operator adds the same event again, as CloudWatch Logs sent it, and a new one.
    for (word, lines) in [DURING, ("by-hand", 3)] {
        let arguments = json!({
            "QueueUrl": stack.output("LogIngestFailuresUrl"),
            "MessageBody": event(stack, word, lines).to_string(),
        });
        stack.sqs("SendMessage", &arguments).await;
    }
    stack.wait_for_documents("by-hand", 3).await;
    wait_for(stack, "LogIngestFailuresUrl", &[]).await;
    assert_eq!(stack.documents(word).await.len(), count);
    wait_for(stack, "LogIngestSetAsideUrl", &[&poison()]).await;
}

/// Checks that records of the stream become documents.
pub(crate) async fn of_a_stream_are_documents(stack: &Deployed) {
    let records: Vec<Value> = ["through-kinesis", "in-the-same-batch"]
        .iter()
        .map(|word| {
            let data = data(stack, word, 5);
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

/// Waits until the queue of an output contains exactly these events.
async fn wait_for(stack: &Deployed, output: &str, events: &[&Value]) {
    eventually(output, PATIENCE, async || {
        let kept = kept(stack, output).await;
        let is_kept = |event: &&Value| kept.contains(event);
        (kept.len() == events.len() && events.iter().all(is_kept)).then_some(())
    })
    .await;
}

/// The events in a queue. The emulator puts Lambda's record of the invocation around an event, AWS does
/// not.
async fn kept(stack: &Deployed, output: &str) -> Vec<Value> {
    let messages = stack.messages_in(stack.output(output)).await;
    let event = |message: &Value| {
        let body = message["Body"].as_str().expect("a body");
        let body: Value = serde_json::from_str(body).expect("JSON");
        body.get("requestPayload").cloned().unwrap_or(body)
    };
    messages.iter().map(event).collect()
}

/// An event that cannot be read.
fn poison() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events/log-ingest.not-gzip.json");
    let event = fs::read_to_string(path).expect("an event");
    serde_json::from_str(&event).expect("JSON")
}
