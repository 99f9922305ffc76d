//! Mail through Amazon SES.

use std::fmt;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_sesv2::{
    Client,
    primitives::Blob,
    types::{Destination, EmailContent, RawMessage},
};
use lettre::Message;
use shared::{aws as calls, deadline::Deadline};

use super::MailTransport;
use crate::channel::{SendError, aws};

/// The region where SES began, and where its identifiers have another domain.
const FIRST_REGION: &str = "us-east-1";

/// Amazon SES.
#[derive(Clone)]
pub struct Ses {
    client: Client,
    region: String,
}

impl fmt::Debug for Ses {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Ses")
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

impl Ses {
    /// SES in the region of the configuration.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        let region = config.region().map_or(FIRST_REGION, AsRef::as_ref);
        Self {
            client: Client::new(config),
            region: region.to_owned(),
        }
    }

    async fn send_to(
        &self,
        message: &[u8],
        sender: Option<&str>,
        recipients: &[String],
        deadline: Deadline,
    ) -> Result<Option<String>, SendError> {
        let raw = RawMessage::builder().data(Blob::new(message)).build();
        let raw = raw.map_err(|error| SendError::Permanent {
            reason: error.to_string().as_str().into(),
        })?;
        let to = Destination::builder().set_to_addresses(Some(recipients.to_vec()));
        let call = self
            .client
            .send_email()
            .set_from_email_address(sender.map(str::to_owned))
            .destination(to.build())
            .content(EmailContent::builder().raw(raw).build())
            .send();
        match calls::before(deadline, call).await {
            Some(Ok(sent)) => Ok(sent.message_id.map(|id| message_id(&id, &self.region))),
            Some(Err(error)) => Err(aws::failure(&error)),
            None => Err(aws::too_late()),
        }
    }
}

#[async_trait]
impl MailTransport for Ses {
    /// SES takes a mail for all recipients or for none. Where it says whom it refuses, such as
    /// addresses that are not verified while the account is in the sandbox, the mail goes to the
    /// others.
    async fn send(
        &self,
        message: &Message,
        deadline: Deadline,
    ) -> Result<Option<String>, SendError> {
        let envelope = message.envelope();
        let sender = envelope.from().map(AsRef::<str>::as_ref);
        let recipients: Vec<String> = envelope.to().iter().map(ToString::to_string).collect();
        let message = message.formatted();
        let sent = self.send_to(&message, sender, &recipients, deadline).await;
        let Err(SendError::Permanent { reason }) = sent else {
            return sent;
        };
        let others = not_named(&reason.said, sender, &recipients);
        if others.is_empty() || others.len() == recipients.len() {
            return Err(SendError::Permanent { reason });
        }
        tracing::warn!(
            %reason,
            "some recipients are refused; the others get the mail"
        );
        self.send_to(&message, sender, &others, deadline).await
    }
}

/// The recipients that a refusal does not name; none when it names the sender.
fn not_named(reason: &str, sender: Option<&str>, recipients: &[String]) -> Vec<String> {
    let is_edge = |letter: char| letter.is_whitespace() || ",;:<>()'\"".contains(letter);
    let words: Vec<&str> = reason.split(is_edge).collect();
    let names = |address: &str| {
        let named = |word: &&str| word.trim_end_matches('.').eq_ignore_ascii_case(address);
        words.iter().any(named)
    };
    if sender.is_some_and(names) {
        return Vec::new();
    }
    let others = recipients.iter().filter(|address| !names(address));
    others.cloned().collect()
}

/// The `Message-ID` that SES gives a mail, in place of its own:
/// <https://docs.aws.amazon.com/ses/latest/dg/send-email-raw.html#send-email-raw-mime>.
fn message_id(id: &str, region: &str) -> String {
    if id.contains('@') {
        return format!("<{id}>");
    }
    let domain = if region == FIRST_REGION {
        "email.amazonses.com".to_owned()
    } else {
        format!("{region}.amazonses.com")
    };
    format!("<{id}@{domain}>")
}

#[cfg(test)]
mod tests {
    use super::{message_id, not_named};

    #[test]
    fn the_id_of_a_mail_has_the_domain_of_its_region() {
        for (id, region, expected) in [
            ("0100-a", "us-east-1", "<0100-a@email.amazonses.com>"),
            (
                "010c-a",
                "ap-northeast-2",
                "<010c-a@ap-northeast-2.amazonses.com>",
            ),
            ("a@example.com", "ap-northeast-2", "<a@example.com>"),
        ] {
            assert_eq!(message_id(id, region), expected);
        }
    }

    #[test]
    fn recipients_that_a_refusal_does_not_name_are_kept() {
        let all = ["a@example.com".to_owned(), "b@example.com".to_owned()];
        let kept = |reason: String| not_named(&reason, Some("me@example.com"), &all);
        let refusal = "MessageRejected: Email address is not verified. The following identities \
                       failed the check in region AP-NORTHEAST-2:";
        assert_eq!(kept(format!("{refusal} a@example.com")), ["b@example.com"]);
        assert_eq!(kept(format!("{refusal} aa@example.com")), all);
        assert!(kept(format!("{refusal} b@example.com, A@example.com.")).is_empty());
        assert!(kept(format!("{refusal} me@example.com, a@example.com")).is_empty());
    }
}
