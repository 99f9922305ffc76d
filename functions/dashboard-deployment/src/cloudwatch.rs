//! Dashboards in CloudWatch. The SDK retries; its final errors are converted here, including
//! CloudWatch's messages about a body.

use std::{error::Error, fmt};

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_cloudwatch::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::put_dashboard::PutDashboardError,
    types::DashboardValidationMessage,
};
use shared::{aws, deadline::Deadline, logging::chain};

use crate::{
    finding::Finding,
    target::{DashboardTarget, TargetError},
};

/// The dashboards of an AWS account. They are not regional.
#[derive(Clone)]
pub struct CloudWatch {
    client: Client,
    region: String,
}

impl fmt::Debug for CloudWatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CloudWatch")
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

impl CloudWatch {
    /// The dashboards of the account of this configuration.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        let region = config
            .region()
            .map_or("us-east-1", |region| region.as_ref());
        Self {
            client: Client::new(config),
            region: region.to_owned(),
        }
    }
}

#[async_trait]
impl DashboardTarget for CloudWatch {
    async fn get(&self, name: &str, deadline: Deadline) -> Result<Option<String>, TargetError> {
        let call = self.client.get_dashboard().dashboard_name(name).send();
        match aws::before(deadline, call)
            .await
            .ok_or(TargetError::TimedOut)?
        {
            Ok(found) => Ok(found.dashboard_body),
            Err(error) if is_not_there(&error) => Ok(None),
            Err(error) => Err(failure(error, Vec::new())),
        }
    }

    async fn put(
        &self,
        name: &str,
        body: &str,
        deadline: Deadline,
    ) -> Result<Vec<Finding>, TargetError> {
        let call = self
            .client
            .put_dashboard()
            .dashboard_name(name)
            .dashboard_body(body)
            .send();
        match aws::before(deadline, call)
            .await
            .ok_or(TargetError::TimedOut)?
        {
            Ok(taken) => {
                let said = taken.dashboard_validation_messages.unwrap_or_default();
                Ok(said
                    .iter()
                    .map(|said| finding(said, Finding::warning))
                    .collect())
            }
            Err(error) => {
                let said = match error.as_service_error() {
                    Some(PutDashboardError::DashboardInvalidInputError(error)) => {
                        error.dashboard_validation_messages()
                    }
                    _ => &[],
                };
                let said = said
                    .iter()
                    .map(|said| finding(said, Finding::error))
                    .collect();
                Err(failure(error, said))
            }
        }
    }

    async fn delete(&self, name: &str, deadline: Deadline) -> Result<bool, TargetError> {
        let call = self.client.delete_dashboards().dashboard_names(name).send();
        match aws::before(deadline, call)
            .await
            .ok_or(TargetError::TimedOut)?
        {
            Ok(_) => Ok(true),
            Err(error) if is_not_there(&error) => Ok(false),
            Err(error) => Err(failure(error, Vec::new())),
        }
    }

    fn location(&self, name: &str) -> String {
        let region = &self.region;
        format!(
            "https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#dashboards/dashboard/{name}"
        )
    }
}

fn finding(said: &DashboardValidationMessage, kind: fn(String, String) -> Finding) -> Finding {
    kind(
        said.data_path().unwrap_or_default().to_owned(),
        said.message().unwrap_or("no reason was given").to_owned(),
    )
}

/// True for CloudWatch's error codes for a missing dashboard.
fn is_not_there<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    let code = error
        .as_service_error()
        .and_then(ProvideErrorMetadata::code);
    code.is_some_and(|code| ["ResourceNotFound", "DashboardNotFoundError"].contains(&code))
}

/// Converts an error of CloudWatch.
fn failure<E>(error: SdkError<E>, said: Vec<Finding>) -> TargetError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let Some(service) = error.as_service_error() else {
        return match error {
            SdkError::TimeoutError(_) => TargetError::TimedOut,
            // Its debug form contains requests and responses.
            error => TargetError::Unavailable(chain(&error).into()),
        };
    };
    let code = service.code().unwrap_or_default();
    let message = service.message().map_or(code, aws::without_headers);
    let message = message.to_owned();
    match code {
        // The same messages as in the console.
        "InvalidParameterInput" | "DashboardInvalidInputError" => {
            TargetError::Refused(if said.is_empty() {
                messages(&message)
            } else {
                said
            })
        }
        "InvalidParameterValue"
        | "InvalidParameterValueException"
        | "MissingParameter"
        | "MissingRequiredParameterException"
        | "ValidationError"
        | "ValidationException" => TargetError::Refused(vec![Finding::error("", message)]),
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "UnrecognizedClientException"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "InvalidClientTokenId"
        | "SignatureDoesNotMatch" => TargetError::Forbidden(message),
        "Throttling"
        | "ThrottlingException"
        | "RequestLimitExceeded"
        | "TooManyRequestsException" => TargetError::Throttled(message),
        _ => TargetError::Unavailable(format!("{code}: {message}").into()),
    }
}

/// The list of `{dataPath, message}` at the end of an error's message, or the message itself.
fn messages(message: &str) -> Vec<Finding> {
    let list = message.find('[').and_then(|start| message.get(start..));
    let list = list.and_then(|list| serde_json::from_str::<Vec<serde_json::Value>>(list).ok());
    let found = list.unwrap_or_default().into_iter().filter_map(|said| {
        let text = |key: &str| said.get(key).and_then(serde_json::Value::as_str);
        Some(Finding::error(
            text("dataPath").unwrap_or_default(),
            text("message")?,
        ))
    });
    let found: Vec<Finding> = found.collect();
    if found.is_empty() {
        vec![Finding::error("", message)]
    } else {
        found
    }
}

#[cfg(test)]
mod tests {
    use super::messages;
    use crate::finding::Finding;

    #[test]
    fn the_list_in_an_error_s_message_is_read() {
        let message = "The dashboard body is invalid, there are 2 validation errors:\n[{\"dataPath\":\
             \"/widgets/0\",\"message\":\"Should be <= 23\"},{\"message\":\"Should be array\"}]";
        assert_eq!(
            messages(message),
            [
                Finding::error("/widgets/0", "Should be <= 23"),
                Finding::error("", "Should be array")
            ]
        );
        for plain in ["The name is wrong [sic]", ""] {
            assert_eq!(messages(plain), [Finding::error("", plain)]);
        }
    }
}
