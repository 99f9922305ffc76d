//! Builds the functions and packs each as Lambda expects it: an archive with the binary `bootstrap`.
//! The binaries are development builds for this machine, not those that are deployed to AWS.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use anyhow::{Context as _, Result, bail};
use flate2::Crc;
use serde_json::Value;
use shared::env::Settings;

use crate::say;

/// The functions, by their package names.
pub const FUNCTIONS: [&str; 5] = [
    "log-ingest",
    "log-analysis",
    "metric-collection",
    "dashboard-deployment",
    "alert-fanout",
];

/// A function, ready for upload.
#[derive(Debug)]
pub struct Package {
    /// Its name.
    pub function: &'static str,
    /// A ZIP archive.
    pub archive: Vec<u8>,
}

/// Builds and packs the functions.
///
/// # Panics
///
/// If one cannot be built.
#[must_use]
pub fn packages() -> Vec<Package> {
    let build = || {
        let pack = |name| {
            let content = std::fs::read(function(name))?;
            let archive = archive("bootstrap", &content)?;
            Ok(Package {
                function: name,
                archive,
            })
        };
        FUNCTIONS.into_iter().map(pack).collect::<Result<_>>()
    };
    build().unwrap_or_else(|error| panic!("the functions cannot be built: {error:#}"))
}

/// The path of a function's binary. All functions are built together, once per process.
///
/// # Panics
///
/// If they cannot be built.
#[must_use]
pub fn function(name: &str) -> &'static Path {
    static BUILT: OnceLock<Vec<PathBuf>> = OnceLock::new();
    let binaries = BUILT.get_or_init(|| {
        binaries(&FUNCTIONS)
            .unwrap_or_else(|error| panic!("the functions cannot be built: {error:#}"))
    });
    let binary = binaries.iter().find(|path| path.ends_with(name));
    binary.unwrap_or_else(|| panic!("no binary of {name} was built"))
}

/// Builds `bongsu` as `cargo run` builds it, and returns the path of its binary.
///
/// # Panics
///
/// If it cannot be built.
#[must_use]
pub fn bongsu() -> PathBuf {
    let built = binaries(&["bongsu"]).map(|mut binaries| binaries.pop());
    match built {
        Ok(Some(path)) => path,
        Ok(None) => panic!("no binary of bongsu was built"),
        Err(error) => panic!("bongsu cannot be built: {error:#}"),
    }
}

/// Variables that cargo sets for a test. Build scripts read them, and would take the difference to
/// those of another cargo for a change.
const OF_THIS_PACKAGE: [&str; 17] = [
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_PATH",
    "CARGO_PKG_AUTHORS",
    "CARGO_PKG_DESCRIPTION",
    "CARGO_PKG_HOMEPAGE",
    "CARGO_PKG_LICENSE",
    "CARGO_PKG_LICENSE_FILE",
    "CARGO_PKG_NAME",
    "CARGO_PKG_README",
    "CARGO_PKG_REPOSITORY",
    "CARGO_PKG_RUST_VERSION",
    "CARGO_PKG_VERSION",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
    "CARGO_PRIMARY_PACKAGE",
];

/// Builds packages by themselves, without the features that the rest of the workspace turns on in the
/// crates that they depend on.
fn binaries(packages: &[&str]) -> Result<Vec<PathBuf>> {
    let names = packages.join(", ");
    say(format!(
        "{names}: building; the first time takes some minutes"
    ));
    let settings = Settings::from_process();
    let mut command = Command::new(settings.text("CARGO").unwrap_or("cargo"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args([
        "build",
        "--locked",
        "--bins",
        "--message-format=json",
    ]);
    for package in packages {
        command.args(["--package", package]);
    }
    for name in OF_THIS_PACKAGE {
        command.env_remove(name);
    }
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run cargo")?;
    let output = child.stdout.take().context("cargo has no output")?;
    let mut binaries = Vec::new();
    let mut errors = Vec::new();
    for line in BufReader::new(output).lines() {
        let message: Value =
            serde_json::from_str(&line?).context("cargo wrote a line that is not JSON")?;
        if let Some(path) = message.get("executable").and_then(Value::as_str) {
            binaries.push(PathBuf::from(path));
        }
        if message.pointer("/message/level") == Some(&Value::from("error")) {
            let text = message.pointer("/message/rendered").and_then(Value::as_str);
            errors.extend(text.map(str::to_owned));
        }
    }
    if !child.wait()?.success() {
        bail!("cargo build failed\n{}", errors.join("\n"));
    }
    say(format!("{names}: built"));
    Ok(binaries)
}

/// A ZIP archive of one executable file, not compressed.
/// <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>
fn archive(name: &str, content: &[u8]) -> Result<Vec<u8>> {
    /// 1980-01-01, the first day that ZIP knows.
    const DAY: u16 = 0b10_0001;
    /// Made on Unix, by version 2.0; `-rwxr-xr-x` of a regular file.
    const MADE_BY: u16 = 0x0314;
    const MODE: u32 = 0o100_755 << 16;
    let mut crc = Crc::new();
    crc.update(content);
    let size = u32::try_from(content.len()).context("the binary is too large")?;
    // The common part of both headers: version 2.0, no flags, stored, time, day, CRC, sizes,
    // length of the name, no extra field.
    let mut common = Vec::new();
    for word in [20, 0, 0, 0, DAY] {
        common.extend(u16::to_le_bytes(word));
    }
    for word in [crc.sum(), size, size] {
        common.extend(word.to_le_bytes());
    }
    common.extend(u16::try_from(name.len())?.to_le_bytes());
    common.extend(0_u16.to_le_bytes());

    let mut archive = [b"PK\x03\x04", common.as_slice(), name.as_bytes(), content].concat();
    let directory_at = u32::try_from(archive.len()).context("the binary is too large")?;
    archive.extend(b"PK\x01\x02");
    archive.extend(MADE_BY.to_le_bytes());
    archive.extend(&common);
    // No comment, the first disk, no internal attributes.
    archive.extend([0; 6]);
    archive.extend(MODE.to_le_bytes());
    // The offset of the file.
    archive.extend(0_u32.to_le_bytes());
    archive.extend(name.as_bytes());
    let directory_size = u32::try_from(archive.len())? - directory_at;
    // The end record: one disk, one entry, no comment.
    archive.extend(b"PK\x05\x06");
    for word in [0_u16, 0, 1, 1] {
        archive.extend(word.to_le_bytes());
    }
    archive.extend(directory_size.to_le_bytes());
    archive.extend(directory_at.to_le_bytes());
    archive.extend(0_u16.to_le_bytes());
    Ok(archive)
}

/// The path of the stack's template.
#[must_use]
pub fn template() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml")
}

#[cfg(test)]
mod tests {
    use std::{fs, process::Command};

    use super::archive;

    #[test]
    fn python_unpacks_an_archive() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("function.zip");
        let bytes = archive("bootstrap", "봉수".as_bytes()).expect("an archive");
        fs::write(&path, bytes).expect("written");
        let script = "import sys, zipfile\n\
                      archive = zipfile.ZipFile(sys.argv[1])\n\
                      assert archive.testzip() is None\n\
                      entry, = archive.infolist()\n\
                      print(entry.filename, oct(entry.external_attr >> 16), \
                      archive.read(entry).hex())";
        let python = Command::new("python3")
            .args(["-c", script])
            .arg(&path)
            .output()
            .expect("Python 3");
        let printed = String::from_utf8_lossy(&python.stdout);
        assert_eq!(
            printed.trim(),
            "bootstrap 0o100755 ebb489ec8898",
            "{python:?}"
        );
    }
}
