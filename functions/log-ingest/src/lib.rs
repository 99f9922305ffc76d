//! log-ingest: the log events of a CloudWatch Logs subscription into the log store. They come as the
//! subscription's own event, as records of a Kinesis stream, or again out of a queue of failed events
//! ([`trigger`] has the shapes).
//!
//! Contract: every event that a payload holds is stored, found to be there already, filtered by a
//! setting, or kept as a dead letter, and the [`IngestReport`] says of how many which is true. Where
//! that cannot be promised the invocation fails as a whole, so that Lambda repeats it and the
//! failure destination keeps it; ids that depend on the event alone make the repetition harmless.
//! Of a batch of records only those fail that could not be dealt with ([`batch`]).

use std::sync::{Arc, Once};

use shared::{
    invocation::Invocation,
    log_store::{DeadLetter, LogStore},
    model::{log::LogDocument, service::ServiceName},
};

pub mod answer;
pub mod batch;
pub mod config;
pub mod decode;
pub mod document;
pub mod error;
mod identity;
pub mod json;
pub mod measured;
pub mod metadata;
pub mod parse;
pub mod pattern;
pub mod redact;
pub mod report;
pub mod route;
pub mod trigger;

pub use answer::Answer;
pub use config::Config;
use decode::{Batch, Event, Message, Unpacked};
use document::{Made, Maker};
pub use error::IngestError;
pub use measured::Measured;
use redact::{InvalidRule, Redactor};
pub use report::IngestReport;
use trigger::Trigger;

/// How many events are parsed before they are stored, at most: what a payload unpacks to may be
/// a hundred times what memory should hold as documents.
const MOST_EVENTS: usize = 5_000;
/// How many bytes of messages, at most, unless a single message is longer.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// What all invocations of a process share.
#[derive(Debug)]
pub struct Context {
    store: Arc<dyn LogStore>,
    config: Config,
    redactor: Redactor,
    /// Whether it was told that the function is subscribed to a log group of Bongsu: each time it is
    /// told is a log event too.
    told_of_loop: Once,
}

impl Context {
    /// A context that stores into `store`, which is prepared.
    ///
    /// # Errors
    ///
    /// When the redaction rules are too large to be used together.
    pub fn new(store: Arc<dyn LogStore>, config: Config) -> Result<Self, InvalidRule> {
        let redactor = Redactor::new(&config.redaction)?;
        Ok(Self {
            store,
            config,
            redactor,
            told_of_loop: Once::new(),
        })
    }
}

/// Stores the log events of a payload.
///
/// # Errors
///
/// When the payload is no event of a subscription and no batch of such events, or the store fails on
/// the event of a subscription.
pub async fn handle(
    payload: &str,
    context: &Context,
    invocation: &Invocation,
) -> Result<Answer, IngestError> {
    handle_measured(payload, context, invocation, &mut Measured::default()).await
}

/// The same, and notes in `measured` what happened, above all when something failed.
///
/// # Errors
///
/// As those of [`handle`].
pub async fn handle_measured(
    payload: &str,
    context: &Context,
    invocation: &Invocation,
    measured: &mut Measured,
) -> Result<Answer, IngestError> {
    let answer = dispatch(payload, context, invocation, measured).await;
    measured.failed += u64::from(answer.is_err());
    answer
}

async fn dispatch(
    payload: &str,
    context: &Context,
    invocation: &Invocation,
    measured: &mut Measured,
) -> Result<Answer, IngestError> {
    match Trigger::read(payload)? {
        Trigger::Subscription(data) => {
            let unpacked = decode::unpack_base64(&data)?;
            ingest(&unpacked, context, invocation, measured).await?;
            Ok(Answer::of_event(measured.report))
        }
        Trigger::Batch(source, records) => {
            let failed = batch::ingest_all(source, &records, context, invocation, measured).await;
            Ok(Answer::of_batch(measured.report, source, failed))
        }
    }
}

/// Stores the log events of one message of CloudWatch Logs.
async fn ingest(
    unpacked: &Unpacked,
    context: &Context,
    invocation: &Invocation,
    measured: &mut Measured,
) -> Result<(), IngestError> {
    measured.bytes += unpacked.length() as u64;
    match unpacked.message()? {
        Message::Control => {
            tracing::debug!("CloudWatch Logs checked that this function can be reached");
            Ok(())
        }
        Message::Data(batch) => {
            measured.events += batch.events.len() as u64;
            measured.newest = batch.events.iter().map(|event| event.timestamp).max();
            store_all(&batch, context, invocation, measured).await
        }
    }
}

async fn store_all(
    batch: &Batch<'_>,
    context: &Context,
    invocation: &Invocation,
    measured: &mut Measured,
) -> Result<(), IngestError> {
    if context.config.is_own(&batch.log_group) {
        measured.report.received = batch.events.len() as u64;
        measured.report.filtered = measured.report.received;
        context.told_of_loop.call_once(|| {
            tracing::warn!(
                logGroup = batch.log_group.as_ref(),
                "this function is subscribed to a log group of Bongsu itself, whose events are not \
                 stored, as each would cause another; remove the subscription filter"
            );
        });
        return Ok(());
    }
    let service = service(batch, &context.config);
    let mut maker = Maker::new(
        batch,
        &service,
        &context.config,
        &context.redactor,
        invocation.now,
    );
    for events in parts(&batch.events) {
        store(events, &mut maker, &service, context, invocation, measured).await?;
    }
    let report = &measured.report;
    tracing::info!(
        logGroup = batch.log_group.as_ref(),
        received = report.received,
        indexed = report.indexed,
        duplicates = report.duplicates,
        filtered = report.filtered,
        deadLettered = report.dead_lettered,
        redactions = report.redactions,
        "stored the log events of {service}"
    );
    Ok(())
}

/// Whose logs a batch holds: what the settings say, else the last part of the log group's name, as
/// in `/ecs/gm-tool`.
fn service(batch: &Batch<'_>, config: &Config) -> ServiceName {
    config.service.clone().unwrap_or_else(|| {
        let group = batch.log_group.trim_end_matches('/');
        ServiceName::from_text(group.rsplit('/').next().unwrap_or(group))
    })
}

/// The events in parts of bounded size.
fn parts<'e, 'a>(events: &'e [Event<'a>]) -> impl Iterator<Item = &'e [Event<'a>]> {
    let mut rest = events;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fits = |event: &&Event<'_>| {
            bytes += event.message.len();
            bytes <= MOST_BYTES
        };
        let count = rest
            .iter()
            .take(MOST_EVENTS)
            .take_while(fits)
            .count()
            .max(1);
        let (part, after) = rest.split_at_checked(count)?;
        rest = after;
        Some(part)
    })
}

/// Stores some of the events.
async fn store(
    events: &[Event<'_>],
    maker: &mut Maker<'_>,
    service: &ServiceName,
    context: &Context,
    invocation: &Invocation,
    measured: &mut Measured,
) -> Result<(), IngestError> {
    let mut report = IngestReport {
        received: events.len() as u64,
        ..IngestReport::default()
    };
    let mut documents = Vec::with_capacity(events.len());
    for event in events {
        match maker.make(event)? {
            Made::Document(document) => {
                report.redactions += u64::from(document.redactions);
                documents.push(document);
            }
            Made::Filtered => report.filtered += 1,
        }
    }
    let outcome = context
        .store
        .index(service, &documents, invocation.deadline)
        .await?;
    measured.retries += outcome.retries;
    report.indexed = outcome.created;
    report.duplicates = outcome.duplicates;
    let letters = outcome
        .rejected
        .iter()
        .filter_map(|rejection| Some((documents.get(rejection.position)?, &rejection.reason)))
        .map(|(document, reason)| dead_letter(document, reason))
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(first) = letters.first() {
        tracing::warn!(
            events = letters.len(),
            firstReason = first.reason,
            "the log store refused events of {service}; they are kept as dead letters"
        );
        context
            .store
            .dead_letter(service, &letters, invocation.deadline)
            .await?;
    }
    report.dead_lettered = letters.len() as u64;
    measured.report.merge(&report);
    Ok(())
}

fn dead_letter(document: &LogDocument, reason: &str) -> Result<DeadLetter, IngestError> {
    Ok(DeadLetter {
        id: document.id.clone(),
        timestamp: document.timestamp,
        reason: reason.to_owned(),
        document: serde_json::to_string(document).map_err(IngestError::Unwritable)?,
    })
}
