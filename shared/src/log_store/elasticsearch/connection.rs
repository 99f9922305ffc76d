//! One connection pool to the cluster, and the one place where a request is tried again.

use std::{error::Error as _, fmt, io::Write as _, time::Duration};

use bytes::Bytes;
use elasticsearch::http::{
    Method,
    headers::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER, USER_AGENT},
    transport::Transport,
};
use flate2::{Compression, write::GzEncoder};

use super::{
    client::RenewableClient,
    config::ElasticsearchConfig,
    response::{self, Answer, ResponseVerdict},
};
use crate::{
    deadline::Deadline,
    log_store::StoreError,
    retry::{self, Backoff},
};

/// How long one try may take, from connecting to the last byte. The client has no limit of its own
/// for connecting.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

const AGENT: &str = concat!("bongsu/", env!("CARGO_PKG_VERSION"));

/// A request to the cluster.
#[derive(Clone, Debug)]
pub(super) struct ClusterRequest<'a> {
    method: Method,
    path: &'a str,
    query: &'a [(&'static str, String)],
    body: Option<Bytes>,
    lines: bool,
}

impl<'a> ClusterRequest<'a> {
    /// A request without a body.
    pub(super) fn new(method: Method, path: &'a str) -> Self {
        Self {
            method,
            path,
            query: &[],
            body: None,
            lines: false,
        }
    }

    /// The same with these parameters.
    pub(super) fn query(self, query: &'a [(&'static str, String)]) -> Self {
        Self { query, ..self }
    }

    /// The same with a JSON body.
    pub(super) fn json(self, body: Bytes) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }

    /// The same with a body of JSON lines, which is sent compressed.
    pub(super) fn lines(self, body: Bytes) -> Self {
        Self {
            body: Some(body),
            lines: true,
            ..self
        }
    }
}

/// The tries of a request that waits for the cluster as long as there is time.
const PATIENT: Backoff = Backoff {
    first: Duration::from_millis(200),
    most: Duration::from_secs(10),
    tries: u32::MAX,
};

/// The way to a cluster.
pub(super) struct Connection {
    client: RenewableClient,
    location: String,
    backoff: Backoff,
}

impl fmt::Debug for Connection {
    /// Without the transport, whose own print would show the credentials.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Connection")
            .field("location", &self.location)
            .finish_non_exhaustive()
    }
}

impl Connection {
    /// Prepares the connection; nothing is sent yet.
    pub(super) fn new(config: &ElasticsearchConfig) -> Result<Self, StoreError> {
        let location = config.url.as_str().trim_end_matches('/').to_owned();
        match RenewableClient::new(config, REQUEST_TIMEOUT) {
            Ok(client) => Ok(Self {
                client,
                location,
                backoff: Backoff::default(),
            }),
            Err(error) => Err(StoreError::Invalid(format!(
                "no client for {location}: {error}"
            ))),
        }
    }

    /// Where the cluster is, without credentials.
    pub(super) fn location(&self) -> &str {
        &self.location
    }

    /// Sends a request until the cluster's answer is one that trying again does not change.
    pub(super) async fn send(
        &self,
        request: &ClusterRequest<'_>,
        deadline: Deadline,
    ) -> Result<Answer, StoreError> {
        let mut tried = 0;
        loop {
            let (reason, asked) = match self.send_once(request, deadline).await {
                Ok(answer) => match response::verdict(answer.status, &answer.body) {
                    ResponseVerdict::Retry => (response::described(&answer), answer.retry_after),
                    _ => return Ok(answer),
                },
                Err(reason) => (reason, None),
            };
            tried += 1;
            self.wait(tried, asked, deadline, reason).await?;
        }
    }

    /// Sends a request, which must be done.
    ///
    /// `advice` is what to do where the credentials do not suffice.
    pub(super) async fn done(
        &self,
        request: &ClusterRequest<'_>,
        advice: &str,
        deadline: Deadline,
    ) -> Result<Answer, StoreError> {
        let answer = self.send(request, deadline).await?;
        if answer.is_success() {
            Ok(answer)
        } else {
            Err(self.failure(&answer, advice))
        }
    }

    /// Sends a request once, and again with new credentials if the cluster refuses the present ones and
    /// there are others. The error is what happened on the way, in words.
    pub(super) async fn send_once(
        &self,
        request: &ClusterRequest<'_>,
        deadline: Deadline,
    ) -> Result<Answer, String> {
        let client = self.client.current();
        let answer = send_by(&client.transport, request, deadline).await?;
        if answer.status == 401
            && let Some(renewed) = self.client.renewed(&client, deadline).await
        {
            return send_by(&renewed.transport, request, deadline).await;
        }
        Ok(answer)
    }

    /// Waits before the next try, or gives up: after the last try, or when the wait would end
    /// after the deadline.
    pub(super) async fn wait(
        &self,
        tried: u32,
        asked: Option<Duration>,
        deadline: Deadline,
        reason: String,
    ) -> Result<(), StoreError> {
        self.wait_by(&self.backoff, tried, asked, deadline, reason)
            .await
    }

    /// As [`Self::wait`], and only the deadline ends the tries.
    pub(super) async fn wait_patiently(
        &self,
        tried: u32,
        asked: Option<Duration>,
        deadline: Deadline,
        reason: String,
    ) -> Result<(), StoreError> {
        self.wait_by(&PATIENT, tried, asked, deadline, reason).await
    }

    async fn wait_by(
        &self,
        backoff: &Backoff,
        tried: u32,
        asked: Option<Duration>,
        deadline: Deadline,
        reason: String,
    ) -> Result<(), StoreError> {
        match backoff.wait(tried, retry::chance(), asked) {
            Some(wait) if deadline.allows(wait) => {
                tracing::debug!(tried, wait = ?wait, reason, "the log store is asked again");
                tokio::time::sleep(wait).await;
                Ok(())
            }
            _ => Err(StoreError::Unavailable {
                location: self.location.clone(),
                reason: format!("{reason} (tried {tried} times)"),
            }),
        }
    }

    /// The error that an answer stands for. `advice` is what to do where the credentials do not
    /// suffice.
    pub(super) fn failure(&self, answer: &Answer, advice: &str) -> StoreError {
        match response::verdict(answer.status, &answer.body) {
            ResponseVerdict::Forbidden => {
                self.forbidden(answer.status, &response::described(answer), advice)
            }
            ResponseVerdict::Retry => StoreError::Unavailable {
                location: self.location.clone(),
                reason: response::described(answer),
            },
            ResponseVerdict::Done | ResponseVerdict::TooLarge | ResponseVerdict::Unexpected => {
                self.unexpected(response::described(answer))
            }
        }
    }

    /// Refused credentials (401), or credentials that do not suffice.
    pub(super) fn forbidden(&self, status: u16, reason: &str, advice: &str) -> StoreError {
        let advice = if status == 401 {
            "check ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD, or ELASTICSEARCH_API_KEY"
        } else {
            advice
        };
        StoreError::Forbidden {
            location: self.location.clone(),
            reason: format!("{reason}; {advice}"),
        }
    }

    /// An answer that was not promised.
    pub(super) fn unexpected(&self, reason: impl Into<String>) -> StoreError {
        StoreError::Unexpected {
            location: self.location.clone(),
            reason: reason.into(),
        }
    }
}

/// Sends a request by a client.
async fn send_by(
    transport: &Transport,
    request: &ClusterRequest<'_>,
    deadline: Deadline,
) -> Result<Answer, String> {
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    let mut body = request.body.clone();
    if request.lines {
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-ndjson"),
        );
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        body = body.map(|body| compressed(&body)).transpose()?;
    }
    let timeout = deadline.remaining().min(REQUEST_TIMEOUT);
    let response = transport
        .send(
            request.method,
            request.path,
            headers,
            Some(request.query),
            body,
            Some(timeout),
        )
        .await
        .map_err(|error| with_causes(&error))?;
    let retry_after = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(response::retry_after);
    let status = response.status_code().as_u16();
    let body = response
        .bytes()
        .await
        .map_err(|error| with_causes(&error))?;
    Ok(Answer {
        status,
        retry_after,
        body,
    })
}

/// A body as it is sent: level 1 takes milliseconds and leaves a tenth of a log.
fn compressed(body: &Bytes) -> Result<Bytes, String> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    encoder
        .write_all(body)
        .and_then(|()| encoder.finish())
        .map(Bytes::from)
        .map_err(|error| error.to_string())
}

/// An error of the client with its causes: "error sending request" alone says nothing.
fn with_causes(error: &elasticsearch::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(this) = cause {
        let text = this.to_string();
        if !words.ends_with(&text) {
            words.push_str(": ");
            words.push_str(&text);
        }
        cause = this.source();
    }
    response::shortened(&words)
}
