//! A log entry as services write it, and the document that becomes of it in the log store.

use std::{borrow::Cow, sync::Arc};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{level::Level, metadata::Metadata};

/// One line of a structured log: what Bongsu's functions write themselves, and what `log-ingest`
/// recognises without guessing.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    /// How severe it is.
    pub level: Level,
    /// What happened.
    pub message: String,
    /// When it happened.
    pub timestamp: Timestamp,
    /// The service that wrote it.
    pub service: String,
    /// The environment that the service runs in, such as `production`.
    pub environment: String,
    /// What ties the entries of one request together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// On whose behalf it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Anything else, as a JSON object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<serde_json::Map<String, serde_json::Value>>,
}

/// The version of the rules by which messages become patterns, and paths routes. A release that changes them
/// raises it: for a day, log-analysis then compares no pattern and no route with the windows before, and
/// reports no error as new.
pub const PATTERN_VERSION: u32 = 1;

/// A log event in the log store. Everything that analysis groups by (route, pattern, endpoint) is
/// worked out before it is stored, so that analysis only counts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogDocument {
    /// What makes a second delivery of the same event harmless: the same event has the same id and
    /// the same `timestamp` always. 1 to 128 characters of `0-9`, `a-z`, `A-Z` and `-`. Not part
    /// of the stored body.
    #[serde(skip_serializing, default)]
    pub id: String,
    /// When it happened: the event's own time if it is sane, else CloudWatch's. Decides the daily
    /// index.
    #[serde(rename = "@timestamp")]
    pub timestamp: Timestamp,
    /// When Bongsu read it.
    pub ingested_at: Timestamp,
    /// How severe it is, in the one vocabulary; [`Level::Unknown`] if the line does not say.
    pub level: Level,
    /// The level as the service wrote it, where that is another word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level_original: Option<String>,
    /// What happened: redacted, without colours, cut at a character boundary if it was too long.
    pub message: String,
    /// How long the message was before it was cut, in bytes of UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_bytes: Option<u64>,
    /// The message with all that varies masked: what errors are grouped by. At most 512 characters. A release
    /// that masks messages in another way has another [`PATTERN_VERSION`].
    pub pattern: String,
    /// The service that wrote it, in its own words. Most documents share it with their neighbours.
    pub service: Arc<str>,
    /// The environment that the service runs in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Arc<str>>,
    /// What ties the entries of one request together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// On whose behalf it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The request that the entry reports, if it reports one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Request>,
    /// Everything else that the entry said: a JSON object that every store accepts (at most 18
    /// levels deep, no key twice, no NUL in a key), redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// The text as it arrived (redacted), where the fields above do not say all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
    /// The format that the line was read as.
    pub format: LogFormat,
    /// Where it came from.
    pub source: LogSource,
    /// What was done to the entry that a reader should know of: a refused timestamp, a cut, a
    /// renamed key. Each a short English text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// How many values were redacted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub redactions: u32,
    /// What could not be read from the line and is therefore unknown or assumed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Unread>,
}

impl LogDocument {
    /// A document of an entry of which nothing but its message is known, read when it happened.
    #[must_use]
    pub fn new(
        service: impl Into<Arc<str>>,
        id: impl Into<String>,
        timestamp: Timestamp,
        message: impl Into<String>,
    ) -> Self {
        let message = message.into();
        Self {
            id: id.into(),
            timestamp,
            ingested_at: timestamp,
            level: Level::Unknown,
            level_original: None,
            pattern: message.clone(),
            message,
            message_bytes: None,
            service: service.into(),
            environment: None,
            correlation_id: None,
            user_id: None,
            request: None,
            metadata: None,
            original: None,
            format: LogFormat::LOG_ENTRY,
            source: LogSource::default(),
            remarks: Vec::new(),
            redactions: 0,
            unread: Vec::new(),
        }
    }

    /// The id of its event: that of its source, or what stands behind the first dash of its own.
    #[must_use]
    pub fn event_id(&self) -> &str {
        let own = || self.id.split_once('-').map(|(_, event)| event);
        let stored = self.source.event_id.as_deref();
        stored.or_else(own).unwrap_or_default()
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde's skip_serializing_if wants it so"
)]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// The request that a log entry reports: an entry of any level that names a path or target and a
/// method, status or duration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// The HTTP method, upper case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Cow<'static, str>>,
    /// The path as it was asked for, without query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The path with its ids masked: `/api/players/42` is `/api/players/{id}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// Method and route in one, `GET /api/players/{id}`: what requests are grouped by. Absent
    /// where there is no path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The HTTP status code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u16>,
    /// How long it took, in milliseconds; finite and not negative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<f64>,
    /// The IP address of the client, in its canonical form. Behind proxies it is the client's only if
    /// the line has it, as in `X-Forwarded-For`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
}

/// Where a log event came from. What all events of one batch have in common, they share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogSource {
    /// The AWS account that owns the log group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Arc<str>>,
    /// The CloudWatch log group.
    pub log_group: Arc<str>,
    /// The CloudWatch log stream.
    pub log_stream: Arc<str>,
    /// The event's id, where the document's id does not end with it: `CloudWatch`'s own ids are not
    /// stored twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
}

/// The name of the format that a line was read as, such as `nginx-access`. `log-ingest` has the
/// table of formats; users add their own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LogFormat(Cow<'static, str>);

impl LogFormat {
    /// [`LogEntry`], as Bongsu and winston write it.
    pub const LOG_ENTRY: Self = Self::of("log-entry");
    /// Lambda's text prefix of Node.js and Python lines, before text or JSON.
    pub const LAMBDA_TEXT: Self = Self::of("lambda-text");
    /// Text with a time or a level in the usual places.
    pub const TEXT: Self = Self::of("text");
    /// No format matched.
    pub const UNKNOWN: Self = Self::of("unknown");

    /// A format of the built-in table.
    #[must_use]
    pub const fn of(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// A format of the user's own.
    #[must_use]
    pub fn custom(name: String) -> Self {
        Self(Cow::Owned(name))
    }

    /// The name, as it is stored.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// What could not be read from a line. Analyses count it, so that a log that is not understood is
/// never reported as healthy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unread {
    /// The level: the document's level is [`Level::Unknown`].
    Level,
    /// The time: the document has the time of the log event (`CloudWatch`'s, or the file's).
    Time,
    /// The format: the document's format is [`LogFormat::UNKNOWN`].
    Format,
}

impl Unread {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Level, Self::Time, Self::Format];

    /// The name, as it is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Time => "time",
            Self::Format => "format",
        }
    }

    /// The bit that stands for it where several are stored as one number.
    #[must_use]
    pub fn bit(self) -> u8 {
        match self {
            Self::Level => 1,
            Self::Time => 2,
            Self::Format => 4,
        }
    }
}
