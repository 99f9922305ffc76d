//! Reads a log, and passes its events to log-ingest.

use std::{
    borrow::Cow,
    io::{BufRead, ErrorKind, Read as _},
    ops::ControlFlow,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use encoding_rs::Encoding;
use jiff::tz::TimeZone;
use log_ingest::{Context, ReadBatch, ReadEvent, read::ansi};
use shared::invocation::Invocation;

use crate::{
    error::CommandError,
    outcome::IngestedLog,
    progress::Progress,
    session::Session,
    source::{
        event::{Events, LogEvent},
        identity::EventIds,
        input::LogInput,
        stamp::EventStamps,
        stream::{KnownStream, LastEvent},
    },
    stop::StopSignal,
    streams::StreamRegistry,
};

/// The most events in one batch.
const MOST_EVENTS: usize = 2_000;
/// The most bytes of messages in one batch.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// How long the first event of a batch waits for the others.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// An account that does not exist. It is a part of the ids of stored entries.
const ACCOUNT: &str = "000000000000";

/// The log group and the log stream of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogOrigin {
    /// The log group.
    pub log_group: String,
    /// The log stream.
    pub log_stream: String,
}

/// The events of one log, and where they are from.
#[derive(Debug)]
pub struct IngestSource<R> {
    /// The name of the log in messages.
    pub name: String,
    /// Where the events are from.
    pub origin: LogOrigin,
    /// The events.
    pub events: Events<R>,
    /// The ids and times of the events.
    pub stamps: EventStamps,
    /// The last event of an earlier read.
    pub earlier: Option<LastEvent>,
}

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
    let source = IngestSource {
        name: input.name(),
        origin,
        // A pipe is read only once.
        events: Events::new(opened.reader)
            .starting_at(start)
            .followed(options.is_followed && opened.file.is_some()),
        stamps: EventStamps::new(ids, otherwise).in_zone(options.zone.clone(), written),
        earlier: earlier.clone(),
    };
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
    let ingested = ingest(source, context, session, report).await;
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
/// reading. If the log is followed, a line without an end is left for later.
///
/// # Errors
///
/// If log-ingest fails.
pub async fn ingest<R: BufRead>(
    source: IngestSource<R>,
    context: &Context,
    session: &Session,
    report: impl Fn(u64) -> ControlFlow<()>,
) -> Result<IngestedLog, CommandError> {
    let started = Instant::now();
    let IngestSource {
        name,
        origin,
        mut events,
        mut stamps,
        earlier,
    } = source;
    let mut done = IngestedLog {
        name: name.clone(),
        ..IngestedLog::default()
    };
    let mut number = 0_u64;
    while done.failure.is_none() {
        let (mut batch, fault) = next_batch(&mut events);
        let is_silent = fault
            .as_ref()
            .is_some_and(|fault| fault.kind() == ErrorKind::TimedOut);
        done.failure = fault.filter(|_| !is_silent).map(|error| error.to_string());
        let has_read = !batch.is_empty();
        if events.is_followed() && events.is_open() {
            batch.pop();
        }
        let lines: Vec<Cow<'_, str>> = batch
            .iter()
            .map(|event| ansi::strip(Cow::Borrowed(&event.message)))
            .collect();
        let mut read = Vec::with_capacity(batch.len());
        for (event, line) in batch.iter().zip(&lines) {
            let entry = context.line_reader().read(line);
            let stamp = stamps.next(event, &entry);
            let is_earlier = |earlier: &LastEvent| earlier.id == stamp.id;
            if events.is_followed() && earlier.as_ref().is_some_and(is_earlier) {
                // The last event of the read before was read again, to see if more lines belong to it.
                continue;
            }
            done.note(event.offset, &stamp, earlier.as_ref());
            read.push(ReadEvent {
                id: stamp.id,
                timestamp: stamp.timestamp,
                message: &event.message,
                entry,
            });
        }
        if read.is_empty() {
            if is_silent || has_read {
                continue;
            }
            break;
        }
        number += 1;
        // A log may be followed for days; times are compared with the present one.
        let invocation = Invocation {
            now: jiff::Timestamp::now(),
            ..session.invocation(format!("{}-{number}", origin.log_stream))
        };
        let read = ReadBatch {
            owner: ACCOUNT,
            log_group: &origin.log_group,
            log_stream: &origin.log_stream,
            events: read,
        };
        let ingested = log_ingest::ingest_read(read, context, &invocation).await;
        let ingested = ingested.map_err(|error| CommandError::Ingest {
            name: name.clone(),
            stored: shared::format::count(done.report.indexed + done.report.duplicates),
            source: error.into(),
        })?;
        done.report.merge(&ingested);
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
