//! The documents keep their word: links resolve, commands run, the settings are those of the code, and
//! promises have tests.

use std::{
    fs,
    path::{Path, PathBuf},
};

use markdown::Page;

mod commands;
mod links;
mod markdown;
mod pictures;
mod promises;
mod run;
mod settings;
mod threats;

/// The documents outside docs/.
const AT_THE_ROOT: [&str; 6] = [
    "README.md",
    "README.ko.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
];

/// The root of the repository.
fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the workspace").to_owned()
}

/// A file of the repository.
fn file(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The paths of all pages in docs/, from the root.
fn pages_of_the_book() -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec!["docs".to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(root().join(&directory)).expect("a directory") {
            let entry = entry.expect("an entry");
            let path = format!("{directory}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                waiting.push(path);
            } else if entry.path().extension().is_some_and(|kind| kind == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// All documents.
fn pages() -> Vec<Page> {
    let root = AT_THE_ROOT.into_iter().map(str::to_owned);
    let paths = root.chain(pages_of_the_book());
    paths.map(|path| Page::read(&path, &file(&path))).collect()
}
