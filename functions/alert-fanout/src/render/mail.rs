//! What is sent by mail: a subject, text, and HTML for those whose program shows it.

use super::{Style, Telling, message_summary::MessageSummary, text};

mod html;
mod style;

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
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

/// A mail. `picture` is the text for those who do not see the picture that is sent with it.
#[must_use]
pub fn mail(telling: Telling<'_>, style: &Style, picture: Option<&str>) -> Mail {
    let story = MessageSummary::of(telling, style);
    Mail {
        subject: text::subject(&story, SUBJECT),
        text: text::write(&story, TEXT),
        html: html::page(&story, picture),
    }
}
