//! The check of the settings when a stack is deployed: a custom resource of CloudFormation, which fails with
//! every invalid setting, so that the deployment is undone.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html>
//!
//! A deletion succeeds in any case, so that what is undone is not held up.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value, json};
use shared::{deadline::Deadline, retry::Backoff, secret::Secret};
use url::Url;

use crate::channel::http::{Http, is_private};

/// The most bytes of a reason; CloudFormation takes 4,096 of the whole answer.
const REASON: usize = 2_500;

/// The waits between attempts to answer.
const BACKOFF: Backoff = Backoff {
    first: Duration::from_millis(200),
    most: Duration::from_secs(1),
    tries: 8,
};

/// A request of CloudFormation. Missing fields are empty: every request needs an answer.
#[derive(Clone, Debug)]
pub struct SettingsCheck {
    kind: String,
    /// Whoever knows it may answer.
    answer_to: Secret,
    stack_id: String,
    request_id: String,
    logical_id: String,
    physical_id: String,
}

/// The answer that CloudFormation got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckAnswer {
    /// `SUCCESS` or `FAILED`.
    pub status: &'static str,
    /// The invalid settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// CloudFormation got no answer.
#[derive(Debug, thiserror::Error)]
#[error("CloudFormation did not take the answer: {0}")]
pub struct NotAnswered(String);

impl SettingsCheck {
    /// The request in an event; `None` if the event is something else.
    #[must_use]
    pub fn read(payload: &str) -> Option<Self> {
        // Most events are not requests.
        if !payload.contains("\"ResponseURL\"") || !payload.contains("\"RequestType\"") {
            return None;
        }
        let event: Map<String, Value> = serde_json::from_str(payload).ok()?;
        if !event.contains_key("ResponseURL") || !event.contains_key("RequestType") {
            return None;
        }
        let text = |key: &str| {
            let value = event.get(key).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        let physical_id = Some(text("PhysicalResourceId")).filter(|id| !id.is_empty());
        Some(Self {
            kind: text("RequestType"),
            answer_to: Secret::new(text("ResponseURL")),
            stack_id: text("StackId"),
            request_id: text("RequestId"),
            logical_id: text("LogicalResourceId"),
            physical_id: physical_id.unwrap_or_else(|| "alert-settings".to_owned()),
        })
    }

    /// Answers that the settings are valid, or with the reason that they are not.
    ///
    /// # Errors
    ///
    /// If the answer could not be delivered.
    pub async fn answer(
        &self,
        invalid: Option<String>,
        deadline: Deadline,
    ) -> Result<CheckAnswer, NotAnswered> {
        let invalid = invalid.filter(|_| self.kind != "Delete");
        let reason = invalid.map(|reason| {
            let end = reason.floor_char_boundary(REASON);
            reason.get(..end).unwrap_or_default().to_owned()
        });
        let status = if reason.is_some() {
            "FAILED"
        } else {
            "SUCCESS"
        };
        let mut body = json!({
            "Status": status, "PhysicalResourceId": self.physical_id, "StackId": self.stack_id,
            "RequestId": self.request_id, "LogicalResourceId": self.logical_id,
        });
        if let (Some(reason), Some(body)) = (&reason, body.as_object_mut()) {
            tracing::error!("the deployment is refused: {reason}");
            body.insert("Reason".to_owned(), json!(reason));
        }
        self.send(&body.to_string(), deadline).await?;
        Ok(CheckAnswer { status, reason })
    }

    async fn send(&self, body: &str, deadline: Deadline) -> Result<(), NotAnswered> {
        let url = Url::parse(self.answer_to.expose()).ok().filter(is_private);
        let url = url.ok_or_else(|| NotAnswered("its address is invalid".to_owned()))?;
        let http = Http::new().map_err(|error| NotAnswered(error.to_string()))?;
        let mut tried = 0;
        loop {
            tried += 1;
            let reason = match http.put(&url, body, deadline).await {
                Ok(response) if (200..300).contains(&response.status) => return Ok(()),
                Ok(response) => format!("status {}", response.status),
                Err(error) => error.to_string(),
            };
            let wait = BACKOFF.wait(tried, 0.5, None);
            match wait.filter(|wait| deadline.allows(*wait)) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(NotAnswered(reason)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SettingsCheck;

    #[test]
    fn alerts_are_not_requests_of_cloudformation() {
        for payload in [
            r#"{"type": "error", "title": "ResponseURL", "message": "RequestType"}"#,
            r#"{"RequestType": "Create"}"#,
            "",
            "[]",
        ] {
            assert!(SettingsCheck::read(payload).is_none(), "{payload}");
        }
    }
}
