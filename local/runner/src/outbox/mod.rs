//! The outbox: local stand-ins for Slack and a mail server, which store messages as files.

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
use lettre::{
    Message,
    address::AddressError,
    message::{Mailbox, MultiPart},
};
use log_analysis::report_mail::{ReportMail, ReportSender, SendReportError};
use serde_json::{Value, json};
use shared::deadline::Deadline;

use crate::error::CommandError;

mod mail;
mod slack;

use mail::MailFiles;
pub use mail::StoredMail;
use slack::SlackFiles;
pub use slack::{MessageVersion, StoredMessage};

/// The outbox in a directory.
#[derive(Clone, Debug)]
pub struct Outbox {
    directory: PathBuf,
    slack: SlackFiles,
    mail: MailFiles,
}

impl Outbox {
    /// Opens the outbox in a directory, which is created if it does not exist.
    ///
    /// # Errors
    ///
    /// If it cannot be created.
    pub fn open(directory: &Path) -> io::Result<Self> {
        Ok(Self {
            slack: SlackFiles::open(directory.join("slack"))?,
            mail: MailFiles::open(directory.join("mail"))?,
            directory: directory.to_owned(),
        })
    }

    /// The Slack messages, oldest first.
    ///
    /// # Errors
    ///
    /// If the files cannot be read.
    pub fn messages(&self) -> io::Result<Vec<StoredMessage>> {
        self.slack.messages()
    }

    /// The mails, oldest first.
    ///
    /// # Errors
    ///
    /// If the files cannot be read.
    pub fn mails(&self) -> io::Result<Vec<StoredMail>> {
        self.mail.mails()
    }

    /// The directory that the outbox is kept in.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Answers like Slack, for the methods that messages need:
    /// <https://docs.slack.dev/reference/methods>.
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

    /// Never called: no answer contains an address for uploads.
    async fn upload(
        &self,
        _url: &str,
        _bytes: &[u8],
        _deadline: Deadline,
    ) -> Result<HttpResponse, HttpFailure> {
        Err(HttpFailure::NotSent(
            "the outbox does not accept uploads".to_owned(),
        ))
    }
}

/// Stores the reports of log-analysis as e-mails of an outbox.
#[derive(Clone, Debug)]
pub struct OutboxReports {
    outbox: Outbox,
    sender: Mailbox,
    recipient: Mailbox,
}

impl OutboxReports {
    /// Reports in an outbox.
    ///
    /// # Errors
    ///
    /// If one of the two is no address.
    pub fn new(outbox: Outbox, sender: &str, recipient: &str) -> Result<Self, AddressError> {
        Ok(Self {
            outbox,
            sender: sender.parse()?,
            recipient: recipient.parse()?,
        })
    }

    fn message(&self, mail: &ReportMail) -> Result<Message, lettre::error::Error> {
        let body = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
        Message::builder()
            .from(self.sender.clone())
            .to(self.recipient.clone())
            .subject(&mail.subject)
            .multipart(body)
    }
}

#[async_trait]
impl ReportSender for OutboxReports {
    async fn send(&self, mail: &ReportMail, _deadline: Deadline) -> Result<(), SendReportError> {
        let failed = |reason| SendReportError {
            reason,
            retryable: false,
        };
        let message = self.message(mail);
        let message = message.map_err(|error| failed(error.to_string()))?;
        let stored = self
            .outbox
            .mail
            .send(&message.formatted(), Timestamp::now());
        stored.map_err(|error| failed(self.outbox.failed(&error)))
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
            reason: self.failed(&error).as_str().into(),
        })
    }
}

impl Outbox {
    /// The error of a command that cannot use it.
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
