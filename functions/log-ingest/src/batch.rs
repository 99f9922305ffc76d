//! A batch of records, each processed by itself: only what fails is delivered again.
//!
//! - A record that can never be read is a failure like any other, and those after it are stored all
//!   the same. A stream does not wait for it longer than its event source mapping says: with
//!   `BisectBatchOnFunctionError` and `MaximumRetryAttempts` Lambda gives it up, and sends its place
//!   in the stream to the failure destination. A queue does that by its redrive policy.
//! - When the log store fails, the records that were not begun fail untried: the store would fail on
//!   them too, and they would use up the time in which the answer must be there.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{StreamExt as _, stream};
use shared::invocation::Invocation;

use crate::{
    Context, IngestStats, deliver,
    error::IngestError,
    trigger::{BatchSource, EventRecord},
};

/// How many records are processed at a time: enough to rarely wait for the store, few enough for the
/// memory.
const AT_A_TIME: usize = 4;

/// The outcome of a record.
enum RecordOutcome {
    Done,
    Failed,
    Untried,
}

/// Stores the log events of records. Returns the ids of those that failed, in their order.
pub(crate) async fn ingest_all(
    source: BatchSource,
    records: &[EventRecord<'_>],
    context: &Context,
    invocation: &Invocation,
) -> (Vec<String>, IngestStats) {
    let mut stats = IngestStats::default();
    let is_down = AtomicBool::new(false);
    let mut outcomes = stream::iter(records)
        .map(|record| process(record, context, invocation, &is_down))
        .buffered(AT_A_TIME);
    let mut failed = Vec::new();
    let mut untried = 0_u64;
    for record in records {
        let Some((outcome, mut of_record)) = outcomes.next().await else {
            break;
        };
        if source == BatchSource::Sqs {
            // The age of the queue says how late a replayed event is.
            of_record.newest = None;
        }
        stats.merge(&of_record);
        match outcome {
            RecordOutcome::Done => continue,
            RecordOutcome::Failed => {}
            RecordOutcome::Untried => untried += 1,
        }
        failed.push(record.id.clone());
    }
    stats.failed += failed.len() as u64;
    let report = &stats.report;
    tracing::info!(
        records = records.len(),
        failed = failed.len(),
        untried,
        received = report.received,
        indexed = report.indexed,
        duplicates = report.duplicates,
        filtered = report.filtered,
        deadLettered = report.dead_lettered,
        "processed a batch of {source:?}"
    );
    (failed, stats)
}

async fn process(
    record: &EventRecord<'_>,
    context: &Context,
    invocation: &Invocation,
    is_down: &AtomicBool,
) -> (RecordOutcome, IngestStats) {
    if is_down.load(Ordering::Relaxed) {
        return (RecordOutcome::Untried, IngestStats::default());
    }
    let (result, stats) = deliver::message(record.unpack(), context, invocation).await;
    let outcome = match result {
        Ok(()) => RecordOutcome::Done,
        Err(error) => {
            if matches!(error, IngestError::Store(_)) {
                is_down.store(true, Ordering::Relaxed);
            }
            tracing::error!(record = record.id, "a record of the batch failed: {error}");
            RecordOutcome::Failed
        }
    };
    (outcome, stats)
}
