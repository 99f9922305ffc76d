//! The failure queue between Lambda and log-ingest: what three attempts could not store, until it is stored.

use std::collections::VecDeque;

use serde_json::{Value, json};

/// How many messages are delivered together. So few that a slow machine stores them before the timeout.
const BATCH: usize = 2;

/// How often a message is delivered before the proof fails.
const MOST_RECEIVES: u32 = 50;

/// The queue. Messages that a delivery received stay at its front until they are settled.
#[derive(Debug, Default)]
pub(super) struct ReplayQueue {
    messages: VecDeque<QueuedMessage>,
    count: u64,
}

#[derive(Debug)]
struct QueuedMessage {
    id: String,
    body: String,
    receives: u32,
}

impl ReplayQueue {
    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Adds Lambda's record of an event that failed:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>.
    pub(super) fn add(&mut self, payload: &str) {
        self.count += 1;
        let event: Value = serde_json::from_str(payload).unwrap_or_default();
        let body = json!({
            "version": "1.0",
            "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 3},
            "requestPayload": event,
        });
        self.messages.push_back(QueuedMessage {
            id: format!("message-{}", self.count),
            body: body.to_string(),
            receives: 0,
        });
    }

    /// The event with the first messages; `None` if there are none.
    pub(super) fn receive(&mut self) -> Result<Option<String>, String> {
        let mut records = Vec::new();
        for message in self.messages.iter_mut().take(BATCH) {
            message.receives += 1;
            if message.receives > MOST_RECEIVES {
                return Err(format!("{} is never accepted", message.id));
            }
            records.push(json!({
                "messageId": message.id,
                "receiptHandle": message.id,
                "body": message.body,
                "attributes": {"ApproximateReceiveCount": message.receives.to_string()},
                "eventSource": "aws:sqs",
            }));
        }
        Ok((!records.is_empty()).then(|| json!({"Records": records}).to_string()))
    }

    /// Removes the messages of the last delivery, except those that the answer names as failed.
    pub(super) fn settle(&mut self, answer: &Value) -> Result<(), String> {
        let failed = answer.get("batchItemFailures").and_then(Value::as_array);
        let failed = failed.ok_or_else(|| format!("no answer to a batch: {answer}"))?;
        let is_failed = |id: &str| {
            let mut ids = failed.iter().filter_map(|it| it.get("itemIdentifier"));
            ids.any(|failed| failed == id)
        };
        for _ in 0..self.messages.len().min(BATCH) {
            if let Some(message) = self.messages.pop_front()
                && is_failed(&message.id)
            {
                self.messages.push_back(message);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stays_until_a_delivery_succeeds() {
        let mut queue = ReplayQueue::default();
        for _ in 0..3 {
            queue.add("{}");
        }
        let event = queue.receive().expect("few receives").expect("messages");
        assert!(event.contains("message-2"), "{event}");
        assert!(!event.contains("message-3"), "{event}");
        let answer = json!({"batchItemFailures": [{"itemIdentifier": "message-2"}]});
        queue.settle(&answer).expect("an answer");
        let event = queue.receive().expect("few receives").expect("a message");
        assert!(event.contains("message-3") && !event.contains("message-1"));
        assert!(queue.settle(&json!({"received": 1})).is_err());
        queue
            .settle(&json!({"batchItemFailures": []}))
            .expect("an answer");
        assert!(queue.is_empty());
    }
}
