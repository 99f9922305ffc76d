//! The way to a cluster: certificates, proxies and addresses. Each message says what is wrong and what to
//! set.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, Ipv6Addr, TcpListener},
    thread,
    time::Duration,
};

use bongsu_tests::{
    authority::{PrivateAuthority, self_signed, self_signed_and_expired},
    connect_proxy::ConnectProxy,
    http_server::{FakeResponse, HttpRequest, HttpServer},
};
use serde_json::{Value, json};
use shared::{
    deadline::Deadline,
    env::names,
    log_store::{LogStore as _, StoreError},
};

use crate::documents::{document, new_service, soon, store};

mod certificates;
mod signing;

/// Stores what it is sent.
fn stored(request: &HttpRequest) -> FakeResponse {
    let items: Vec<Value> = request
        .lines()
        .chunks(2)
        .map(|_| json!({ "create": { "status": 201 } }))
        .collect();
    FakeResponse::new(200, json!({ "errors": false, "items": items }).to_string())
}

/// Stores a document with these settings, within two seconds.
async fn index(settings: &[(&str, &str)]) -> Result<u64, StoreError> {
    let deadline = Deadline::after(Duration::from_secs(2));
    let outcome = store(settings)
        .index(&new_service("way"), &[document(0)], deadline)
        .await;
    outcome.map(|outcome| outcome.created)
}

/// The message of a failure.
async fn refused(settings: &[(&str, &str)]) -> String {
    let error = index(settings).await.expect_err("refused");
    format!("{error}")
}

#[tokio::test]
async fn a_redirect_is_named_and_not_followed() {
    let elsewhere = HttpServer::start(stored);
    let location = format!("Location: {}/_bulk?token=hunter2", elsewhere.url);
    let server = HttpServer::start(move |_| FakeResponse::Answer {
        status: 307,
        headers: vec![location.clone()],
        body: String::new(),
    });
    let words = refused(&[(names::ELASTICSEARCH_URL, &server.url)]).await;
    assert!(words.contains("it redirects to"), "{words}");
    assert!(words.contains("set ELASTICSEARCH_URL"), "{words}");
    assert!(
        words.contains(&format!("perhaps {}", elsewhere.url)),
        "{words}"
    );
    assert!(!words.contains("hunter2"), "{words}");
    assert_eq!(server.requests().len(), 1);
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn kibana_and_other_web_servers_are_recognised() {
    for (status, header, words) in [
        (302, "kbn-name: kibana", "this is Kibana"),
        (401, "osd-name: x", "this is OpenSearch Dashboards"),
        (
            200,
            "Content-Type: text/html",
            "check the host, the port and the path",
        ),
        (
            404,
            "Content-Type: text/plain",
            "check the host, the port and the path",
        ),
    ] {
        let server = HttpServer::start(move |_| FakeResponse::Answer {
            status,
            headers: vec![header.to_owned()],
            body: "<html>".to_owned(),
        });
        for operation in ["index", "prepare"] {
            let store = store(&[(names::ELASTICSEARCH_URL, &server.url)]);
            let error = match operation {
                "index" => store
                    .index(&new_service("web"), &[document(0)], soon())
                    .await
                    .err(),
                _ => store.prepare(soon()).await.err(),
            };
            let error = error.expect("refused");
            assert!(!error.is_retryable(), "{error}");
            let error = error.to_string();
            assert!(error.contains(words), "{operation}: {error}");
            assert!(error.contains("ELASTICSEARCH_URL"), "{operation}: {error}");
        }
    }
}

#[tokio::test]
async fn a_path_prefix_and_an_ipv6_address_are_kept() {
    let server = HttpServer::start(stored);
    let prefixed = format!("{}/search/es", server.url);
    assert_eq!(
        index(&[(names::ELASTICSEARCH_URL, &prefixed)])
            .await
            .expect("stored"),
        1
    );
    let path = server.requests()[0].path.clone();
    assert!(path.starts_with("/search/es/_bulk?"), "{path}");

    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
        bongsu_tests::say("this machine has no IPv6: the rest of the test is skipped");
        return;
    }
    let server = HttpServer::start_at(Ipv6Addr::LOCALHOST.into(), stored);
    assert!(server.url.starts_with("http://[::1]:"), "{}", server.url);
    assert_eq!(
        index(&[(names::ELASTICSEARCH_URL, &server.url)])
            .await
            .expect("stored"),
        1
    );
}

#[tokio::test]
async fn https_that_is_sent_to_an_http_port_is_named() {
    let server = HttpServer::start(stored);
    let url = server.url.replace("http://", "https://");
    // A server that answers in HTTP, and one that closes the connection.
    let answers = plain_answer();
    for url in [url, answers.replace("http://", "https://")] {
        let words = refused(&[(names::ELASTICSEARCH_URL, &url)]).await;
        let other = url.replace("https://", "http://");
        assert!(
            words.contains(&format!("set ELASTICSEARCH_URL={other}")),
            "{words}"
        );
    }
}

/// The URL of a server that answers anything with `400 Bad Request` in plain HTTP.
fn plain_answer() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 1000]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        }
    });
    url
}

#[tokio::test]
async fn http_that_is_sent_to_an_https_port_is_named() {
    let authority = PrivateAuthority::new("test");
    let server = HttpServer::start_with_tls(authority.server("localhost"), stored);
    let url = server.url.replace("https://", "http://");
    let words = refused(&[(names::ELASTICSEARCH_URL, &url)]).await;
    assert!(
        words.contains(&format!(
            "if it expects HTTPS, set ELASTICSEARCH_URL={}",
            server.url
        )),
        "{words}"
    );
}

#[tokio::test]
async fn requests_go_through_the_proxy_of_the_settings() {
    let authority = PrivateAuthority::new("test");
    let server = HttpServer::start_with_tls(authority.server("localhost"), stored);
    let proxy = ConnectProxy::start(None);
    let address = format!("http://user:hunter2@{}", proxy.address);
    let mut settings = vec![
        (names::ELASTICSEARCH_URL, server.url.as_str()),
        (names::ELASTICSEARCH_CA, &authority.pem),
        (names::HTTPS_PROXY, &address),
    ];
    assert_eq!(index(&settings).await.expect("stored"), 1);
    let heads = proxy.requests();
    assert_eq!(heads.len(), 1);
    assert!(heads[0].starts_with("CONNECT localhost:"), "{}", heads[0]);
    // user:hunter2
    assert!(heads[0].contains("Basic dXNlcjpodW50ZXIy"), "{}", heads[0]);
    settings.push((names::NO_PROXY, "localhost"));
    assert_eq!(index(&settings).await.expect("stored"), 1);
    assert_eq!(proxy.requests().len(), 1);
}

#[tokio::test]
async fn a_plain_request_is_sent_to_its_proxy_as_a_whole() {
    let proxy = HttpServer::start(stored);
    let settings = [
        (names::ELASTICSEARCH_URL, "http://search.example.com:9200"),
        (names::HTTP_PROXY, proxy.url.as_str()),
    ];
    assert_eq!(index(&settings).await.expect("stored"), 1);
    let path = proxy.requests()[0].path.clone();
    assert!(
        path.starts_with("http://search.example.com:9200/_bulk?"),
        "{path}"
    );
}

#[tokio::test]
async fn a_failing_proxy_is_named_without_its_password() {
    let refusing = ConnectProxy::start(Some("407 Proxy Authentication Required"));
    let broken = ConnectProxy::start(Some("502 Bad Gateway"));
    for (address, advice) in [
        (refusing.address, "refuses the login"),
        (
            broken.address,
            "opens no connection to search.example.com:9200",
        ),
        ("127.0.0.1:1".to_owned(), "check HTTPS_PROXY"),
    ] {
        let proxy = format!("http://user:hunter2@{address}");
        let words = refused(&[
            (names::ELASTICSEARCH_URL, "https://search.example.com:9200"),
            (names::HTTPS_PROXY, &proxy),
        ])
        .await;
        let named = format!("the proxy http://{address} of HTTPS_PROXY");
        assert!(words.contains(&named), "{words}");
        assert!(words.contains(advice), "{words}");
        assert!(words.contains("search.example.com to NO_PROXY"), "{words}");
        assert!(!words.contains("hunter2"), "{words}");
    }
}

#[tokio::test]
async fn what_a_proxy_answers_in_place_of_the_cluster_is_not_blamed_on_the_cluster() {
    for (status, body, advice) in [
        (407, "<html>", "requires a login: set HTTP_PROXY"),
        (
            403,
            "<html>Forbidden",
            "a proxy or a firewall, which must let",
        ),
        (502, "<html>Bad Gateway", "Bad Gateway; it came through"),
        (
            200,
            "<html>Welcome",
            "no answer of Elasticsearch or OpenSearch",
        ),
        (302, "", "redirects to no valid address"),
    ] {
        let proxy = HttpServer::start(move |_| FakeResponse::Answer {
            status,
            headers: vec!["Content-Type: text/html".to_owned()],
            body: body.to_owned(),
        });
        let words = refused(&[
            (names::ELASTICSEARCH_URL, "http://search.example.com:9200"),
            (names::HTTP_PROXY, &proxy.url),
        ])
        .await;
        assert!(words.contains(advice), "{status}: {words}");
        let named = format!("the proxy {} of HTTP_PROXY", proxy.url);
        assert!(words.contains(&named), "{status}: {words}");
        // Not the privileges that a user of the cluster needs.
        assert!(!words.contains("create_index"), "{status}: {words}");
    }
}

#[tokio::test]
async fn an_address_at_which_nothing_answers_has_advice() {
    for (url, advice) in [
        ("http://127.0.0.1:1", "check that the cluster runs"),
        ("https://127.0.0.1:1", "check that the cluster runs"),
        ("http://nowhere.invalid:9200", "which has no address here"),
    ] {
        let words = refused(&[(names::ELASTICSEARCH_URL, url)]).await;
        assert!(words.contains(advice), "{words}");
        assert!(words.contains("ELASTICSEARCH_URL"), "{words}");
    }
    let silent = HttpServer::start(|_| {
        thread::sleep(Duration::from_secs(4));
        FakeResponse::Cut
    });
    let words = refused(&[(names::ELASTICSEARCH_URL, &silent.url)]).await;
    assert!(words.contains("security groups"), "{words}");
}

#[tokio::test]
async fn json_of_another_server_has_advice() {
    for (status, body) in [
        (200, r#"{"ok":true}"#),
        (
            404,
            r#"{"statusCode":404,"error":"Not Found","message":"Not Found"}"#,
        ),
        (405, r#"{"error":"method not allowed"}"#),
    ] {
        let server = HttpServer::start(move |_| FakeResponse::new(status, body));
        let words = refused(&[(names::ELASTICSEARCH_URL, &server.url)]).await;
        assert!(words.contains("check the host, the port"), "{words}");
    }
}
