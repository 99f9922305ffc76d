//! Reads a log, wraps its events as CloudWatch would, and passes them to log-ingest.

use std::{io::BufRead, sync::atomic::Ordering, time::Instant};

use log_ingest::Context;
use outcome::Ingested;

use shared::format;

use crate::{
    envelope::{self, Origin},
    error::CommandError,
    progress::Progress,
    session::Session,
    source::{
        event::{Events, LogEvent},
        input::Input,
    },
};

pub mod outcome;

/// How many events one payload carries at most.
const MOST_EVENTS: usize = 2_000;
/// How many bytes of messages are gathered for one payload at most, before they are packed.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The log group of logs that do not come from one.
#[must_use]
pub fn default_log_group(session: &Session) -> String {
    format!("/bongsu/{}", session.service)
}

/// Reads a log and ingests all of it.
///
/// # Errors
///
/// When the log cannot be read, or log-ingest fails.
pub async fn ingest_input(
    input: &Input,
    origin: &Origin,
    context: &Context,
    session: &Session,
) -> Result<Ingested, CommandError> {
    let unreadable = |source| CommandError::Input {
        name: input.name(),
        source,
    };
    let opened = input.open().map_err(unreadable)?;
    let progress = Progress::new(&origin.log_stream, opened.size);
    let otherwise = opened.modified.unwrap_or(session.now);
    let mut events = Events::new(opened.reader, &origin.log_stream, otherwise);
    let tell = |received| progress.tell(opened.read_bytes.load(Ordering::Relaxed), received);
    let ingested = ingest(&mut events, &input.name(), origin, context, session, tell).await;
    progress.end();
    ingested
}

/// Ingests the events of a log, and tells after each batch how many there were.
///
/// # Errors
///
/// When the log cannot be read, or log-ingest fails.
pub async fn ingest<R: BufRead>(
    events: &mut Events<R>,
    name: &str,
    origin: &Origin,
    context: &Context,
    session: &Session,
    tell: impl Fn(u64),
) -> Result<Ingested, CommandError> {
    let started = Instant::now();
    let mut done = Ingested {
        name: name.to_owned(),
        ..Ingested::default()
    };
    let unreadable = |source| CommandError::Input {
        name: name.to_owned(),
        source,
    };
    let mut number = 0_u64;
    loop {
        let batch = next_batch(events).map_err(unreadable)?;
        if batch.is_empty() {
            break;
        }
        for payload in envelope::payloads(origin, &batch).map_err(unreadable)? {
            number += 1;
            let invocation = session.invocation(format!("{}-{number}", origin.log_stream));
            let answer = log_ingest::handle(&payload, context, &invocation).await;
            let answer = answer.map_err(|error| CommandError::Ingest {
                name: name.to_owned(),
                stored: format::count(done.report.indexed + done.report.duplicates),
                source: error.into(),
            })?;
            done.report.merge(&answer.report);
        }
        done.span = batch.iter().fold(done.span, |span, event| {
            let (first, last) = span.unwrap_or((event.timestamp, event.timestamp));
            Some((first.min(event.timestamp), last.max(event.timestamp)))
        });
        tell(done.report.received);
    }
    done.repairs = events.repairs();
    done.took = started.elapsed();
    Ok(done)
}

fn next_batch<R: BufRead>(events: &mut Events<R>) -> std::io::Result<Vec<LogEvent>> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while batch.len() < MOST_EVENTS && bytes < MOST_BYTES {
        let Some(event) = events.next_event()? else {
            break;
        };
        bytes += event.message.len();
        batch.push(event);
    }
    Ok(batch)
}
