//! The files of the source tree as texts.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// A file of the tree.
pub(super) struct SourceFile {
    /// The path from the root, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

impl SourceFile {
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    pub(super) fn is_rust(&self) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|is| is == "rs")
    }

    pub(super) fn is_main_of_function(&self) -> bool {
        self.path.starts_with("functions/") && self.path.ends_with("/src/main.rs")
    }
}

/// The extensions of code, manifests and documents.
const EXTENSIONS: [&str; 6] = ["rs", "toml", "md", "py", "yaml", "yml"];

/// All code, manifests and documents of the tree, in the order of their paths.
pub(super) fn files() -> Vec<SourceFile> {
    let root = root();
    let mut found = Vec::new();
    let mut waiting = vec![root.clone()];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(&directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let kind = path.extension().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                // A dot marks a tool's folder; `.ci` and `.github` are ours.
                let is_ours = (!name.starts_with('.') || name == ".ci" || name == ".github")
                    && name != "target";
                if is_ours {
                    waiting.push(path);
                }
            } else if EXTENSIONS.contains(&kind.as_ref()) || directory.ends_with(".ci") {
                let text = fs::read_to_string(&path).expect("a text");
                let path = path.strip_prefix(&root).expect("below the root");
                let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
                found.push(SourceFile {
                    path: parts.join("/"),
                    text,
                });
            }
        }
    }
    assert!(found.len() > 50, "the source tree is incomplete");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The names of all function crates.
pub(super) fn functions() -> BTreeSet<String> {
    let directory = root().join("functions");
    let entries = fs::read_dir(directory).expect("the functions");
    entries
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the workspace").to_owned()
}
