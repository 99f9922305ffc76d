//! The log store that the settings choose: a cluster, or a file if the process links the embedded store.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    LogStore, StoreError,
    elasticsearch::{ElasticsearchConfig, ElasticsearchStore},
};
use crate::{
    deadline::Deadline,
    env::{Settings, names},
};

/// Opens the store in a file. This crate does not link the embedded store; a process that does passes
/// this function.
pub type OpenFile = fn(&Path) -> Result<Arc<dyn LogStore>, StoreError>;

/// The location of the log store.
#[derive(Clone)]
pub enum StorePlace {
    /// On a cluster.
    Cluster(Box<ElasticsearchConfig>),
    /// In a file.
    File(PathBuf, OpenFile),
}

impl fmt::Debug for StorePlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cluster(config) => formatter.debug_tuple("Cluster").field(config).finish(),
            Self::File(path, _) => formatter.debug_tuple("File").field(path).finish(),
        }
    }
}

impl StorePlace {
    /// Reads the location: the cluster of the `ELASTICSEARCH_…` settings, or, if none is set and the
    /// function links the embedded store, the file of `BONGSU_STORE`. `None` if there is no location;
    /// that is a problem in `settings`.
    pub fn read(settings: &mut Settings, open_file: Option<OpenFile>) -> Option<Self> {
        if let Some(config) = ElasticsearchConfig::read(settings) {
            return Some(Self::Cluster(Box::new(renewable(config, settings))));
        }
        if Self::names_a_cluster(settings) {
            // Its problems are in the settings already.
            return None;
        }
        match (settings.text(names::BONGSU_STORE), open_file) {
            (Some(path), Some(open_file)) => Some(Self::File(path.into(), open_file)),
            (None, Some(_)) => {
                settings.refuse(
                    names::ELASTICSEARCH_URL,
                    "set it to the address of Elasticsearch or OpenSearch, or BONGSU_STORE to the \
                     file of an embedded store",
                );
                None
            }
            (_, None) => {
                settings.refuse(
                    names::ELASTICSEARCH_URL,
                    "set it to the address of Elasticsearch or OpenSearch",
                );
                None
            }
        }
    }

    /// Whether the settings name a cluster, even an invalid one.
    #[must_use]
    pub fn names_a_cluster(settings: &Settings) -> bool {
        [names::ELASTICSEARCH_URL, names::ELASTICSEARCH_CLOUD_ID]
            .iter()
            .any(|name| settings.text(name).is_some())
    }

    /// Opens the store and prepares it.
    ///
    /// # Errors
    ///
    /// If it cannot be opened, or cannot be prepared before the deadline.
    pub async fn open(&self, deadline: Deadline) -> Result<Arc<dyn LogStore>, StoreError> {
        let store: Arc<dyn LogStore> = match self {
            Self::Cluster(config) => Arc::new(ElasticsearchStore::new(config)?),
            Self::File(path, open_file) => open_file(path)?,
        };
        store.prepare(deadline).await?;
        Ok(store)
    }
}

/// The configuration with the secret of the settings, if they name one, as the source of rotated
/// credentials.
#[cfg(feature = "aws")]
fn renewable(config: ElasticsearchConfig, settings: &Settings) -> ElasticsearchConfig {
    match settings.text(names::SETTINGS_SECRET_ARN) {
        Some(_) => config.renewed_from(Arc::new(secret::SettingsSecret)),
        None => config,
    }
}

/// Without AWS there is no secret to read again.
#[cfg(not(feature = "aws"))]
fn renewable(config: ElasticsearchConfig, _: &Settings) -> ElasticsearchConfig {
    config
}

#[cfg(feature = "aws")]
mod secret {
    use async_trait::async_trait;

    use crate::{
        deadline::Deadline,
        env::Settings,
        log_store::elasticsearch::{CredentialSource, Credentials, ElasticsearchConfig},
        settings_secret,
    };

    /// The settings of the process with those of its secret, read again.
    #[derive(Debug)]
    pub(super) struct SettingsSecret;

    #[async_trait]
    impl CredentialSource for SettingsSecret {
        async fn credentials(&self, deadline: Deadline) -> Result<Option<Credentials>, String> {
            let mut settings = Settings::from_process();
            settings_secret::read(&mut settings, deadline).await;
            let config = ElasticsearchConfig::read(&mut settings);
            settings.finish().map_err(|error| error.to_string())?;
            Ok(config.and_then(ElasticsearchConfig::into_credentials))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{OpenFile, StorePlace};
    use crate::{
        env::{Settings, names},
        log_store::StoreError,
    };

    const OPEN_FILE: OpenFile = |_: &Path| Err(StoreError::Invalid("not opened".to_owned()));

    fn read(
        pairs: &[(&str, &str)],
        open_file: Option<OpenFile>,
    ) -> (Option<StorePlace>, Option<String>) {
        let mut settings = Settings::from_pairs(pairs.iter().copied());
        let place = StorePlace::read(&mut settings, open_file);
        (
            place,
            settings.finish().err().map(|error| error.to_string()),
        )
    }

    #[test]
    fn a_cluster_wins_over_a_file() {
        let cluster = (names::ELASTICSEARCH_URL, "http://localhost:9200");
        let file = (names::BONGSU_STORE, "logs.sqlite");
        let (place, problem) = read(&[cluster, file], Some(OPEN_FILE));
        assert!(matches!(place, Some(StorePlace::Cluster(_))), "{place:?}");
        assert_eq!(problem, None);
        let (place, problem) = read(&[file], Some(OPEN_FILE));
        assert!(
            matches!(&place, Some(StorePlace::File(path, _)) if path == Path::new("logs.sqlite")),
            "{place:?}"
        );
        assert_eq!(problem, None);
    }

    #[test]
    fn no_place_is_one_problem_that_says_what_to_set() {
        for (pairs, open_file, words) in [
            (vec![], None, "ELASTICSEARCH_URL is not set"),
            (vec![], Some(OPEN_FILE), "or BONGSU_STORE"),
            // A function without the embedded store cannot use a file.
            (
                vec![(names::BONGSU_STORE, "logs.sqlite")],
                None,
                "ELASTICSEARCH_URL is not set",
            ),
            // A wrong cluster is no reason to write to a file.
            (
                vec![
                    (names::ELASTICSEARCH_URL, "localhost"),
                    (names::BONGSU_STORE, "logs.sqlite"),
                ],
                Some(OPEN_FILE),
                "ELASTICSEARCH_URL=localhost",
            ),
        ] {
            let (place, problem) = read(&pairs, open_file);
            assert!(place.is_none(), "{place:?}");
            let problem = problem.expect("a problem");
            assert!(problem.starts_with("1 setting is wrong"), "{problem}");
            assert!(problem.contains(words), "{problem}");
        }
    }
}
