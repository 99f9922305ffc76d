//! Which log store the commands use: the file of `--store`, else the cluster of the settings, else
//! the file of `BONGSU_STORE`, else a file in the user's data directory.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use embedded_store::OPEN_FILE;
use shared::{
    env::{Settings, names},
    log_store::{StorePlace, elasticsearch::ElasticsearchConfig},
};

use crate::error::CommandError;

/// Chooses the store. What is wrong with the settings stays in `settings`; `None` only when
/// something is.
pub fn choose(option: Option<&Path>, settings: &mut Settings) -> Option<StorePlace> {
    if let Some(path) = option {
        // What was said last and closest wins; the output tells which store was used.
        return Some(StorePlace::File(path.to_owned(), OPEN_FILE));
    }
    if StorePlace::names_a_cluster(settings) {
        return ElasticsearchConfig::read(settings).map(StorePlace::Cluster);
    }
    file(None, settings).map(|path| StorePlace::File(path, OPEN_FILE))
}

/// Chooses the file of the embedded store, whether or not logs lie in a cluster. `None` when there is
/// none, which is noted in `settings`.
pub fn file(option: Option<&Path>, settings: &mut Settings) -> Option<PathBuf> {
    let named = settings.text(names::BONGSU_STORE).map(PathBuf::from);
    let path = option.map(Path::to_owned).or(named).or_else(default_file);
    if path.is_none() {
        settings.refuse(
            names::BONGSU_STORE,
            "there is no home directory to keep the store in; say which file to use",
        );
    }
    path
}

/// Makes the directory that the store lies in.
///
/// # Errors
///
/// When it cannot be made.
pub fn make_directory(place: &StorePlace) -> Result<(), CommandError> {
    let StorePlace::File(path, _) = place else {
        return Ok(());
    };
    let Some(directory) = path.parent().filter(|path| !path.as_os_str().is_empty()) else {
        return Ok(());
    };
    std::fs::create_dir_all(directory).map_err(|source| CommandError::Directory {
        directory: directory.to_owned(),
        source,
    })
}

/// The file that is used when nothing is said: in the directory that the platform has for the data
/// of a user's programs, such as `~/.local/share/bongsu`.
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
    fn the_option_wins_then_the_cluster_then_the_setting_then_the_default() {
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
    fn a_wrong_cluster_is_a_problem_and_not_a_file() {
        let mut settings = Settings::from_pairs([(names::ELASTICSEARCH_URL, "localhost"), FILE]);
        assert!(choose(None, &mut settings).is_none());
        settings.finish().expect_err("wrong");
    }
}
