//! Chooses the log store: the file of `--store`, or else the cluster of the settings, the file of
//! `BONGSU_STORE`, or a file in the user's data directory.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use directories::ProjectDirs;
use embedded_store::{EmbeddedStore, OPEN_FILE};
use shared::{
    deadline::Deadline,
    env::{Settings, names},
    log_store::{
        LogStore, StoreError, StorePlace,
        elasticsearch::{ElasticsearchConfig, ElasticsearchStore},
    },
};

use crate::error::CommandError;

/// Chooses the store. Problems are collected in `settings`; `None` only if there are some.
pub fn choose(option: Option<&Path>, settings: &mut Settings) -> Option<StorePlace> {
    if let Some(path) = option {
        // The command line wins; the output names the store.
        return Some(StorePlace::File(path.to_owned(), OPEN_FILE));
    }
    if StorePlace::names_a_cluster(settings) {
        return ElasticsearchConfig::read(settings)
            .map(|config| StorePlace::Cluster(Box::new(config.for_a_person())));
    }
    file(None, settings).map(|path| StorePlace::File(path, OPEN_FILE))
}

/// Chooses the file of the embedded store, also if logs are stored in a cluster. `None` without a home
/// directory, which is a problem in `settings`.
pub fn file(option: Option<&Path>, settings: &mut Settings) -> Option<PathBuf> {
    let named = settings.text(names::BONGSU_STORE).map(PathBuf::from);
    let path = option.map(Path::to_owned).or(named).or_else(default_file);
    if path.is_none() {
        settings.refuse(
            names::BONGSU_STORE,
            "there is no home directory for the store; name a file",
        );
    }
    path
}

/// Creates the directory of the store.
///
/// # Errors
///
/// If it cannot be created.
pub fn make_directory(place: &StorePlace) -> Result<(), CommandError> {
    let StorePlace::File(path, _) = place else {
        return Ok(());
    };
    make_parent_directory(path)
}

/// Creates the directory of a file.
///
/// # Errors
///
/// If it cannot be created.
pub fn make_parent_directory(path: &Path) -> Result<(), CommandError> {
    let Some(directory) = path.parent().filter(|path| !path.as_os_str().is_empty()) else {
        return Ok(());
    };
    std::fs::create_dir_all(directory).map_err(|source| CommandError::Directory {
        directory: directory.to_owned(),
        source,
    })
}

/// Opens a store without writing to it. A file that does not exist is an empty store, and is not
/// created.
///
/// # Errors
///
/// If it cannot be opened.
pub async fn open_for_reading(
    place: &StorePlace,
    deadline: Deadline,
) -> Result<Arc<dyn LogStore>, StoreError> {
    match place {
        StorePlace::Cluster(config) => Ok(Arc::new(ElasticsearchStore::new(config)?)),
        StorePlace::File(path, _) if path.exists() => {
            Ok(Arc::new(EmbeddedStore::open_for_reading(path)?))
        }
        StorePlace::File(..) => {
            let store = EmbeddedStore::in_memory()?;
            store.prepare(deadline).await?;
            Ok(Arc::new(store))
        }
    }
}

/// The default file, in the user's data directory, such as `~/.local/share/bongsu`.
#[must_use]
pub fn default_file() -> Option<PathBuf> {
    let directories = ProjectDirs::from("", "", "bongsu")?;
    Some(directories.data_dir().join("store.sqlite"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use shared::{
        env::{Settings, names},
        log_store::StorePlace,
    };

    use super::choose;

    const CLUSTER: (&str, &str) = (names::ELASTICSEARCH_URL, "http://localhost:9200");
    const FILE: (&str, &str) = (names::BONGSU_STORE, "there.sqlite");

    #[test]
    fn the_option_wins_then_the_cluster_the_setting_and_the_default() {
        let place = |option, pairs: &[(&'static str, &'static str)]| {
            let mut settings = Settings::from_pairs(pairs.iter().copied());
            let place = choose(option, &mut settings);
            settings.finish().expect("valid");
            match place.expect("a place") {
                StorePlace::Cluster(_) => "cluster".to_owned(),
                StorePlace::File(path, _) => path.display().to_string(),
            }
        };
        let option = Some(Path::new("here.sqlite"));
        assert_eq!(place(option, &[CLUSTER, FILE]), "here.sqlite");
        assert_eq!(place(None, &[CLUSTER, FILE]), "cluster");
        assert_eq!(place(None, &[FILE]), "there.sqlite");
        assert!(place(None, &[]).ends_with("store.sqlite"));
    }

    #[test]
    fn an_invalid_cluster_is_a_problem_and_does_not_fall_back_to_a_file() {
        let mut settings = Settings::from_pairs([(names::ELASTICSEARCH_URL, "localhost"), FILE]);
        assert!(choose(None, &mut settings).is_none());
        settings.finish().expect_err("wrong");
    }
}
