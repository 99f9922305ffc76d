//! The answer to CloudFormation: one PUT to a presigned address.
//!
//! The address is a secret, because it lets anyone answer. It is never logged or part of an error.

use std::time::Duration;

use reqwest::{
    Client,
    header::{CONTENT_TYPE, HeaderValue},
    redirect::Policy,
};
use serde_json::{Value, json};
use shared::{deadline::Deadline, retry::Backoff, secret::Secret};

use crate::error::AnswerError;

/// The longest answer, in bytes:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html>.
pub const LONGEST: usize = 4_096;

/// The time limit of one attempt, so that a lost one leaves time for another.
const ATTEMPT: Duration = Duration::from_secs(3);

/// The waits between attempts.
const BACKOFF: Backoff = Backoff {
    first: Duration::from_millis(200),
    most: Duration::from_secs(1),
    tries: 8,
};

/// `SUCCESS` or `FAILED`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AnswerStatus {
    Success,
    Failed,
}

impl AnswerStatus {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Success => "SUCCESS",
            Self::Failed => "FAILED",
        }
    }
}

/// An answer to CloudFormation.
#[derive(Clone, Debug)]
pub(super) struct ResourceAnswer {
    pub(super) status: AnswerStatus,
    pub(super) physical_id: String,
    pub(super) reason: Option<String>,
    pub(super) stack_id: String,
    pub(super) request_id: String,
    pub(super) logical_id: String,
    pub(super) data: Value,
}

impl ResourceAnswer {
    /// The body, within the limit: `Data` is dropped first, then the end of the reason.
    pub(super) fn body(&self) -> String {
        let mut body = json!({
            "Status": self.status.word(),
            "PhysicalResourceId": self.physical_id,
            "StackId": self.stack_id,
            "RequestId": self.request_id,
            "LogicalResourceId": self.logical_id,
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

/// The HTTP client for answers.
pub(crate) fn http_client() -> Client {
    let client = Client::builder().redirect(Policy::none()).timeout(ATTEMPT);
    // Fails only without TLS, and rustls is compiled in.
    client.build().unwrap_or_default()
}

/// Delivers an answer, with retries until the deadline.
pub(super) async fn send(
    http: &Client,
    address: &Secret,
    answer: &ResourceAnswer,
    deadline: Deadline,
) -> Result<(), AnswerError> {
    let url = reqwest::Url::parse(address.expose()).map_err(|_| AnswerError::Address)?;
    let body = answer.body();
    let mut tried = 0;
    loop {
        tried += 1;
        // The signature covers an empty Content-Type and no other header.
        let request = http
            .put(url.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static(""))
            .body(body.clone());
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
            shared::logging::chain(&error)
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

/// True if a retry would fail too, as with an expired address.
fn is_final(error: &AnswerError) -> bool {
    matches!(error, AnswerError::Refused(status) if (400..500).contains(status) && ![408, 429].contains(status))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{AnswerStatus, LONGEST, ResourceAnswer};

    fn answer(reason: Option<&str>, data: Value) -> ResourceAnswer {
        ResourceAnswer {
            status: if reason.is_some() {
                AnswerStatus::Failed
            } else {
                AnswerStatus::Success
            },
            physical_id: "gm-tool-production".to_owned(),
            reason: reason.map(str::to_owned),
            stack_id: "arn:aws:cloudformation:eu-west-1:123456789012:stack/a/b".to_owned(),
            request_id: "r".to_owned(),
            logical_id: "Dashboard".to_owned(),
            data,
        }
    }

    fn parsed(answer: &ResourceAnswer) -> Value {
        let body = answer.body();
        assert!(body.len() <= LONGEST, "{}", body.len());
        serde_json::from_str(&body).expect("JSON")
    }

    #[test]
    fn an_answer_says_what_cloudformation_asks_for() {
        let body = parsed(&answer(None, json!({"DashboardName": "x"})));
        assert_eq!(
            body,
            json!({
                "Status": "SUCCESS", "PhysicalResourceId": "gm-tool-production",
                "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/a/b",
                "RequestId": "r", "LogicalResourceId": "Dashboard", "Data": {"DashboardName": "x"},
            })
        );
        let large = parsed(&answer(None, json!({"x": "y".repeat(5_000)})));
        assert_eq!(large.get("Data"), None);
    }

    proptest! {
        #[test]
        fn a_reason_of_any_length_and_script_fits(
            reason in "[a-z가-힣\"\\\\\n\u{1}😀]{0,40}", times in 1_usize..400,
        ) {
            let reason = reason.repeat(times);
            let body = parsed(&answer(Some(&reason), json!({})));
            let said = body["Reason"].as_str().expect("a reason");
            let kept = said.strip_suffix(" …").unwrap_or(said);
            prop_assert!(reason.starts_with(kept));
            let is_full = answer(Some(&reason), json!({})).body().len() > LONGEST - 16;
            prop_assert!(said == reason || is_full);
        }
    }
}
