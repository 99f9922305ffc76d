//! The queue of failed events in Amazon SQS. The client is made with the first failure: a function whose
//! events are stored does not need one.

use async_trait::async_trait;
use aws_sdk_sqs::{
    Client,
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
    types::{ChangeMessageVisibilityBatchRequestEntry, MessageAttributeValue},
};
use shared::{aws, deadline::Deadline, printable::printable};
use tokio::sync::OnceCell;

use super::{DelayedMessage, FailureQueue, QueueUrls};

/// The most messages of one request:
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html>.
const MOST_AT_ONCE: usize = 10;

/// The most bytes of a message with its attributes:
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>.
const MOST_BYTES: usize = 1_048_576;

/// The attribute with the reason why a message was set aside.
const REASON: &str = "Reason";

/// The most characters of the reason.
const LONGEST_REASON: usize = 300;

/// Bytes kept free for the attribute with the reason.
const REASON_BYTES: usize = 2_048;

/// The queues in Amazon SQS.
#[derive(Debug)]
pub struct SqsQueue {
    urls: QueueUrls,
    client: OnceCell<Client>,
}

impl SqsQueue {
    /// The queues at these URLs. Nothing is sent yet.
    #[must_use]
    pub fn new(urls: QueueUrls) -> Self {
        Self {
            urls,
            client: OnceCell::new(),
        }
    }

    async fn client(&self) -> &Client {
        self.client
            .get_or_init(async || Client::new(&aws::config().await))
            .await
    }
}

#[async_trait]
impl FailureQueue for SqsQueue {
    async fn delay(&self, messages: &[DelayedMessage], deadline: Deadline) -> Result<(), String> {
        for messages in messages.chunks(MOST_AT_ONCE) {
            let entries = (0..).zip(messages).map(|(number, message): (usize, _)| {
                let seconds = i32::try_from(message.wait.as_secs()).unwrap_or(i32::MAX);
                ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(number.to_string())
                    .receipt_handle(&message.receipt_handle)
                    .visibility_timeout(seconds)
                    .build()
                    .map_err(|error| error.to_string())
            });
            let request = self
                .client()
                .await
                .change_message_visibility_batch()
                .queue_url(&self.urls.failures)
                .set_entries(Some(entries.collect::<Result<_, _>>()?));
            let answer = answered(aws::before(deadline, request.send()).await)?;
            if let Some(failed) = answer.failed().first() {
                return Err(format!(
                    "{}: {}",
                    failed.code(),
                    failed.message().unwrap_or("?")
                ));
            }
        }
        Ok(())
    }

    async fn set_aside(
        &self,
        body: &str,
        reason: &str,
        deadline: Deadline,
    ) -> Result<bool, String> {
        let Some(url) = &self.urls.set_aside else {
            return Ok(false);
        };
        let mut request = self
            .client()
            .await
            .send_message()
            .queue_url(url)
            .message_body(body);
        if body.len() + REASON_BYTES <= MOST_BYTES {
            let reason: String = printable(reason).chars().take(LONGEST_REASON).collect();
            let value = MessageAttributeValue::builder()
                .data_type("String")
                .string_value(reason)
                .build();
            let value = value.map_err(|error| error.to_string())?;
            request = request.message_attributes(REASON, value);
        }
        answered(aws::before(deadline, request.send()).await)?;
        Ok(true)
    }
}

/// The answer to a request, or why there is none.
fn answered<T, E: ProvideErrorMetadata + std::error::Error + 'static>(
    answer: Option<Result<T, SdkError<E, HttpResponse>>>,
) -> Result<T, String> {
    let answer = answer.ok_or("Amazon SQS did not answer in time")?;
    answer.map_err(|error| {
        let code = error.code().unwrap_or_default().to_owned();
        aws::reason(&code, error.message(), std::error::Error::source(&error))
    })
}
