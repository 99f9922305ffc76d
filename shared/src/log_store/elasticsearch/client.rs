//! The client of a cluster, whose credentials may be renewed: passwords and keys are rotated while
//! functions run, and nothing should have to be restarted for it.

use std::{
    sync::{PoisonError, RwLock},
    time::{Duration, Instant},
};

use elasticsearch::{
    auth,
    http::transport::{SingleNodeConnectionPool, Transport, TransportBuilder},
};
use tokio::sync::Mutex;

use super::config::{Credentials, ElasticsearchConfig};
use crate::deadline::Deadline;

/// How long new credentials are not asked for again: an invocation does it once.
const PAUSE: Duration = Duration::from_secs(30);

/// A client and where its next credentials come from.
pub(super) struct RenewableClient {
    config: ElasticsearchConfig,
    timeout: Duration,
    current: RwLock<CurrentClient>,
    /// When credentials were last asked for. Held while they are, so that requests at one time ask
    /// once.
    asked: Mutex<Option<Instant>>,
}

#[derive(Clone)]
struct CurrentClient {
    transport: Transport,
    credentials: Option<Credentials>,
    /// How often it was renewed.
    generation: u64,
}

/// The client of a request.
pub(super) struct UsedClient {
    pub(super) transport: Transport,
    generation: u64,
}

impl RenewableClient {
    pub(super) fn new(config: &ElasticsearchConfig, timeout: Duration) -> Result<Self, String> {
        let credentials = config.credentials.clone();
        Ok(Self {
            current: RwLock::new(CurrentClient {
                transport: transport(config, credentials.as_ref(), timeout)?,
                credentials,
                generation: 0,
            }),
            config: config.clone(),
            timeout,
            asked: Mutex::default(),
        })
    }

    /// The present client.
    pub(super) fn current(&self) -> UsedClient {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        UsedClient {
            transport: current.transport.clone(),
            generation: current.generation,
        }
    }

    /// A client with other credentials than those that were refused, if there are any.
    pub(super) async fn renewed(
        &self,
        refused: &UsedClient,
        deadline: Deadline,
    ) -> Option<UsedClient> {
        let source = self.config.renewal.as_ref()?;
        let mut asked = self.asked.lock().await;
        let current = self.current();
        if current.generation != refused.generation {
            return Some(current);
        }
        if asked.is_some_and(|asked| asked.elapsed() < PAUSE) {
            return None;
        }
        *asked = Some(Instant::now());
        let credentials = match source.credentials(deadline).await {
            Ok(credentials) => credentials,
            Err(reason) => {
                tracing::warn!(
                    "the credentials of the log store could not be read again: {reason}"
                );
                return None;
            }
        };
        let transport = transport(&self.config, credentials.as_ref(), self.timeout).ok()?;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.credentials == credentials {
            return None;
        }
        *current = CurrentClient {
            transport: transport.clone(),
            credentials,
            generation: current.generation + 1,
        };
        tracing::info!("the log store refused the credentials; those of the secret are used now");
        Some(UsedClient {
            transport,
            generation: current.generation,
        })
    }
}

fn transport(
    config: &ElasticsearchConfig,
    credentials: Option<&Credentials>,
    timeout: Duration,
) -> Result<Transport, String> {
    let mut builder = TransportBuilder::new(SingleNodeConnectionPool::new(config.url.clone()))
        .enable_meta_header(false)
        .timeout(timeout);
    if let Some(credentials) = credentials {
        builder = builder.auth(match credentials {
            Credentials::Basic { username, password } => {
                auth::Credentials::Basic(username.clone(), password.expose().to_owned())
            }
            Credentials::ApiKey(key) => auth::Credentials::EncodedApiKey(key.expose().to_owned()),
        });
    }
    builder.build().map_err(|error| error.to_string())
}
