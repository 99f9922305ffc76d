//! The settings of a cluster, read from the environment with everything that is wrong with them.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
#[cfg(feature = "aws")]
use aws_credential_types::provider::SharedCredentialsProvider;
use url::Url;

use super::{address, aws::SigningScope, proxy::ClusterProxy, tls::TlsTrust};
use crate::{
    deadline::Deadline,
    env::{Settings, names},
    secret::Secret,
};

/// How to reach a cluster, and how long it keeps what it is given.
#[derive(Clone, Debug)]
pub struct ElasticsearchConfig {
    /// Where the cluster answers; without credentials, query and fragment.
    pub(super) url: Url,
    /// Whose certificates are trusted.
    pub(super) trust: TlsTrust,
    /// The proxy on the way to it.
    pub(super) proxy: Option<ClusterProxy>,
    /// What to log in with; `None` for a cluster without security.
    pub(super) credentials: Option<Credentials>,
    /// Where to read the credentials again once the cluster refuses them.
    pub(super) renewal: Option<Arc<dyn CredentialSource>>,
    /// After how many days the cluster deletes an index; 0 keeps them.
    pub(super) retention_days: u64,
    /// Who prepares it.
    pub(super) setup: SetupMode,
    /// Whether requests are repeated until the deadline, or a few times.
    pub(super) is_patient: bool,
    /// What requests are signed for.
    pub(super) signing: Option<SigningScope>,
    /// Whose credentials sign them, if not those that the SDK finds.
    #[cfg(feature = "aws")]
    pub(super) signer: Option<SharedCredentialsProvider>,
}

/// Who prepares the cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SetupMode {
    /// Each process, where something differs.
    #[default]
    Auto,
    /// Somebody else: nothing is read or written.
    Never,
}

impl SetupMode {
    /// Reads `ELASTICSEARCH_SETUP`.
    fn read(settings: &mut Settings) -> Self {
        match settings.text(names::ELASTICSEARCH_SETUP) {
            None | Some("auto") => Self::Auto,
            Some("never") => Self::Never,
            Some(_) => {
                settings.refuse(names::ELASTICSEARCH_SETUP, "must be auto or never");
                Self::Auto
            }
        }
    }
}

/// Where credentials come from that may have been rotated.
#[async_trait]
pub trait CredentialSource: fmt::Debug + Send + Sync {
    /// The credentials as they are now.
    ///
    /// # Errors
    ///
    /// If they cannot be read; the reason in words, without their values.
    async fn credentials(&self, deadline: Deadline) -> Result<Option<Credentials>, String>;
}

/// What to log in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// A user and their password.
    Basic {
        /// The user.
        username: String,
        /// Their password.
        password: Secret,
    },
    /// An API key in the encoded form.
    ApiKey(Secret),
}

impl ElasticsearchConfig {
    /// Reads the settings of a cluster; `None` when neither a URL nor a Cloud ID is set, or when
    /// what is set is wrong, which is noted in `settings`.
    pub fn read(settings: &mut Settings) -> Option<Self> {
        let retention_days = settings.number(names::LOG_RETENTION_DAYS, 30, 0, 3650);
        let names = [names::ELASTICSEARCH_URL, names::ELASTICSEARCH_CLOUD_ID];
        if names.iter().all(|name| settings.text(name).is_none()) {
            return None;
        }
        let url = address::read(settings);
        let is_https = url.as_ref().is_none_or(|url| url.scheme() == "https");
        let trust = TlsTrust::read(settings, is_https);
        let proxy = url
            .as_ref()
            .and_then(|url| ClusterProxy::read(settings, url));
        let credentials = read_credentials(settings);
        let setup = SetupMode::read(settings);
        let signing = match (&url, &credentials) {
            (Some(url), Ok(credentials)) => {
                SigningScope::read(settings, url, credentials.is_some())
            }
            _ => None,
        };
        Some(Self {
            url: url?,
            trust: trust?,
            proxy,
            credentials: credentials.ok()?,
            renewal: None,
            retention_days,
            setup,
            is_patient: true,
            signing,
            #[cfg(feature = "aws")]
            signer: None,
        })
    }
}

impl ElasticsearchConfig {
    /// The same cluster, whose credentials are read again from `source` when it refuses them.
    #[must_use]
    pub fn renewed_from(self, source: Arc<dyn CredentialSource>) -> Self {
        Self {
            renewal: Some(source),
            ..self
        }
    }

    /// The same cluster for a command that a person waits for: apart from documents, a request is repeated
    /// a few times, and not until the deadline.
    #[must_use]
    pub fn for_a_person(self) -> Self {
        Self {
            is_patient: false,
            ..self
        }
    }

    /// The same cluster; requests that are signed are signed with these credentials.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn signed_by(self, provider: SharedCredentialsProvider) -> Self {
        Self {
            signer: Some(provider),
            ..self
        }
    }

    /// The credentials.
    #[must_use]
    pub fn into_credentials(self) -> Option<Credentials> {
        self.credentials
    }
}

/// Credentials that are wrong; what is wrong is in the settings.
struct Refused;

fn read_credentials(settings: &mut Settings) -> Result<Option<Credentials>, Refused> {
    let username = settings
        .text(names::ELASTICSEARCH_USERNAME)
        .map(str::to_owned);
    let password = settings.secret(names::ELASTICSEARCH_PASSWORD);
    let api_key = settings.secret(names::ELASTICSEARCH_API_KEY);
    let (name, reason) = match (username, password, api_key) {
        (None, None, None) => return Ok(None),
        (None, None, Some(key)) => match encoded_key_problem(key.expose()) {
            None => return Ok(Some(Credentials::ApiKey(key))),
            Some(reason) => (names::ELASTICSEARCH_API_KEY, reason),
        },
        (Some(username), Some(_), None) if username.contains(':') => {
            // What follows the colon is probably the password.
            settings.refuse_unshown(
                names::ELASTICSEARCH_USERNAME,
                "must not contain a colon; the password belongs into ELASTICSEARCH_PASSWORD",
            );
            return Err(Refused);
        }
        (Some(username), Some(password), None) => {
            return Ok(Some(Credentials::Basic { username, password }));
        }
        (Some(_), None, None) => (
            names::ELASTICSEARCH_PASSWORD,
            "ELASTICSEARCH_USERNAME needs a password",
        ),
        (None, Some(_), None) => (
            names::ELASTICSEARCH_USERNAME,
            "ELASTICSEARCH_PASSWORD needs a user",
        ),
        (_, _, Some(_)) => (
            names::ELASTICSEARCH_API_KEY,
            "set either this or ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD, not both",
        ),
    };
    settings.refuse(name, reason);
    Err(Refused)
}

/// What is wrong with an API key. The key becomes part of a header, where other characters have no
/// place.
fn encoded_key_problem(key: &str) -> Option<&'static str> {
    if key.contains(':') {
        return Some("set the key's encoded form, not id:api_key");
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_.".contains(&byte);
    (!key.bytes().all(fits)).then_some("must be the key's encoded form (base64)")
}

#[cfg(test)]
mod tests {
    use super::{Credentials, ElasticsearchConfig};
    use crate::{
        env::{Settings, names},
        secret::Secret,
    };

    fn read(pairs: &[(&str, &str)]) -> Result<Option<ElasticsearchConfig>, String> {
        let mut settings = Settings::from_pairs(pairs.iter().copied());
        let config = ElasticsearchConfig::read(&mut settings);
        match settings.finish() {
            Ok(()) => Ok(config),
            Err(error) => {
                assert!(config.is_none(), "a wrong setting gives no configuration");
                Err(error.to_string())
            }
        }
    }

    #[test]
    fn without_an_address_there_is_no_cluster() {
        assert!(read(&[]).expect("nothing is wrong").is_none());
    }

    #[test]
    fn a_url_with_basic_authentication_is_read() {
        let config = read(&[
            (names::ELASTICSEARCH_URL, "https://search.example.com/logs"),
            (names::ELASTICSEARCH_USERNAME, "elastic"),
            (names::ELASTICSEARCH_PASSWORD, "hunter2"),
            (names::LOG_RETENTION_DAYS, "0"),
        ])
        .expect("valid")
        .expect("a cluster");
        assert_eq!(config.url.as_str(), "https://search.example.com/logs");
        assert_eq!(config.retention_days, 0);
        assert_eq!(
            config.credentials,
            Some(Credentials::Basic {
                username: "elastic".to_owned(),
                password: Secret::new("hunter2")
            })
        );
        assert!(!format!("{config:?}").contains("hunter2"));
    }

    #[test]
    fn a_cloud_id_names_the_address() {
        // "eu-west-1.aws.found.io$abc$def" in base64.
        let config = read(&[
            (
                names::ELASTICSEARCH_CLOUD_ID,
                "prod:ZXUtd2VzdC0xLmF3cy5mb3VuZC5pbyRhYmMkZGVm",
            ),
            (names::ELASTICSEARCH_API_KEY, "VnVhQ2ZHY0JDZGJrUQ=="),
        ])
        .expect("valid")
        .expect("a cluster");
        assert_eq!(config.url.as_str(), "https://abc.eu-west-1.aws.found.io/");
        assert_eq!(config.retention_days, 30);
        assert!(!format!("{config:?}").contains("VnVh"));
    }

    #[test]
    fn wrong_combinations_are_problems_and_show_no_secret() {
        let url = (names::ELASTICSEARCH_URL, "http://localhost:9200");
        let user = (names::ELASTICSEARCH_USERNAME, "elastic");
        let password = (names::ELASTICSEARCH_PASSWORD, "hunter2");
        let key = (names::ELASTICSEARCH_API_KEY, "aHVudGVyMg==");
        for (pairs, name, words) in [
            (
                vec![url, (names::ELASTICSEARCH_CLOUD_ID, "a:b")],
                names::ELASTICSEARCH_CLOUD_ID,
                "not both",
            ),
            (
                vec![url, user],
                names::ELASTICSEARCH_PASSWORD,
                "needs a password",
            ),
            (
                vec![url, password],
                names::ELASTICSEARCH_USERNAME,
                "needs a user",
            ),
            (
                vec![url, user, password, key],
                names::ELASTICSEARCH_API_KEY,
                "not both",
            ),
            (
                vec![url, (names::ELASTICSEARCH_API_KEY, "id:hunter2")],
                names::ELASTICSEARCH_API_KEY,
                "encoded form",
            ),
            (
                vec![url, (names::ELASTICSEARCH_API_KEY, "hunter2\nX: y")],
                names::ELASTICSEARCH_API_KEY,
                "encoded form",
            ),
            (
                vec![(names::ELASTICSEARCH_URL, "localhost:9200")],
                names::ELASTICSEARCH_URL,
                "http://",
            ),
            (
                vec![(names::ELASTICSEARCH_URL, "https://elastic:hunter2@host")],
                names::ELASTICSEARCH_URL,
                "must not contain credentials",
            ),
            (
                vec![(names::ELASTICSEARCH_URL, "elastic:hunter2@host:9200")],
                names::ELASTICSEARCH_URL,
                "http://",
            ),
            (
                vec![(names::ELASTICSEARCH_URL, "https://h?password=x")],
                names::ELASTICSEARCH_URL,
                "query",
            ),
            (
                vec![(names::ELASTICSEARCH_CLOUD_ID, "prod:###")],
                names::ELASTICSEARCH_CLOUD_ID,
                "copy it whole",
            ),
        ] {
            let error = read(&pairs).expect_err(words);
            assert!(error.starts_with("1 setting is wrong"), "{error}");
            assert!(error.contains(name) && error.contains(words), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_reported_at_once() {
        let error = read(&[
            (names::ELASTICSEARCH_URL, "ftp://host"),
            (names::ELASTICSEARCH_USERNAME, "elastic"),
            (names::LOG_RETENTION_DAYS, "for ever"),
        ])
        .expect_err("three problems");
        assert!(error.starts_with("3 settings are wrong"), "{error}");
    }
}
