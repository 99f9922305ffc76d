//! Calls to ministack in the protocols of AWS, for the services that no part of the product speaks
//! to, and whose SDKs the tests would have to compile for a few calls.
//!
//! Nothing is signed. The `Authorization` header is there because ministack reads from it which
//! service and region are meant.

use serde_json::Value;

use super::{Ministack, REGION};

/// An answer: its status and its body.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Its headers' `X-Amz-Function-Error`, which a function that failed has.
    pub function_error: Option<String>,
    /// The body as text.
    pub body: String,
}

impl Answer {
    /// The body as JSON; `null` for an empty one.
    ///
    /// # Panics
    ///
    /// When it is something else.
    #[must_use]
    pub fn json(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// This answer, which must be a good one.
    ///
    /// # Panics
    ///
    /// When it is not.
    #[must_use]
    pub fn expect_success(self, what: &str) -> Self {
        assert!(self.status < 300, "{what}: {} {}", self.status, self.body);
        self
    }
}

impl Ministack {
    /// Calls an action in the JSON protocol, which must succeed: `target` is such as
    /// `AmazonSQS.GetQueueUrl`, `service` the name that signatures have.
    ///
    /// # Panics
    ///
    /// When it does not succeed.
    pub async fn json(&self, service: &str, target: &str, arguments: &Value) -> Value {
        let request = reqwest::Client::new()
            .post(&self.url)
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", target)
            .body(arguments.to_string());
        send(request, service).await.expect_success(target).json()
    }

    /// Calls an action in the query protocol, whose answers are XML.
    ///
    /// # Panics
    ///
    /// When there is no answer.
    pub async fn query(
        &self,
        service: &str,
        action: &str,
        parameters: &[(String, String)],
    ) -> Answer {
        let action = ("Action".to_owned(), action.to_owned());
        let form: Vec<_> = [action].iter().chain(parameters).cloned().collect();
        let request = reqwest::Client::new().post(&self.url).form(&form);
        send(request, service).await
    }

    /// Calls an action that is a method on a path.
    ///
    /// # Panics
    ///
    /// When there is no answer.
    pub async fn rest(
        &self,
        service: &str,
        method: &str,
        path: &str,
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        self.rest_with(service, method, path, &[], body).await
    }

    /// The same with further headers.
    ///
    /// # Panics
    ///
    /// When there is no answer.
    pub async fn rest_with(
        &self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let method = method.parse().expect("a method");
        let url = format!("{}/{path}", self.url);
        let mut request = reqwest::Client::new().request(method, url).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(request, service).await
    }
}

async fn send(request: reqwest::RequestBuilder, service: &str) -> Answer {
    let scope = format!("test/20261124/{REGION}/{service}/aws4_request");
    let authorization =
        format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    let answer = request.header("authorization", authorization).send().await;
    let answer = answer.expect("an answer");
    let error = answer.headers().get("x-amz-function-error");
    Answer {
        status: answer.status().as_u16(),
        function_error: error.map(|name| String::from_utf8_lossy(name.as_bytes()).into_owned()),
        body: answer.text().await.expect("a body"),
    }
}
