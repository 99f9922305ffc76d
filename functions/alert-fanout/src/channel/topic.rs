//! A topic of SNS.

use async_trait::async_trait;
use aws_sdk_sns::{Client, types::MessageAttributeValue};
use sha2::{Digest as _, Sha256};
use shared::{aws as calls, deadline::Deadline, model::alert::AlertStatus};

use super::{Channel, Dispatch, Receipt, SendError, aws, half};
use crate::{
    incoming::TOPICS_ATTRIBUTE,
    notice::{ChannelFault, FailureReason},
    render::{
        Content, Locale,
        sns::{self as render, SnsPayload},
    },
};

/// The attribute for filter policies: the severity.
const TYPE: &str = "AlertType";
/// The attribute for filter policies: firing or resolved.
const STATUS: &str = "AlertStatus";
/// A message that came through more topics than this is in a loop.
const MOST_TOPICS: usize = 10;

/// The most that SNS takes, in bytes, of a message and its attributes together:
/// <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>.
const MOST_BYTES: usize = 262_144;

/// What is written where a message was cut.
const CUT: &str = "…";

/// A topic.
#[derive(Clone, Debug)]
pub struct Topic {
    client: Client,
    arn: String,
    style: Locale,
}

impl Topic {
    /// A topic, with a client for its region.
    #[must_use]
    pub fn new(client: Client, arn: String, style: Locale) -> Self {
        Self { client, arn, style }
    }

    /// Fails for a message that came through this topic.
    fn may_go_on(&self, topics: &[String]) -> Result<(), SendError> {
        if topics.contains(&self.arn) {
            let reason = FailureReason::new(ChannelFault::SameTopic, "", &self.arn);
            return Err(SendError::Loop { reason });
        }
        if topics.len() > MOST_TOPICS {
            let count = topics.len().to_string();
            let reason = FailureReason::new(ChannelFault::ManyTopics, "", &count);
            return Err(SendError::Loop { reason });
        }
        Ok(())
    }
}

#[async_trait]
impl Channel for Topic {
    fn can_update(&self) -> bool {
        false
    }

    /// Every mode is a new message.
    async fn send(
        &self,
        dispatch: &Dispatch<'_>,
        deadline: Deadline,
    ) -> Result<Receipt, SendError> {
        self.may_go_on(dispatch.topics)?;
        let SnsPayload { subject, message } = render::sns(dispatch.content, &self.style);
        let attributes = attributes(dispatch.content, dispatch.topics);
        let room = MOST_BYTES.saturating_sub(bytes(&attributes));
        let message = cut(message, room);
        let mut request = self.client.publish().topic_arn(&self.arn);
        if is_fifo(&self.arn) {
            // What is the same within five minutes is one:
            // <https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html>.
            request = request
                .message_group_id("alerts")
                .message_deduplication_id(half(&Sha256::digest(&message)));
        }
        for (name, text) in attributes {
            let value = MessageAttributeValue::builder()
                .data_type("String")
                .string_value(text)
                .build()
                .map_err(|error| SendError::Permanent {
                    reason: error.to_string().as_str().into(),
                })?;
            request = request.message_attributes(name, value);
        }
        let call = request.subject(subject).message(message).send();
        match calls::before(deadline, call).await {
            Some(Ok(_)) => Ok(Receipt::default()),
            Some(Err(error)) => Err(aws::failure(&error)),
            None => Err(aws::too_late()),
        }
    }
}

/// Whether a topic keeps an order.
fn is_fifo(arn: &str) -> bool {
    arn.rsplit('.').next() == Some("fifo")
}

/// The attributes of a message. None is empty: SNS refuses that.
fn attributes(content: Content<'_>, topics: &[String]) -> Vec<(&'static str, String)> {
    let mut attributes = vec![(TYPE, content.notice.kind.name().to_owned())];
    if let Some(status) = content.notice.status {
        let status = match status {
            AlertStatus::Firing => "firing",
            AlertStatus::Resolved => "resolved",
        };
        attributes.push((STATUS, status.to_owned()));
    }
    if !topics.is_empty() {
        attributes.push((TOPICS_ATTRIBUTE, topics.join(",")));
    }
    attributes
}

/// What attributes count for: their names, types and values.
fn bytes(attributes: &[(&str, String)]) -> usize {
    let size = |(name, text): &(&str, String)| name.len() + "String".len() + text.len();
    attributes.iter().map(size).sum()
}

/// A text of at most `most` bytes, cut between characters, with a mark where it was cut.
fn cut(mut text: String, most: usize) -> String {
    if text.len() > most {
        let end = text.floor_char_boundary(most.saturating_sub(CUT.len()));
        text.truncate(end);
        text.push_str(CUT);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::cut;

    proptest! {
        #[test]
        fn a_text_is_cut_between_characters(text in "[가-힣a-z👩‍💻]{0,40}", most in 3_usize..80) {
            let short = cut(text.clone(), most);
            prop_assert!(short.len() <= most);
            prop_assert!(text.starts_with(short.trim_end_matches('…')));
            prop_assert_eq!(short == text, text.len() <= most);
        }
    }
}
