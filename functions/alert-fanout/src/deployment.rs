//! The check of the settings when a stack is deployed: a custom resource of CloudFormation, which fails with
//! every invalid setting, so that the deployment is undone.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html>
//!
//! A deletion succeeds in any case, so that what is undone is not held up.

use serde_json::{Map, Value, json};
use shared::{
    custom_resource::{AnswerError, DeliveredAnswer, ResourceAnswer, ResourceRequest},
    deadline::Deadline,
};

/// The request of CloudFormation in an event; `None` if the event is something else.
#[must_use]
pub fn request(payload: &str) -> Option<ResourceRequest> {
    // Most events are not requests.
    if !payload.contains("\"ResponseURL\"") || !payload.contains("\"RequestType\"") {
        return None;
    }
    let event: Map<String, Value> = serde_json::from_str(payload).ok()?;
    ResourceRequest::is_in(&event).then(|| ResourceRequest::read(&event))
}

/// Answers that the settings are valid, or with the reason that they are not.
///
/// # Errors
///
/// If the answer could not be delivered.
pub async fn answer(
    request: &ResourceRequest,
    invalid: Option<String>,
    deadline: Deadline,
) -> Result<DeliveredAnswer, AnswerError> {
    let id = Some(request.physical_id.as_str()).filter(|id| !id.is_empty());
    let answer = ResourceAnswer {
        physical_id: id.unwrap_or("alert-settings").to_owned(),
        reason: invalid.filter(|_| request.kind != "Delete"),
        data: json!({}),
    };
    request.deliver(answer, deadline).await
}

#[cfg(test)]
mod tests {
    use super::request;

    #[test]
    fn alerts_are_not_requests_of_cloudformation() {
        for payload in [
            r#"{"type": "error", "title": "ResponseURL", "message": "RequestType"}"#,
            r#"{"RequestType": "Create"}"#,
            "",
            "[]",
        ] {
            assert!(request(payload).is_none(), "{payload}");
        }
    }
}
