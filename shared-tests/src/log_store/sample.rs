//! Documents to store, each written as what is particular about it.

use jiff::Timestamp;

use super::fixture::instant;
use shared::model::{
    level::Level,
    log::{LogDocument, Request},
    metadata::Metadata,
};

/// A plain entry at an instant.
pub(super) fn document(id: &str, at: &str) -> LogDocument {
    document_at(id, instant(at))
}

pub(super) fn document_at(id: &str, timestamp: Timestamp) -> LogDocument {
    LogDocument {
        ingested_at: instant("2026-11-27T12:00:00Z"),
        level: Level::Info,
        pattern: "entry {n}".to_owned(),
        ..LogDocument::new("game", id, timestamp, format!("entry {id}"))
    }
}

/// What is particular about a document.
pub(super) trait Particular: Sized {
    fn level(self, level: Level) -> Self;
    fn message(self, message: &str) -> Self;
    /// An error of a pattern.
    fn error(self, pattern: &str) -> Self;
    fn environment(self, environment: &str) -> Self;
    fn correlation(self, id: &str) -> Self;
    fn user(self, id: &str) -> Self;
    /// The client's address.
    fn client(self, address: &str) -> Self;
    /// A request without an endpoint.
    fn duration(self, milliseconds: f64) -> Self;
    /// The endpoint of a request: method and route.
    fn endpoint(self, endpoint: &str) -> Self;
    fn status(self, code: u16) -> Self;
    fn metadata(self, json: &str) -> Self;
}

impl Particular for LogDocument {
    fn level(self, level: Level) -> Self {
        Self { level, ..self }
    }

    fn message(self, message: &str) -> Self {
        Self {
            message: message.to_owned(),
            ..self
        }
    }

    fn error(self, pattern: &str) -> Self {
        Self {
            level: Level::Error,
            pattern: pattern.to_owned(),
            ..self
        }
    }

    fn environment(self, environment: &str) -> Self {
        Self {
            environment: Some(environment.into()),
            ..self
        }
    }

    fn correlation(self, id: &str) -> Self {
        Self {
            correlation_id: Some(id.to_owned()),
            ..self
        }
    }

    fn user(self, id: &str) -> Self {
        Self {
            user_id: Some(id.to_owned()),
            ..self
        }
    }

    fn client(mut self, address: &str) -> Self {
        self.request.get_or_insert_default().client = Some(address.to_owned());
        self
    }

    fn duration(mut self, milliseconds: f64) -> Self {
        self.request.get_or_insert_default().duration = Some(milliseconds);
        self
    }

    fn endpoint(mut self, endpoint: &str) -> Self {
        let (method, route) = endpoint.split_once(' ').expect("method and route");
        let request = self.request.get_or_insert_default();
        *request = Request {
            method: Some(method.to_owned().into()),
            path: Some(route.replace("{id}", "42")),
            route: Some(route.to_owned()),
            endpoint: Some(endpoint.to_owned()),
            ..request.clone()
        };
        self
    }

    fn status(mut self, code: u16) -> Self {
        self.request.get_or_insert_default().status_code = Some(code);
        self
    }

    fn metadata(self, json: &str) -> Self {
        let metadata = Metadata::read(json.to_owned()).expect("JSON");
        Self {
            metadata: Some(metadata),
            ..self
        }
    }
}
