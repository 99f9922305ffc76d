//! The page of the outbox: Slack messages and e-mails, as their readers would see them.

use std::{fmt::Write as _, fs, io, path::PathBuf};

use jiff::tz::TimeZone;

use super::html::escape;
use crate::{
    outbox::{Outbox, StoredMail, StoredMessage},
    report::time,
};

mod slack;

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
fn page(messages: &[StoredMessage], mails: &[StoredMail], zone: &TimeZone) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; img-src data:\">\
         <title>Outbox</title><style>{STYLE}</style></head><body>\
         <header><h1>Outbox</h1><p>{} and {} that would be sent. Times are in {}.</p></header>\
         <main><section><h2>Slack</h2>",
        counted(messages.len(), "message"),
        counted(mails.len(), "mail"),
        escape(&time::zone_name(zone)),
    );
    if messages.is_empty() {
        page.push_str("<p class=\"empty\">Nothing yet.</p>");
    }
    for message in messages {
        let answers = |reply: &&StoredMessage| reply.thread_ts.as_deref() == Some(&message.ts);
        if message.thread_ts.is_some() {
            continue;
        }
        page.push_str(&article(message, zone));
        for reply in messages.iter().filter(answers) {
            // Writing to a string cannot fail.
            let _ = write!(page, "<div class=\"thread\">{}</div>", article(reply, zone));
        }
    }
    page.push_str("</section><section><h2>Mail</h2>");
    if mails.is_empty() {
        page.push_str("<p class=\"empty\">Nothing yet.</p>");
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

/// A message with all its versions.
fn article(message: &StoredMessage, zone: &TimeZone) -> String {
    let Some((last, earlier)) = message.versions.split_last() else {
        return String::new();
    };
    let mut html = format!(
        "<article><p class=\"head\"><b>Bongsu</b><span>{} · {}</span></p>{}",
        escape(&message.channel),
        time::moment(last.at, zone),
        slack::message(&last.body),
    );
    if !earlier.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(
            html,
            "<details><summary>changed {}: earlier versions</summary>",
            counted(earlier.len(), "time")
        );
        for version in earlier.iter().rev() {
            let _ = write!(
                html,
                "<div class=\"earlier\"><p class=\"head\"><span>{}</span></p>{}</div>",
                time::moment(version.at, zone),
                slack::message(&version.body)
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use alert_fanout::channel::slack::SlackApi as _;
    use jiff::tz::TimeZone;
    use serde_json::{Value, json};
    use shared::deadline::Deadline;

    use super::write;
    use crate::outbox::Outbox;

    #[tokio::test]
    async fn the_page_shows_messages_with_replies_and_earlier_versions() {
        let directory = tempfile::tempdir().expect("a directory");
        let outbox = Outbox::open(directory.path()).expect("opened");
        let deadline = Deadline::after(Duration::from_secs(5));
        let call = async |method: &str, arguments: Value| -> Value {
            let answer = outbox.call(method, &arguments, deadline).await;
            serde_json::from_str(&answer.expect("answered").body).expect("JSON")
        };
        let posted = call(
            "chat.postMessage",
            json!({"channel": "#ops", "text": "결제 오류"}),
        )
        .await;
        let ts = posted["ts"].as_str().expect("a ts");
        let change = json!({"channel": "#ops", "ts": ts, "text": "해소 &lt;b&gt;"});
        assert_eq!(call("chat.update", change).await["ok"], true);
        let reply = json!({"channel": "#ops", "text": "12분 만에", "thread_ts": ts});
        assert_eq!(call("chat.postMessage", reply).await["ok"], true);
        let lost = json!({"channel": "#ops", "ts": "1.1", "text": "x"});
        assert_eq!(
            call("chat.update", lost).await["error"],
            "message_not_found"
        );

        let path = write(&outbox, &TimeZone::UTC).expect("written");
        let page = std::fs::read_to_string(path).expect("a page");
        for text in ["결제 오류", "해소 &lt;b&gt;", "12분 만에", "changed 1 time"] {
            assert!(page.contains(text), "{text}\n{page}");
        }
    }
}
