//! The log that every function writes: one [`LogEntry`] as one line of JSON for each event, which
//! is also what `log-ingest` recognises without guessing.
//!
//! Code logs with the macros of `tracing`. The correlation id and the user id come from the fields
//! `correlation_id` and `user_id` of the event or of the spans around it, the innermost first; an
//! event without a correlation id takes the `request_id` of its spans, which the runtime opens. All
//! other fields of the event are its metadata.
//!
//! Invariant: a log entry that cannot be written never stops the work that it reports. A field
//! that panics when it is formatted and a closed output are swallowed here, and only here: there is
//! no other place left to report them to.

use std::{
    io::{self, IsTerminal, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
};

use jiff::{Timestamp, Unit};
use tracing::{
    Event, Metadata, Subscriber,
    level_filters::LevelFilter,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    Layer, Registry,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
};

use crate::{
    env::{Settings, names},
    model::{level::Level, log::LogEntry},
};

mod fields;
mod filter;
mod readable;

pub use fields::chain;
use fields::{EventFields, SpanIds};

/// How a process logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggingConfig {
    /// The process: `service` of every entry.
    pub service: String,
    /// The environment that it runs in.
    pub environment: String,
    /// The least severe level that is logged.
    pub level: Level,
    /// Whether colours are unwanted even on a terminal.
    pub no_colour: bool,
}

impl LoggingConfig {
    /// Reads the settings `LOG_LEVEL`, `ENVIRONMENT` (or `NODE_ENV`) and `NO_COLOR` for the process
    /// that calls itself `service`.
    #[must_use]
    pub fn read(service: &str, settings: &mut Settings) -> Self {
        let environment = settings
            .text(names::ENVIRONMENT)
            .or_else(|| settings.text(names::NODE_ENV))
            .unwrap_or("development")
            .to_owned();
        Self {
            service: service.to_owned(),
            environment,
            level: settings.parsed(names::LOG_LEVEL).unwrap_or(Level::Info),
            no_colour: settings.text(names::NO_COLOR).is_some(),
        }
    }
}

/// Where a process logs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogOutput {
    /// Standard output: for a function, whose output is its log.
    Stdout,
    /// Standard error: for a command, whose output is its result.
    Stderr,
}

/// From now on everything that this process logs goes to `output`: lines for people when that is a
/// terminal, else JSON. Only the first call in a process has an effect.
pub fn init(config: LoggingConfig, output: LogOutput) {
    let (writer, is_terminal): (Box<dyn Write + Send>, bool) = match output {
        LogOutput::Stdout => (Box::new(io::stdout()), io::stdout().is_terminal()),
        LogOutput::Stderr => (Box::new(io::stderr()), io::stderr().is_terminal()),
    };
    let form = match (is_terminal, config.no_colour) {
        (false, _) => Form::Json,
        (true, no_colour) => Form::Readable {
            colours: !no_colour,
        },
    };
    let subscriber = Registry::default().with(EntryLayer::new(config, form, writer));
    // That another subscriber is in place already is no reason to stop.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// What a line looks like.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// A [`LogEntry`] as JSON.
    Json,
    /// For people.
    Readable { colours: bool },
}

/// The layer that writes the lines.
struct EntryLayer {
    config: LoggingConfig,
    form: Form,
    writer: Mutex<Box<dyn Write + Send>>,
}

impl EntryLayer {
    fn new(config: LoggingConfig, form: Form, writer: Box<dyn Write + Send>) -> Self {
        Self {
            config,
            form,
            writer: Mutex::new(writer),
        }
    }

    /// The entry of an event, and the target that it came from.
    fn entry(&self, metadata: &Metadata<'_>, spans: SpanIds, fields: EventFields) -> LogEntry {
        let now = Timestamp::now();
        let EventFields {
            message,
            ids,
            mut rest,
        } = fields;
        let ids = ids.or(spans);
        if let (Some(_), Some(request_id)) = (&ids.correlation, &ids.request) {
            rest.insert("requestId".to_owned(), request_id.clone().into());
        }
        rest.insert("target".to_owned(), metadata.target().into());
        LogEntry {
            level: filter::level(*metadata.level()),
            message: message.unwrap_or_else(|| metadata.name().to_owned()),
            timestamp: now.round(Unit::Millisecond).unwrap_or(now),
            service: self.config.service.clone(),
            environment: self.config.environment.clone(),
            correlation_id: ids.correlation.or(ids.request),
            user_id: ids.user,
            metadata: Some(rest),
        }
    }

    /// The line of an event, with its line feed.
    fn line<S: Subscriber + for<'a> LookupSpan<'a>>(
        &self,
        event: &Event<'_>,
        context: &Context<'_, S>,
    ) -> Option<Vec<u8>> {
        let mut spans = SpanIds::default();
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(outer) = span.extensions().get::<SpanIds>() {
                spans = spans.or(outer.clone());
            }
        }
        // The fields of an event are formatted by code that can panic.
        let read = || catch_unwind(AssertUnwindSafe(|| EventFields::of(event)));
        let fields = read().unwrap_or_else(|_| EventFields::unreadable());
        let entry = self.entry(event.metadata(), spans, fields);
        let mut line = match self.form {
            Form::Json => serde_json::to_vec(&entry).ok()?,
            Form::Readable { colours } => readable::line(&entry, colours).into_bytes(),
        };
        line.push(b'\n');
        Some(line)
    }

    /// Writes a line in one call, so that lines of several threads do not mix.
    fn write(&self, line: &[u8]) {
        let mut writer = match self.writer.lock() {
            Ok(writer) => writer,
            Err(poisoned) => poisoned.into_inner(),
        };
        let _ = writer.write_all(line).and_then(|()| writer.flush());
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for EntryLayer {
    fn enabled(&self, metadata: &Metadata<'_>, _context: Context<'_, S>) -> bool {
        // Spans are always kept: they carry the ids of the events inside them.
        metadata.is_span() || filter::passes(metadata, self.config.level)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        // Not below info, since spans that carry ids are of that level.
        Some(filter::threshold(self.config.level).max(LevelFilter::INFO))
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let read = || catch_unwind(AssertUnwindSafe(|| SpanIds::of(attributes)));
        if let (Some(span), Ok(ids)) = (context.span(id), read()) {
            span.extensions_mut().replace(ids);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let read = || catch_unwind(AssertUnwindSafe(|| SpanIds::recorded(values)));
        if let (Some(span), Ok(recorded)) = (context.span(id), read()) {
            let mut extensions = span.extensions_mut();
            let before = extensions.remove::<SpanIds>().unwrap_or_default();
            extensions.replace(recorded.or(before));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if let Some(line) = self.line(event, &context) {
            self.write(&line);
        }
    }
}

#[cfg(test)]
mod tests;
