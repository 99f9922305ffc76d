//! Events that a caller has read are stored as those of a payload.

use jiff::{SignedDuration, Timestamp};
use log_ingest::{Context, IngestError, IngestReport, ReadBatch, ReadEvent, read::ansi};
use proptest::prelude::*;
use shared::log_store::LogStore;
use shared_tests::subscription;

use super::{any_message, context_on, handle, invocation, new_store, payload_of, stored};

/// A payload of these messages as events that a caller has read. Their ids are of CloudWatch's form.
async fn ingest_read(
    messages: &[String],
    times: &[Timestamp],
    context: &Context,
) -> Result<IngestReport, IngestError> {
    let strip = |message: &String| ansi::strip(message.clone().into()).into_owned();
    let lines: Vec<String> = messages.iter().map(strip).collect();
    let events = messages.iter().zip(&lines).zip(times).zip(0_u64..);
    let events = events.map(|(((message, line), time), number)| ReadEvent {
        id: format!("{number:056}"),
        timestamp: *time,
        message,
        entry: context.line_reader().read(line),
    });
    let batch = ReadBatch {
        owner: "123456789012",
        log_group: "/ecs/gm-tool",
        log_stream: "task/1",
        events: events.collect(),
    };
    log_ingest::ingest_read(batch, context, &invocation()).await
}

/// The same events in a payload.
fn payload_at(messages: &[String], times: &[Timestamp]) -> String {
    let events = messages.iter().zip(times).zip(0_u64..);
    let events = events.map(|((message, time), number)| {
        subscription::log_event(&format!("{number:056}"), time.as_millisecond(), message)
    });
    payload_of(&events.collect::<Vec<_>>())
}

/// All documents, as JSON. A number of a log may be one that no value holds.
async fn documents(store: &dyn LogStore) -> String {
    serde_json::to_string(&stored(store).await).expect("JSON")
}

/// Messages, and among them those that are joined with others or separated.
fn related_message() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("2026-11-24T00:30:55.638Z stdout P begun "),
        Just("2026-11-24T00:30:55.639Z stdout F and ended"),
        Just("[ERROR] \u{1b}[31mfailed\u{1b}[0m"),
        Just("    at f (a.js:1)"),
        Just("Caused by: x"),
        Just("2026-11-24 00:30:55 ERROR without a zone"),
        Just(r#"{"log":"a","partial_message":"true","partial_id":"x","partial_last":"false"}"#),
        Just(r#"{"log":"b","partial_message":"true","partial_id":"x","partial_last":"true"}"#),
        Just(r#"{"Records":[{"eventName":"A"},{"eventName":"B"}]}"#),
        Just(
            r#"{"level":"error","message":"password=hunter2","time":"2026-11-24T00:30:56.123456Z"}"#
        ),
        Just("INFO the same"),
    ];
    prop_oneof![3 => pieces.prop_map(str::to_owned), 1 => any_message()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn events_that_were_read_become_the_documents_of_those_in_a_payload(
        messages in proptest::collection::vec(related_message(), 1..30),
        steps in proptest::collection::vec(0_i64..700_000_000, 30),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let mut time: Timestamp = "2026-11-24T00:30:00.000000001Z".parse().expect("instant");
            let times = steps.iter().map(|step| {
                time += SignedDuration::from_nanos(*step);
                time
            });
            let times: Vec<Timestamp> = times.collect();
            let (packed, read) = (new_store().await, new_store().await);
            let context = context_on(packed.clone(), &[]);
            let payload = payload_at(&messages, &times);
            let expected = handle(&payload, &context, &invocation()).await.expect("ingested");
            let context = context_on(read.clone(), &[]);
            let report = ingest_read(&messages, &times, &context).await.expect("ingested");
            assert_eq!(report, expected);
            assert_eq!(documents(&*read).await, documents(&*packed).await);
        });
    }
}
