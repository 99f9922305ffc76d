//! The batch events `log-ingest.kinesis…` and `log-ingest.sqs…`, whose records contain other events.

use serde_json::{Value, json};

use super::{documents, empty_store, ingest_context, invocation, read};

/// A batch event and its result.
pub(super) struct BatchCase {
    pub(super) case: &'static str,
    /// The events in its records; `None` is one that cannot be read.
    carries: &'static [Option<&'static str>],
    /// The number of stored log events, and of those that were stored already.
    indexed: u64,
    duplicates: u64,
}

const LOGS: Option<&str> = Some("cloudwatch-logs");
const MIXED: Option<&str> = Some("mixed-formats");

pub(super) const INGESTED: [BatchCase; 5] = [
    BatchCase {
        case: "kinesis",
        carries: &[Some("control-message"), LOGS, MIXED],
        indexed: 27,
        duplicates: 0,
    },
    BatchCase {
        case: "kinesis-one-broken",
        carries: &[LOGS, None, MIXED],
        indexed: 27,
        duplicates: 0,
    },
    BatchCase {
        case: "sqs-replay",
        carries: &[LOGS, MIXED, LOGS],
        indexed: 27,
        duplicates: 6,
    },
    BatchCase {
        case: "sqs-replay-broken",
        carries: &[None, None, LOGS],
        indexed: 6,
        duplicates: 0,
    },
    BatchCase {
        case: "sqs-plain",
        carries: &[LOGS, MIXED],
        indexed: 27,
        duplicates: 0,
    },
];

/// The event in a record, and the id of the record.
fn carried(record: &Value) -> (Value, &str) {
    if record["eventSource"] == "aws:kinesis" {
        let id = record["kinesis"]["sequenceNumber"].as_str();
        let event = json!({"awslogs": {"data": record["kinesis"]["data"]}});
        return (event, id.expect("a sequence number"));
    }
    let body = record["body"].as_str().expect("a body");
    let body: Value = serde_json::from_str(body).expect("JSON");
    let event = body.get("requestPayload").cloned().unwrap_or(body);
    (event, record["messageId"].as_str().expect("an id"))
}

#[tokio::test]
async fn a_record_of_a_batch_fails_alone() {
    for batch in INGESTED {
        let case = batch.case;
        let event = read(&format!("log-ingest.{case}"));
        let store = empty_store().await;
        let context = ingest_context(&store, "events");
        let answer = log_ingest::handle(&event, &context, &invocation()).await;
        let answer = answer.expect("an answer");
        let report = answer.report;
        assert_eq!(
            (report.indexed, report.duplicates),
            (batch.indexed, batch.duplicates),
            "{case}"
        );
        let stored = documents(store.as_ref(), "events").await;
        assert_eq!(stored.len() as u64, batch.indexed, "{case}");

        let event: Value = serde_json::from_str(&event).expect("JSON");
        let records = event["Records"].as_array().expect("records");
        assert_eq!(records.len(), batch.carries.len(), "{case}");
        let failures: Vec<Value> = records
            .iter()
            .zip(batch.carries)
            .filter(|(_, carries)| carries.is_none())
            .map(|(record, _)| json!({"itemIdentifier": carried(record).1}))
            .collect();
        let answer = serde_json::to_value(&answer).expect("JSON");
        assert_eq!(answer, json!({ "batchItemFailures": failures }), "{case}");
    }
}

#[test]
fn the_records_of_a_batch_contain_the_events_of_the_other_files() {
    for batch in INGESTED {
        let event: Value =
            serde_json::from_str(&read(&format!("log-ingest.{}", batch.case))).expect("JSON");
        let records = event["Records"].as_array().expect("records");
        for (record, carries) in records.iter().zip(batch.carries) {
            let Some(carries) = carries else { continue };
            let there: Value =
                serde_json::from_str(&read(&format!("log-ingest.{carries}"))).expect("JSON");
            assert_eq!(
                carried(record).0,
                there,
                "{} differs from the events in it: run `python3 events/encode.py`",
                batch.case
            );
        }
    }
}
