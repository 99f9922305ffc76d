//! Events that a store refused, kept with the reason until they can be stored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{service::ServiceName, window::Window};

/// An event that could not be stored as a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeadLetter {
    /// The id that the document would have had.
    #[serde(skip_serializing, default)]
    pub id: String,
    /// The timestamp that the document would have had. It decides the daily index.
    #[serde(rename = "@timestamp")]
    pub timestamp: Timestamp,
    /// Why it was refused.
    pub reason: String,
    /// The document as JSON text, whole.
    pub document: String,
    /// The event that the document was made of. `None` if only the document is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<OriginalEvent>,
}

impl DeadLetter {
    /// The position in the order of a [`DeadLetterPage`].
    #[must_use]
    pub fn position(&self) -> LetterPosition {
        LetterPosition {
            timestamp: self.timestamp,
            id: self.id.clone(),
        }
    }
}

/// A log event before it was parsed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OriginalEvent {
    /// The time of the event, not of its line.
    pub timestamp: Timestamp,
    /// The line, redacted.
    pub message: String,
}

/// A position among dead letters: by the millisecond, then by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterPosition {
    /// The timestamp of a letter.
    pub timestamp: Timestamp,
    /// Its id.
    pub id: String,
}

/// A page of the dead letters of a service.
#[derive(Clone, Debug)]
pub struct DeadLetterPage {
    /// The service.
    pub service: ServiceName,
    /// The window of their timestamps.
    pub window: Window,
    /// Only letters that follow this position: older ones.
    pub after: Option<LetterPosition>,
    /// The most letters, 1 to 10,000.
    pub limit: usize,
}
