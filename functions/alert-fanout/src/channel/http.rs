//! One request to a service that speaks HTTP, and what came back. Nothing is tried again here, and
//! nothing is understood: that is for the channel.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, header::RETRY_AFTER, redirect::Policy};
use serde_json::Value;
use shared::{deadline::Deadline, logging::chain};
use url::Url;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);

/// How long one try may take, so that a lost answer leaves time for something else.
const ATTEMPT: Duration = Duration::from_secs(10);

const AGENT: &str = concat!("bongsu/", env!("CARGO_PKG_VERSION"));

/// What the other side answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// How long it asks to wait.
    pub retry_after: Option<Duration>,
    /// What it says.
    pub body: String,
}

impl HttpResponse {
    /// An answer of status 200 with a JSON body: for those who answer in place of a server.
    #[must_use]
    pub fn json(body: &Value) -> Self {
        Self {
            status: 200,
            retry_after: None,
            body: body.to_string(),
        }
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpFailure {
    /// The request never reached the other side.
    #[error("{0}")]
    NotSent(String),
    /// The request was written, or may have been: nobody knows what became of it.
    #[error("{0}")]
    Lost(String),
}

/// The HTTP client of the channels.
#[derive(Clone, Debug)]
pub struct Http {
    client: Client,
}

impl Http {
    /// A client: redirects are not followed, since nothing here is ever redirected by those who are
    /// meant, and what is sent is meant for nobody else.
    ///
    /// # Errors
    ///
    /// When there is no TLS.
    pub fn new() -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .user_agent(AGENT)
            .connect_timeout(CONNECT)
            // Between two runs a function is frozen, and a connection that was kept may have been
            // closed meanwhile: a request that is written to it is lost without anybody knowing
            // whether it arrived.
            .pool_max_idle_per_host(0)
            .redirect(Policy::none())
            .build()?;
        Ok(Self { client })
    }

    /// Begins a request.
    pub(super) fn post(&self, url: Url) -> RequestBuilder {
        self.client.post(url)
    }

    /// Sends a request once.
    ///
    /// # Errors
    ///
    /// When there is no whole answer. The words are without the address, which may be a secret.
    pub(super) async fn send(
        &self,
        request: RequestBuilder,
        deadline: Deadline,
    ) -> Result<HttpResponse, HttpFailure> {
        let time = deadline.remaining().min(ATTEMPT);
        if time.is_zero() {
            return Err(HttpFailure::NotSent(
                "no time was left to send it".to_owned(),
            ));
        }
        let response = request.timeout(time).send().await.map_err(no_answer)?;
        let status = response.status().as_u16();
        let header = response.headers().get(RETRY_AFTER);
        let retry_after = header
            .and_then(|value| value.to_str().ok())
            .and_then(retry_after);
        let body = response.text().await.map_err(no_answer)?;
        Ok(HttpResponse {
            status,
            retry_after,
            body,
        })
    }
}

fn no_answer(error: reqwest::Error) -> HttpFailure {
    let was_not_sent = error.is_connect() || error.is_builder();
    let reason = chain(&error.without_url());
    if was_not_sent {
        HttpFailure::NotSent(reason)
    } else {
        HttpFailure::Lost(reason)
    }
}

/// How long `Retry-After` asks to wait: Slack says it in whole seconds.
fn retry_after(header: &str) -> Option<Duration> {
    header.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::retry_after;

    #[test]
    fn retry_after_is_read_in_seconds() {
        assert_eq!(retry_after(" 30 "), Some(Duration::from_secs(30)));
        assert_eq!(retry_after("Tue, 24 Nov 2026 00:00:00 GMT"), None);
        assert_eq!(retry_after("-1"), None);
    }
}
