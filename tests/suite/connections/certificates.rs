//! Private certificate authorities: trusted by their certificate or its fingerprint.

use super::{
    FakeResponse, HttpServer, PrivateAuthority, document, index, names, new_service, refused,
    self_signed, self_signed_and_expired, soon, store, stored,
};

use shared::log_store::{LogStore as _, StoreError};

#[tokio::test]
async fn a_private_authority_is_trusted_by_its_certificate_or_its_fingerprint() {
    let authority = PrivateAuthority::new("Elasticsearch security auto-configuration HTTP CA");
    let server = HttpServer::start_with_tls(authority.server("localhost"), stored);
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("http_ca.crt");
    std::fs::write(&file, &authority.pem).expect("a file");
    let bytes: Vec<String> = authority
        .fingerprint
        .as_bytes()
        .chunks(2)
        .map(|pair| String::from_utf8_lossy(pair).to_uppercase())
        .collect();
    for (name, value) in [
        (names::ELASTICSEARCH_CA, authority.pem.as_str()),
        (names::ELASTICSEARCH_CA, file.to_str().expect("UTF-8")),
        (names::ELASTICSEARCH_CA_FINGERPRINT, &authority.fingerprint),
        (names::ELASTICSEARCH_CA_FINGERPRINT, &bytes.join(":")),
    ] {
        let settings = [
            (names::ELASTICSEARCH_URL, server.url.as_str()),
            (name, value),
        ];
        assert_eq!(index(&settings).await.expect("stored"), 1, "{name}={value}");
    }
}

#[tokio::test]
async fn an_unknown_authority_is_refused_at_once_and_both_settings_are_named() {
    let authority = PrivateAuthority::new("ours");
    let server = HttpServer::start_with_tls(authority.server("localhost"), stored);
    let other = PrivateAuthority::new("other");
    let url = (names::ELASTICSEARCH_URL, server.url.as_str());
    for settings in [
        vec![url],
        vec![url, (names::ELASTICSEARCH_CA, other.pem.as_str())],
        vec![
            url,
            (names::ELASTICSEARCH_CA_FINGERPRINT, &other.fingerprint),
        ],
    ] {
        let store = store(&settings);
        let error = store
            .index(&new_service("tls"), &[document(0)], soon())
            .await;
        let error = error.expect_err("refused");
        assert!(matches!(error, StoreError::Unusable { .. }), "{error:?}");
        let words = error.to_string();
        for part in [
            "set ELASTICSEARCH_CA to",
            "or ELASTICSEARCH_CA_FINGERPRINT",
            "prints on its first start",
            "openssl x509",
        ] {
            assert!(words.contains(part), "{part}: {words}");
        }
        assert!(store.prepare(soon()).await.is_err());
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn another_fingerprint_is_named() {
    let authority = PrivateAuthority::new("ours");
    let server = HttpServer::start_with_tls(authority.server("localhost"), stored);
    let other = PrivateAuthority::new("other");
    let words = refused(&[
        (names::ELASTICSEARCH_URL, &server.url),
        (names::ELASTICSEARCH_CA_FINGERPRINT, &other.fingerprint),
    ])
    .await;
    assert!(words.contains(&authority.fingerprint), "{words}");
}

#[tokio::test]
async fn a_certificate_for_another_name_needs_a_fingerprint() {
    let authority = PrivateAuthority::new("ours");
    let server = HttpServer::start_with_tls(authority.server("es01.internal"), stored);
    let url = (names::ELASTICSEARCH_URL, server.url.as_str());
    let words = refused(&[url, (names::ELASTICSEARCH_CA, &authority.pem)]).await;
    assert!(words.contains("not for localhost, but for"), "{words}");
    assert!(words.contains("es01.internal"), "{words}");
    let pinned = (
        names::ELASTICSEARCH_CA_FINGERPRINT,
        authority.fingerprint.as_str(),
    );
    assert_eq!(index(&[url, pinned]).await.expect("stored"), 1);
}

#[tokio::test]
async fn a_chain_that_only_contains_the_pinned_certificate_is_refused() {
    let authority = PrivateAuthority::new("ours");
    let server = HttpServer::start_with_tls(authority.impostor("localhost"), stored);
    let words = refused(&[
        (names::ELASTICSEARCH_URL, &server.url),
        (names::ELASTICSEARCH_CA_FINGERPRINT, &authority.fingerprint),
    ])
    .await;
    assert!(words.contains("did not sign the cluster's"), "{words}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_self_signed_certificate_is_its_own_authority() {
    let (config, pem) = self_signed("localhost");
    let server = HttpServer::start_with_tls(config, |_| FakeResponse::new(200, "{}"));
    let settings = [
        (names::ELASTICSEARCH_URL, server.url.as_str()),
        (names::ELASTICSEARCH_CA, &pem),
        (names::LOG_RETENTION_DAYS, "0"),
    ];
    store(&settings).prepare(soon()).await.expect("prepared");
    let (config, _) = self_signed("localhost");
    let other = HttpServer::start_with_tls(config, |_| FakeResponse::new(200, "{}"));
    let words = refused(&[(names::ELASTICSEARCH_URL, &other.url), settings[1]]).await;
    assert!(words.contains("ELASTICSEARCH_CA_FINGERPRINT"), "{words}");
}

#[tokio::test]
async fn an_expired_certificate_is_refused_also_where_it_is_its_own_authority() {
    let (config, pem) = self_signed_and_expired("localhost");
    let server = HttpServer::start_with_tls(config, stored);
    let words = refused(&[
        (names::ELASTICSEARCH_URL, &server.url),
        (names::ELASTICSEARCH_CA, &pem),
    ])
    .await;
    assert!(words.contains("renew its certificate"), "{words}");
    assert!(server.requests().is_empty());
}
