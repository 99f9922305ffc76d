//! The interface of channels: Slack, mail, SNS. A channel renders a notice, sends it and interprets the
//! response.

use std::{fmt::Debug, time::Duration};

use async_trait::async_trait;
use shared::deadline::Deadline;

use crate::{episode::MessageRef, notice::FailureReason, render::Content};

mod aws;
#[cfg(test)]
mod fixture;
pub mod graph;
pub mod http;
pub mod mail;
pub mod slack;
pub mod topic;
mod tries;
pub mod webhook;

use graph::Graph;

/// The least time between two messages to a channel of Slack:
/// <https://docs.slack.dev/apis/web-api/rate-limits>.
pub(crate) const SLACK_PACE: Duration = Duration::from_secs(1);

/// One place that notices are sent to.
///
/// ```
/// use alert_fanout::channel::{Channel, Dispatch, Receipt, SendError};
/// use shared::deadline::Deadline;
///
/// /// Prints alerts, which cannot be updated later.
/// #[derive(Debug)]
/// struct Console;
///
/// #[async_trait::async_trait]
/// impl Channel for Console {
///     fn can_update(&self) -> bool {
///         false
///     }
///
///     async fn send(&self, alert: &Dispatch<'_>, _: Deadline) -> Result<Receipt, SendError> {
///         println!("{:?}", alert.content.notice.title);
///         Ok(Receipt::default())
///     }
/// }
/// ```
///
/// Contract: `send` returns `Ok` only after the other side has accepted the message. Transient failures
/// are retried within the deadline (`Retry-After` is honoured) before [`SendError::Retryable`] is
/// returned. A message that is refused for its size or form is sent again, shorter and plainer, before
/// [`SendError::Permanent`] is returned. `send` never panics, whatever the notice holds.
#[async_trait]
pub trait Channel: Send + Sync + Debug {
    /// True if sent messages can be updated and replied to in a thread.
    fn can_update(&self) -> bool;

    /// The least time between two calls.
    fn pace(&self) -> Duration {
        Duration::ZERO
    }

    /// Sends a notice.
    async fn send(&self, dispatch: &Dispatch<'_>, deadline: Deadline)
    -> Result<Receipt, SendError>;
}

/// A notice to send, and how.
#[derive(Clone, Copy, Debug)]
pub struct Dispatch<'a> {
    /// The notice and its episode.
    pub content: Content<'a>,
    /// As a new message, an update or a reply.
    pub mode: SendMode<'a>,
    /// The graph of its metric. A channel that cannot show it ignores it.
    pub graph: Option<&'a Graph>,
    /// The SNS topics that the message came through, the latest last: a topic channel never publishes to
    /// one of these.
    pub topics: &'a [String],
}

/// How a notice is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SendMode<'a> {
    /// As a new message.
    Post,
    /// As an update of an earlier message. Repeating it changes nothing.
    Update(&'a MessageRef),
    /// As a reply to an earlier message.
    Reply(&'a MessageRef),
}

/// The result of a successful send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// The message that later notices can update or reply to. After a reply it is the message that was
    /// replied to, unless that is gone.
    pub message_ref: Option<MessageRef>,
}

/// Why a message was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// A transient failure: it was not accepted.
    #[error("{reason}")]
    Retryable {
        /// The failure of the last try.
        reason: FailureReason,
        /// The wait that the other side asks for.
        after: Option<Duration>,
    },
    /// The result is unknown: the response was lost, or says so. It is sent again, since a duplicate is
    /// better than a loss.
    #[error("it may have arrived: {reason}")]
    Unknown {
        /// What happened.
        reason: FailureReason,
    },
    /// A permanent refusal.
    #[error("{reason}")]
    Permanent {
        /// The reason, and what to change.
        reason: FailureReason,
    },
    /// Not sent, to prevent a loop: the message came through this topic.
    #[error("it would loop: {reason}")]
    Loop {
        /// Which topic.
        reason: FailureReason,
    },
}

impl SendError {
    /// The reason.
    #[must_use]
    pub fn reason(&self) -> &FailureReason {
        match self {
            Self::Retryable { reason, .. }
            | Self::Unknown { reason }
            | Self::Permanent { reason }
            | Self::Loop { reason } => reason,
        }
    }
}

/// The first half of a digest in hexadecimal digits: 128 bits are unique enough.
fn half(digest: &[u8]) -> String {
    shared::hex::text(digest.iter().take(16))
}
