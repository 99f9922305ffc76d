//! The page of the outbox: one list by incident, its Slack messages and e-mails side by side, as their
//! readers would see them.

use std::{fmt::Write as _, fs, io, path::PathBuf};

use alert_fanout::render::{Locale, time};

use crate::{
    outbox::{Outbox, StoredMail, StoredMessage},
    report,
};
use shared::html::escape;

mod incident;
mod mail;
mod slack;
#[cfg(test)]
mod tests;
mod words;

use incident::OutboxIncident;
use words::PageWords;

const STYLE: &str = include_str!("style.css");

/// Writes the page of an outbox into its directory and returns its path.
///
/// # Errors
///
/// If the messages cannot be read or the page cannot be written.
pub fn write(outbox: &Outbox, style: &Locale) -> io::Result<PathBuf> {
    let path = outbox.directory().join("index.html");
    fs::write(&path, page(&outbox.messages()?, &outbox.mails()?, style))?;
    Ok(path)
}

/// The page.
fn page(messages: &[StoredMessage], mails: &[StoredMail], style: &Locale) -> String {
    let words = PageWords::of(style.language);
    let incidents = OutboxIncident::all(messages, mails);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'\">\
         <title>{title}</title><style>{STYLE}</style></head><body>\
         <header><h1>{title}</h1><p>{}</p><p>{}</p></header><main>",
        words.code,
        words.contents(incidents.len(), messages.len(), mails.len()),
        escape(&words.times_in(&report::time::zone_name(&style.zone))),
        title = words.outbox,
    );
    if incidents.is_empty() {
        let _ = write!(page, "<p class=\"empty\">{}</p>", words.nothing);
    }
    for (number, incident) in incidents.iter().enumerate() {
        push_incident(&mut page, number, incident, style);
    }
    page.push_str("</main></body></html>\n");
    page
}

/// Writing to a string cannot fail.
fn push_incident(page: &mut String, number: usize, incident: &OutboxIncident<'_>, style: &Locale) {
    let words = PageWords::of(style.language);
    let title = incident.title();
    let title = title.as_deref().unwrap_or(words.untitled);
    let span = match (incident.first(), incident.last()) {
        (Some(first), Some(last)) if first.as_second() == last.as_second() => {
            time::moment(first, style)
        }
        (Some(first), Some(last)) => {
            let last = time::beside(last, first, &style.zone);
            format!("{} ~ {last}", time::moment(first, style))
        }
        _ => String::new(),
    };
    let alone = if incident.messages.is_empty() || incident.mails.is_empty() {
        " alone"
    } else {
        ""
    };
    let _ = write!(
        page,
        "<article class=\"incident\" aria-labelledby=\"i{number}\"><h2 id=\"i{number}\">{}</h2>\
         <p class=\"when\">{} · {}</p><div class=\"pair{alone}\">",
        escape(title),
        escape(&span),
        words.counts(incident.messages.len(), incident.mails.len()),
    );
    if !incident.messages.is_empty() {
        let _ = write!(page, "<div class=\"channel\"><h3>Slack</h3>");
        for message in incident.messages.iter().filter(|it| it.thread_ts.is_none()) {
            page.push_str(&article(message, style));
            let is_reply = |reply: &&&StoredMessage| {
                reply.thread_ts.as_deref() == Some(&message.ts) && reply.channel == message.channel
            };
            for reply in incident.messages.iter().filter(is_reply) {
                let _ = write!(
                    page,
                    "<div class=\"thread\">{}</div>",
                    article(reply, style)
                );
            }
        }
        page.push_str("</div>");
    }
    if !incident.mails.is_empty() {
        let _ = write!(page, "<div class=\"channel\"><h3>{}</h3>", words.mail);
        for mail in &incident.mails {
            page.push_str(&mail::article(mail, style));
        }
        page.push_str("</div>");
    }
    page.push_str("</div></article>");
}

/// A message with all its versions.
fn article(message: &StoredMessage, style: &Locale) -> String {
    let words = PageWords::of(style.language);
    let Some((last, earlier)) = message.versions.split_last() else {
        return String::new();
    };
    let mut html = format!(
        "<div class=\"message\"><p class=\"head\"><b>Bongsu</b><span>{} · {}</span></p>{}",
        escape(&message.channel),
        escape(&time::moment(last.at, style)),
        slack::message(&last.body),
    );
    if !earlier.is_empty() {
        let _ = write!(
            html,
            "<details><summary>{}</summary>",
            words.changes(earlier.len())
        );
        for version in earlier.iter().rev() {
            let _ = write!(
                html,
                "<div class=\"earlier\"><p class=\"head\"><span>{}</span></p>{}</div>",
                escape(&time::moment(version.at, style)),
                slack::message(&version.body)
            );
        }
        html.push_str("</details>");
    }
    html + "</div>"
}
