//! A batch of records, each dealt with by itself: what fails is delivered again, and nothing else
//! has to be.
//!
//! - A record that can never be read is a failure like any other, and those after it are stored all
//!   the same. A stream does not wait for it longer than its event source mapping says: with
//!   `BisectBatchOnFunctionError` and `MaximumRetryAttempts` Lambda gives it up, and tells the
//!   failure destination where in the stream it is. A queue does that by its redrive policy.
//! - When the log store fails, the records that were not begun are failures untried: it would fail
//!   on them too, and they would use up the time in which the answer must be there.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{StreamExt as _, stream};
use shared::invocation::Invocation;

use crate::{
    Context,
    error::IngestError,
    ingest,
    measured::Measured,
    trigger::{Record, Source},
};

/// How many records are dealt with at a time: enough to not wait for the store most of the time, few
/// enough for the memory.
const AT_A_TIME: usize = 4;

/// What became of a record.
enum Outcome {
    Done,
    Failed,
    Untried,
}

/// Stores the log events of records. The answer is the ids of those that failed, in their order.
pub(crate) async fn ingest_all(
    source: Source,
    records: &[Record<'_>],
    context: &Context,
    invocation: &Invocation,
    measured: &mut Measured,
) -> Vec<String> {
    let is_down = AtomicBool::new(false);
    let mut outcomes = stream::iter(records)
        .map(|record| deal_with(record, context, invocation, &is_down))
        .buffered(AT_A_TIME);
    let mut failed = Vec::new();
    let mut untried = 0_u64;
    for record in records {
        let Some((outcome, mut of_record)) = outcomes.next().await else {
            break;
        };
        if source == Source::Sqs {
            // How late a replayed event is, the age of the queue has told.
            of_record.newest = None;
        }
        measured.merge(&of_record);
        match outcome {
            Outcome::Done => continue,
            Outcome::Failed => {}
            Outcome::Untried => untried += 1,
        }
        failed.push(record.id.clone());
    }
    measured.failed += failed.len() as u64;
    let report = &measured.report;
    tracing::info!(
        records = records.len(),
        failed = failed.len(),
        untried,
        received = report.received,
        indexed = report.indexed,
        duplicates = report.duplicates,
        filtered = report.filtered,
        deadLettered = report.dead_lettered,
        "dealt with a batch of {source:?}"
    );
    failed
}

async fn deal_with(
    record: &Record<'_>,
    context: &Context,
    invocation: &Invocation,
    is_down: &AtomicBool,
) -> (Outcome, Measured) {
    let mut measured = Measured::default();
    if is_down.load(Ordering::Relaxed) {
        return (Outcome::Untried, measured);
    }
    let done = match record.unpack() {
        Ok(unpacked) => ingest(&unpacked, context, invocation, &mut measured).await,
        Err(error) => Err(error.into()),
    };
    let outcome = match done {
        Ok(()) => Outcome::Done,
        Err(error) => {
            if matches!(error, IngestError::Store(_)) {
                is_down.store(true, Ordering::Relaxed);
            }
            tracing::error!(record = record.id, "a record of the batch failed: {error}");
            Outcome::Failed
        }
    };
    (outcome, measured)
}
