//! Dead letters: made of events that the store refused, and replayed through the present parser.
//!
//! A replayed event is stored under the id and the timestamp that it had, so that a second replay finds
//! it stored. Its letter is removed afterwards; an interruption between the two stores nothing twice.

use std::borrow::Cow;

use serde::Serialize;
use shared::{
    invocation::Invocation,
    log_store::{DeadLetter, OriginalEvent},
    model::{log::LogDocument, service::ServiceName},
};

use crate::{
    Context,
    document::{Built, DocumentBuilder},
    error::IngestError,
    metadata,
    read::{
        ansi,
        decode::{Batch, SubscriptionEvent},
    },
    redact::Redactor,
};

/// The counts of a replay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplayCounts {
    /// The letters whose events were stored; these letters are removed.
    pub stored: u64,
    /// The letters whose events had been stored before; these letters are removed too.
    pub duplicates: u64,
    /// The letters that failed again, and stay with the new reason.
    pub failed: u64,
}

impl ReplayCounts {
    /// Adds further counts.
    pub fn merge(&mut self, other: &Self) {
        self.stored += other.stored;
        self.duplicates += other.duplicates;
        self.failed += other.failed;
    }
}

/// The dead letter of an event whose document was refused.
pub(crate) fn of_event(
    document: &LogDocument,
    event: &SubscriptionEvent<'_>,
    reason: &str,
    redactor: &Redactor,
) -> Result<DeadLetter, IngestError> {
    Ok(DeadLetter {
        id: document.id.clone(),
        timestamp: document.timestamp,
        reason: reason.to_owned(),
        document: json(document)?,
        event: redacted_event(document, event, redactor),
    })
}

/// The event with its secrets replaced. `None` if the document has more redactions than the line: what
/// the fields of a line give away, its text may not.
fn redacted_event(
    document: &LogDocument,
    event: &SubscriptionEvent<'_>,
    redactor: &Redactor,
) -> Option<OriginalEvent> {
    let line = ansi::strip(Cow::Borrowed(event.message.as_ref()));
    let mut count = 0;
    let message = match redactor.of_line(&line) {
        Some(redactor) => metadata::redacted_text(redactor, line, &mut count),
        None => line,
    };
    (count >= document.redactions).then(|| OriginalEvent {
        timestamp: event.timestamp,
        message: message.into_owned(),
    })
}

fn json(document: &LogDocument) -> Result<String, IngestError> {
    serde_json::to_string(document).map_err(IngestError::Unwritable)
}

/// The document of a dead letter, made by the present parser where the letter has its event.
///
/// # Errors
///
/// If the stored document cannot be read.
pub fn document(
    letter: &DeadLetter,
    service: &ServiceName,
    context: &Context,
    invocation: &Invocation,
) -> Result<LogDocument, serde_json::Error> {
    let mut stored: LogDocument = serde_json::from_str(&letter.document)?;
    stored.id.clone_from(&letter.id);
    let Some(event) = &letter.event else {
        return Ok(stored);
    };
    Ok(
        match rebuilt(&stored, event, service, context, invocation) {
            Some(document) => merged(document, stored),
            None => stored,
        },
    )
}

/// The document that the event becomes today; `None` if a setting filters it, as it was accepted before.
fn rebuilt(
    stored: &LogDocument,
    event: &OriginalEvent,
    service: &ServiceName,
    context: &Context,
    invocation: &Invocation,
) -> Option<LogDocument> {
    let source = &stored.source;
    let owner = source.account.as_deref().unwrap_or_default();
    let batch = Batch {
        owner: owner.into(),
        log_group: source.log_group.as_ref().into(),
        log_stream: source.log_stream.as_ref().into(),
        events: Vec::new(),
    };
    let event = SubscriptionEvent {
        id: stored.event_id().into(),
        timestamp: event.timestamp,
        message: event.message.as_str().into(),
    };
    let mut builder = DocumentBuilder::new(
        &batch,
        service,
        &context.config,
        &context.reader,
        &context.redactor,
        invocation.now,
    );
    match builder.build(&event) {
        Built::Document(document) => Some(document),
        Built::Filtered => None,
    }
}

/// A rebuilt document with the identity of the stored one, and what only its neighbours or the settings
/// of the function said.
fn merged(document: LogDocument, stored: LogDocument) -> LogDocument {
    LogDocument {
        id: stored.id,
        timestamp: stored.timestamp,
        environment: stored.environment.or(document.environment),
        request: document.request.or(stored.request),
        redactions: document.redactions.max(stored.redactions),
        ..document
    }
}

/// Stores the events of dead letters of a service, and removes the letters of those that are stored.
///
/// # Errors
///
/// If the store fails. The letters of events that were stored before stay; a second replay finds the
/// events and removes them.
pub async fn replay(
    service: &ServiceName,
    letters: &[DeadLetter],
    context: &Context,
    invocation: &Invocation,
) -> Result<ReplayCounts, IngestError> {
    let deadline = invocation.deadline;
    let (mut documents, mut done, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for letter in letters {
        match document(letter, service, context, invocation) {
            Ok(document) => {
                documents.push(document);
                done.push(Some(letter.clone()));
            }
            Err(error) => failed.push(DeadLetter {
                reason: format!("the dead letter cannot be read: {error}"),
                ..letter.clone()
            }),
        }
    }
    let outcome = context.store.index(service, &documents, deadline).await?;
    for rejection in outcome.rejected {
        let document = documents.get(rejection.position);
        let letter = done.get_mut(rejection.position).and_then(Option::take);
        if let (Some(document), Some(letter)) = (document, letter) {
            failed.push(DeadLetter {
                reason: rejection.reason,
                document: json(document)?,
                ..letter
            });
        }
    }
    let done: Vec<DeadLetter> = done.into_iter().flatten().collect();
    let store = &context.store;
    store
        .replace_dead_letters(service, &failed, deadline)
        .await?;
    store.remove_dead_letters(service, &done, deadline).await?;
    Ok(ReplayCounts {
        stored: outcome.created,
        duplicates: outcome.duplicates,
        failed: failed.len() as u64,
    })
}
