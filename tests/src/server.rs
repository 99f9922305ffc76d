//! A running Elasticsearch or OpenSearch, and requests to it.

use std::time::Duration;

use serde_json::Value;
use shared::{
    env::{Settings, names},
    secret::Secret,
};

use crate::process::Process;

/// The path that reports the health of both products.
pub(crate) const HEALTH: &str = "_cluster/health?wait_for_status=yellow";

/// A product that can be the log store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// Elasticsearch, with security.
    Elasticsearch,
    /// OpenSearch, with security only if the tests ask for secure servers.
    Opensearch,
}

/// The password of every user.
pub const PASSWORD: &str = "bongsu-test";

/// The bcrypt hash of [`PASSWORD`], as both products store it.
pub(crate) const PASSWORD_HASH: &str =
    "$2a$04$LwJ.e53jINLc01F9rZ1Nw.1AmZhQuUe7RfCecJKaeh5FZdVdHjwcy";

impl Product {
    /// Its display name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Elasticsearch => "Elasticsearch",
            Self::Opensearch => "OpenSearch",
        }
    }

    /// The version under test: that of `ELASTICSEARCH_VERSION` or `OPENSEARCH_VERSION`, or the default.
    pub(crate) fn version(self) -> String {
        let name = format!("{}_VERSION", self.prefix());
        let chosen = Settings::from_process().text(&name).map(str::to_owned);
        chosen.unwrap_or_else(|| {
            let default = match self {
                Self::Elasticsearch => "8.19.0",
                Self::Opensearch => "2.19.1",
            };
            default.to_owned()
        })
    }

    /// The least version of Java that it runs on.
    pub(crate) fn least_java(self) -> u32 {
        let version = self.version();
        let major = version
            .split('.')
            .next()
            .and_then(|major| major.parse().ok());
        let (newer, java) = match self {
            Self::Elasticsearch => (9, 21),
            Self::Opensearch => (3, 21),
        };
        if major.is_some_and(|major: u32| major >= newer) {
            java
        } else {
            17
        }
    }

    /// The user that the server is started with, and the password.
    pub(crate) fn login(self) -> Option<(String, Secret)> {
        match self {
            Self::Elasticsearch => Some(self.secure_login()),
            Self::Opensearch => None,
        }
    }

    /// The superuser of a secure server.
    pub(crate) fn secure_login(self) -> (String, Secret) {
        let user = match self {
            Self::Elasticsearch => "elastic",
            Self::Opensearch => "admin",
        };
        (user.to_owned(), Secret::new(PASSWORD))
    }

    /// The prefix of its settings.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Elasticsearch => "ELASTICSEARCH",
            Self::Opensearch => "OPENSEARCH",
        }
    }
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    /// The URL of the server.
    pub url: String,
    /// A user and the password; `None` for a server without security.
    pub login: Option<(String, Secret)>,
    /// A user with read permission only, if the server has one.
    pub reader: Option<(String, Secret)>,
    /// The fingerprint of its certificate authority, if it made its own.
    pub fingerprint: Option<String>,
    /// Keeps it running; `None` for a server that the tests did not start.
    process: Option<Process>,
}

impl Server {
    /// The settings of a store on this server, without retention.
    #[must_use]
    pub fn settings(&self) -> Vec<(&'static str, &str)> {
        let mut settings = self.address();
        if let Some((user, password)) = &self.login {
            settings.push((names::ELASTICSEARCH_USERNAME, user));
            settings.push((names::ELASTICSEARCH_PASSWORD, password.expose()));
        }
        settings
    }

    /// The same without credentials.
    #[must_use]
    pub fn address(&self) -> Vec<(&'static str, &str)> {
        let mut settings = vec![
            (names::ELASTICSEARCH_URL, self.url.as_str()),
            (names::LOG_RETENTION_DAYS, "0"),
        ];
        if let Some(fingerprint) = &self.fingerprint {
            settings.push((names::ELASTICSEARCH_CA_FINGERPRINT, fingerprint));
        }
        settings
    }

    /// Sends a request and returns the body of the response.
    ///
    /// # Panics
    ///
    /// If the request fails.
    pub async fn request(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.ask(method, path, body).await;
        assert!(status < 300, "{method} {path}: {status} {answer}");
        answer
    }

    /// Sends a request and returns the status and the body of the response.
    ///
    /// # Panics
    ///
    /// If there is no response.
    pub async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let method = method.parse().expect("a method");
        // The store verifies certificates; this is only for the tests' own look at the server.
        let client = reqwest::Client::builder()
            .danger_accept_invalid_certs(self.fingerprint.is_some())
            .build()
            .expect("a client");
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

    pub(crate) fn new(url: String, login: Option<(String, Secret)>) -> Self {
        Self {
            url,
            login,
            reader: None,
            fingerprint: None,
            process: None,
        }
    }

    /// The processor time of the server so far, if the tests started it, on Linux.
    #[must_use]
    pub fn processor_time(&self) -> Option<Duration> {
        self.process.as_ref()?.processor_time()
    }

    /// Keeps the process of the server, which ends with it.
    pub(crate) fn run_by(&mut self, process: Process) {
        self.process = Some(process);
    }
}
