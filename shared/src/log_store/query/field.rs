//! The fields of a document that queries name, as a table.

use crate::model::log::{LogDocument, Request};

/// A field with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextField {
    /// The path with its ids masked: `/api/players/{id}`.
    Route,
    /// The path as it was asked for.
    Path,
    /// The HTTP method.
    Method,
    /// The user.
    User,
    /// The address of the client.
    Client,
    /// The correlation id.
    Correlation,
    /// The service, in its own words.
    Service,
    /// The environment.
    Environment,
    /// The log stream.
    Stream,
    /// The log group.
    Group,
    /// The name of the format that the line was read as.
    Format,
    /// The pattern of the message.
    Pattern,
}

/// What the name of a field stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamedField {
    Message,
    Level,
    Status,
    Duration,
    Text(TextField),
    /// A name that loggers give the correlation id: that field, or a metadata key of this name.
    CorrelationOrMetadata,
}

/// The names of fields, in lower case and without `_` and `-`.
const NAMES: &[(&str, NamedField)] = &[
    ("message", NamedField::Message),
    ("msg", NamedField::Message),
    ("level", NamedField::Level),
    ("severity", NamedField::Level),
    ("status", NamedField::Status),
    ("statuscode", NamedField::Status),
    ("duration", NamedField::Duration),
    ("route", NamedField::Text(TextField::Route)),
    ("path", NamedField::Text(TextField::Path)),
    ("method", NamedField::Text(TextField::Method)),
    ("user", NamedField::Text(TextField::User)),
    ("userid", NamedField::Text(TextField::User)),
    ("client", NamedField::Text(TextField::Client)),
    ("correlation", NamedField::Text(TextField::Correlation)),
    ("correlationid", NamedField::Text(TextField::Correlation)),
    ("requestid", NamedField::CorrelationOrMetadata),
    ("traceid", NamedField::CorrelationOrMetadata),
    ("service", NamedField::Text(TextField::Service)),
    ("environment", NamedField::Text(TextField::Environment)),
    ("env", NamedField::Text(TextField::Environment)),
    ("stream", NamedField::Text(TextField::Stream)),
    ("logstream", NamedField::Text(TextField::Stream)),
    ("group", NamedField::Text(TextField::Group)),
    ("loggroup", NamedField::Text(TextField::Group)),
    ("format", NamedField::Text(TextField::Format)),
    ("pattern", NamedField::Text(TextField::Pattern)),
];

/// The names of fields, as people write them.
pub fn field_names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(name, _)| *name)
}

impl NamedField {
    /// The field with this name; `None` for a metadata key.
    pub(super) fn named(name: &str) -> Option<Self> {
        let letters = name.chars().filter(|letter| !matches!(letter, '_' | '-'));
        let folded: String = letters.flat_map(char::to_lowercase).collect();
        let found = NAMES.iter().find(|(known, _)| *known == folded);
        found.map(|(_, field)| *field)
    }
}

impl TextField {
    /// Every field.
    pub const ALL: [Self; 12] = [
        Self::Route,
        Self::Path,
        Self::Method,
        Self::User,
        Self::Client,
        Self::Correlation,
        Self::Service,
        Self::Environment,
        Self::Stream,
        Self::Group,
        Self::Format,
        Self::Pattern,
    ];

    /// True for fields whose values begin and may end with a slash, which is then no sign of a
    /// regular expression.
    pub(super) fn has_slashes(self) -> bool {
        matches!(self, Self::Route | Self::Path | Self::Group)
    }

    /// The value of the field in a document.
    #[must_use]
    pub fn of(self, document: &LogDocument) -> Option<&str> {
        let request = document.request.as_ref();
        let part = |value: fn(&Request) -> Option<&str>| request.and_then(value);
        match self {
            Self::Route => part(|request| request.route.as_deref()),
            Self::Path => part(|request| request.path.as_deref()),
            Self::Method => part(|request| request.method.as_deref()),
            Self::User => document.user_id.as_deref(),
            Self::Client => part(|request| request.client.as_deref()),
            Self::Correlation => document.correlation_id.as_deref(),
            Self::Service => Some(&document.service),
            Self::Environment => document.environment.as_deref(),
            Self::Stream => Some(&document.source.log_stream),
            Self::Group => Some(&document.source.log_group),
            Self::Format => Some(document.format.name()),
            Self::Pattern => Some(&document.pattern),
        }
    }
}
