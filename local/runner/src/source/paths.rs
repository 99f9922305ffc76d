//! Finds the files that arguments name: files, directories, and patterns such as `/var/log/*.log`, which a
//! command that follows logs looks up again and again.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use shared::{format::counted, printable::printable};

/// The files that arguments name.
#[derive(Debug, Default)]
pub struct ExpandedPaths {
    /// The files, in order, each once.
    pub files: Vec<PathBuf>,
    /// What lies in the directories, or matches a pattern, and is not read.
    pub skipped: Vec<(SkipReason, PathBuf)>,
}

/// Why something in a directory is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipReason {
    /// A link to a directory elsewhere. It could lead anywhere, also back.
    LinkedDirectory,
    /// A directory that matches a pattern.
    MatchingDirectory,
    /// A socket, a pipe, a device, or a link that leads nowhere.
    NoFile,
}

impl ExpandedPaths {
    /// The files that the arguments name. A directory is read with all directories in it, without hidden
    /// files; its files are sorted by name, so that rotated files come before or after the others. An
    /// argument that names nothing stays, and so does a directory that cannot be read, so that the error
    /// names it.
    #[must_use]
    pub fn of(arguments: &[PathBuf]) -> Self {
        let mut all = Self::default();
        for argument in arguments {
            let before = all.files.len();
            if argument.is_dir() {
                let root = fs::canonicalize(argument).unwrap_or_else(|_| argument.clone());
                all.read_directory(argument, &root);
            } else if let Some(pattern) = pattern(argument) {
                all.read_matching(argument, &pattern);
            }
            if all.files.len() == before {
                all.files.push(argument.clone());
            }
        }
        let mut seen = HashSet::new();
        all.files.retain(|file| seen.insert(file.clone()));
        all
    }

    /// One sentence for each kind of skipped path: how many there are, and an example.
    #[must_use]
    pub fn notices(&self) -> Vec<String> {
        const KINDS: [(SkipReason, [&str; 3]); 3] = [
            (
                SkipReason::LinkedDirectory,
                [
                    "link to a directory was",
                    "links to directories were",
                    "; name it to read it",
                ],
            ),
            (
                SkipReason::MatchingDirectory,
                [
                    "directory that matches a pattern was",
                    "directories that match a pattern were",
                    "; name it to read it",
                ],
            ),
            (
                SkipReason::NoFile,
                [
                    "entry that is neither a file nor a directory was",
                    "entries that are neither files nor directories were",
                    "",
                ],
            ),
        ];
        let notice = |(kind, [one, many, advice]): (SkipReason, [&str; 3])| {
            let of_kind = || self.skipped.iter().filter(|(reason, _)| *reason == kind);
            let (_, example) = of_kind().next()?;
            let number = of_kind().count() as u64;
            let example = example.display().to_string();
            let example = printable(&example);
            let such = if number == 1 { ":" } else { ", such as" };
            let all = counted(number, one, many);
            Some(format!("{all} not read{such} {example}{advice}."))
        };
        KINDS.into_iter().filter_map(notice).collect()
    }

    /// Adds the files in a directory. `root` is the directory that was named, without links: what lies in
    /// it is read there, not through a link.
    fn read_directory(&mut self, directory: &Path, root: &Path) {
        let Ok(paths) = sorted(directory) else {
            self.files.push(directory.to_owned());
            return;
        };
        for path in paths {
            if is_hidden(&path) {
                continue;
            }
            if path.is_file() {
                self.files.push(path);
            } else if !path.is_dir() {
                self.skipped.push((SkipReason::NoFile, path));
            } else if !path.is_symlink() {
                self.read_directory(&path, root);
            } else if !fs::canonicalize(&path).is_ok_and(|target| target.starts_with(root)) {
                self.skipped.push((SkipReason::LinkedDirectory, path));
            }
        }
    }

    /// Adds the files that match the pattern in the last part of a path.
    fn read_matching(&mut self, path: &Path, pattern: &str) {
        for path in sorted(parent(path)).unwrap_or_default() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if !fits(pattern, &name) || (is_hidden(&path) && !pattern.starts_with('.')) {
                continue;
            }
            if path.is_file() {
                self.files.push(path);
            } else if path.is_dir() {
                self.skipped.push((SkipReason::MatchingDirectory, path));
            } else {
                self.skipped.push((SkipReason::NoFile, path));
            }
        }
    }
}

/// The reason that there is nothing at a path, if it is a pattern.
#[must_use]
pub fn no_match(path: &Path) -> Option<io::Error> {
    if !path.to_string_lossy().contains('*') || path.exists() {
        return None;
    }
    let reason = match sorted(parent(path)) {
        Err(error) => format!("{} cannot be searched: {error}", parent(path).display()),
        Ok(_) => "no file matches the pattern".to_owned(),
    };
    Some(io::Error::new(io::ErrorKind::NotFound, reason))
}

/// The files beside this one whose names begin with its name: what rotation makes of it.
#[must_use]
pub fn rotated(file: &Path) -> Vec<PathBuf> {
    let name = |path: &Path| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    let Some(own) = name(file) else {
        return Vec::new();
    };
    let mut found = sorted(parent(file)).unwrap_or_default();
    found.retain(|path| {
        let rest = name(path).and_then(|name| name.strip_prefix(&own).map(str::to_owned));
        path.is_file() && rest.is_some_and(|rest| rest.starts_with(['.', '-']))
    });
    found
}

/// The directory of a path.
fn parent(path: &Path) -> &Path {
    let parent = path.parent();
    parent
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn sorted(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(directory)?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().starts_with('.')
}

/// The pattern in the last part of a path; `None` if there is none, or a file has this name.
fn pattern(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    (name.contains('*') && !path.exists()).then(|| name.to_owned())
}

/// True if a name is like the pattern, in which a star stands for anything.
fn fits(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut name) = name.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or("");
    for part in parts {
        let Some((_, after)) = name.split_once(part) else {
            return false;
        };
        name = after;
    }
    name.ends_with(last)
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use super::{ExpandedPaths, fits, rotated};

    fn expand(arguments: &[PathBuf]) -> Vec<PathBuf> {
        ExpandedPaths::of(arguments).files
    }

    #[test]
    fn directories_and_patterns_are_files() {
        let directory = tempfile::tempdir().expect("a directory");
        let at = |name: &str| directory.path().join(name);
        fs::create_dir(at("sub")).expect("created");
        for name in [
            "b.log",
            "a.log",
            ".hidden",
            "a.log.1",
            "a.log.2.gz",
            "sub/c.log",
            "other.txt",
        ] {
            fs::write(at(name), "x").expect("written");
        }
        let paths =
            |names: &[&str]| -> Vec<PathBuf> { names.iter().map(|name| at(name)).collect() };
        assert_eq!(
            expand(&[directory.path().to_owned()]),
            paths(&[
                "a.log",
                "a.log.1",
                "a.log.2.gz",
                "b.log",
                "other.txt",
                "sub/c.log"
            ])
        );
        assert_eq!(
            expand(&paths(&["*.log", "a.log"])),
            paths(&["a.log", "b.log"])
        );
        fs::create_dir(at("empty")).expect("created");
        let nothing = paths(&["missing", "none*", "empty"]);
        assert_eq!(expand(&nothing), nothing);
        assert_eq!(rotated(&at("a.log")), paths(&["a.log.1", "a.log.2.gz"]));
    }

    #[test]
    fn a_directory_is_read_however_deep_it_is() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut deep = directory.path().to_owned();
        let mut files = Vec::new();
        for level in 0..40 {
            deep = deep.join(format!("level{level}"));
            files.push(deep.join("a.log"));
        }
        fs::create_dir_all(&deep).expect("created");
        for file in &files {
            fs::write(file, "x").expect("written");
        }
        let found = ExpandedPaths::of(&[directory.path().to_owned()]);
        assert_eq!(found.files, files);
        assert_eq!(found.notices(), Vec::<String>::new());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_read_is_named() {
        use std::os::unix::{fs::symlink, net::UnixListener};

        let (directory, elsewhere) = (tempfile::tempdir(), tempfile::tempdir());
        let (directory, elsewhere) = (directory.expect("made"), elsewhere.expect("made"));
        let at = |name: &str| directory.path().join(name);
        fs::create_dir_all(at("logs/day")).expect("created");
        fs::write(at("logs/day/a.log"), "x").expect("written");
        fs::write(elsewhere.path().join("b.log"), "x").expect("written");
        // A cycle, and a directory that is read where it lies.
        symlink(at("logs"), at("logs/day/cycle")).expect("linked");
        symlink(at("logs/day"), at("logs/today")).expect("linked");
        symlink(elsewhere.path(), at("logs/other")).expect("linked");
        symlink(elsewhere.path(), at("logs/third")).expect("linked");
        symlink(at("nowhere"), at("logs/dangling")).expect("linked");
        symlink(elsewhere.path().join("b.log"), at("logs/linked.log")).expect("linked");
        let _socket = UnixListener::bind(at("logs/app.sock")).expect("bound");
        let found = ExpandedPaths::of(&[at("logs")]);
        assert_eq!(found.files, [at("logs/day/a.log"), at("logs/linked.log")]);
        let shown = |name: &str| at(name).display().to_string();
        assert_eq!(
            found.notices(),
            [
                format!(
                    "2 links to directories were not read, such as {}; name it to read it.",
                    shown("logs/other")
                ),
                format!(
                    "2 entries that are neither files nor directories were not read, such as {}.",
                    shown("logs/app.sock")
                ),
            ]
        );
        let found = ExpandedPaths::of(&[at("logs/*")]);
        assert_eq!(found.files, [at("logs/linked.log")]);
        assert_eq!(
            found.notices()[0],
            format!(
                "4 directories that match a pattern were not read, such as {}; name it to read it.",
                shown("logs/day")
            )
        );
    }

    #[test]
    fn a_star_is_anything() {
        for (pattern, name, expected) in [
            ("*.log", "a.log", true),
            ("a*", "a", true),
            ("a*b*c", "a-b-b-c", true),
            ("*", "", true),
            ("a*a", "a", false),
            ("*.log", "a.log.1", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
