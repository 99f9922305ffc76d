//! A private certificate authority, as clusters have one that make their own certificates.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};
use sha2::{Digest as _, Sha256};

/// The common name of the certificates of [`PrivateAuthority::certificate`].
pub(crate) const NODE: &str = "bongsu-test-node";

/// A certificate authority with a new key.
#[derive(Debug)]
pub struct PrivateAuthority {
    /// Its certificate in PEM form.
    pub pem: String,
    /// The SHA-256 of its certificate in small hexadecimal digits, as Elasticsearch prints it.
    pub fingerprint: String,
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl PrivateAuthority {
    /// Makes an authority.
    ///
    /// # Panics
    ///
    /// If it cannot be made.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let certificate = params.self_signed(&key).expect("a certificate");
        Self {
            pem: certificate.pem(),
            fingerprint: fingerprint(certificate.der()),
            certificate: certificate.der().clone(),
            issuer: Issuer::new(params, key),
        }
    }

    /// The side of a server with a certificate for `host`. It presents the authority's certificate too,
    /// as Elasticsearch does.
    ///
    /// # Panics
    ///
    /// If it cannot be made.
    #[must_use]
    pub fn server(&self, host: &str) -> Arc<ServerConfig> {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec![host.to_owned()]).expect("a name");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let chain = vec![certificate.der().clone(), self.certificate.clone()];
        server(chain, &key)
    }

    /// A certificate for hosts, and its key, in PEM form.
    ///
    /// # Panics
    ///
    /// If it cannot be made.
    #[must_use]
    pub fn certificate(&self, hosts: &[&str]) -> (String, String) {
        let key = KeyPair::generate().expect("a key");
        let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
        let mut params = CertificateParams::new(hosts).expect("names");
        params.distinguished_name.push(DnType::CommonName, NODE);
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        (certificate.pem(), key.serialize_pem())
    }

    /// The side of a server whose certificate another authority signed, and that presents this
    /// authority's certificate all the same.
    ///
    /// # Panics
    ///
    /// If it cannot be made.
    #[must_use]
    pub fn impostor(&self, host: &str) -> Arc<ServerConfig> {
        let other = Self::new("other");
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec![host.to_owned()]).expect("a name");
        let certificate = params
            .signed_by(&key, &other.issuer)
            .expect("a certificate");
        let chain = vec![certificate.der().clone(), self.certificate.clone()];
        server(chain, &key)
    }
}

/// The side of a server that signed its own certificate for `host`, and this certificate in PEM form.
///
/// # Panics
///
/// If it cannot be made.
#[must_use]
pub fn self_signed(host: &str) -> (Arc<ServerConfig>, String) {
    signed_by_itself(CertificateParams::new(vec![host.to_owned()]).expect("a name"))
}

/// The same with a certificate that has expired.
///
/// # Panics
///
/// If it cannot be made.
#[must_use]
pub fn self_signed_and_expired(host: &str) -> (Arc<ServerConfig>, String) {
    let mut params = CertificateParams::new(vec![host.to_owned()]).expect("a name");
    params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    signed_by_itself(params)
}

fn signed_by_itself(mut params: CertificateParams) -> (Arc<ServerConfig>, String) {
    let key = KeyPair::generate().expect("a key");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&key).expect("a certificate");
    (
        server(vec![certificate.der().clone()], &key),
        certificate.pem(),
    )
}

fn server(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a certificate with its key");
    Arc::new(config)
}

fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    shared::hex::text(&Sha256::digest(certificate))
}
