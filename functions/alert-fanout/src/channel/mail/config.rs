//! The settings of mail.

use std::fmt;

use lettre::message::Mailbox;
use shared::{
    env::{Settings, names},
    private_url::is_here,
    secret::Secret,
};
use url::Url;

use super::mailbox;

/// How mail is sent.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// From whom.
    pub sender: Mailbox,
    /// To whom, where no route says others.
    pub recipients: Vec<Mailbox>,
    /// Through which server; `None` for SES.
    pub server: Option<SmtpServerConfig>,
}

/// A server that takes mail.
#[derive(Clone, Debug)]
pub struct SmtpServerConfig {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Who may use it, where it wants to know.
    pub login: Option<Login>,
}

/// A user with a password.
#[derive(Clone)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password.
    pub password: Secret,
}

impl fmt::Debug for Login {
    /// Without the user as well: with some providers it is half of the secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS from the first command on, or no mail at all.
    StartTls,
    /// None: on this machine only.
    None,
}

impl MailConfig {
    /// Reads `ALERT_EMAIL_SENDER`, `ALERT_EMAIL_RECIPIENTS` and `SMTP_URL`; what is wrong with them
    /// stays in `settings`. `None` when mail is not set, or wrongly.
    pub fn read(settings: &mut Settings) -> Option<Self> {
        let recipients = recipients(settings);
        let server = server(settings);
        let sender = sender(settings);
        if settings.text(names::ALERT_EMAIL_SENDER).is_none()
            && [names::ALERT_EMAIL_RECIPIENTS, names::SMTP_URL]
                .iter()
                .any(|name| settings.text(name).is_some())
        {
            let reason =
                "say from whom the mails are; with Amazon SES, an address that is verified";
            settings.refuse(names::ALERT_EMAIL_SENDER, reason);
        }
        let is_wrong = settings.text(names::SMTP_URL).is_some() && server.is_none();
        let sender = sender?;
        (!is_wrong).then_some(Self {
            sender,
            recipients,
            server,
        })
    }
}

fn sender(settings: &mut Settings) -> Option<Mailbox> {
    match mailbox(settings.text(names::ALERT_EMAIL_SENDER)?) {
        Ok(sender) => Some(sender),
        Err(reason) => {
            settings.refuse(names::ALERT_EMAIL_SENDER, &reason);
            None
        }
    }
}

/// Each recipient once.
fn recipients(settings: &mut Settings) -> Vec<Mailbox> {
    let mut recipients: Vec<Mailbox> = Vec::new();
    let mut wrong = Vec::new();
    for text in settings.list(names::ALERT_EMAIL_RECIPIENTS) {
        match mailbox(&text) {
            Ok(mailbox) if recipients.iter().any(|known| known.email == mailbox.email) => {}
            Ok(mailbox) => recipients.push(mailbox),
            Err(reason) => wrong.push(reason),
        }
    }
    if !wrong.is_empty() {
        settings.refuse(names::ALERT_EMAIL_RECIPIENTS, &wrong.join("; "));
    }
    recipients
}

fn server(settings: &mut Settings) -> Option<SmtpServerConfig> {
    let url = settings.secret(names::SMTP_URL)?;
    match read(url.expose()) {
        Ok(server) => Some(server),
        Err(reason) => {
            settings.refuse(names::SMTP_URL, reason);
            None
        }
    }
}

/// Reads an address such as `smtps://user:password@host`. The error quotes nothing of it.
fn read(text: &str) -> Result<SmtpServerConfig, &'static str> {
    let url: Url = text
        .parse()
        .map_err(|_| "must be a URL such as smtps://user:password@mail.example.com")?;
    let (security, port) = match url.scheme() {
        "smtps" => (Security::Tls, 465),
        "smtp+starttls" => (Security::StartTls, 587),
        "smtp" if is_here(&url) => (Security::None, 25),
        _ => {
            return Err(
                "must begin with smtps:// or smtp+starttls://, or with smtp:// for a \
                        server on this machine",
            );
        }
    };
    let host = url.host_str().filter(|host| !host.is_empty());
    let host = host.ok_or("must name a server, such as smtps://mail.example.com")?;
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(
            "must end after the server's name or its port; in a user or a password, write \
                    / as %2F, ? as %3F, # as %23 and @ as %40",
        );
    }
    let login = match (url.username(), url.password()) {
        ("", None) => None,
        ("", Some(_)) | (_, None) => return Err("must have both a user and a password, or none"),
        (user, Some(password)) => Some(Login {
            user: decoded(user)?,
            password: Secret::new(decoded(password)?),
        }),
    };
    Ok(SmtpServerConfig {
        host: host.trim_matches(['[', ']']).to_owned(),
        port: url.port().unwrap_or(port),
        security,
        login,
    })
}

/// A part of a URL without its percent signs.
fn decoded(text: &str) -> Result<String, &'static str> {
    const WRONG: &str = "has a user or a password with a % that is not followed by two hexadecimal \
                         digits (write % as %25), or that is not UTF-8";
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(WRONG);
        };
        bytes.push(u8::try_from(high * 16 + low).map_err(|_| WRONG)?);
    }
    let text = String::from_utf8(bytes).map_err(|_| WRONG)?;
    if text.contains(['\r', '\n', '\0']) {
        return Err("has a user or a password with a line break");
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
