//! Finds the files that arguments name: files, directories, and patterns such as `/var/log/*.log`, which a
//! command that follows logs looks up again and again.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// How deep directories are read.
const MOST_DEPTH: usize = 8;

/// The files that the arguments name, in order. A directory is read with all directories in it, without
/// hidden files; its files are sorted by name, so that rotated files come before or after the others, and
/// each file once. An argument that names nothing stays, and so does a directory that cannot be read, so
/// that the error names it.
#[must_use]
pub fn expand(arguments: &[PathBuf]) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    for argument in arguments {
        let mut found = Vec::new();
        if argument.is_dir() {
            read_directory(argument, MOST_DEPTH, &mut found);
        } else if let Some(pattern) = pattern(argument) {
            found = matching(argument, &pattern).unwrap_or_default();
        }
        if found.is_empty() {
            found.push(argument.clone());
        }
        for file in found {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    files
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

fn read_directory(directory: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(paths) = sorted(directory) else {
        found.push(directory.to_owned());
        return;
    };
    for path in paths {
        if is_hidden(&path) {
            continue;
        }
        if path.is_file() {
            found.push(path);
        } else if depth > 0 && path.is_dir() && !path.is_symlink() {
            read_directory(&path, depth - 1, found);
        }
    }
}

/// The pattern in the last part of a path; `None` if there is none, or a file has this name.
fn pattern(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    (name.contains('*') && !path.exists()).then(|| name.to_owned())
}

fn matching(path: &Path, pattern: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = sorted(parent(path))?;
    found.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.is_file() && (!is_hidden(path) || pattern.starts_with('.')) && fits(pattern, &name)
    });
    Ok(found)
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

    use super::{expand, fits, rotated};

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
