//! What an event and its spans say, read out of their fields.

use std::{error::Error, fmt};

use serde_json::{Map, Value};
use tracing::{
    Event,
    field::{Field, Visit},
    span::{Attributes, Record},
};

/// The ids that a span or an event carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SpanIds {
    /// `correlation_id` or `correlationId`.
    pub(super) correlation: Option<String>,
    /// `user_id` or `userId`.
    pub(super) user: Option<String>,
    /// `request_id` or `requestId`.
    pub(super) request: Option<String>,
}

impl SpanIds {
    /// The ids of a new span.
    pub(super) fn of(attributes: &Attributes<'_>) -> Self {
        let mut fields = EventFields::default();
        attributes.record(&mut fields);
        fields.ids
    }

    /// The ids of fields that a span got later.
    pub(super) fn recorded(values: &Record<'_>) -> Self {
        let mut fields = EventFields::default();
        values.record(&mut fields);
        fields.ids
    }

    /// These ids; where one is missing, that of `outer`.
    pub(super) fn or(self, outer: Self) -> Self {
        Self {
            correlation: self.correlation.or(outer.correlation),
            user: self.user.or(outer.user),
            request: self.request.or(outer.request),
        }
    }

    /// The place of the id that a field carries.
    fn place(&mut self, name: &str) -> Option<&mut Option<String>> {
        match name {
            "correlation_id" | "correlationId" => Some(&mut self.correlation),
            "user_id" | "userId" => Some(&mut self.user),
            "request_id" | "requestId" => Some(&mut self.request),
            _ => None,
        }
    }
}

/// The fields of an event.
#[derive(Debug, Default)]
pub(super) struct EventFields {
    /// What happened; `None` for an event without a message.
    pub(super) message: Option<String>,
    /// The ids among its fields.
    pub(super) ids: SpanIds,
    /// All others.
    pub(super) rest: Map<String, Value>,
}

impl EventFields {
    /// Reads an event.
    pub(super) fn of(event: &Event<'_>) -> Self {
        let mut fields = Self::default();
        event.record(&mut fields);
        fields
    }

    /// Stands for the fields of an event that panicked when they were read.
    pub(super) fn unreadable() -> Self {
        Self {
            message: Some("a log entry could not be formatted".to_owned()),
            ..Self::default()
        }
    }

    fn put(&mut self, field: &Field, value: Value) {
        let text = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        // The text of an event comes first; a field with its name must not replace it.
        if field.name() == "message" && self.message.is_none() {
            self.message = Some(text(value));
        } else if let Some(place) = self.ids.place(field.name()) {
            *place = Some(text(value)).filter(|id| !id.is_empty());
        } else {
            self.rest.insert(field.name().to_owned(), value);
        }
    }
}

impl Visit for EventFields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no word for a number that is not finite.
        let number = serde_json::Number::from_f64(value);
        self.put(
            field,
            number.map_or_else(|| value.to_string().into(), Value::Number),
        );
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        match i64::try_from(value) {
            Ok(small) => self.put(field, small.into()),
            Err(_) => self.put(field, value.to_string().into()),
        }
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        match u64::try_from(value) {
            Ok(small) => self.put(field, small.into()),
            Err(_) => self.put(field, value.to_string().into()),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.put(field, chain(value).into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}").into());
    }
}

/// An error with all its causes, each said once: `outer: cause: cause of that`.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        // Some errors repeat their cause in their own message.
        if !text.ends_with(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = inner.source();
    }
    text
}
