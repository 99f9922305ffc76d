//! Reads a log, wraps its events as CloudWatch would, and passes them to log-ingest.

use std::{
    io::{BufRead, ErrorKind, Read as _},
    ops::ControlFlow,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use encoding_rs::Encoding;
use jiff::tz::TimeZone;
use log_ingest::Context;

use crate::{
    envelope::{self, LogOrigin},
    error::CommandError,
    outcome::IngestedLog,
    progress::Progress,
    session::Session,
    source::{
        event::{Events, LogEvent},
        identity::EventIds,
        input::LogInput,
        stream::{KnownStream, LastEvent},
    },
    stop::StopSignal,
    streams::StreamRegistry,
};

/// The most events in one payload.
const MOST_EVENTS: usize = 2_000;
/// The most bytes of messages in one payload, before compression.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// How long the first event of a payload waits for the others.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// How logs are read.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The log group of the events.
    pub log_group: String,
    /// The log stream, if one is named.
    pub log_stream: Option<String>,
    /// The encoding, if one is named.
    pub encoding: Option<&'static Encoding>,
    /// The zone of times that name none.
    pub zone: TimeZone,
    /// True if the logs are followed: a line without an end is read when it is complete.
    pub is_followed: bool,
    /// Ends the reading.
    pub stop: StopSignal,
}

/// The log group of logs that do not come from one.
#[must_use]
pub fn default_log_group(session: &Session) -> String {
    format!("/bongsu/{}", session.service)
}

/// Reads a log and ingests all of it. A log that cannot be read is reported in the result, so that
/// the other logs are read.
///
/// # Errors
///
/// If log-ingest fails.
pub async fn ingest_input(
    input: &LogInput,
    options: &ReadOptions,
    registry: &mut StreamRegistry,
    context: &Context,
    session: &Session,
) -> Result<IngestedLog, CommandError> {
    let failed = |error: &std::io::Error| IngestedLog {
        name: input.name(),
        failure: Some(error.to_string()),
        ..IngestedLog::default()
    };
    let mut opened = match input.open_until(options.encoding, &options.stop) {
        Ok(opened) => opened,
        Err(error) => return Ok(failed(&error)),
    };
    let known = registry.stream_of(input, &opened, options.encoding, session.now);
    let known = match known {
        Ok(known) => known,
        Err(error) => return Ok(failed(&error)),
    };
    if let Some(stream) = known.as_ref().filter(|stream| registry.is_new(stream)) {
        // Whatever ends the process, the next one recognises the stream, and stores nothing twice.
        registry.remember_new(stream.clone());
        registry.save(session.now, session.deadline()).await?;
    }
    let (name, ids) = match (&known, &options.log_stream) {
        (Some(stream), named) => {
            let name = named.clone().unwrap_or_else(|| stream.name.clone());
            (name, EventIds::by_offset(&stream.id))
        }
        // A named pipe is a window of that stream; another one is known by how it begins.
        (None, Some(name)) => (name.clone(), EventIds::by_content(name)),
        (None, None) => {
            let name = match opened.reader.fill_buf() {
                Ok(start) => pipe_name(start),
                Err(error) => return Ok(failed(&error)),
            };
            let ids = EventIds::by_offset(&name);
            (name, ids)
        }
    };
    let origin = LogOrigin {
        log_group: options.log_group.clone(),
        log_stream: name,
    };
    let size = opened.file.as_ref().map(std::fs::Metadata::len);
    let progress = Progress::new(&input.name(), size);
    let otherwise = known.as_ref().map(|stream| stream.otherwise);
    let otherwise = otherwise.or(opened.modified).unwrap_or(session.now);
    let earlier = known.as_ref().and_then(|stream| stream.last.clone());
    let written = opened.modified.unwrap_or(session.now);
    // A log that is followed is read on from its last event, which may have more lines now.
    let start = known.as_ref().filter(|stream| registry.was_read(stream));
    let start = start.and_then(|stream| stream.last.clone());
    let (start, otherwise) = start.map_or((0, otherwise), |last| (last.offset, last.timestamp));
    let skipped = std::io::copy(&mut (&mut opened.reader).take(start), &mut std::io::sink());
    if let Err(error) = skipped {
        return Ok(failed(&error));
    }
    let mut events = Events::new(opened.reader, ids, otherwise)
        .starting_at(start)
        .followed(options.is_followed)
        .in_zone(options.zone.clone(), written)
        .with_formats(context.custom_reading());
    let is_file = opened.file.is_some();
    let report = |lines| {
        progress.update(opened.read_bytes.load(Ordering::Relaxed), lines);
        if is_file && options.stop.is_set() {
            ControlFlow::Break(())
        } else {
            // A pipe ends by itself, with what was read.
            ControlFlow::Continue(())
        }
    };
    let ingested = ingest(
        &mut events,
        &input.name(),
        &origin,
        earlier.as_ref(),
        context,
        session,
        report,
    )
    .await;
    progress.end();
    let mut ingested = ingested?;
    ingested.garbage = opened.garbage.load(Ordering::Relaxed);
    if let Some(replaced) = &ingested.replaced {
        registry.forget(replaced, session.deadline()).await?;
    }
    if let Some(stream) = known.filter(|stream| stream.length > 0) {
        registry.remember(KnownStream {
            last: ingested.last.clone().or(earlier),
            ..stream
        });
    }
    Ok(ingested)
}

/// The name of the log stream of a pipe: the same for pipes that begin with the same line.
fn pipe_name(start: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    let line = start
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let hash = Sha256::digest(line);
    let first = hash.iter().take(4);
    let number = first.fold(0, |number, byte| number << 8 | u32::from(*byte));
    format!("stdin#{number:08x}")
}

/// Ingests the events of a log. After each batch, `report` gets the number of lines and may end the
/// reading. `earlier` is the last event of an earlier read. If the log is followed, a line without an end
/// is left for later.
///
/// # Errors
///
/// If log-ingest fails.
pub async fn ingest<R: BufRead>(
    events: &mut Events<R>,
    name: &str,
    origin: &LogOrigin,
    earlier: Option<&LastEvent>,
    context: &Context,
    session: &Session,
    report: impl Fn(u64) -> ControlFlow<()>,
) -> Result<IngestedLog, CommandError> {
    let started = Instant::now();
    let mut done = IngestedLog {
        name: name.to_owned(),
        ..IngestedLog::default()
    };
    let mut number = 0_u64;
    while done.failure.is_none() {
        let (mut batch, fault) = next_batch(events);
        let is_silent = fault
            .as_ref()
            .is_some_and(|fault| fault.kind() == ErrorKind::TimedOut);
        done.failure = fault.filter(|_| !is_silent).map(|error| error.to_string());
        let has_read = !batch.is_empty();
        if events.is_followed() {
            if events.is_open() {
                batch.pop();
            }
            // The last event of the read before was read again, to see if more lines belong to it.
            batch.retain(|event| earlier.is_none_or(|earlier| earlier.id != event.id));
        }
        if batch.is_empty() {
            if is_silent || has_read {
                continue;
            }
            break;
        }
        let payloads =
            envelope::payloads(origin, &batch).map_err(|source| CommandError::Input {
                name: name.to_owned(),
                source,
            })?;
        for payload in payloads {
            number += 1;
            // A log may be followed for days; times are compared with the present one.
            let invocation = shared::invocation::Invocation {
                now: jiff::Timestamp::now(),
                ..session.invocation(format!("{}-{number}", origin.log_stream))
            };
            let answer = log_ingest::handle(&payload, context, &invocation).await;
            let answer = answer.map_err(|error| CommandError::Ingest {
                name: name.to_owned(),
                stored: shared::format::count(done.report.indexed + done.report.duplicates),
                source: error.into(),
            })?;
            done.report.merge(&answer.report);
        }
        for event in &batch {
            let (first, last) = done.span.unwrap_or((event.timestamp, event.timestamp));
            done.span = Some((first.min(event.timestamp), last.max(event.timestamp)));
            if let Some(earlier) = earlier
                && earlier.offset == event.offset
                && earlier.id != event.id
            {
                done.replaced = Some(earlier.clone());
            }
        }
        done.last = batch.last().map(|event| LastEvent {
            id: event.id.clone(),
            offset: event.offset,
            timestamp: event.timestamp,
        });
        if report(events.line_count()).is_break() {
            done.is_interrupted = true;
            break;
        }
    }
    done.repairs = events.repairs();
    done.took = started.elapsed();
    Ok(done)
}

/// The next events, and the fault that ended them, if any.
fn next_batch<R: BufRead>(events: &mut Events<R>) -> (Vec<LogEvent>, Option<std::io::Error>) {
    let mut batch = Vec::new();
    let mut bytes = 0;
    let started = Instant::now();
    // A pipe that is never silent and never fast must not wait for a full batch.
    let is_late = |batch: &Vec<LogEvent>| !batch.is_empty() && started.elapsed() > LONGEST_WAIT;
    while batch.len() < MOST_EVENTS && bytes < MOST_BYTES && !is_late(&batch) {
        match events.next_event() {
            Ok(Some(event)) => {
                bytes += event.message.len();
                batch.push(event);
            }
            Ok(None) => break,
            Err(error) => return (batch, Some(error)),
        }
    }
    (batch, None)
}
