//! What a mail says.

use super::{Style, Telling};
use crate::words::Phrase;

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The subject, on one line.
    pub subject: String,
    /// For those who read text.
    pub text: String,
    /// For those who read HTML; it names the picture `cid:graph`.
    pub html: String,
}

/// A notice as a mail. `picture` is what its picture shows, if it has one.
#[must_use]
pub fn mail(telling: Telling<'_>, _style: &Style, picture: Option<&str>) -> Mail {
    let title = match &telling.notice.title {
        Phrase::Text(text) => text.clone(),
        other => format!("{other:?}"),
    };
    let image = picture.map_or("", |_| "<img src=\"cid:graph\" alt=\"\">");
    Mail {
        subject: format!("[{}] {title}", telling.notice.kind.name().to_uppercase()),
        text: format!("{title}\n\n{}", telling.notice.message),
        html: format!(
            "<!doctype html><p>{}</p>{image}",
            title.replace('<', "&lt;")
        ),
    }
}
