//! `bongsu ingest`: reads logs, wraps their events as CloudWatch would, and hands them to
//! log-ingest.

use std::{
    io::BufRead,
    path::Path,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use log_ingest::{Context, IngestReport};
use shared::{
    env::{Settings, names},
    model::service::ServiceName,
};

use crate::{
    cli,
    envelope::{self, Origin},
    error::CommandError,
    output,
    progress::Progress,
    render::{ingested, quantity, style::Paint},
    session::{self, Session},
    source::{
        event::{Events, LogEvent},
        input::Input,
        line::Repairs,
    },
};

/// How many events one payload carries at most.
const MOST_EVENTS: usize = 2_000;
/// How many bytes of messages are gathered for one payload at most, before they are packed.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// What became of one log.
#[derive(Clone, Debug, Default)]
pub struct Ingested {
    /// What it is called.
    pub name: String,
    /// What log-ingest says.
    pub report: IngestReport,
    /// What had to be done to lines.
    pub repairs: Repairs,
    /// When the first and the last of its events happened.
    pub span: Option<(Timestamp, Timestamp)>,
    /// How long it took.
    pub took: Duration,
}

/// Runs the command.
///
/// # Errors
///
/// At the first log that cannot be read or ingested to its end.
pub async fn run(
    arguments: cli::Ingest,
    file: Option<&Path>,
    settings: Settings,
) -> Result<(), CommandError> {
    let service = arguments.service.as_ref().map(ServiceName::as_str);
    let settings = session::with_options(settings, &[(names::SERVICE_NAME, service)]);
    let (session, config) = Session::open(file, settings, log_ingest::Config::read).await?;
    let context = Context::new(session.store.clone(), config)?;
    let log_group = arguments
        .log_group
        .unwrap_or_else(|| default_log_group(&session));
    let mut all = Vec::new();
    for path in arguments.files {
        let input = Input::from(path);
        let log_stream = arguments.log_stream.clone();
        let origin = Origin {
            log_group: log_group.clone(),
            log_stream: log_stream.unwrap_or_else(|| input.log_stream()),
        };
        all.push(ingest_input(&input, &origin, &context, &session).await?);
    }
    session
        .store
        .refresh(&session.service, session.deadline())
        .await?;
    let mut text = ingested::summary(&all, session.style, &session.store.location());
    if let Some(command) = ingested::next_command(&all, &session.service) {
        let command = session.style.paint(Paint::Name, &command);
        text.extend(["\nNext: ", &command, "\n"]);
    }
    output::print(&text)
}

/// The log group of logs that do not come from one.
#[must_use]
pub fn default_log_group(session: &Session) -> String {
    format!("/bongsu/{}", session.service)
}

async fn ingest_input(
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
                stored: quantity::count(done.report.indexed + done.report.duplicates),
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
