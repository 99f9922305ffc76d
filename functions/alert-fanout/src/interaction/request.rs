//! A request to the Function URL, as Lambda delivers it.
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload>

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::Deserialize;
use shared::secret::Secret;

use super::signature;

/// The largest body that is read, in bytes.
const LARGEST: usize = 1_000_000;

/// A request.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UrlRequest {
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
    request_context: RequestContext,
}

#[derive(Clone, Debug, Deserialize)]
struct RequestContext {
    http: HttpContext,
}

#[derive(Clone, Debug, Deserialize)]
struct HttpContext {
    method: String,
}

impl UrlRequest {
    /// The request in an event; `None` if the event is something else.
    #[must_use]
    pub fn read(payload: &str) -> Option<Self> {
        // Most events are not requests.
        if !payload.contains("\"requestContext\"") || !payload.contains("\"http\"") {
            return None;
        }
        serde_json::from_str(payload).ok()
    }

    /// The body, if Slack signed it.
    pub(super) fn verified(&self, secret: &Secret, now: Timestamp) -> Option<String> {
        if self.request_context.http.method != "POST" {
            return None;
        }
        let body = self.body.as_deref().unwrap_or_default();
        if body.len() > LARGEST {
            return None;
        }
        let body = if self.is_base64_encoded {
            STANDARD.decode(body).ok()?
        } else {
            body.as_bytes().to_vec()
        };
        let timestamp = self.header("x-slack-request-timestamp")?;
        let signature = self.header("x-slack-signature")?;
        if !signature::is_valid(secret, timestamp, &body, signature, now) {
            return None;
        }
        String::from_utf8(body).ok()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}
