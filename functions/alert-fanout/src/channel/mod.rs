//! The seam to those who are told: Slack, mail, SNS. A channel renders a notice, sends it, and knows
//! what the answer means.

use std::{fmt::Debug, time::Duration};

use async_trait::async_trait;
use shared::deadline::Deadline;

use crate::{episode::MessageRef, render::Content};

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

/// One place that notices are sent to.
///
/// Contract: `send` returns `Ok` only when the other side has said that it has the message. What
/// may pass by itself was tried again inside the deadline (`Retry-After` is honoured) before
/// [`SendError::Retryable`] is returned. A message that is refused for its size or form is sent again
/// shorter and plainer before [`SendError::Permanent`] is returned. `send` never panics, whatever is in
/// the notice.
#[async_trait]
pub trait Channel: Send + Sync + Debug {
    /// Whether a message that was sent can be changed, and answered in a thread of its own.
    fn can_update(&self) -> bool;

    /// Sends it.
    async fn send(&self, dispatch: &Dispatch<'_>, deadline: Deadline)
    -> Result<Receipt, SendError>;
}

/// What is sent, and how.
#[derive(Clone, Copy, Debug)]
pub struct Dispatch<'a> {
    /// What.
    pub content: Content<'a>,
    /// How.
    pub mode: SendMode<'a>,
    /// The picture of its metric. A channel that cannot show it sends the notice without.
    pub graph: Option<&'a Graph>,
    /// The topics of SNS that the message came through, the last one last: for channels that publish
    /// to topics, which never publish to one of these.
    pub topics: &'a [String],
}

/// How something is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SendMode<'a> {
    /// As a message of its own.
    Post,
    /// In the place of an earlier one. Doing it twice changes nothing.
    Update(&'a MessageRef),
    /// As an answer to an earlier one.
    Reply(&'a MessageRef),
}

/// What the other side answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Where the next message about the same belongs, if it can be changed or answered there. After an
    /// answer it is the place that was answered, unless that is gone.
    pub message_ref: Option<MessageRef>,
}

/// Why something was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It was not taken, and may be later.
    #[error("{reason}")]
    Retryable {
        /// What happened at the last try.
        reason: String,
        /// How long the other side asks to wait.
        after: Option<Duration>,
    },
    /// Nobody knows whether it was taken: the answer was lost, or says so itself. It is sent again,
    /// since a message twice is better than none.
    #[error("nobody knows whether it arrived: {reason}")]
    Unknown {
        /// What happened.
        reason: String,
    },
    /// It was refused, and will be until somebody changes something.
    #[error("{reason}")]
    Permanent {
        /// Why, and what to change.
        reason: String,
    },
    /// It was not sent on purpose: the topic is one that the message came through.
    #[error("it would go round in circles: {reason}")]
    Loop {
        /// Which topic.
        reason: String,
    },
}

/// The first half of a digest in hexadecimal digits: 128 bits tell everything apart.
fn half(digest: &[u8]) -> String {
    shared::hex::text(digest.iter().take(16))
}
