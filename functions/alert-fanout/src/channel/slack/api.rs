//! Calls of Slack's methods: over HTTP, or to a folder on one machine.

use std::fmt::Debug;

use async_trait::async_trait;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde_json::Value;
use shared::{deadline::Deadline, private_url::is_private, secret::Secret};
use url::{Url, form_urlencoded};

use crate::channel::http::{Http, HttpFailure, HttpResponse};

/// Slack's methods.
///
/// Contract: one call is one request, without retries or interpretation. A lost response is a different
/// error than a request that was not sent. Slack, or its stand-in, responds as <https://docs.slack.dev/apis/web-api/#responses> says: with `ok`, and with
/// `channel` and `ts` where a message was posted or changed.
#[async_trait]
pub trait SlackApi: Send + Sync + Debug {
    /// Calls a method, such as `chat.postMessage`, with these arguments.
    ///
    /// # Errors
    ///
    /// When there is no answer.
    async fn call(
        &self,
        method: &str,
        arguments: &Value,
        deadline: Deadline,
    ) -> Result<HttpResponse, HttpFailure>;

    /// Sends the bytes of a file to the address that `files.getUploadURLExternal` answered.
    ///
    /// # Errors
    ///
    /// When there is no answer.
    async fn upload(
        &self,
        url: &str,
        bytes: &[u8],
        deadline: Deadline,
    ) -> Result<HttpResponse, HttpFailure>;
}

/// Slack itself.
#[derive(Debug)]
pub struct SlackHttp {
    http: Http,
    base: Url,
    token: Secret,
}

/// The method that takes no JSON, whatever its documentation says of all of them:
/// <https://docs.slack.dev/reference/methods/files.getUploadURLExternal>.
const FORM: &str = "files.getUploadURLExternal";

impl SlackHttp {
    /// A client of the methods beneath `base`, which ends with a slash.
    #[must_use]
    pub fn new(http: Http, base: Url, token: Secret) -> Self {
        Self { http, base, token }
    }

    fn authorization(&self) -> Result<HeaderValue, HttpFailure> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", self.token.expose()))
            .map_err(|_| HttpFailure::NotSent("the token cannot be sent in a header".to_owned()))?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// Whether a picture may go there: encrypted, or to the very server that is set as Slack.
    fn may_upload_to(&self, url: &Url) -> bool {
        url.scheme() == "https" || (is_private(&self.base) && url.origin() == self.base.origin())
    }
}

#[async_trait]
impl SlackApi for SlackHttp {
    async fn call(
        &self,
        method: &str,
        arguments: &Value,
        deadline: Deadline,
    ) -> Result<HttpResponse, HttpFailure> {
        let url = self.base.join(method);
        let url = url.map_err(|error| HttpFailure::NotSent(error.to_string()))?;
        let (kind, body) = if method == FORM {
            ("application/x-www-form-urlencoded", form(arguments))
        } else {
            ("application/json; charset=utf-8", arguments.to_string())
        };
        let request = self
            .http
            .post(url)
            .header(AUTHORIZATION, self.authorization()?)
            .header(CONTENT_TYPE, kind)
            .body(body);
        self.http.send(request, deadline).await
    }

    async fn upload(
        &self,
        url: &str,
        bytes: &[u8],
        deadline: Deadline,
    ) -> Result<HttpResponse, HttpFailure> {
        let url: Url = url
            .parse()
            .map_err(|error| HttpFailure::NotSent(format!("no address to upload to: {error}")))?;
        if !self.may_upload_to(&url) {
            let reason = "the address to upload to is not encrypted";
            return Err(HttpFailure::NotSent(reason.to_owned()));
        }
        // Without the token: the address itself says who may.
        let request = self
            .http
            .post(url)
            .header(CONTENT_TYPE, "image/png")
            .body(bytes.to_vec());
        self.http.send(request, deadline).await
    }
}

/// Arguments as a form.
fn form(arguments: &Value) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in arguments.as_object().into_iter().flatten() {
        match value {
            Value::String(text) => form.append_pair(name, text),
            other => form.append_pair(name, &other.to_string()),
        };
    }
    form.finish()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;
    use shared::{deadline::Deadline, secret::Secret};

    use super::{SlackApi as _, SlackHttp, form};
    use crate::channel::http::{Http, HttpFailure};

    fn slack(base: &str) -> SlackHttp {
        let http = Http::new().expect("a client");
        SlackHttp::new(http, base.parse().expect("a URL"), Secret::new("xoxb-1"))
    }

    #[test]
    fn arguments_become_a_form() {
        let arguments = json!({"filename": "그래프 1.png", "length": 7});
        assert_eq!(
            form(&arguments),
            "filename=%EA%B7%B8%EB%9E%98%ED%94%84+1.png&length=7"
        );
    }

    #[test]
    fn pictures_go_over_tls_or_to_the_server_that_is_set() {
        let may = |base: &str, url: &str| slack(base).may_upload_to(&url.parse().expect("a URL"));
        let real = "https://slack.com/api/";
        assert!(may(real, "https://files.slack.com/upload/v1/A"));
        assert!(!may(real, "http://files.slack.com/upload/v1/A"));
        assert!(!may(real, "http://127.0.0.1:99/upload"));
        let local = "http://127.0.0.1:99/api/";
        assert!(may(local, "http://127.0.0.1:99/upload"));
        assert!(!may(local, "http://127.0.0.1:98/upload"));
        assert!(!may(local, "ftp://127.0.0.1:99/upload"));
    }

    #[tokio::test]
    async fn the_token_is_not_shown_and_a_server_that_is_not_there_was_sent_nothing() {
        let slack = slack("http://127.0.0.1:1/api/");
        assert!(!format!("{slack:?}").contains("xoxb"));
        let deadline = Deadline::after(Duration::from_secs(5));
        let answer = slack.call("chat.postMessage", &json!({}), deadline).await;
        assert!(matches!(answer, Err(HttpFailure::NotSent(_))), "{answer:?}");
        let late = Deadline::after(Duration::ZERO);
        let answer = slack.call("chat.postMessage", &json!({}), late).await;
        assert!(matches!(answer, Err(HttpFailure::NotSent(_))), "{answer:?}");
    }
}
