//! What a line says, in the same few fields for every format.

use std::{borrow::Cow, net::IpAddr};

use shared::model::{level::Level, log::LogFormat};

pub use super::level::StatedLevel;
use super::{duration, time::Stated};
use crate::{metadata::LineMetadata, trim::trimmed};

/// What a line says, before it is judged (time), masked (route, pattern) or redacted.
#[derive(Debug)]
pub struct ParsedEntry<'a> {
    /// The format of the line.
    pub format: LogFormat,
    /// The level, if the line states or implies one.
    pub level: Option<StatedLevel<'a>>,
    /// The message.
    pub message: Cow<'a, str>,
    /// The time, if the line states one.
    pub timestamp: Option<StatedTime<'a>>,
    /// The service that wrote it.
    pub service: Option<Cow<'a, str>>,
    /// The environment of the service.
    pub environment: Option<Cow<'a, str>>,
    /// What ties the entries of one request together.
    pub correlation_id: Option<Cow<'a, str>>,
    /// The user on whose behalf it happened.
    pub user_id: Option<Cow<'a, str>>,
    /// The request that it reports.
    pub request: RequestFields<'a>,
    /// The half of a request that the line reports, where another line reports the other half.
    pub(crate) request_half: Option<RequestHalf>,
    /// Everything else.
    pub metadata: LineMetadata<'a>,
    /// Whether the line itself must be kept, since the fields do not say all of it.
    pub original: bool,
    /// What a reader should know of how the line was read.
    pub remarks: Vec<Cow<'static, str>>,
}

/// A time as a line states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedTime<'a> {
    /// What it means.
    pub stated: Stated,
    /// How it is written.
    pub text: Cow<'a, str>,
}

/// What a line says of a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestFields<'a> {
    /// The HTTP method.
    pub method: Option<Cow<'a, str>>,
    /// The target: a path, perhaps with a query, or a URL.
    pub target: Option<Cow<'a, str>>,
    /// The HTTP status code.
    pub status_code: Option<u16>,
    /// How long it took, in milliseconds; finite and not negative.
    pub duration: Option<f64>,
    /// The address of the client.
    pub client: Option<IpAddr>,
}

/// One of two lines about a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RequestHalf {
    /// It began: what it asks for.
    Start {
        method: String,
        target: String,
        client: Option<IpAddr>,
    },
    /// It ended: how, and after how many milliseconds.
    End { status_code: u16, duration: f64 },
}

impl<'a> ParsedEntry<'a> {
    /// An entry that has a format and a message alone.
    pub(super) fn new(format: &'static str, message: impl Into<Cow<'a, str>>) -> Self {
        Self {
            format: LogFormat::of(format),
            level: None,
            message: message.into(),
            timestamp: None,
            service: None,
            environment: None,
            correlation_id: None,
            user_id: None,
            request: RequestFields::default(),
            request_half: None,
            metadata: LineMetadata::default(),
            original: false,
            remarks: Vec::new(),
        }
    }

    /// An entry of a line of text that is taken apart: the line itself is kept.
    pub(super) fn of_text(format: &'static str, message: impl Into<Cow<'a, str>>) -> Self {
        Self {
            original: true,
            ..Self::new(format, message)
        }
    }

    /// This entry, and where it is silent, what the wrapper around it says.
    pub(super) fn within(mut self, wrapper: Self) -> Self {
        self.level = self.level.or(wrapper.level);
        self.timestamp = self.timestamp.or(wrapper.timestamp);
        self.service = self.service.or(wrapper.service);
        self.environment = self.environment.or(wrapper.environment);
        self.correlation_id = self.correlation_id.or(wrapper.correlation_id);
        self.user_id = self.user_id.or(wrapper.user_id);
        self.request = self.request.or(wrapper.request);
        self.request_half = self.request_half.or(wrapper.request_half);
        self.metadata.extend(wrapper.metadata);
        self.remarks.extend(wrapper.remarks);
        self
    }

    /// Notes who sent the request. A host name is metadata.
    pub(super) fn sent_by(&mut self, client: &'a str) {
        match super::client::address(client) {
            Some(address) => self.request.client = Some(address),
            None if client != "-" => self.metadata.push_text("client", client),
            None => {}
        }
    }

    /// Adds a remark once.
    pub(super) fn remark(&mut self, remark: impl Into<Cow<'static, str>>) {
        let remark = remark.into();
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// The level follows from the status code of a request, where the line states none.
    pub(super) fn imply_level(&mut self) {
        if self.level.is_none() {
            let level = self.request.status_code.map(level_of_status);
            self.level = level.map(StatedLevel::implied);
        }
    }

    /// The same entry, which borrows nothing.
    pub(super) fn into_owned(self) -> ParsedEntry<'static> {
        ParsedEntry {
            format: self.format,
            level: self.level.map(|stated| StatedLevel {
                level: stated.level,
                word: owned(stated.word),
                is_implied: stated.is_implied,
            }),
            message: owned(self.message),
            timestamp: self.timestamp.map(|time| StatedTime {
                stated: time.stated,
                text: owned(time.text),
            }),
            service: self.service.map(owned),
            environment: self.environment.map(owned),
            correlation_id: self.correlation_id.map(owned),
            user_id: self.user_id.map(owned),
            request: RequestFields {
                method: self.request.method.map(owned),
                target: self.request.target.map(owned),
                ..self.request
            },
            request_half: self.request_half,
            metadata: self.metadata.into_owned(),
            original: self.original,
            remarks: self.remarks,
        }
    }
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

/// The level of a request that says nothing but its status code.
fn level_of_status(code: u16) -> Level {
    match code {
        500.. => Level::Error,
        400.. => Level::Warn,
        _ => Level::Info,
    }
}

impl<'a> StatedTime<'a> {
    /// The time in a text, if it is one.
    pub(super) fn read(text: Cow<'a, str>) -> Option<Self> {
        let stated = super::time::read(&text)?;
        Some(Self { stated, text })
    }

    /// The time at the start of a text, and the rest of the text.
    pub(super) fn leading(text: &'a str) -> Option<(Self, &'a str)> {
        let (stated, length) = super::time::leading(text)?;
        let (time, rest) = text.split_at_checked(length)?;
        let text = Cow::Borrowed(time);
        Some((Self { stated, text }, rest))
    }
}

impl<'a> RequestFields<'a> {
    fn or(self, other: Self) -> Self {
        Self {
            method: self.method.or(other.method),
            target: self.target.or(other.target),
            status_code: self.status_code.or(other.status_code),
            duration: self.duration.or(other.duration),
            client: self.client.or(other.client),
        }
    }

    /// Reads `GET /path HTTP/1.1`, or `GET /path`; `None` for any other text.
    pub(super) fn of_request_line(line: &'a str) -> Option<Self> {
        let mut words = line.split(' ').filter(|word| !word.is_empty());
        let method = words.next().filter(|method| is_method(method))?;
        let target = words.next().filter(|target| is_target(target))?;
        let rest = words.next().unwrap_or("HTTP/");
        (rest.starts_with("HTTP/") && words.next().is_none()).then_some(Self {
            method: Some(Cow::Borrowed(method)),
            target: Some(Cow::Borrowed(target)),
            ..Self::default()
        })
    }

    /// Sets the duration from a number in a unit.
    pub(super) fn took(&mut self, text: &str, unit: duration::DurationUnit) {
        let read = duration::read(text, unit);
        self.duration = read.map(|read| read.milliseconds).or(self.duration);
    }
}

/// Whether a word can be an HTTP method.
pub(super) fn is_method(text: &str) -> bool {
    (3..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether a word can be the target of a request.
pub(super) fn is_target(text: &str) -> bool {
    text.starts_with('/') || text.contains("://")
}

/// A status code of HTTP.
pub(super) fn status_code(text: &str) -> Option<u16> {
    let code: u16 = trimmed(text).parse().ok()?;
    (100..=599).contains(&code).then_some(code)
}
