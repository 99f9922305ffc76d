//! The outbox of one machine: what would be sent to Slack and by mail lies there as files, and a
//! page shows it. To alert-fanout it is a Slack and a mail server like any other.

use std::{
    io,
    path::{Path, PathBuf},
};

use alert_fanout::channel::{
    SendError,
    http::{HttpFailure, HttpResponse},
    mail::MailTransport,
    slack::SlackApi,
};
use async_trait::async_trait;
use jiff::Timestamp;
use lettre::Message;
use serde_json::{Value, json};
use shared::deadline::Deadline;

use crate::error::CommandError;

mod mail;
mod slack;

pub use mail::Mail;
use mail::MailFiles;
use slack::SlackFiles;
pub use slack::{SlackMessage, Version};

/// The directory.
#[derive(Clone, Debug)]
pub struct Outbox {
    directory: PathBuf,
    slack: SlackFiles,
    mail: MailFiles,
}

impl Outbox {
    /// The outbox in a directory, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub fn open(directory: &Path) -> io::Result<Self> {
        Ok(Self {
            slack: SlackFiles::open(directory.join("slack"))?,
            mail: MailFiles::open(directory.join("mail"))?,
            directory: directory.to_owned(),
        })
    }

    /// What was said on Slack, the oldest first.
    ///
    /// # Errors
    ///
    /// When the files cannot be read.
    pub fn messages(&self) -> io::Result<Vec<SlackMessage>> {
        self.slack.messages()
    }

    /// The mails, oldest first.
    ///
    /// # Errors
    ///
    /// If the files cannot be read.
    pub fn mails(&self) -> io::Result<Vec<Mail>> {
        self.mail.mails()
    }

    /// The directory that the outbox is kept in.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Answers as <https://docs.slack.dev/reference/methods> say, for the methods that messages need.
    fn answer(&self, method: &str, arguments: &Value) -> io::Result<Value> {
        let text = |name: &str| {
            let value = arguments.get(name).and_then(Value::as_str);
            value.unwrap_or_default()
        };
        let (channel, now) = (text("channel"), Timestamp::now());
        Ok(match method {
            "chat.postMessage" => {
                let ts = self.slack.post(channel, arguments, now)?;
                json!({"ok": true, "channel": channel, "ts": ts})
            }
            "chat.update" if self.slack.update(text("ts"), arguments, now)? => {
                json!({"ok": true, "channel": channel, "ts": text("ts")})
            }
            "chat.update" => json!({"ok": false, "error": "message_not_found"}),
            _ => json!({"ok": false, "error": "unknown_method"}),
        })
    }
}

#[async_trait]
impl SlackApi for Outbox {
    async fn call(
        &self,
        method: &str,
        arguments: &Value,
        _deadline: Deadline,
    ) -> Result<HttpResponse, HttpFailure> {
        let answer = self.answer(method, arguments);
        let answer = answer.map_err(|error| HttpFailure::NotSent(self.failed(&error)))?;
        Ok(HttpResponse::json(&answer))
    }

    /// Nobody is told of an address to upload to.
    async fn upload(
        &self,
        _url: &str,
        _bytes: &[u8],
        _deadline: Deadline,
    ) -> Result<HttpResponse, HttpFailure> {
        Err(HttpFailure::NotSent(
            "an outbox takes no uploads".to_owned(),
        ))
    }
}

#[async_trait]
impl MailTransport for Outbox {
    async fn send(
        &self,
        message: &Message,
        _deadline: Deadline,
    ) -> Result<Option<String>, SendError> {
        let kept = self.mail.send(&message.formatted(), Timestamp::now());
        kept.map(|()| None).map_err(|error| SendError::Permanent {
            reason: self.failed(&error),
        })
    }
}

impl Outbox {
    /// The error of a command that could not use it.
    pub(crate) fn unusable(&self, source: io::Error) -> CommandError {
        CommandError::Outbox {
            directory: self.directory.clone(),
            source,
        }
    }

    fn failed(&self, error: &io::Error) -> String {
        let directory = self.directory.display();
        format!("the outbox {directory} cannot be written: {error}")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use alert_fanout::channel::slack::SlackApi as _;
    use jiff::tz::TimeZone;
    use serde_json::{Value, json};
    use shared::deadline::Deadline;

    use super::Outbox;

    #[tokio::test]
    async fn a_message_is_posted_changed_and_answered_and_the_page_shows_it() {
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

        let path = crate::page::outbox::write(&outbox, &TimeZone::UTC).expect("written");
        let page = std::fs::read_to_string(path).expect("a page");
        for text in ["결제 오류", "해소 &lt;b&gt;", "12분 만에", "changed 1 time"] {
            assert!(page.contains(text), "{text}\n{page}");
        }
    }
}
