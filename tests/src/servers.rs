//! Real servers: one Elasticsearch and one OpenSearch for all tests of this process.

use std::sync::OnceLock;

use shared::{env::Settings, secret::Secret};

pub use crate::server::{PASSWORD, Product, Server};
use crate::{archive, docker, java, say};

/// The Elasticsearch of this process, or `None` if the tests that need it are skipped.
#[must_use]
pub fn elasticsearch() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| find(Product::Elasticsearch)).as_ref()
}

/// The OpenSearch of this process, or `None` if the tests that need it are skipped.
#[must_use]
pub fn opensearch() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| find(Product::Opensearch)).as_ref()
}

/// The variable that makes the tests start servers with TLS and, OpenSearch too, with users.
const SECURE: &str = "BONGSU_TESTS_SECURE_SERVERS";

/// The variable that skips the tests that need servers.
pub(crate) const SKIP: &str = "BONGSU_TESTS_WITHOUT_SERVERS";

/// Whether the tests that need the server `name` are skipped. Prints it if so.
pub(crate) fn are_skipped(name: &str) -> bool {
    let mut settings = Settings::from_process();
    let is_skipped = settings.switch(SKIP, false);
    if let Err(error) = settings.finish() {
        panic!("{error}");
    }
    if is_skipped {
        say(format_args!(
            "{SKIP} is set: tests that need {name} are SKIPPED"
        ));
    }
    is_skipped
}

fn find(product: Product) -> Option<Server> {
    let name = product.name();
    let mut settings = Settings::from_process();
    let is_secure = settings.switch(SECURE, false);
    let text = |suffix: &str| {
        let name = format!("{}_{suffix}", product.prefix());
        settings.text(&name).map(str::to_owned)
    };
    let url = text("URL");
    let login = text("USERNAME").zip(text("PASSWORD").map(Secret::new));
    let fingerprint = text("CA_FINGERPRINT");
    let java_home = settings.text(java::HOME).map(str::to_owned);
    if let Err(error) = settings.finish() {
        panic!("{error}");
    }
    if are_skipped(name) {
        return None;
    }
    if let Some(url) = url {
        say(format_args!(
            "tests use the {name} at {}_URL",
            product.prefix()
        ));
        let mut server = Server::new(url, login);
        server.fingerprint = fingerprint;
        return Some(server);
    }
    let started = if !is_secure && docker::answers() {
        docker::start(product)
    } else {
        archive::start(product, is_secure, java_home.as_deref())
    };
    match started {
        Ok(server) => Some(server),
        Err(error) => panic!(
            "no {name} for the tests: {error:#}\n\
             Install Docker, or Maven and Java 17 to 23; or set {prefix}_URL (and \
             {prefix}_USERNAME, {prefix}_PASSWORD) to a running server; or skip the tests that need \
             servers with {SKIP}=1.",
            prefix = product.prefix()
        ),
    }
}
