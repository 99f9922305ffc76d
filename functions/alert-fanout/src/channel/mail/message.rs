//! A mail as it is written: MIME, and the headers by which readers know what it is.

use std::hash::{BuildHasher as _, RandomState};

use lettre::{
    Message,
    error::Error,
    message::{
        Attachment, Body, Mailbox, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use sha2::{Digest as _, Sha256};
use shared::model::alert::{AlertStatus, AlertType};

use crate::{
    channel::{Dispatch, SendMode, graph::Graph, half},
    episode::MessageRef,
    render::{
        Locale,
        mail::{self as render, MailContent},
    },
};

/// By this the HTML names the picture that is sent with it: `cid:graph`.
const PICTURE: &str = "graph";

/// A mail, and the `Message-ID` that it has.
///
/// # Errors
///
/// When there are no recipients.
pub(super) fn build(
    sender: &Mailbox,
    recipients: &[Mailbox],
    dispatch: &Dispatch<'_>,
    style: &Locale,
) -> Result<(Message, String), Error> {
    let alt = dispatch.graph.map(|graph| graph.alt.as_str());
    let MailContent {
        subject,
        text,
        html,
    } = render::mail(dispatch.content, style, alt);
    let id = id(sender, recipients, dispatch);
    let mut builder = Message::builder()
        .from(sender.clone())
        .subject(one_line(&subject))
        .message_id(Some(id.clone()))
        // Rules of mail programs can sort by it.
        .raw_header(header(
            "X-Bongsu-Incident",
            &dispatch.content.notice.incident_id(),
        ))
        // Out-of-office replies to an alert help nobody: RFC 3834.
        .raw_header(header("Auto-Submitted", "auto-generated"));
    let listed = dispatch.content.incidents.iter();
    let listed: Vec<&str> = listed.filter_map(|it| it.id.as_deref()).collect();
    if !listed.is_empty() {
        builder = builder.raw_header(header("X-Bongsu-Incidents", &listed.join(" ")));
    }
    for recipient in recipients {
        builder = builder.to(recipient.clone());
    }
    if let Some(first) = earlier(dispatch.mode) {
        builder = builder
            .in_reply_to(first.to_owned())
            .references(first.to_owned());
    }
    let notice = dispatch.content.notice;
    if notice.kind == AlertType::Critical && notice.status != Some(AlertStatus::Resolved) {
        builder = builder
            .raw_header(header("Importance", "high"))
            .raw_header(header("X-Priority", "1 (Highest)"));
    }
    let message = builder.multipart(parts(text, html, dispatch.graph))?;
    Ok((message, id))
}

/// The plainest part first, as RFC 2046, 5.1.4 wants it.
fn parts(text: String, html: String, graph: Option<&Graph>) -> MultiPart {
    let text = text_part(ContentType::TEXT_PLAIN, text);
    let html = text_part(ContentType::TEXT_HTML, html);
    let alternative = MultiPart::alternative().singlepart(text);
    let Some(graph) = graph else {
        return alternative.singlepart(html);
    };
    // `image/png` is always a type; if it were not, the mail would go out without the picture.
    let Ok(kind) = ContentType::parse("image/png") else {
        return alternative.singlepart(html);
    };
    let graph = Attachment::new_inline_with_name(PICTURE.to_owned(), "graph.png".to_owned())
        .body(graph.png.clone(), kind);
    alternative.multipart(MultiPart::related().singlepart(html).singlepart(graph))
}

/// A text in base64, whatever is in it. By that its lines are short for every server, and nothing in
/// it can be taken for the end of the mail: RUSTSEC-2026-0561 (a bare line feed before a dot, in
/// lettre before 0.11.24) concerns bodies that are sent as they are.
fn text_part(kind: ContentType, text: String) -> SinglePart {
    let builder = SinglePart::builder().header(kind);
    match Body::new_with_encoding(text, ContentTransferEncoding::Base64) {
        Ok(body) => builder.body(body),
        // What cannot be encoded as a text is encoded as bytes, which is base64 as well.
        Err(bytes) => builder.body(bytes),
    }
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// A subject that ends nowhere but at its end: RFC 2047 is for the rest.
fn one_line(text: &str) -> String {
    let is_break = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    let words = text.split(is_break).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// The `Message-ID` of the mail that this one is about, if it is one.
fn earlier(mode: SendMode<'_>) -> Option<&str> {
    match mode {
        SendMode::Update(MessageRef::Mail { message_id })
        | SendMode::Reply(MessageRef::Mail { message_id }) => {
            let is_id = message_id.starts_with('<')
                && message_id.ends_with('>')
                && message_id.bytes().all(|byte| byte.is_ascii_graphic());
            is_id.then_some(message_id.as_str())
        }
        SendMode::Post | SendMode::Update(_) | SendMode::Reply(_) => None,
    }
}

/// The `Message-ID`: where it is known that two notices are the same one, so are their mails, and many
/// servers and readers show them once. Else it is like no other.
fn id(sender: &Mailbox, recipients: &[Mailbox], dispatch: &Dispatch<'_>) -> String {
    let mut digest = Sha256::new();
    let mut add = |part: &str| {
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    };
    match &dispatch.content.notice.identity {
        Some(identity) => {
            add(identity);
            add(earlier(dispatch.mode).unwrap_or_default());
            add(dispatch.content.instead_of.unwrap_or_default());
            for recipient in recipients {
                add(recipient.email.as_ref());
            }
        }
        // Every `RandomState` has a new seed.
        None => (0..2).for_each(|_| add(&RandomState::new().hash_one(()).to_string())),
    }
    format!("<{}@{}>", half(&digest.finalize()), sender.email.domain())
}

#[cfg(test)]
mod tests;
