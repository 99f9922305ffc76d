//! Mail through an SMTP server. The conversation is held here, command by command, and not by the
//! transport of `lettre`, which gives up at the first recipient that is refused and does not say whether
//! a connection broke before or after the mail was handed over.

use std::{fmt, io, time::Duration};

use async_trait::async_trait;
use lettre::{
    Address, Message,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::ClientId,
        response::{Code, Severity},
    },
};
use shared::{deadline::Deadline, logging::chain};

use super::{
    MailTransport,
    config::{Security, SmtpServerConfig},
};
use crate::{
    channel::{SendError, tries::Tries},
    notice::{ChannelFault, FailureReason},
};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// How long one try may take.
const ATTEMPT: Duration = Duration::from_secs(20);

/// An SMTP server. Every mail has a connection of its own: alerts are few.
#[derive(Clone)]
pub struct Smtp {
    server: SmtpServerConfig,
    tls: TlsParameters,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Smtp")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

/// What became of one try.
#[derive(Debug, Default)]
struct Attempt {
    /// Whether anybody has the mail.
    taken: bool,
    /// Who may be taken later, and what the server said last of one of them.
    later: Vec<Address>,
    later_reason: String,
    /// Who never, each with what the server said.
    never: Vec<String>,
}

impl Smtp {
    /// A server; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// When there is no TLS for a server of this name.
    pub fn new(server: SmtpServerConfig) -> Result<Self, String> {
        let tls = TlsParameters::new(server.host.clone()).map_err(|error| chain(&error))?;
        Ok(Self { server, tls })
    }

    /// Hands the mail over once. An error is one that concerns all recipients.
    async fn attempt(
        &self,
        message: &Message,
        recipients: &[Address],
        deadline: Deadline,
    ) -> Result<Attempt, SendError> {
        let time = deadline.remaining().min(ATTEMPT);
        let begun = tokio::time::timeout(time, self.begin(message, recipients)).await;
        let (mut connection, mut attempt) = begun.map_err(|_| SendError::Retryable {
            reason: self.reason(ChannelFault::NoAnswer, ""),
            after: None,
        })??;
        if attempt.taken {
            let end = self.finish(&mut connection, message);
            let ended = tokio::time::timeout(deadline.remaining().min(ATTEMPT), end).await;
            ended.map_err(|_| SendError::Unknown {
                reason: self.reason(ChannelFault::NotConfirmed, ""),
            })??;
        }
        // A goodbye that fails changes nothing.
        let goodbye = tokio::time::timeout(CONNECT.min(deadline.remaining()), connection.abort());
        let _late = goodbye.await;
        if !attempt.taken && attempt.later.is_empty() {
            let refused = std::mem::take(&mut attempt.never).join("; ");
            let reason = self.reason(ChannelFault::Recipients, &refused);
            return Err(SendError::Permanent { reason });
        }
        Ok(attempt)
    }

    /// The conversation up to the point where the mail itself is sent. Until then nothing is taken.
    async fn begin(
        &self,
        message: &Message,
        recipients: &[Address],
    ) -> Result<(AsyncSmtpConnection, Attempt), SendError> {
        let error = |error: Error| self.not_taken(&error);
        let mut connection = self.connect().await.map_err(error)?;
        if let Some(login) = &self.server.login {
            let credentials =
                Credentials::new(login.user.clone(), login.password.expose().to_owned());
            let answer = connection.auth(DEFAULT_MECHANISMS, &credentials).await;
            answer.map_err(error)?;
        }
        let mail = Mail::new(message.envelope().from().cloned(), Vec::new());
        connection.command(mail).await.map_err(error)?;
        let mut attempt = Attempt::default();
        for recipient in recipients {
            let answer = connection
                .command(Rcpt::new(recipient.clone(), Vec::new()))
                .await;
            match answer.map_err(|error| (error.status(), error)) {
                Ok(_) => attempt.taken = true,
                Err((None, error)) => return Err(self.not_taken(&error)),
                Err((Some(code), error)) => {
                    let reason = format!("{recipient}: {}", chain(&error));
                    if is_over(code) {
                        attempt.never.push(reason);
                    } else {
                        attempt.later.push(recipient.clone());
                        attempt.later_reason = reason;
                    }
                }
            }
        }
        if attempt.taken {
            connection.command(Data).await.map_err(error)?;
        }
        Ok((connection, attempt))
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let server = (self.server.host.as_str(), self.server.port);
        let name = ClientId::default();
        let tls = (self.server.security == Security::Tls).then(|| self.tls.clone());
        let connect = AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT), &name, tls, None);
        let mut connection = connect.await?;
        if self.server.security == Security::StartTls {
            connection.starttls(self.tls.clone(), &name).await?;
        }
        Ok(connection)
    }

    /// Sends the mail itself. From here on a broken connection leaves open whether it was taken.
    async fn finish(
        &self,
        connection: &mut AsyncSmtpConnection,
        message: &Message,
    ) -> Result<(), SendError> {
        match connection.message(&message.formatted()).await {
            Ok(_) => Ok(()),
            Err(error) if error.status().is_some() => Err(self.not_taken(&error)),
            Err(error) => Err(SendError::Unknown {
                reason: self.reason(ChannelFault::MailServer, &chain(&error)),
            }),
        }
    }

    fn reason(&self, cause: ChannelFault, said: &str) -> FailureReason {
        FailureReason::new(cause, &self.server.host, said)
    }

    /// What an error means at a moment when nothing is taken.
    fn not_taken(&self, error: &Error) -> SendError {
        let reason = self.reason(ChannelFault::MailServer, &chain(error));
        let is_over = match error.status() {
            Some(code) => is_over(code),
            // What the server does not offer, and a certificate that is not trusted.
            None => error.is_client() || error.is_tls() || is_no_tls(error),
        };
        if is_over {
            SendError::Permanent { reason }
        } else {
            SendError::Retryable {
                reason,
                after: None,
            }
        }
    }
}

/// Whether the other side speaks no TLS, or none that is trusted: of a handshake that fails for another
/// reason than the network, rustls says so by this kind of error.
fn is_no_tls(error: &Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(this) = cause {
        let kind = this.downcast_ref::<io::Error>().map(io::Error::kind);
        if kind == Some(io::ErrorKind::InvalidData) {
            return true;
        }
        cause = this.source();
    }
    false
}

/// Whether a code says no for good. One of the 4xx says no for now, 454 (too many, or a fault in TLS or
/// in the authentication) among them: RFC 5321, 4.2.1, and RFC 4954, 6.
fn is_over(code: Code) -> bool {
    code.severity == Severity::PermanentNegativeCompletion
}

#[async_trait]
impl MailTransport for Smtp {
    /// Each recipient for whom the server has a "later" is tried again alone, so that nobody gets the
    /// mail twice.
    async fn send(
        &self,
        message: &Message,
        deadline: Deadline,
    ) -> Result<Option<String>, SendError> {
        let mut tries = Tries::new(deadline);
        let mut recipients = message.envelope().to().to_vec();
        let mut is_taken = false;
        loop {
            let (reason, after) = match self.attempt(message, &recipients, deadline).await {
                Ok(attempt) => {
                    is_taken |= attempt.taken;
                    if !attempt.never.is_empty() {
                        let refused = attempt.never.join("; ");
                        tracing::warn!(refused, "a mail server refuses some recipients");
                    }
                    if attempt.later.is_empty() {
                        return Ok(None);
                    }
                    recipients = attempt.later;
                    let later = &attempt.later_reason;
                    (self.reason(ChannelFault::Recipients, later), None)
                }
                Err(SendError::Retryable { reason, after }) => (reason, after),
                // The others have it.
                Err(SendError::Permanent { reason }) if is_taken => {
                    tracing::warn!(refused = %reason, "a mail server refuses some recipients");
                    return Ok(None);
                }
                Err(error) => return Err(error),
            };
            tries.again(reason, after).await?;
        }
    }
}
