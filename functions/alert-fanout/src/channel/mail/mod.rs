//! Mail: text for every reader, HTML for those who have it, the graph in it.

use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;
use lettre::{Message, message::Mailbox};
use shared::deadline::Deadline;

use super::{Channel, Dispatch, Receipt, SendError, SendMode};
use crate::{
    episode::MessageRef,
    notice::{ChannelFault, FailureReason},
    render::Locale,
};

mod address;
pub mod config;
mod message;
pub mod ses;
pub mod smtp;

pub use address::mailbox;
pub use config::MailConfig;

/// The most recipients of one mail: what SES takes in all of To, Cc and Bcc,
/// <https://docs.aws.amazon.com/ses/latest/dg/quotas.html>.
pub const MOST_RECIPIENTS: usize = 50;

/// A mail transport: SES or SMTP.
///
/// Contract: the recipients are those of the envelope. `Ok` means that the mail was accepted for at least
/// one recipient and refused permanently for the others, which are logged. Transient failures are retried
/// within the deadline. If some recipients still have a transient failure, the result is
/// [`SendError::Retryable`], although others have the mail: a duplicate is better than a loss.
#[async_trait]
pub trait MailTransport: Send + Sync + Debug {
    /// Sends a mail. The result is the `Message-ID` under which it arrives, with the angle brackets,
    /// where that is another one than it had.
    async fn send(
        &self,
        message: &Message,
        deadline: Deadline,
    ) -> Result<Option<String>, SendError>;
}

/// Mail to a group of people, all of whom see each other.
#[derive(Debug)]
pub struct Mailer {
    transport: Arc<dyn MailTransport>,
    sender: Mailbox,
    recipients: Vec<Mailbox>,
    style: Locale,
}

impl Mailer {
    /// Mail to at most [`MOST_RECIPIENTS`] people: larger groups are split before.
    #[must_use]
    pub fn new(
        transport: Arc<dyn MailTransport>,
        sender: Mailbox,
        recipients: Vec<Mailbox>,
        style: Locale,
    ) -> Self {
        Self {
            transport,
            sender,
            recipients,
            style,
        }
    }

    fn message(&self, dispatch: &Dispatch<'_>) -> Result<(Message, String), SendError> {
        let built = message::build(&self.sender, &self.recipients, dispatch, &self.style);
        built.map_err(|error| SendError::Permanent {
            reason: FailureReason::new(ChannelFault::MailNotBuilt, "", &error.to_string()),
        })
    }
}

#[async_trait]
impl Channel for Mailer {
    /// Mails cannot be updated; an update is a reply.
    fn can_update(&self) -> bool {
        false
    }

    async fn send(
        &self,
        dispatch: &Dispatch<'_>,
        deadline: Deadline,
    ) -> Result<Receipt, SendError> {
        let (mail, id) = self.message(dispatch)?;
        let sent = self.transport.send(&mail, deadline).await;
        let sent = match (sent, dispatch.graph) {
            (Err(SendError::Permanent { reason }), Some(_)) => {
                // It may be the picture that is not wanted, or too large.
                tracing::warn!(%reason, "a mail is sent again without its graph");
                let plain = Dispatch {
                    graph: None,
                    ..*dispatch
                };
                let (mail, _) = self.message(&plain)?;
                self.transport.send(&mail, deadline).await
            }
            (sent, _) => sent,
        };
        let id = sent?.unwrap_or(id);
        // All mails about the same are answers to the first one.
        let message_ref = match dispatch.mode {
            SendMode::Update(message_ref @ MessageRef::Mail { .. })
            | SendMode::Reply(message_ref @ MessageRef::Mail { .. }) => message_ref.clone(),
            _ => MessageRef::Mail { message_id: id },
        };
        Ok(Receipt {
            message_ref: Some(message_ref),
        })
    }
}
