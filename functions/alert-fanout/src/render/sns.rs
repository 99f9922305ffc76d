//! What a topic of SNS is sent.

use super::{Style, Telling};
use crate::words::Phrase;

/// A message of SNS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnsMessage {
    /// The subject.
    pub subject: String,
    /// What it says.
    pub message: String,
}

/// A notice as a message of SNS.
#[must_use]
pub fn sns(telling: Telling<'_>, _style: &Style) -> SnsMessage {
    let title = match &telling.notice.title {
        Phrase::Text(text) => text.clone(),
        other => format!("{other:?}"),
    };
    SnsMessage {
        subject: telling.notice.kind.name().to_owned(),
        message: format!("{title}\n\n{}", telling.notice.message),
    }
}
