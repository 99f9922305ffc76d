//! Builds the document of a log event: what the line says, judged, masked and redacted.

use std::{borrow::Cow, sync::Arc};

use jiff::Timestamp;
use shared::{
    log_store::facts::is_plausible_duration,
    model::{
        level::Level,
        log::{LogDocument, LogFormat, LogSource, Request, Unread},
        service::ServiceName,
    },
};

use crate::{
    config::Config,
    identity::{self, Identity},
    metadata::{self, Written},
    pattern,
    read::{
        LineReader, ParsedEntry, RequestFields, StatedLevel, StatedTime, address_text, ansi,
        decode::{Batch, SubscriptionEvent},
        time::LogZone,
    },
    redact::{Count, LineRedactor, Redactor},
    requests::OpenRequests,
    route,
};

/// How much of a value is repeated in a remark, in characters.
const LONGEST_QUOTE: usize = 64;

/// Builds the documents of one batch.
#[derive(Debug)]
pub struct DocumentBuilder<'m> {
    identity: Identity,
    source: LogSource,
    service: &'m ServiceName,
    config: &'m Config,
    reader: &'m LineReader,
    redactor: &'m Redactor,
    now: Timestamp,
    last_service: Last,
    last_environment: Last,
    requests: OpenRequests,
}

/// What the event before said, which most say again: an allocation less for each, and allocations
/// are the most expensive part of a document.
#[derive(Debug, Default)]
struct Last(Arc<str>);

impl Last {
    fn or_new(&mut self, text: &str) -> Arc<str> {
        if self.0.as_ref() != text {
            self.0 = text.into();
        }
        Arc::clone(&self.0)
    }
}

/// What an event becomes.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every event is a document; a box would be an allocation for each"
)]
pub enum Built {
    /// A document to store.
    Document(LogDocument),
    /// Nothing, by a setting.
    Filtered,
}

impl<'m> DocumentBuilder<'m> {
    /// A builder for the events of a batch of `service`, at `now`.
    #[must_use]
    pub fn new(
        batch: &Batch<'_>,
        service: &'m ServiceName,
        config: &'m Config,
        reader: &'m LineReader,
        redactor: &'m Redactor,
        now: Timestamp,
    ) -> Self {
        let account = Some(batch.owner.as_ref()).filter(|owner| !owner.is_empty());
        Self {
            identity: Identity::new(batch),
            source: LogSource {
                account: account.map(Into::into),
                log_group: batch.log_group.as_ref().into(),
                log_stream: batch.log_stream.as_ref().into(),
                event_id: None,
            },
            service,
            config,
            reader,
            redactor,
            now,
            last_service: Last::default(),
            last_environment: Last::default(),
            requests: OpenRequests::default(),
        }
    }

    /// The document of an event.
    #[must_use]
    pub fn build(&mut self, event: &SubscriptionEvent<'_>) -> Built {
        self.build_read(event, None)
    }

    /// The document of an event, with its entry if its line was read already.
    pub(crate) fn build_read(
        &mut self,
        event: &SubscriptionEvent<'_>,
        entry: Option<ParsedEntry<'_>>,
    ) -> Built {
        let line = ansi::strip(Cow::Borrowed(event.message.as_ref()));
        let mut entry = entry.unwrap_or_else(|| self.reader.read(&line));
        self.requests.join(&mut entry);
        let mut remarks: Vec<String> = entry.remarks.iter().map(ToString::to_string).collect();
        let mut clean = Clean {
            redactor: self.redactor.of_line(&line),
            redactions: 0,
        };
        let (level, level_original) = level(entry.level.as_ref(), &mut clean, &mut remarks);
        if level.is_known() && level < self.config.min_level {
            return Built::Filtered;
        }
        let original = original(&entry, event, &line).map(|text| clean.text(text));
        let message = clean.text(entry.message);
        if self
            .config
            .exclude
            .as_ref()
            .is_some_and(|exclude| exclude.is_match(&message))
        {
            return Built::Filtered;
        }
        let request = request(entry.request, &mut clean);
        let duration = request.as_ref().and_then(|request| request.duration);
        if let Some(duration) = duration.filter(|duration| !is_plausible_duration(*duration)) {
            remarks.push(format!(
                "the duration of {duration:e} ms is implausible and counts in no statistics"
            ));
        }
        let metadata = entry.metadata.write(clean.redactor, request.as_ref());
        let Written {
            json,
            redactions,
            remarks: metadata_remarks,
        } = metadata;
        clean.redactions += redactions;
        remarks.extend(metadata_remarks);
        let pattern = pattern::pattern_of(&message, request.as_ref(), json.as_ref());
        let (message, message_bytes) = pattern::truncated(message, self.config.max_message_bytes);
        let original = original.map(|text| self.cut_original(text, &mut remarks));
        let own_time = timestamp(
            entry.timestamp.as_ref(),
            &self.config.time_zone,
            event.timestamp,
            &mut remarks,
        );
        let unread = [
            (Unread::Level, !level.is_known()),
            (Unread::Time, own_time.is_none()),
            (Unread::Format, entry.format == LogFormat::UNKNOWN),
        ];
        let unread = unread.into_iter().filter(|(_, holds)| *holds);
        let unread = unread.map(|(unread, _)| unread).collect();
        let timestamp = own_time.unwrap_or(event.timestamp);
        let service = entry.service.map(|text| clean.text(text));
        let environment = entry.environment.map(|text| clean.text(text));
        Built::Document(LogDocument {
            id: self.identity.of(event),
            timestamp,
            ingested_at: self.now,
            level,
            level_original,
            message: message.into_owned(),
            message_bytes,
            pattern,
            service: self
                .last_service
                .or_new(service.as_deref().unwrap_or(self.service.as_str())),
            environment: environment
                .as_deref()
                .or(self.config.environment.as_deref())
                .map(|environment| self.last_environment.or_new(environment)),
            correlation_id: entry
                .correlation_id
                .map(|text| clean.text(text).into_owned()),
            user_id: entry.user_id.map(|text| clean.text(text).into_owned()),
            request,
            metadata: json,
            original: original.map(Cow::into_owned),
            format: entry.format,
            source: LogSource {
                event_id: identity::stored(event),
                ..self.source.clone()
            },
            remarks,
            redactions: clean.redactions,
            unread,
        })
    }

    fn cut_original<'t>(&self, text: Cow<'t, str>, remarks: &mut Vec<String>) -> Cow<'t, str> {
        let (text, whole) = pattern::truncated(text, self.config.max_message_bytes);
        if let Some(length) = whole {
            remarks.push(format!("the original was cut; it had {length} bytes"));
        }
        text
    }
}

/// Redacts the texts of one line, if it holds anything that may be a secret.
struct Clean<'r> {
    redactor: Option<LineRedactor<'r>>,
    redactions: Count,
}

impl Clean<'_> {
    fn text<'t>(&mut self, text: Cow<'t, str>) -> Cow<'t, str> {
        match self.redactor {
            Some(redactor) => metadata::redacted_text(redactor, text, &mut self.redactions),
            None => text,
        }
    }
}

/// The line as it arrived, where the fields do not say all of it. One that is to be redacted is
/// taken without its colours, which could stand in the middle of a secret.
fn original<'t>(
    entry: &ParsedEntry<'_>,
    event: &'t SubscriptionEvent<'_>,
    line: &'t str,
) -> Option<Cow<'t, str>> {
    let is_coloured = line.len() != event.message.len();
    let is_text = || {
        const FORMATS: [&str; 5] = [
            "text",
            "unknown",
            "logfmt",
            "lambda-text",
            "lambda-platform",
        ];
        FORMATS.contains(&entry.format.name())
    };
    (entry.original || (is_coloured && is_text())).then_some(Cow::Borrowed(line))
}

fn level(
    stated: Option<&StatedLevel<'_>>,
    clean: &mut Clean<'_>,
    remarks: &mut Vec<String>,
) -> (Level, Option<String>) {
    let Some(StatedLevel { level, word, .. }) = stated else {
        return (Level::default(), None);
    };
    let known = level.unwrap_or_default();
    let original = (word != known.name()).then(|| quoted(&clean.text(Cow::Borrowed(word))));
    if level.is_none() {
        let word = original.as_deref().unwrap_or(known.name());
        remarks.push(format!("the level {word:?} is unknown"));
    }
    (known, original)
}

fn timestamp(
    stated: Option<&StatedTime<'_>>,
    zone: &LogZone,
    cloudwatch: Timestamp,
    remarks: &mut Vec<String>,
) -> Option<Timestamp> {
    let StatedTime { stated, text } = stated?;
    let believed = stated.believed(zone, cloudwatch);
    if believed.is_none() {
        remarks.push(format!(
            "the entry's own time {:?} is too far from CloudWatch's, which is taken instead",
            quoted(text)
        ));
    }
    believed
}

fn quoted(text: &str) -> String {
    text.chars().take(LONGEST_QUOTE).collect()
}

/// The name of a method: of those that everybody uses, the one in this program.
fn upper_case(method: &str) -> Cow<'static, str> {
    let mut known = route::METHODS.into_iter();
    match known.find(|known| known.eq_ignore_ascii_case(method)) {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(method.to_ascii_uppercase()),
    }
}

fn request(fields: RequestFields<'_>, clean: &mut Clean<'_>) -> Option<Request> {
    // A duration alone may be a job's, a status code alone anything's.
    let RequestFields {
        method,
        target,
        status_code,
        duration,
        client: _,
    } = &fields;
    if target.is_none() || (method.is_none() && status_code.is_none() && duration.is_none()) {
        return None;
    }
    let method = fields.method.map(|method| upper_case(&method));
    let target = fields.target.map(|target| clean.text(target));
    let path = target.as_deref().map(route::path);
    let route = path.map(route::route);
    let endpoint = route.as_deref().map(|route| match &method {
        Some(method) => [method, " ", route].concat(),
        None => route.to_owned(),
    });
    Some(Request {
        path: path.map(str::to_owned),
        method,
        route,
        endpoint,
        status_code: fields.status_code,
        duration: fields.duration,
        client: fields.client.map(address_text),
    })
}
