//! Starts ministack, an AWS emulator from PyPI, once for the tests of this process. It is installed
//! into its own virtual environment because it pins its dependencies.
//!
//! It does not prove what AWS accepts: it checks no limits, sends no pages and has no faults.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use anyhow::{Context as _, Result};
use aws_config::{Region, SdkConfig};
use aws_sdk_cloudwatch::config::Credentials;

use crate::{
    java::run,
    process::{self, Process},
    say, servers,
};

mod api;

pub use api::AwsAnswer;

const NAME: &str = "ministack";

/// `full` is needed for CloudFormation. Without `cbor2`, ministack answers the SDK's calls to
/// CloudWatch in a protocol that the SDK does not understand.
const PACKAGES: [&str; 2] = ["ministack[full]==1.5.33", "cbor2==6.3.0"];

/// The region of the tests.
pub const REGION: &str = "ap-northeast-2";

/// A running ministack.
#[derive(Debug)]
pub struct Ministack {
    /// The URL of every service: the value of `AWS_ENDPOINT_URL`.
    pub url: String,
    /// Keeps it running.
    process: Process,
}

impl Ministack {
    /// The configuration of its clients.
    pub async fn config(&self) -> SdkConfig {
        config_at(&self.url).await
    }

    /// Its own log so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.process.log()
    }
}

/// The configuration of clients of an endpoint, with fake credentials.
pub async fn config_at(url: &str) -> SdkConfig {
    shared::aws::loader()
        .region(Region::from_static(REGION))
        .endpoint_url(url)
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .load()
        .await
}

/// The ministack of this process, or `None` if the tests that need servers are skipped.
///
/// # Panics
///
/// If it cannot be installed or does not start.
#[must_use]
pub fn ministack() -> Option<&'static Ministack> {
    static SERVER: OnceLock<Option<Ministack>> = OnceLock::new();
    let find = || {
        if servers::are_skipped(NAME) {
            return None;
        }
        match start() {
            Ok(server) => Some(server),
            Err(error) => panic!(
                "no {NAME} for the tests: {error:#}\n\
                 Install Python 3 with venv and pip, or leave out the tests that need servers by \
                 {}=1.",
                servers::SKIP
            ),
        }
    };
    SERVER.get_or_init(find).as_ref()
}

fn start() -> Result<Ministack> {
    let program = installed()?;
    let directory = tempfile::Builder::new().prefix("bongsu-").tempdir()?;
    let port = process::free_port()?;
    let url = format!("http://127.0.0.1:{port}");
    let home = directory.path().display();
    let command = [
        "env".to_owned(),
        // The functions get ministack's environment; they must not get that of this process.
        "-i".to_owned(),
        "PATH=/usr/local/bin:/usr/bin:/bin".to_owned(),
        format!("HOME={home}"),
        // The folder for unpacked functions.
        format!("TMPDIR={home}"),
        format!("GATEWAY_PORT={port}"),
        // By default it listens on every interface.
        "BIND_HOST=127.0.0.1".to_owned(),
        "MINISTACK_HOST=127.0.0.1".to_owned(),
        "LAMBDA_EXECUTOR=local".to_owned(),
        format!("AWS_DEFAULT_REGION={REGION}"),
        format!("MINISTACK_REGION={REGION}"),
        // The functions' clients read these.
        format!("AWS_ENDPOINT_URL={url}"),
        program.display().to_string(),
    ];
    let process = Process::start(NAME, directory, &command)?;
    process.wait_until_ready(&url, "_ministack/health", None)?;
    Ok(Ministack { url, process })
}

/// Returns the program, and installs it if necessary.
fn installed() -> Result<PathBuf> {
    let cache = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/servers");
    fs::create_dir_all(&cache)?;
    let cache = cache.canonicalize()?;
    // One test process installs; the others wait.
    let lock = File::create(cache.join("ministack.lock"))?;
    lock.lock().context("cannot lock target/servers")?;
    let environment = cache.join(NAME);
    let complete = environment.join("complete");
    let wanted = PACKAGES.join("\n");
    if !fs::read_to_string(&complete).is_ok_and(|there| there == wanted) {
        fetch(&environment)?;
        fs::write(complete, wanted)?;
    }
    Ok(environment.join("bin").join(NAME))
}

fn fetch(environment: &Path) -> Result<()> {
    say(format_args!(
        "{NAME}: installing from PyPI; this takes about a minute"
    ));
    if environment.exists() {
        // An incomplete installation, or other versions.
        fs::remove_dir_all(environment)?;
    }
    run(Command::new("python3")
        .args(["-m", "venv"])
        .arg(environment))?;
    let python = environment.join("bin/python");
    run(Command::new(python)
        .args(["-m", "pip", "install", "--quiet"])
        .args(PACKAGES))
}

#[cfg(test)]
mod tests {
    use super::ministack;

    #[test]
    fn it_starts_and_answers() {
        let Some(server) = ministack() else { return };
        let url = format!("{}/_ministack/health", server.url);
        let health = reqwest::blocking::get(url).expect("an answer");
        assert!(health.status().is_success());
    }
}
