//! What is sent by mail: a subject, text, and HTML for those whose program shows it.

use super::{Content, Locale, message_summary::MessageSummary, text};

mod html;
mod style;

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailContent {
    /// One line of at most 200 characters, without control characters; any language.
    pub subject: String,
    /// The whole of it as text.
    pub text: String,
    /// The whole of it as HTML, which loads nothing from anywhere. It shows `cid:graph` if there is a
    /// picture.
    pub html: String,
}

/// A subject that programs show whole on no screen, but in the mail.
const SUBJECT: usize = 200;
/// The most bytes of the text.
const TEXT: usize = 250_000;
const _: () = assert!(TEXT > text::ALL_BUT_MESSAGE, "the message has room");

/// A mail. `graph` is the text for those who do not see the picture that is sent with it.
#[must_use]
pub fn mail(content: Content<'_>, style: &Locale, graph: Option<&str>) -> MailContent {
    let summary = MessageSummary::of(content, style);
    MailContent {
        subject: text::subject(&summary, SUBJECT),
        text: text::write(&summary, TEXT),
        html: html::page(&summary, graph),
    }
}
