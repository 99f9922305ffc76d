//! The queue of failed events: what is delivered again, when, and what is set aside.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use embedded_store::EmbeddedStore;
use log_ingest::{
    Config, Context, IngestStats,
    failure_queue::{DelayedMessage, FailureQueue},
    handle_with_stats,
};
use serde_json::{Value, json};
use shared::{deadline::Deadline, env::Settings, invocation::Invocation, log_store::LogStore as _};
use shared_tests::{log_store::failing::FailingStore, subscription};

/// A queue that records what it is asked to do.
#[derive(Debug, Default)]
struct RecordingQueue {
    delayed: Mutex<Vec<DelayedMessage>>,
    set_aside: Mutex<Vec<(String, String)>>,
    is_broken: bool,
}

#[async_trait]
impl FailureQueue for RecordingQueue {
    async fn delay(&self, messages: &[DelayedMessage], _: Deadline) -> Result<(), String> {
        if self.is_broken {
            return Err("AccessDenied".to_owned());
        }
        self.delayed
            .lock()
            .expect("not poisoned")
            .extend_from_slice(messages);
        Ok(())
    }

    async fn set_aside(&self, body: &str, reason: &str, _: Deadline) -> Result<bool, String> {
        if self.is_broken {
            return Err("AccessDenied".to_owned());
        }
        let message = (body.to_owned(), reason.to_owned());
        self.set_aside.lock().expect("not poisoned").push(message);
        Ok(true)
    }
}

const NOW: &str = "2026-11-24T00:00:10Z";
const SECOND_AGO: i64 = 1_795_478_409_000;
const WEEK_AGO: i64 = 1_795_478_410_000 - 7 * 24 * 60 * 60 * 1_000;

/// A message of the queue with this event in it.
fn message(number: u32, body: &Value, receives: u32, sent: i64) -> Value {
    json!({
        "eventSource": "aws:sqs", "messageId": format!("m-{number}"),
        "receiptHandle": format!("r-{number}"), "body": body.to_string(),
        "attributes": {
            "ApproximateReceiveCount": receives.to_string(), "SentTimestamp": sent.to_string(),
        },
    })
}

/// A subscription event with one log event.
fn event(text: &str) -> Value {
    let event = subscription::log_event(text, 1_795_478_400_000, text);
    subscription::event("/ecs/shop", "s", &[event])
}

/// The ids of the messages that stay in the queue.
async fn processed(messages: &[Value], queue: Arc<RecordingQueue>) -> (Vec<String>, IngestStats) {
    let store = EmbeddedStore::in_memory().expect("a store");
    let invocation = Invocation {
        request_id: "test".to_owned(),
        now: NOW.parse().expect("an instant"),
        deadline: Deadline::after(Duration::from_mins(1)),
    };
    store.prepare(invocation.deadline).await.expect("prepared");
    let store = FailingStore::new(Arc::new(store));
    let config = Config::read(&mut Settings::from_pairs([]));
    let context = Context::new(Arc::new(store), config).expect("valid rules");
    let context = context.with_failure_queue(queue);
    let payload = json!({ "Records": messages }).to_string();
    let (answer, stats) = handle_with_stats(&payload, &context, &invocation).await;
    let answer = serde_json::to_value(answer.expect("an answer")).expect("JSON");
    let failures = answer["batchItemFailures"].as_array().expect("a list");
    let ids = failures.iter().map(|failure| {
        let id = failure["itemIdentifier"].as_str();
        id.expect("an id").to_owned()
    });
    (ids.collect(), stats)
}

#[tokio::test]
async fn a_message_waits_longer_with_each_failure() {
    let down = event("break down");
    let messages = [
        message(1, &down, 1, SECOND_AGO),
        message(2, &down, 500, SECOND_AGO),
    ];
    let queue = Arc::new(RecordingQueue::default());
    let (stay, stats) = processed(&messages, queue.clone()).await;
    assert_eq!(stay, ["m-1", "m-2"]);
    assert_eq!(stats.failed, 2);
    let delayed = queue.delayed.lock().expect("not poisoned").clone();
    assert_eq!(delayed.len(), 2);
    assert_eq!(delayed[0].receipt_handle, "r-1");
    let seconds: Vec<u64> = delayed.iter().map(|it| it.wait.as_secs()).collect();
    assert!((15..=30).contains(&seconds[0]), "{seconds:?}");
    assert!((600..=1_200).contains(&seconds[1]), "{seconds:?}");
    assert_eq!(queue.set_aside.lock().expect("not poisoned").len(), 0);
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_set_aside_at_once_and_the_others_are_stored() {
    let broken = json!({"awslogs": {"data": "not gzip"}});
    let messages = [
        message(1, &broken, 1, SECOND_AGO),
        message(2, &event("fine"), 1, SECOND_AGO),
    ];
    let queue = Arc::new(RecordingQueue::default());
    let (stay, stats) = processed(&messages, queue.clone()).await;
    assert_eq!(stay, Vec::<String>::new());
    assert_eq!((stats.failed, stats.report.indexed), (1, 1));
    let set_aside = queue.set_aside.lock().expect("not poisoned").clone();
    let [(body, reason)] = &set_aside[..] else {
        panic!("{set_aside:?}");
    };
    assert_eq!(*body, broken.to_string());
    assert!(reason.contains("not base64"), "{reason}");
}

#[tokio::test]
async fn a_message_that_has_failed_for_a_week_is_set_aside() {
    let messages = [
        message(1, &event("break down"), 300, WEEK_AGO),
        message(2, &event("break down"), 300, WEEK_AGO + 1),
    ];
    let queue = Arc::new(RecordingQueue::default());
    let (stay, _) = processed(&messages, queue.clone()).await;
    assert_eq!(stay, ["m-2"]);
    assert_eq!(queue.set_aside.lock().expect("not poisoned").len(), 1);
}

#[tokio::test]
async fn a_message_stays_in_the_queue_if_it_cannot_be_set_aside() {
    let messages = [message(1, &json!("no event"), 1, SECOND_AGO)];
    let queue = RecordingQueue {
        is_broken: true,
        ..RecordingQueue::default()
    };
    let (stay, _) = processed(&messages, Arc::new(queue)).await;
    assert_eq!(stay, ["m-1"]);
}
