//! Calls ministack in the protocols of AWS, for services that the product does not use, so that the
//! tests need not compile their SDKs.
//!
//! Requests are not signed. ministack reads the service and the region from the `Authorization`
//! header.

use serde_json::Value;

use super::{Ministack, REGION};

/// A response of ministack.
#[derive(Clone, Debug, PartialEq)]
pub struct AwsAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The header `X-Amz-Function-Error`, which says that a function failed.
    pub function_error: Option<String>,
    /// The body as text.
    pub body: String,
}

impl AwsAnswer {
    /// The body as JSON, or `null` if it is empty.
    ///
    /// # Panics
    ///
    /// If it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// Checks the status.
    ///
    /// # Panics
    ///
    /// If it is not a success.
    #[must_use]
    pub fn expect_success(self, what: &str) -> Self {
        assert!(self.status < 300, "{what}: {} {}", self.status, self.body);
        self
    }
}

impl Ministack {
    /// Calls an action in the JSON protocol. `target` is such as `AmazonSQS.GetQueueUrl`; `service` is
    /// the name in signatures.
    ///
    /// # Panics
    ///
    /// If the call fails.
    pub async fn json(&self, service: &str, target: &str, arguments: &Value) -> Value {
        let request = reqwest::Client::new()
            .post(&self.url)
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", target)
            .body(arguments.to_string());
        send(request, service).await.expect_success(target).json()
    }

    /// Calls an action in the query protocol, which answers in XML.
    ///
    /// # Panics
    ///
    /// If there is no response.
    pub async fn query(
        &self,
        service: &str,
        action: &str,
        parameters: &[(String, String)],
    ) -> AwsAnswer {
        let action = ("Action".to_owned(), action.to_owned());
        let form: Vec<_> = [action].iter().chain(parameters).cloned().collect();
        let request = reqwest::Client::new().post(&self.url).form(&form);
        send(request, service).await
    }

    /// Calls an action in the REST protocol.
    ///
    /// # Panics
    ///
    /// If there is no response.
    pub async fn rest(
        &self,
        service: &str,
        method: &str,
        path: &str,
        body: impl Into<reqwest::Body>,
    ) -> AwsAnswer {
        self.rest_with(service, method, path, &[], body).await
    }

    /// Calls an action in the REST protocol, with additional headers.
    ///
    /// # Panics
    ///
    /// If there is no response.
    pub async fn rest_with(
        &self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> AwsAnswer {
        let method = method.parse().expect("a method");
        let url = format!("{}/{path}", self.url);
        let mut request = reqwest::Client::new().request(method, url).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(request, service).await
    }
}

async fn send(request: reqwest::RequestBuilder, service: &str) -> AwsAnswer {
    let scope = format!("test/20261124/{REGION}/{service}/aws4_request");
    let authorization =
        format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    let answer = request.header("authorization", authorization).send().await;
    let answer = answer.expect("an answer");
    let error = answer.headers().get("x-amz-function-error");
    AwsAnswer {
        status: answer.status().as_u16(),
        function_error: error.map(|name| String::from_utf8_lossy(name.as_bytes()).into_owned()),
        body: answer.text().await.expect("a body"),
    }
}
