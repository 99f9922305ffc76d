//! A request of CloudFormation to a custom resource, and its answer: one PUT to a presigned address.
//!
//! The address is a secret, because it lets anyone answer. It is never logged or part of an error.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html>.

use std::time::Duration;

use reqwest::{
    Client,
    header::{CONTENT_TYPE, HeaderValue},
    redirect::Policy,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use url::Url;

use crate::{
    deadline::Deadline, logging::chain, private_url::is_private, retry::Backoff, secret::Secret,
};

/// The longest answer, in bytes:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html>.
const LONGEST: usize = 4_096;

/// The time limit of one attempt, so that a lost one leaves time for another.
const ATTEMPT: Duration = Duration::from_secs(3);

/// The waits between attempts.
const BACKOFF: Backoff = Backoff {
    first: Duration::from_millis(200),
    most: Duration::from_secs(1),
    tries: 8,
};

/// A request of CloudFormation. Missing fields are empty: every request needs an answer.
#[derive(Clone, Debug)]
pub struct ResourceRequest {
    /// `Create`, `Update` or `Delete`.
    pub kind: String,
    answer_to: Secret,
    /// The ARN of the stack.
    pub stack_id: String,
    id: String,
    /// The name of the resource in the template.
    pub logical_id: String,
    /// The id that an earlier answer gave; empty in the request for a creation.
    pub physical_id: String,
    /// The properties of the resource.
    pub properties: Value,
}

/// An answer to CloudFormation.
#[derive(Clone, Debug)]
pub struct ResourceAnswer {
    /// The physical id; CloudFormation rejects an empty one.
    pub physical_id: String,
    /// Why the operation failed; `None` if it succeeded.
    pub reason: Option<String>,
    /// The attributes for `Fn::GetAtt`.
    pub data: Value,
}

/// An answer that CloudFormation has taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveredAnswer {
    /// `SUCCESS` or `FAILED`.
    pub status: &'static str,
    /// The physical id.
    pub physical_resource_id: String,
    /// The reason, if it failed.
    pub reason: Option<String>,
}

/// The reason an answer to CloudFormation was not delivered.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The address is no URL, or what is sent there would not be encrypted.
    #[error("the ResponseURL is not an https URL")]
    Address,
    /// The address refused the answer, with this HTTP status.
    #[error("the answer was refused with status {0}")]
    Refused(u16),
    /// The address cannot be reached.
    #[error("the ResponseURL cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// The deadline passed.
    #[error("the deadline passed before the answer was delivered")]
    OutOfTime,
}

impl ResourceRequest {
    /// Whether an event is a request of CloudFormation.
    #[must_use]
    pub fn is_in(event: &Map<String, Value>) -> bool {
        event.contains_key("RequestType") && event.contains_key("ResponseURL")
    }

    /// Reads a request.
    #[must_use]
    pub fn read(event: &Map<String, Value>) -> Self {
        let text = |key: &str| {
            let value = event.get(key).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        Self {
            kind: text("RequestType"),
            answer_to: Secret::new(text("ResponseURL")),
            stack_id: text("StackId"),
            id: text("RequestId"),
            logical_id: text("LogicalResourceId"),
            physical_id: text("PhysicalResourceId"),
            properties: event.get("ResourceProperties").cloned().unwrap_or_default(),
        }
    }

    /// The kind for the log: what is no kind may hold anything.
    fn known_kind(&self) -> &'static str {
        let kinds = ["Create", "Update", "Delete"];
        let known = kinds.into_iter().find(|kind| *kind == self.kind);
        known.unwrap_or("unknown")
    }

    /// Delivers the answer, with retries until the deadline, and logs it.
    ///
    /// # Errors
    ///
    /// If it could not be delivered.
    pub async fn deliver(
        &self,
        answer: ResourceAnswer,
        deadline: Deadline,
    ) -> Result<DeliveredAnswer, AnswerError> {
        let request_type = self.known_kind();
        if let Some(reason) = &answer.reason {
            tracing::error!(
                requestType = request_type,
                "the custom resource failed: {reason}"
            );
        }
        self.put(&answer.body(self), deadline).await?;
        let delivered = DeliveredAnswer {
            status: answer.status(),
            physical_resource_id: answer.physical_id,
            reason: answer.reason,
        };
        tracing::info!(
            requestType = request_type,
            status = delivered.status,
            physicalResourceId = delivered.physical_resource_id,
            "answered CloudFormation"
        );
        Ok(delivered)
    }

    async fn put(&self, body: &str, deadline: Deadline) -> Result<(), AnswerError> {
        let url = Url::parse(self.answer_to.expose()).ok().filter(is_private);
        let url = url.ok_or(AnswerError::Address)?;
        let client = Client::builder().redirect(Policy::none()).timeout(ATTEMPT);
        let client = client.build().map_err(AnswerError::Unreachable)?;
        let mut tried = 0;
        loop {
            tried += 1;
            // The signature covers an empty Content-Type and no other header.
            let request = client
                .put(url.clone())
                .header(CONTENT_TYPE, HeaderValue::from_static(""))
                .body(body.to_owned());
            let sent = tokio::time::timeout(deadline.remaining(), request.send()).await;
            let error = match sent {
                Ok(Ok(response)) if response.status().is_success() => return Ok(()),
                Ok(Ok(response)) => AnswerError::Refused(response.status().as_u16()),
                Ok(Err(error)) => AnswerError::Unreachable(error.without_url()),
                Err(_elapsed) => return Err(AnswerError::OutOfTime),
            };
            tracing::warn!(
                tried,
                "the answer to CloudFormation was not delivered: {}",
                chain(&error)
            );
            let wait = BACKOFF
                .wait(tried, 0.5, None)
                .filter(|wait| deadline.allows(*wait));
            match wait {
                Some(wait) if !is_final(&error) => tokio::time::sleep(wait).await,
                _ => return Err(error),
            }
        }
    }
}

impl ResourceAnswer {
    /// `SUCCESS` or `FAILED`.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self.reason {
            Some(_) => "FAILED",
            None => "SUCCESS",
        }
    }

    /// The body, within the limit: `Data` is dropped first, then the end of the reason.
    fn body(&self, request: &ResourceRequest) -> String {
        let mut body = json!({
            "Status": self.status(),
            "PhysicalResourceId": self.physical_id,
            "StackId": request.stack_id,
            "RequestId": request.id,
            "LogicalResourceId": request.logical_id,
        });
        let bare = body.to_string().len();
        if let Some(reason) = &self.reason {
            // `,"Reason":""`
            let room = LONGEST.saturating_sub(bare + 12);
            put(&mut body, "Reason", cut(reason, room).into());
        } else if bare + self.data.to_string().len() + 8 <= LONGEST {
            put(&mut body, "Data", self.data.clone());
        }
        body.to_string()
    }
}

fn put(body: &mut Value, key: &str, value: Value) {
    if let Value::Object(body) = body {
        body.insert(key.to_owned(), value);
    }
}

/// Cuts a text, between characters, so that its JSON takes at most `room` bytes.
fn cut(text: &str, room: usize) -> String {
    const MARK: &str = " …";
    let written = |text: &str| Value::from(text).to_string().len().saturating_sub(2);
    if written(text) <= room {
        return text.to_owned();
    }
    let mut left = room.saturating_sub(MARK.len());
    let mut kept = String::new();
    let mut buffer = [0; 4];
    for character in text.chars() {
        let size = written(character.encode_utf8(&mut buffer));
        if size > left {
            break;
        }
        left -= size;
        kept.push(character);
    }
    kept.push_str(MARK);
    kept
}

/// True if a retry would fail too, as with an expired address.
fn is_final(error: &AnswerError) -> bool {
    matches!(error, AnswerError::Refused(status) if (400..500).contains(status) && ![408, 429].contains(status))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{LONGEST, ResourceAnswer, ResourceRequest};

    fn request() -> ResourceRequest {
        let event = json!({
            "RequestType": "Create", "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/a/b",
            "RequestId": "r", "LogicalResourceId": "Dashboard",
        });
        ResourceRequest::read(event.as_object().expect("an object"))
    }

    fn body(reason: Option<&str>, data: Value) -> String {
        let answer = ResourceAnswer {
            physical_id: "gm-tool-production".to_owned(),
            reason: reason.map(str::to_owned),
            data,
        };
        answer.body(&request())
    }

    fn parsed(reason: Option<&str>, data: Value) -> Value {
        let body = body(reason, data);
        assert!(body.len() <= LONGEST, "{}", body.len());
        serde_json::from_str(&body).expect("JSON")
    }

    #[test]
    fn an_answer_says_what_cloudformation_asks_for() {
        assert_eq!(
            parsed(None, json!({"DashboardName": "x"})),
            json!({
                "Status": "SUCCESS", "PhysicalResourceId": "gm-tool-production",
                "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/a/b",
                "RequestId": "r", "LogicalResourceId": "Dashboard", "Data": {"DashboardName": "x"},
            })
        );
        let large = parsed(None, json!({"x": "y".repeat(5_000)}));
        assert_eq!(large.get("Data"), None);
    }

    proptest! {
        #[test]
        fn a_reason_of_any_length_and_script_fits(
            reason in "[a-z가-힣\"\\\\\n\u{1}😀]{0,40}", times in 1_usize..400,
        ) {
            let reason = reason.repeat(times);
            let answered = parsed(Some(&reason), json!({}));
            let said = answered["Reason"].as_str().expect("a reason");
            let kept = said.strip_suffix(" …").unwrap_or(said);
            prop_assert!(reason.starts_with(kept));
            let is_full = body(Some(&reason), json!({})).len() > LONGEST - 16;
            prop_assert!(said == reason || is_full);
        }
    }
}
