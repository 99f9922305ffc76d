//! Which event is which trigger, and the errors of all others.

use std::io::Write as _;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use super::*;

const DATA: &str = r#"{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s",
    "logEvents":[{"id":"7","timestamp":1764000000000,"message":"안녕"}]}"#;

fn packed() -> String {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(DATA.as_bytes()).expect("in memory");
    BASE64_STANDARD.encode(encoder.finish().expect("in memory"))
}

fn of_stream(number: &str, data: &Value) -> Value {
    json!({
        "kinesis": {
            "kinesisSchemaVersion": "1.0", "partitionKey": "p", "sequenceNumber": number,
            "data": data, "approximateArrivalTimestamp": 1_764_000_000.477,
        },
        "eventSource": "aws:kinesis", "eventVersion": "1.0",
        "eventID": format!("shardId-000000000000:{number}"), "eventName": "aws:kinesis:record",
        "invokeIdentityArn": "arn:aws:iam::123456789012:role/log-ingest",
        "awsRegion": "ap-northeast-2",
        "eventSourceARN": "arn:aws:kinesis:ap-northeast-2:123456789012:stream/logs",
        "somethingNew": [1],
    })
}

fn of_queue(id: &str, body: &str) -> Value {
    json!({
        "messageId": id, "receiptHandle": "AQEB", "body": body, "md5OfBody": "x",
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1764000000000"},
        "messageAttributes": {}, "eventSource": "aws:sqs", "awsRegion": "ap-northeast-2",
        "eventSourceARN": "arn:aws:sqs:ap-northeast-2:123456789012:log-ingest-failures",
    })
}

/// The id of a record, and how long what it unpacks to is, or why it does not.
type Opened = (String, Result<usize, String>);

/// What each record of a batch unpacks to.
fn unpacked(records: &[Value]) -> (BatchSource, Vec<Opened>) {
    let payload = json!({ "Records": records }).to_string();
    let Ok(IngestTrigger::Batch(source, records)) = IngestTrigger::read(&payload) else {
        panic!("a batch");
    };
    let records = records.into_iter().map(|record| {
        let unpacked = record.unpack();
        let length = unpacked.map(|text| text.length());
        (record.id, length.map_err(|error| error.to_string()))
    });
    (source, records.collect())
}

#[test]
fn the_records_of_a_stream_are_unpacked_each_by_itself() {
    let (source, records) = unpacked(&[
        of_stream("495681", &json!(packed())),
        of_stream("495682", &json!("bm90IGd6aXA=")),
        of_stream("495683", &json!("@@@")),
        of_stream("495684", &json!(packed())),
    ]);
    assert_eq!(source, BatchSource::Kinesis);
    let said = |position: usize| records[position].1.clone().expect_err("broken");
    assert_eq!(records[0], ("495681".to_owned(), Ok(DATA.len())));
    assert!(said(1).contains("not a whole gzip stream"), "{records:?}");
    assert!(said(2).contains("not as Lambda delivers it"), "{records:?}");
    assert_eq!(records[3], ("495684".to_owned(), Ok(DATA.len())));
}

#[test]
fn a_message_holds_the_event_or_lambdas_record_of_it() {
    let event = json!({"awslogs": {"data": packed()}});
    let record = json!({
        "version": "1.0", "timestamp": "2026-11-24T00:00:00.000Z",
        "requestContext": {"requestId": "r", "condition": "RetriesExhausted",
            "approximateInvokeCount": 3, "functionArn": "arn:aws:lambda:x"},
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
        "responsePayload": {"errorMessage": "no"},
    });
    let without = |key: &str| {
        let mut record = record.clone();
        record.as_object_mut().expect("an object").remove(key);
        record.to_string()
    };
    let in_the_stream = json!({
        "requestContext": {"requestId": "r", "condition": "RetryAttemptsExhausted"},
        "version": "1.0", "KinesisBatchInfo": {"shardId": "shardId-0", "batchSize": 7},
    });
    let (source, records) = unpacked(&[
        of_queue("plain", &event.to_string()),
        of_queue("record", &record.to_string()),
        of_queue("left-out", &without("requestPayload")),
        of_queue("stream", &in_the_stream.to_string()),
        of_queue("text", "hello"),
        of_queue("list", "[1]"),
        of_queue(
            "other",
            &json!({"Records": [of_queue("x", "y")]}).to_string(),
        ),
        of_queue("foreign", r#"{"requestPayload": {"detail-type": "x"}}"#),
    ]);
    assert_eq!(source, BatchSource::Sqs);
    assert_eq!(records[0], ("plain".to_owned(), Ok(DATA.len())));
    assert_eq!(records[1], ("record".to_owned(), Ok(DATA.len())));
    for (position, words) in [
        (2, "no requestPayload"),
        (3, "the place of a failed batch in a Kinesis stream"),
        (4, "no JSON"),
        (5, "found a list"),
        (6, "records of its own"),
        (7, "found an object with `detail-type`"),
    ] {
        let said = records[position].1.clone().expect_err("no event");
        assert!(said.contains(words), "{said:?} should say {words:?}");
    }
}

#[test]
fn records_that_nobody_could_name_or_that_are_not_ours_fail_as_a_whole() {
    let mut nameless = of_queue("", "x");
    let mut unnumbered = of_stream("", &json!(""));
    for records in [
        vec![],
        vec![nameless.clone()],
        vec![unnumbered.clone()],
        vec![of_stream("1", &json!(packed())), of_queue("1", "x")],
        vec![json!({"eventSource": "aws:s3", "s3": {}})],
        vec![json!(7)],
        vec![{
            nameless["messageId"] = Value::Null;
            nameless
        }],
        vec![{
            unnumbered["kinesis"] = json!(7);
            unnumbered
        }],
    ] {
        let payload = json!({ "Records": records }).to_string();
        let error = IngestTrigger::read(&payload).expect_err("no batch");
        let words = "found an object with `Records`";
        assert!(error.to_string().contains(words), "{payload}: {error}");
    }
}
