//! The credentials of requests, which may be renewed: passwords and keys are rotated while functions
//! run, and nothing should have to be restarted for it.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::header::HeaderValue;
use tokio::sync::Mutex;

use super::config::{CredentialSource, Credentials};
use crate::deadline::Deadline;

/// How long credentials are not read again: the requests of an invocation do it once, and the next
/// invocation finds a secret that was changed after the cluster.
const PAUSE: Duration = Duration::from_secs(5);

/// The present credentials and where the next ones come from.
pub(super) struct RenewableLogin {
    source: Option<Arc<dyn CredentialSource>>,
    current: RwLock<CurrentLogin>,
    /// When the credentials were last read. Held meanwhile, so that requests at one time read once.
    asked: Mutex<Option<Instant>>,
}

struct CurrentLogin {
    credentials: Option<Credentials>,
    authorization: Option<HeaderValue>,
    generation: u64,
}

/// The credentials of one request.
#[derive(Clone)]
pub(super) struct UsedLogin {
    /// The value of the header `Authorization`.
    pub(super) authorization: Option<HeaderValue>,
    generation: u64,
}

impl RenewableLogin {
    /// # Errors
    ///
    /// If the credentials cannot be a header.
    pub(super) fn new(
        credentials: Option<Credentials>,
        source: Option<Arc<dyn CredentialSource>>,
    ) -> Result<Self, String> {
        Ok(Self {
            current: RwLock::new(CurrentLogin {
                authorization: authorization(credentials.as_ref())?,
                credentials,
                generation: 0,
            }),
            source,
            asked: Mutex::default(),
        })
    }

    /// The present credentials.
    pub(super) fn current(&self) -> UsedLogin {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        UsedLogin {
            authorization: current.authorization.clone(),
            generation: current.generation,
        }
    }

    /// Other credentials than those that were refused, if there are any.
    pub(super) async fn renewed(
        &self,
        refused: &UsedLogin,
        deadline: Deadline,
    ) -> Option<UsedLogin> {
        let source = self.source.as_ref()?;
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
        let authorization = authorization(credentials.as_ref()).ok()?;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.credentials == credentials {
            return None;
        }
        *current = CurrentLogin {
            credentials,
            authorization: authorization.clone(),
            generation: current.generation + 1,
        };
        tracing::info!("the log store refused the credentials; those of the secret are used now");
        Some(UsedLogin {
            authorization,
            generation: current.generation,
        })
    }
}

/// The header `Authorization` of these credentials.
fn authorization(credentials: Option<&Credentials>) -> Result<Option<HeaderValue>, String> {
    let text = match credentials {
        None => return Ok(None),
        Some(Credentials::Basic { username, password }) => {
            let both = format!("{username}:{}", password.expose());
            format!("Basic {}", STANDARD.encode(both))
        }
        Some(Credentials::ApiKey(key)) => format!("ApiKey {}", key.expose()),
    };
    // The error of the header itself says nothing more.
    let mut value = HeaderValue::from_str(&text)
        .map_err(|_| "the credentials have characters that no header can have".to_owned())?;
    value.set_sensitive(true);
    Ok(Some(value))
}

#[cfg(test)]
mod tests {
    use super::{Credentials, authorization};
    use crate::secret::Secret;

    #[test]
    fn credentials_become_a_header_that_is_not_printed() {
        let basic = Credentials::Basic {
            username: "elastic".to_owned(),
            password: Secret::new("비밀"),
        };
        let value = authorization(Some(&basic)).expect("valid").expect("some");
        assert_eq!(value, "Basic ZWxhc3RpYzrruYTrsIA=");
        assert_eq!(format!("{value:?}"), "Sensitive");
        let key = Credentials::ApiKey(Secret::new("a2V5"));
        let value = authorization(Some(&key)).expect("valid").expect("some");
        assert_eq!(value, "ApiKey a2V5");
        assert_eq!(authorization(None), Ok(None));
    }
}
