//! The page of an outbox: the conversation on Slack and the mails, as their readers would see them.

use std::{fmt::Write as _, fs, io, path::PathBuf};

use jiff::tz::TimeZone;

use super::html::escape;
use crate::{
    outbox::{Mail, Outbox, SlackMessage},
    report::time,
};

mod block;
mod mrkdwn;

const STYLE: &str = include_str!("style.css");

/// Writes the page of an outbox into its directory and returns its path.
///
/// # Errors
///
/// If the messages cannot be read or the page cannot be written.
pub fn write(outbox: &Outbox, zone: &TimeZone) -> io::Result<PathBuf> {
    let path = outbox.directory().join("index.html");
    fs::write(&path, page(&outbox.messages()?, &outbox.mails()?, zone))?;
    Ok(path)
}

/// The page.
fn page(messages: &[SlackMessage], mails: &[Mail], zone: &TimeZone) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; img-src data:\">\
         <title>Outbox</title><style>{STYLE}</style></head><body>\
         <header><h1>Outbox</h1><p>What would be sent: {} and {}. Times are in {}.</p></header>\
         <main><section><h2>Slack</h2>",
        counted(messages.len(), "message"),
        counted(mails.len(), "mail"),
        escape(&time::zone_name(zone)),
    );
    if messages.is_empty() {
        page.push_str("<p class=\"empty\">Nothing is here.</p>");
    }
    for message in messages {
        let answers = |reply: &&SlackMessage| reply.thread_ts.as_deref() == Some(&message.ts);
        if message.thread_ts.is_some() {
            continue;
        }
        page.push_str(&slack(message, zone));
        for reply in messages.iter().filter(answers) {
            // Writing to a string cannot fail.
            let _ = write!(page, "<div class=\"thread\">{}</div>", slack(reply, zone));
        }
    }
    page.push_str("</section><section><h2>Mail</h2>");
    if mails.is_empty() {
        page.push_str("<p class=\"empty\">Nothing is here.</p>");
    }
    for mail in mails {
        let _ = write!(
            page,
            "<article><p class=\"head\"><b>{}</b><span>to {} · <a href=\"mail/{}\">{}</a></span></p>\
             <iframe sandbox title=\"{}\" srcdoc=\"{}\"></iframe>\
             <details><summary>as text</summary><pre>{}</pre></details></article>",
            escape(&mail.subject),
            escape(&mail.to.join(", ")),
            escape(&mail.file),
            escape(&mail.file),
            escape(&mail.subject),
            escape(&mail.html),
            escape(&mail.text),
        );
    }
    page.push_str("</section></main></body></html>\n");
    page
}

/// A message with all that it ever said.
fn slack(message: &SlackMessage, zone: &TimeZone) -> String {
    let Some((last, earlier)) = message.versions.split_last() else {
        return String::new();
    };
    let mut html = format!(
        "<article><p class=\"head\"><b>Bongsu</b><span>{} · {}</span></p>{}",
        escape(&message.channel),
        time::moment(last.at, zone),
        block::message(&last.body),
    );
    if !earlier.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(
            html,
            "<details><summary>changed {}; before that</summary>",
            counted(earlier.len(), "time")
        );
        for version in earlier.iter().rev() {
            let _ = write!(
                html,
                "<div class=\"earlier\"><p class=\"head\"><span>{}</span></p>{}</div>",
                time::moment(version.at, zone),
                block::message(&version.body)
            );
        }
        html.push_str("</details>");
    }
    html + "</article>"
}

fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
