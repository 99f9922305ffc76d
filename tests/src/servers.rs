//! Real servers, one of each product for all tests of this process.

use std::sync::OnceLock;

use serde_json::Value;
use shared::{
    env::{Settings, names},
    secret::Secret,
};

use crate::{archive, docker, java, process::Process, say};

/// A product that stores logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// Elasticsearch, with security.
    Elasticsearch,
    /// OpenSearch, without.
    Opensearch,
}

/// The password of the user that the servers are started with.
pub(crate) const PASSWORD: &str = "bongsu-test";

impl Product {
    /// Its name as people write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Elasticsearch => "Elasticsearch",
            Self::Opensearch => "OpenSearch",
        }
    }

    /// The version that the tests start.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Self::Elasticsearch => "8.19.0",
            Self::Opensearch => "2.19.1",
        }
    }

    /// The user that the tests start it with.
    pub(crate) fn user(self) -> Option<&'static str> {
        match self {
            Self::Elasticsearch => Some("elastic"),
            Self::Opensearch => None,
        }
    }

    /// What its settings begin with.
    fn prefix(self) -> &'static str {
        match self {
            Self::Elasticsearch => "ELASTICSEARCH",
            Self::Opensearch => "OPENSEARCH",
        }
    }
}

/// A server that runs.
#[derive(Debug)]
pub struct Server {
    /// Where it answers.
    pub url: String,
    /// Who may use it; `None` for a server without security.
    pub login: Option<(String, Secret)>,
    /// A user with the privilege to read alone, where the server has one.
    pub reader: Option<(String, Secret)>,
    /// What keeps it running; `None` for a server that somebody else runs.
    _process: Option<Process>,
}

impl Server {
    /// The settings that a store reads to use this server, which keeps what it is given.
    #[must_use]
    pub fn settings(&self) -> Vec<(&'static str, &str)> {
        let mut settings = vec![
            (names::ELASTICSEARCH_URL, self.url.as_str()),
            (names::LOG_RETENTION_DAYS, "0"),
        ];
        if let Some((user, password)) = &self.login {
            settings.push((names::ELASTICSEARCH_USERNAME, user));
            settings.push((names::ELASTICSEARCH_PASSWORD, password.expose()));
        }
        settings
    }

    /// Sends a request of the test's own, which must succeed.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub async fn request(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.ask(method, path, body).await;
        assert!(status < 300, "{method} {path}: {status} {answer}");
        answer
    }

    /// Sends a request of the test's own; the answer is its status and its body.
    ///
    /// # Panics
    ///
    /// When there is no answer.
    pub async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let method = method.parse().expect("a method");
        let client = reqwest::Client::new();
        let mut request = client.request(method, format!("{}/{path}", self.url));
        if let Some((user, password)) = &self.login {
            request = request.basic_auth(user, Some(password.expose()));
        }
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let body = answer.text().await.expect("a body");
        (
            status,
            serde_json::from_str(&body).unwrap_or(Value::String(body)),
        )
    }

    pub(crate) fn started(product: Product, port: u16, process: Process) -> Self {
        Self {
            url: format!("http://127.0.0.1:{port}"),
            login: product
                .user()
                .map(|user| (user.to_owned(), Secret::new(PASSWORD))),
            reader: None,
            _process: Some(process),
        }
    }
}

/// The Elasticsearch of this process; `None` when the tests that need one are left out.
#[must_use]
pub fn elasticsearch() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| find(Product::Elasticsearch)).as_ref()
}

/// The OpenSearch of this process; `None` when the tests that need one are left out.
#[must_use]
pub fn opensearch() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| find(Product::Opensearch)).as_ref()
}

/// Where both products say whether they are healthy.
pub(crate) const HEALTH: &str = "_cluster/health?wait_for_status=yellow";

/// The variable that leaves out the tests that need servers.
pub(crate) const LEAVE_OUT: &str = "BONGSU_TESTS_WITHOUT_SERVERS";

/// Whether the tests that need the server `name` are left out, which is said aloud.
pub(crate) fn are_left_out(name: &str) -> bool {
    let mut settings = Settings::from_process();
    let left_out = settings.switch(LEAVE_OUT, false);
    if let Err(error) = settings.finish() {
        panic!("{error}");
    }
    if left_out {
        say(format_args!(
            "{LEAVE_OUT} is set: tests that need {name} are LEFT OUT"
        ));
    }
    left_out
}

fn find(product: Product) -> Option<Server> {
    let name = product.name();
    let settings = Settings::from_process();
    let text = |suffix: &str| {
        let name = format!("{}_{suffix}", product.prefix());
        settings.text(&name).map(str::to_owned)
    };
    let url = text("URL");
    let login = text("USERNAME").zip(text("PASSWORD").map(Secret::new));
    let java_home = settings.text(java::HOME).map(str::to_owned);
    if let Err(error) = settings.finish() {
        panic!("{error}");
    }
    if are_left_out(name) {
        return None;
    }
    if let Some(url) = url {
        say(format_args!(
            "tests use the {name} at {}_URL",
            product.prefix()
        ));
        return Some(Server {
            url,
            login,
            reader: None,
            _process: None,
        });
    }
    let started = if docker::answers() {
        docker::start(product)
    } else {
        archive::start(product, java_home.as_deref())
    };
    match started {
        Ok(server) => Some(server),
        Err(error) => panic!(
            "no {name} for the tests: {error:#}\n\
             Install Docker, or Maven and Java 17 to 23; or set {prefix}_URL (and \
             {prefix}_USERNAME, {prefix}_PASSWORD) to a server that runs; or leave out the tests \
             that need servers by {LEAVE_OUT}=1.",
            prefix = product.prefix()
        ),
    }
}
