//! One connection pool to the cluster, and the one place where a request is tried again.

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use super::{
    address,
    aws::AwsService,
    client::ClusterClient,
    config::ElasticsearchConfig,
    diagnosis::SendFailure,
    request::ClusterRequest,
    response::{self, Answer, ResponseVerdict},
};
use crate::{
    deadline::Deadline,
    log_store::StoreError,
    retry::{self, Backoff},
};

/// The tries of a request that waits for the cluster as long as there is time.
const PATIENT: Backoff = Backoff {
    first: Duration::from_millis(200),
    most: Duration::from_secs(10),
    tries: u32::MAX,
};

/// What to do about an answer that no cluster gives.
pub(super) const CHECK_ADDRESS: &str = "if this is not Elasticsearch or OpenSearch, check the host, the port \
                                        and the path of ELASTICSEARCH_URL";

/// The way to a cluster.
pub(super) struct Connection {
    client: ClusterClient,
    location: String,
    /// Whether requests are repeated until the deadline, or a few times.
    is_patient: bool,
    /// The AWS service of the cluster, if requests are signed.
    service: Option<AwsService>,
    /// Whether the cluster takes no ids of ours: a time series collection of OpenSearch Serverless.
    is_without_ids: AtomicBool,
}

impl fmt::Debug for Connection {
    /// Without the client, which has the credentials.
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
        let location = address::shown(&config.url);
        match ClusterClient::new(config) {
            Ok(client) => Ok(Self {
                client,
                location,
                is_patient: config.is_patient,
                service: config.signing.as_ref().map(|scope| scope.service),
                is_without_ids: AtomicBool::new(false),
            }),
            Err(error) => Err(StoreError::Invalid(format!(
                "no client for {location}: {error}"
            ))),
        }
    }

    /// The AWS service of the cluster, if requests are signed.
    pub(super) fn service(&self) -> Option<AwsService> {
        self.service
    }

    /// Whether documents are sent with their own ids.
    pub(super) fn has_ids(&self) -> bool {
        !self.is_without_ids.load(Ordering::Relaxed)
    }

    /// Notes a refusal of ids in the words of an error, and returns whether it is one. Documents are then
    /// sent without ids: the collection makes its own, and a repeated request makes duplicates.
    pub(super) fn notes_refused_ids(&self, reason: &str) -> bool {
        if self.service != Some(AwsService::Collection)
            || !reason.contains("Document ID is not supported")
        {
            return false;
        }
        if !self.is_without_ids.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "the collection at {} takes no ids, as its type is time series: an event that is sent \
                 again is stored again; use a collection of the type search",
                self.location
            );
        }
        true
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
                Ok(answer) => match answer.verdict() {
                    ResponseVerdict::Retry => (response::described(&answer), answer.retry_after),
                    _ => return Ok(answer),
                },
                Err(failure) => (self.temporary(failure)?, None),
            };
            tried += 1;
            if self.is_patient {
                self.wait_patiently(tried, asked, deadline, reason).await?;
            } else {
                self.wait(tried, asked, deadline, reason).await?;
            }
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

    /// Sends a request once. The error is what happened on the way.
    pub(super) async fn send_once(
        &self,
        request: &ClusterRequest<'_>,
        deadline: Deadline,
    ) -> Result<Answer, SendFailure> {
        self.client.send(request, deadline).await
    }

    /// The reason of a failure that another try may change.
    pub(super) fn temporary(&self, failure: SendFailure) -> Result<String, StoreError> {
        if !failure.is_permanent {
            return Ok(failure.reason);
        }
        Err(StoreError::Unusable {
            location: self.location.clone(),
            reason: failure.reason,
        })
    }

    /// Waits before the next of a few tries, or gives up: after the last one, or when there is no time for
    /// another.
    pub(super) async fn wait(
        &self,
        tried: u32,
        asked: Option<Duration>,
        deadline: Deadline,
        reason: String,
    ) -> Result<(), StoreError> {
        let backoff = Backoff::default();
        self.wait_by(&backoff, tried, asked, deadline, reason).await
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
        let left = deadline.remaining();
        let wait = backoff
            .wait(tried, retry::chance(), asked)
            .and_then(|wait| retry::before_last_try(wait, asked, left));
        if let Some(wait) = wait {
            tracing::debug!(tried, wait = ?wait, reason, "the log store is asked again");
            tokio::time::sleep(wait).await;
            return Ok(());
        }
        let times = if tried == 1 { "time" } else { "times" };
        let asked = asked.filter(|asked| *asked > left);
        let asked = asked.map_or_else(String::new, |asked| {
            format!(", as it asks to wait {} s", asked.as_secs())
        });
        Err(StoreError::Unavailable {
            location: self.location.clone(),
            reason: format!("{reason} (tried {tried} {times}{asked})"),
        })
    }

    /// The error that an answer stands for. `advice` is what to do where the credentials do not
    /// suffice.
    pub(super) fn failure(&self, answer: &Answer, advice: &str) -> StoreError {
        match answer.verdict() {
            // Not the cluster refuses, and its privileges do not matter.
            ResponseVerdict::Forbidden if answer.hint.is_some() => StoreError::Forbidden {
                location: self.location.clone(),
                reason: response::described(answer),
            },
            ResponseVerdict::Forbidden => {
                self.forbidden(answer.status, &response::described(answer), advice)
            }
            ResponseVerdict::Retry => StoreError::Unavailable {
                location: self.location.clone(),
                reason: response::described(answer),
            },
            // No path of ours is unknown to a cluster.
            ResponseVerdict::Unexpected
                if matches!(answer.status, 404 | 405)
                    && answer.hint.is_none()
                    && !answer.is_elasticsearch =>
            {
                self.unexpected(format!("{}; {CHECK_ADDRESS}", response::described(answer)))
            }
            ResponseVerdict::Done | ResponseVerdict::TooLarge | ResponseVerdict::Unexpected => {
                self.unexpected(response::described(answer))
            }
        }
    }

    /// Refused credentials (401), or credentials that do not suffice.
    pub(super) fn forbidden(&self, status: u16, reason: &str, advice: &str) -> StoreError {
        let advice = match self.service {
            Some(service) => service.advice(),
            None if status == 401 => {
                "check ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD, or ELASTICSEARCH_API_KEY"
            }
            None => advice,
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
