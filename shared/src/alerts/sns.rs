//! Alerts to an SNS topic: the function `alert-fanout` listens to it, and anybody else may.

use std::{error::Error as _, sync::Arc};

use async_trait::async_trait;
use aws_config::{Region, SdkConfig};
use aws_sdk_sns::{
    Client,
    error::{BuildError, ProvideErrorMetadata as _},
    types::MessageAttributeValue,
};

use super::{AlertPublisher, LogPublisher, PublishError};
use crate::{
    aws,
    deadline::Deadline,
    env::{Settings, names},
    model::alert::Alert,
};

/// The longest subject that SNS takes, in characters: it has to be shorter than 100,
/// <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>.
const LONGEST_SUBJECT: usize = 99;

/// The attributes of a message, by which a subscription can choose what it gets:
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html>.
const ALERT_TYPE: &str = "AlertType";
const ALERT_STATUS: &str = "AlertStatus";

/// A topic of SNS.
#[derive(Clone, Debug)]
pub struct SnsPublisher {
    client: Client,
    topic: String,
}

/// A text that is no ARN of a topic.
#[derive(Debug, thiserror::Error)]
#[error("must be the ARN of a topic, such as arn:aws:sns:ap-northeast-2:123456789012:alerts")]
pub struct NoTopic;

/// The region of a topic.
///
/// # Errors
///
/// When the text is no ARN of a topic.
pub fn region(topic: &str) -> Result<&str, NoTopic> {
    let parts: Vec<&str> = topic.split(':').collect();
    match parts[..] {
        ["arn", partition, "sns", region, account, name]
            if [partition, region, account, name]
                .iter()
                .all(|part| !part.is_empty()) =>
        {
            Ok(region)
        }
        _ => Err(NoTopic),
    }
}

/// The topic that alerts go to, if one is set; what is none is noted in `settings`.
pub fn topic(settings: &mut Settings) -> Option<String> {
    let topic = settings.text(names::SNS_TOPIC_ARN)?.to_owned();
    if let Err(error) = region(&topic) {
        settings.refuse(names::SNS_TOPIC_ARN, &error.to_string());
        return None;
    }
    Some(topic)
}

/// The publisher to the topic of the settings, and to the function's own log where there is none.
#[must_use]
pub fn publisher(config: &SdkConfig, topic: Option<&str>) -> Arc<dyn AlertPublisher> {
    // What is no topic was refused with the other settings.
    match topic.and_then(|topic| SnsPublisher::new(config, topic).ok()) {
        Some(topic) => Arc::new(topic),
        None => Arc::new(LogPublisher),
    }
}

impl SnsPublisher {
    /// A publisher to a topic, in whatever region it is.
    ///
    /// # Errors
    ///
    /// When the text is no ARN of a topic.
    pub fn new(config: &SdkConfig, topic: &str) -> Result<Self, NoTopic> {
        let region = Region::new(region(topic)?.to_owned());
        let config = config.to_builder().region(region).build();
        Ok(Self {
            client: Client::new(&config),
            topic: topic.to_owned(),
        })
    }
}

#[async_trait]
impl AlertPublisher for SnsPublisher {
    async fn publish(&self, alert: &Alert, deadline: Deadline) -> Result<(), PublishError> {
        let unavailable = |reason| PublishError::Unavailable {
            destination: self.topic.clone(),
            reason,
        };
        let refused = |reason| PublishError::Refused {
            destination: self.topic.clone(),
            reason,
        };
        let message = serde_json::to_string(alert).map_err(|error| refused(error.to_string()))?;
        let attribute =
            |value: &str| text_attribute(value).map_err(|error| refused(error.to_string()));
        let mut request = self
            .client
            .publish()
            .topic_arn(&self.topic)
            .subject(subject(&alert.title))
            .message(message)
            .message_attributes(ALERT_TYPE, attribute(alert.kind.name())?);
        if let Some(status) = alert.status {
            request = request.message_attributes(ALERT_STATUS, attribute(status.name())?);
        }
        match aws::before(deadline, request.send()).await {
            Some(Ok(_)) => Ok(()),
            Some(Err(error)) => {
                let code = error.code().unwrap_or_default();
                let reason = aws::reason(code, error.message(), error.source());
                // What the service itself says of the request does not change by itself.
                if error.as_service_error().is_some() && !aws::is_transient(code) {
                    Err(refused(reason))
                } else {
                    Err(unavailable(reason))
                }
            }
            None => Err(unavailable("no answer before the deadline".to_owned())),
        }
    }
}

fn text_attribute(value: &str) -> Result<MessageAttributeValue, BuildError> {
    let attribute = MessageAttributeValue::builder().data_type("String");
    attribute.string_value(value).build()
}

/// A title as a subject: printable ASCII on one line, beginning with a letter, digit or mark, and not
/// too long.
fn subject(title: &str) -> String {
    let ascii = title.chars().map(|character| match character {
        ' '..='~' => character,
        _ => '?',
    });
    let subject: String = ascii.take(LONGEST_SUBJECT).collect();
    match subject.trim() {
        "" => "Alert".to_owned(),
        subject => subject.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{region, subject};

    #[test]
    fn only_the_arn_of_a_topic_has_a_region() {
        let topic = "arn:aws:sns:ap-northeast-2:123456789012:alerts";
        assert_eq!(region(topic).expect("a topic"), "ap-northeast-2");
        for wrong in [
            "",
            "alerts",
            "arn:aws:sqs:ap-northeast-2:1:a",
            "arn:aws:sns::1:a",
        ] {
            region(wrong).expect_err(wrong);
        }
    }

    #[test]
    fn a_subject_is_short_printable_ascii() {
        assert_eq!(
            subject("gm-tool: cpu.usage 91%\n"),
            "gm-tool: cpu.usage 91%?"
        );
        assert_eq!(subject("  "), "Alert");
        assert_eq!(subject("결제"), "??");
        assert_eq!(subject(&"a".repeat(200)).len(), 99);
    }
}
