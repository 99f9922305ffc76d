//! Failures of the log store, with each kind of credentials.

use std::{iter, time::Duration};

use bongsu_tests::{
    authority::PrivateAuthority,
    http_server::{FakeResponse, HttpServer},
};
use shared::env::names;

use super::{
    API_KEY, PASSWORD, PASSWORD_IN_URL, SentinelRun, assert_clean, check, echo, lines::payload,
    silence,
};

pub(super) const WINDOW: &str = r#"{"start":"2026-11-24T00:00:00Z","end":"2026-11-24T00:15:00Z"}"#;

/// The functions with a log store, with an event of each.
fn functions() -> [(&'static str, String); 3] {
    [
        ("log-ingest", payload(&[super::lines::LINE])),
        ("log-analysis", WINDOW.to_owned()),
        ("metric-collection", WINDOW.to_owned()),
    ]
}

/// A run with each kind of credentials for the store at `url`.
fn with_credentials(
    name: &str,
    url: &str,
    function: &'static str,
    payload: &str,
) -> [SentinelRun; 3] {
    let in_url = format!("elastic:{PASSWORD_IN_URL}@");
    let in_url = url.replacen("://", &format!("://{in_url}"), 1);
    let kinds: [&[(&str, &str)]; 3] = [
        &[
            (names::ELASTICSEARCH_URL, url),
            (names::ELASTICSEARCH_USERNAME, "elastic"),
            (names::ELASTICSEARCH_PASSWORD, PASSWORD),
        ],
        &[
            (names::ELASTICSEARCH_URL, url),
            (names::ELASTICSEARCH_API_KEY, API_KEY),
        ],
        &[(names::ELASTICSEARCH_URL, &in_url)],
    ];
    kinds.map(|settings| SentinelRun::new(name, function, settings, payload))
}

#[test]
fn no_failure_of_the_log_store_shows_a_secret() {
    /// The start waits nine seconds for the store, then the invocation for the rest.
    const TIMEOUT: Duration = Duration::from_secs(12);
    let servers: Vec<(String, HttpServer)> = [400, 401, 403, 404, 413, 429, 500, 503]
        .map(|status| (format!("HTTP {status}"), echo(status)))
        .into_iter()
        .chain(iter::once(("a timeout".to_owned(), silence())))
        .collect();
    let mut runs = Vec::new();
    for (name, server) in &servers {
        for (function, payload) in functions() {
            let mut all = with_credentials(name, &server.url, function, &payload);
            if name == "a timeout" {
                for run in &mut all {
                    run.timeout = TIMEOUT;
                }
            }
            // The functions share the client: the other two repeat what differs most.
            if function == "log-ingest" || name == "HTTP 401" {
                runs.extend(all);
            } else {
                runs.extend(all.into_iter().take(1));
            }
        }
    }
    check(&runs);
    for (name, server) in &servers {
        let requests = server.requests();
        assert!(!requests.is_empty() || name == "a timeout", "{name}");
        for request in requests {
            assert_clean(&format!("a path after {name}"), &request.path);
            assert_clean(&format!("a body after {name}"), &request.body);
        }
    }
}

#[test]
fn no_address_that_cannot_be_reached_shows_a_secret() {
    let plain = echo(200);
    let authority = PrivateAuthority::new("Sentinel");
    let private = HttpServer::start_with_tls(authority.server("localhost"), |_| {
        FakeResponse::new(200, "{}")
    });
    let impostor = HttpServer::start_with_tls(authority.impostor("localhost"), |_| {
        FakeResponse::new(200, "{}")
    });
    let other_name = HttpServer::start_with_tls(authority.server("example.com"), |_| {
        FakeResponse::new(200, "{}")
    });
    let tls = plain.url.replace("http://", "https://");
    let mut runs = Vec::new();
    for (name, url) in [
        ("a closed port", "http://127.0.0.1:1"),
        ("an unknown host", "http://no-such-host.invalid:9200"),
        ("HTTPS to an HTTP port", &tls),
        ("an unknown authority", &private.url),
        ("a certificate of another authority", &impostor.url),
        ("a certificate of another host", &other_name.url),
        ("an answer that is not the store's", &plain.url),
        ("an invalid URL", "http://exa mple:9200"),
    ] {
        for (function, payload) in functions() {
            runs.extend(with_credentials(name, url, function, &payload));
        }
    }
    let mut through_proxy = with_credentials(
        "a proxy that refuses",
        "http://search.invalid:9200",
        "log-ingest",
        WINDOW,
    );
    let proxy = format!("http://kim:{PASSWORD_IN_URL}@127.0.0.1:1");
    for run in &mut through_proxy {
        run.settings.extend(
            [names::HTTP_PROXY, names::HTTPS_PROXY].map(|name| (name.to_owned(), proxy.clone())),
        );
    }
    runs.extend(through_proxy);
    check(&runs);
}
