//! Sets `BONGSU_VERSION`: the version, with the commit that is built and its date. A build without git, as
//! from a source archive, says that it does not know the commit.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const PACKAGE: &str = env!("CARGO_MANIFEST_DIR");

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let commit = commit().unwrap_or_else(|| "source archive, commit unknown".to_owned());
    println!("cargo::rustc-env=BONGSU_VERSION={VERSION} ({commit})");
}

/// The commit of the repository and its date; `None` if the workspace is not the root of a repository.
fn commit() -> Option<String> {
    let package = Path::new(PACKAGE).canonicalize().ok()?;
    let workspace = package.parent()?.parent()?;
    // A source archive may lie in the repository of another project.
    let root = PathBuf::from(git(&["rev-parse", "--show-toplevel"])?);
    if root.canonicalize().ok()? != workspace {
        return None;
    }
    // Each commit, checkout and rebase writes these files.
    for name in ["HEAD", "logs/HEAD"] {
        let path = git(&["rev-parse", "--git-path", name])?;
        println!(
            "cargo::rerun-if-changed={}",
            Path::new(PACKAGE).join(path).display()
        );
    }
    git(&["log", "-1", "--format=%h %cs", "--abbrev=12"])
}

/// The output of a git command.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(PACKAGE)
        .output();
    let output = output.ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
