//! A batch of records, each processed by itself: only what fails is delivered again.
//!
//! - A record that can never be read is a failure like any other, and those after it are stored all
//!   the same. A stream does not wait for it longer than its event source mapping says: with
//!   `BisectBatchOnFunctionError` and `MaximumRecordAgeInSeconds` Lambda gives it up, and sends it to the
//!   failure destination. A message of a queue waits for its next attempt, or is set aside
//!   ([`failure_queue`]).
//! - When the log store fails or the time runs out, the records that were not begun fail untried: the
//!   same would happen to them, and they would use up the time in which the answer must be there.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{StreamExt as _, stream};
use shared::invocation::Invocation;

use crate::{
    Context, IngestStats, deliver,
    error::IngestError,
    failure_queue::{self, FailedMessage},
    trigger::{BatchSource, EventRecord},
};

/// How many records are processed at a time: enough to rarely wait for the store, few enough for the
/// memory.
const AT_A_TIME: usize = 4;

/// The outcome of a record.
enum RecordOutcome {
    Done,
    Failed {
        /// Why.
        reason: String,
        /// Whether another attempt may succeed.
        is_retryable: bool,
    },
    Untried,
}

/// Stores the log events of records. Returns the ids of those to deliver again, in their order.
pub(crate) async fn ingest_all(
    source: BatchSource,
    records: &[EventRecord<'_>],
    context: &Context,
    invocation: &Invocation,
) -> (Vec<String>, IngestStats) {
    let mut stats = IngestStats::default();
    let is_down = AtomicBool::new(false);
    let processing = match source {
        BatchSource::Kinesis => invocation.clone(),
        // What failed is reported to the queue afterwards.
        BatchSource::Sqs => Invocation {
            deadline: invocation.deadline.with_time_to_store(),
            ..invocation.clone()
        },
    };
    let mut outcomes = stream::iter(records)
        .map(|record| process(record, context, &processing, &is_down))
        .buffered(AT_A_TIME);
    let (mut failed, mut messages) = (Vec::new(), Vec::new());
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
        let (reason, is_retryable) = match outcome {
            RecordOutcome::Done => continue,
            RecordOutcome::Failed {
                reason,
                is_retryable,
            } => (reason, is_retryable),
            RecordOutcome::Untried => {
                untried += 1;
                ("the log store failed on another event".to_owned(), true)
            }
        };
        failed.push(record.id.clone());
        messages.extend(failed_message(record, reason, is_retryable));
    }
    stats.failed += failed.len() as u64;
    let mut set_aside = 0;
    if let (Some(queue), false) = (context.failure_queue.as_deref(), messages.is_empty()) {
        let (now, deadline) = (invocation.now, invocation.deadline);
        let ids = failure_queue::settle(queue, messages, now, deadline).await;
        set_aside = ids.len();
        failed.retain(|id| !ids.contains(id));
    }
    let report = &stats.report;
    tracing::info!(
        records = records.len(),
        failed = failed.len(),
        untried,
        setAside = set_aside,
        received = report.received,
        indexed = report.indexed,
        duplicates = report.duplicates,
        filtered = report.filtered,
        deadLettered = report.dead_lettered,
        "processed a batch of {source:?}"
    );
    (failed, stats)
}

/// The message of a record that failed; `None` if it came from no queue.
fn failed_message(
    record: &EventRecord<'_>,
    reason: String,
    is_retryable: bool,
) -> Option<FailedMessage> {
    Some(FailedMessage {
        id: record.id.clone(),
        delivery: record.delivery.clone()?,
        body: record.body().unwrap_or_default(),
        reason,
        is_retryable,
    })
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
            let is_retryable =
                matches!(error, IngestError::Store(_) | IngestError::OutOfTime { .. });
            if is_retryable {
                is_down.store(true, Ordering::Relaxed);
            }
            tracing::error!(record = record.id, "a record of the batch failed: {error}");
            RecordOutcome::Failed {
                reason: error.to_string(),
                is_retryable,
            }
        }
    };
    (outcome, stats)
}
