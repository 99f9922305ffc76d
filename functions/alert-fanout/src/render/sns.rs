//! What a topic of SNS is sent: text for the people behind it.
//!
//! Limits, from <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>: a message and its
//! attributes have 262,144 bytes; a subject has less than 100 characters, no line breaks and no
//! control characters.

use super::{Content, Locale, message_summary::MessageSummary, text};

/// A message for SNS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnsPayload {
    /// One line of less than 100 characters. Never empty.
    pub subject: String,
    /// At most 253,952 bytes, which leaves 8 KiB for attributes. Never empty.
    pub message: String,
}

const SUBJECT: usize = 99;
const MESSAGE: usize = 262_144 - 8_192;
const _: () = assert!(MESSAGE > text::ALL_BUT_MESSAGE, "the message has room");

/// A message to a topic.
#[must_use]
pub fn sns(content: Content<'_>, style: &Locale) -> SnsPayload {
    let summary = MessageSummary::of(content, style);
    SnsPayload {
        subject: text::subject(&summary, SUBJECT),
        message: text::write(&summary, MESSAGE),
    }
}
