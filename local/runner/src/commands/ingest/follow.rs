//! `bongsu ingest -f`: reads logs again and again, as far as they are new.
//!
//! Each pass is a run of `bongsu ingest` over the files that have changed: streams are recognised by their
//! content, so that nothing is stored twice however files are renamed, truncated or compressed. A file that
//! was moved or truncated has a last part that the next pass reads where rotation has put it. One that was
//! deleted, or moved out of sight, is read to its end through the handle that was kept of it.

use std::{
    collections::BTreeMap,
    fs::{self, File, Metadata},
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use super::IngestRun;
use crate::{
    error::CommandError,
    output,
    source::{
        paths::{self, ExpandedPaths},
        stream::inode,
    },
};

/// The least time between two passes.
const PAUSE: Duration = Duration::from_millis(300);
/// How many times longer than a pass the pause after it is: content is recognised by reading it.
const REST: u32 = 4;
/// How often the store is kept within its bounds.
const TRIMMING: Duration = Duration::from_mins(1);

/// What changes when a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileState {
    inode: Option<(u64, u64)>,
    length: u64,
    modified: Option<SystemTime>,
}

impl FileState {
    fn of(facts: &Metadata) -> Self {
        Self {
            inode: inode(facts),
            length: facts.len(),
            modified: facts.modified().ok(),
        }
    }

    /// True if the file is no longer the one that it was before, or only the beginning of it.
    fn was_rotated(&self, before: &Self) -> bool {
        self.inode != before.inode || self.length < before.length
    }
}

/// How many files are kept open, of the many that a process may open.
const MOST_OPEN: usize = 128;

/// The files as they were read last.
#[derive(Debug, Default)]
struct FollowedFiles {
    states: BTreeMap<PathBuf, FileState>,
    /// The files that can be read again after they were deleted.
    open: BTreeMap<PathBuf, File>,
    /// Those that are gone, until the end of the pass that reads the rest of them.
    gone: Vec<File>,
}

impl FollowedFiles {
    /// The files that have changed since the last call, rotated ones before those that took their place.
    fn changed(&mut self, arguments: &[PathBuf]) -> Vec<PathBuf> {
        self.gone.clear();
        let mut changed = self.rest_of_gone();
        for path in ExpandedPaths::of(arguments).files {
            let before = self.states.get(&path).copied();
            let Some(now) = self.update(&path) else {
                continue;
            };
            if let Some(before) = before
                && now.was_rotated(&before)
            {
                let moved = paths::rotated(&path);
                let moved = moved.into_iter().filter(|path| self.update(path).is_some());
                changed.extend(moved);
            }
            if self.open.len() < MOST_OPEN && !self.open.contains_key(&path) {
                self.open
                    .extend(File::open(&path).ok().map(|file| (path.clone(), file)));
            }
            changed.push(path);
        }
        changed.dedup();
        changed
    }

    /// What to read of the files that are no longer where they were, nor beside it.
    fn rest_of_gone(&mut self) -> Vec<PathBuf> {
        let mut rest = Vec::new();
        let is_gone = |path: &Path, file: &File| {
            let now = fs::metadata(path).map(|facts| inode(&facts)).ok();
            let then = file.metadata().map(|facts| inode(&facts)).ok();
            now.is_none() || now != then
        };
        for (path, file) in self.open.extract_if(.., |path, file| is_gone(path, file)) {
            let Ok(facts) = file.metadata() else {
                continue;
            };
            let read = self.states.get(&path).map_or(0, |state| state.length);
            let beside = paths::rotated(&path)
                .into_iter()
                .any(|path| fs::metadata(path).is_ok_and(|other| inode(&other) == inode(&facts)));
            if facts.len() > read && !beside {
                rest.extend(reopened(&file));
                self.gone.push(file);
            }
        }
        rest
    }

    /// The state of a file, if it is there and has changed.
    fn update(&mut self, path: &Path) -> Option<FileState> {
        let facts = fs::metadata(path).ok().filter(Metadata::is_file)?;
        let now = FileState::of(&facts);
        let before = self.states.insert(path.to_owned(), now);
        (before != Some(now)).then_some(now)
    }
}

/// A name under which a file that is open can be opened, even if it has no other; only Linux has one:
/// <https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html>.
#[cfg(unix)]
fn reopened(file: &File) -> Option<PathBuf> {
    let descriptor = std::os::fd::AsRawFd::as_raw_fd(file);
    let path = PathBuf::from(format!("/proc/self/fd/{descriptor}"));
    path.exists().then_some(path)
}

#[cfg(not(unix))]
const fn reopened(_: &File) -> Option<PathBuf> {
    None
}

/// Follows the files of the arguments until the command is asked to end. What was not stored is still in
/// the files.
pub(super) async fn run(run: &mut IngestRun, arguments: &[PathBuf]) -> Result<(), CommandError> {
    let is_pipe = |path: &&PathBuf| {
        let is_file = |facts: Metadata| facts.is_file() || facts.is_dir();
        *path == Path::new("-") || fs::metadata(path).is_ok_and(|facts| !is_file(facts))
    };
    let (pipes, files): (Vec<_>, Vec<_>) = arguments.iter().partition(is_pipe);
    let files: Vec<PathBuf> = files.into_iter().cloned().collect();
    for path in &files {
        let found = ExpandedPaths::of(std::slice::from_ref(path));
        for notice in found.notices() {
            output::remark(&format!("{notice}\n"));
        }
        if !found.files.iter().any(|found| found.is_file()) {
            output::remark(&format!("there are no logs at {} yet\n", path.display()));
        }
    }
    if !pipes.is_empty() {
        // A pipe has an end of its own.
        run.ingest(pipes.into_iter().cloned().collect()).await?;
        run.trim().await?;
    }
    let (mut followed, mut trimmed) = (FollowedFiles::default(), None::<Instant>);
    let stop = run.options.stop.clone();
    while !files.is_empty() && !stop.is_set() {
        let started = Instant::now();
        let changed = followed.changed(&files);
        if !changed.is_empty() {
            run.registry.begin_run();
            run.ingest(changed).await?;
        }
        if trimmed.is_none_or(|trimmed| trimmed.elapsed() > TRIMMING) {
            run.trim().await?;
            trimmed = Some(Instant::now());
        }
        stop.pause(PAUSE.max(started.elapsed() * REST)).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write as _};

    use super::FollowedFiles;

    #[test]
    fn a_rotated_file_is_read_to_its_end_before_the_new_one() {
        let directory = tempfile::tempdir().expect("a directory");
        let at = |name: &str| directory.path().join(name);
        let append = |name: &str, text: &str| {
            let mut options = fs::OpenOptions::new();
            let mut file = options
                .create(true)
                .append(true)
                .open(at(name))
                .expect("opened");
            file.write_all(text.as_bytes()).expect("written");
        };
        let mut files = FollowedFiles::default();
        let arguments = [at("app.log")];
        assert!(files.changed(&arguments).is_empty(), "it is not there yet");
        append("app.log", "a\n");
        assert_eq!(files.changed(&arguments), [at("app.log")]);
        assert!(files.changed(&arguments).is_empty(), "nothing is new");
        append("app.log", "b\n");
        fs::rename(at("app.log"), at("app.log.1")).expect("renamed");
        append("app.log", "c\n");
        assert_eq!(files.changed(&arguments), [at("app.log.1"), at("app.log")]);
        append("app.log", "d\n");
        assert_eq!(files.changed(&arguments), [at("app.log")]);
        fs::copy(at("app.log"), at("app.log.2")).expect("copied");
        fs::write(at("app.log"), "").expect("truncated");
        assert_eq!(files.changed(&arguments), [at("app.log.2"), at("app.log")]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_is_deleted_is_read_to_its_end() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("app.log");
        let mut files = FollowedFiles::default();
        let arguments = [path.clone()];
        fs::write(&path, "a\n").expect("written");
        assert_eq!(files.changed(&arguments), [path.as_path()]);
        let mut options = fs::OpenOptions::new();
        let mut file = options.append(true).open(&path).expect("opened");
        file.write_all(b"b\n").expect("written");
        fs::remove_file(&path).expect("deleted");
        fs::write(&path, "c\n").expect("another file");
        let changed = files.changed(&arguments);
        let texts = changed.iter().map(fs::read_to_string);
        let texts: Vec<_> = texts.map(|text| text.expect("a text")).collect();
        assert_eq!(texts, ["a\nb\n", "c\n"]);
        assert_eq!(files.changed(&arguments), [] as [&std::path::Path; 0]);
        fs::remove_file(&path).expect("deleted");
        assert!(
            files.changed(&arguments).is_empty(),
            "nothing is left to read"
        );
    }
}
