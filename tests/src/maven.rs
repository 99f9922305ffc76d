//! Fetches archives from Maven Central with the machine's Maven.

use std::{path::Path, process::Command};

use anyhow::Result;

use crate::java::run;

/// Unpacks an artifact into a folder.
pub(crate) fn fetch(artifact: &str, into: &Path, java: &Path) -> Result<()> {
    run(Command::new("mvn")
        .args(["--quiet", "--batch-mode", "dependency:unpack"])
        .arg(format!("-Dartifact={artifact}"))
        .arg(format!("-DoutputDirectory={}", into.display()))
        .env("JAVA_HOME", java)
        .current_dir(into))
}
