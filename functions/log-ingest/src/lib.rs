//! log-ingest: stores the log events of a CloudWatch Logs subscription. They come as the
//! subscription's own event, as records of a Kinesis stream, or again from a queue of failed events
//! ([`trigger`] has the shapes).
//!
//! Contract: every event that a payload holds is stored, found to be stored already, joined to the
//! event that it is a part of, filtered by a setting, or kept as a dead letter, and the
//! [`IngestReport`] counts each. Where that cannot be promised the invocation fails as a whole, so
//! that Lambda repeats it and the failure destination keeps it; ids that depend on the event alone
//! make the repetition harmless. Of a batch of records only those fail that could not be processed
//! ([`batch`]).
//!
//! What a line does not say is not made up: an event whose level or time could not be read is stored
//! as such and counted.

use std::sync::{Arc, Once};

use shared::{invocation::Invocation, log_store::LogStore};

pub mod answer;
pub mod batch;
pub mod config;
mod deliver;
pub mod document;
pub mod error;
pub mod failure_queue;
mod identity;
pub mod json;
pub mod letters;
pub mod metadata;
mod parts;
pub mod pattern;
#[cfg(test)]
mod pattern_version;
pub mod read;
mod read_batch;
pub mod redact;
pub mod report;
mod requests;
pub mod route;
pub mod stats;
pub mod trigger;
mod trim;

pub use answer::IngestAnswer;
pub use config::Config;
pub use error::IngestError;
use failure_queue::{FailureQueue, sqs::SqsQueue};
use read::LineReader;
pub use read_batch::{ReadBatch, ReadEvent};
use redact::{InvalidRule, Redactor};
pub use report::IngestReport;
pub use stats::IngestStats;
use trigger::IngestTrigger;

/// What all invocations of a process share.
#[derive(Debug)]
pub struct Context {
    store: Arc<dyn LogStore>,
    config: Config,
    redactor: Redactor,
    reader: LineReader,
    /// Whether a subscription to one of Bongsu's own log groups was reported: each report is a log
    /// event too.
    loop_reported: Once,
    /// The queue of failed events.
    failure_queue: Option<Arc<dyn FailureQueue>>,
}

impl Context {
    /// A context that stores into `store`, which is prepared.
    ///
    /// # Errors
    ///
    /// If the redaction rules are too large to be used together.
    pub fn new(store: Arc<dyn LogStore>, config: Config) -> Result<Self, InvalidRule> {
        let redactor = Redactor::new(&config.redaction)?;
        let reader = LineReader::new(&config.reading);
        let urls = config.failure_queue.clone();
        let failure_queue = urls.map(|urls| Arc::new(SqsQueue::new(urls)) as Arc<dyn FailureQueue>);
        Ok(Self {
            store,
            config,
            redactor,
            reader,
            loop_reported: Once::new(),
            failure_queue,
        })
    }

    /// The same context with another queue of failed events.
    #[must_use]
    pub fn with_failure_queue(self, queue: Arc<dyn FailureQueue>) -> Self {
        Self {
            failure_queue: Some(queue),
            ..self
        }
    }

    /// The redactor of the settings.
    #[must_use]
    pub fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// The reader of lines, which knows the user's own formats and keys.
    #[must_use]
    pub fn line_reader(&self) -> &LineReader {
        &self.reader
    }
}

/// Stores the log events of a payload.
///
/// ```
/// use std::{sync::Arc, time::Duration};
///
/// use embedded_store::EmbeddedStore;
/// use log_ingest::{Config, Context, handle};
/// use shared::{deadline::Deadline, env::Settings, invocation::Invocation, log_store::LogStore as _};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// # runtime.block_on(async {
/// let deadline = Deadline::after(Duration::from_secs(30));
/// let store = EmbeddedStore::in_memory()?;
/// store.prepare(deadline).await?;
/// let config = Config::read(&mut Settings::from_pairs([]));
/// let context = Context::new(Arc::new(store), config)?;
/// let invocation = Invocation {
///     request_id: "1".to_owned(),
///     now: "2026-11-24T00:31:00Z".parse()?,
///     deadline,
/// };
/// // What CloudWatch Logs sends to a subscribed function: gzip in base64.
/// let payload = include_str!("../../../events/log-ingest.cloudwatch-logs.json");
/// let answer = handle(payload, &context, &invocation).await?;
/// assert_eq!(answer.report.received, answer.report.indexed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If the payload is no event of a subscription and no batch of such events, or the store fails on
/// the event of a subscription.
pub async fn handle(
    payload: &str,
    context: &Context,
    invocation: &Invocation,
) -> Result<IngestAnswer, IngestError> {
    handle_with_stats(payload, context, invocation).await.0
}

/// Stores log events that the caller has read, as [`handle`] does those of a payload.
///
/// # Errors
///
/// If the store fails.
pub async fn ingest_read(
    batch: ReadBatch<'_>,
    context: &Context,
    invocation: &Invocation,
) -> Result<IngestReport, IngestError> {
    let (result, stats) = deliver::read_batch(batch, context, invocation).await;
    result.map(|()| stats.report)
}

/// Stores the log events of a payload, and counts what happened, above all when something failed.
pub async fn handle_with_stats(
    payload: &str,
    context: &Context,
    invocation: &Invocation,
) -> (Result<IngestAnswer, IngestError>, IngestStats) {
    let (result, mut stats) = dispatch(payload, context, invocation).await;
    stats.failed += u64::from(result.is_err());
    let report = stats.report;
    let answer = result.map(|batch| IngestAnswer { report, batch });
    (answer, stats)
}

async fn dispatch(
    payload: &str,
    context: &Context,
    invocation: &Invocation,
) -> (
    Result<Option<answer::BatchAnswer>, IngestError>,
    IngestStats,
) {
    match IngestTrigger::read(payload) {
        Err(error) => (Err(error.into()), IngestStats::default()),
        Ok(IngestTrigger::Subscription(data)) => {
            let unpacked = read::decode::unpack_base64(&data);
            let (result, stats) = deliver::message(unpacked, context, invocation).await;
            (result.map(|()| None), stats)
        }
        Ok(IngestTrigger::Batch(source, records)) => {
            let (failed, stats) = batch::ingest_all(source, &records, context, invocation).await;
            (Ok(Some(answer::BatchAnswer::new(source, failed))), stats)
        }
    }
}
