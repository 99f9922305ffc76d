//! Reports through Amazon SES.

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_sesv2::{
    Client,
    error::{ProvideErrorMetadata as _, SdkError},
    types::{Body, Content, Destination, EmailContent, Message},
};
use shared::{aws, deadline::Deadline};

use super::{ReportAddresses, ReportMail, ReportSender, SendReportError};

/// Amazon SES.
#[derive(Clone, Debug)]
pub struct SesReports {
    client: Client,
    addresses: ReportAddresses,
}

impl SesReports {
    /// SES in the region of the configuration.
    #[must_use]
    pub fn new(config: &SdkConfig, addresses: ReportAddresses) -> Self {
        Self {
            client: Client::new(config),
            addresses,
        }
    }
}

#[async_trait]
impl ReportSender for SesReports {
    async fn send(&self, mail: &ReportMail, deadline: Deadline) -> Result<(), SendReportError> {
        let content = |text: &str| {
            let content = Content::builder().data(text).charset("UTF-8").build();
            content.map_err(|error| SendReportError {
                reason: error.to_string(),
                retryable: false,
            })
        };
        let body = Body::builder()
            .html(content(&mail.html)?)
            .text(content(&mail.text)?)
            .build();
        let message = Message::builder()
            .subject(content(&mail.subject)?)
            .body(body)
            .build();
        let to = self.addresses.recipients.clone();
        let call = self
            .client
            .send_email()
            .from_email_address(&self.addresses.sender)
            .destination(Destination::builder().set_to_addresses(Some(to)).build())
            .content(EmailContent::builder().simple(message).build())
            .send();
        match aws::before(deadline, call).await {
            Some(Ok(_)) => Ok(()),
            Some(Err(error)) => Err(failure(&error)),
            None => Err(SendReportError {
                reason: "Amazon SES did not answer in time".to_owned(),
                retryable: true,
            }),
        }
    }
}

fn failure(
    error: &SdkError<aws_sdk_sesv2::operation::send_email::SendEmailError>,
) -> SendReportError {
    let code = error.code().unwrap_or_default();
    SendReportError {
        reason: aws::reason(code, error.message(), std::error::Error::source(error)),
        retryable: code.is_empty() || aws::is_transient(code),
    }
}
