//! Whose certificates are trusted: those of the public authorities, of private ones
//! (`ELASTICSEARCH_CA`), or those with a fingerprint (`ELASTICSEARCH_CA_FINGERPRINT`).

use std::{fmt, fs, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore,
    SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_cert_signed_by_trust_anchor, verify_server_name,
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};
use sha2::{Digest as _, Sha256};

use crate::{
    env::{Settings, names},
    hex,
};

mod problem;

pub(super) use problem::certificate_problem;
use problem::is_out_of_time;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// Which certificates of the cluster are trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum TlsTrust {
    /// Those of Mozilla's authorities, which are compiled in.
    #[default]
    Public,
    /// Those of these authorities only, and these certificates themselves.
    Authorities(Vec<CertificateDer<'static>>),
    /// A chain with a certificate that has this SHA-256.
    Fingerprint([u8; 32]),
}

impl TlsTrust {
    /// Reads the two settings. A problem is in `settings`.
    pub(super) fn read(settings: &mut Settings, is_https: bool) -> Option<Self> {
        let authorities = settings.text(names::ELASTICSEARCH_CA).map(str::to_owned);
        let fingerprint = settings
            .text(names::ELASTICSEARCH_CA_FINGERPRINT)
            .map(str::to_owned);
        let name = match (&authorities, &fingerprint) {
            (None, None) => return Some(Self::Public),
            (Some(_), _) => names::ELASTICSEARCH_CA,
            (None, Some(_)) => names::ELASTICSEARCH_CA_FINGERPRINT,
        };
        let read = match (authorities, fingerprint) {
            _ if !is_https => Err("needs an https:// URL in ELASTICSEARCH_URL".to_owned()),
            (Some(_), Some(_)) => {
                Err("set either this or ELASTICSEARCH_CA_FINGERPRINT, not both".to_owned())
            }
            (Some(text), None) => read_authorities(&text).map(Self::Authorities),
            (None, Some(text)) => read_fingerprint(&text).map(Self::Fingerprint),
            (None, None) => return Some(Self::Public),
        };
        match read {
            Ok(trust) => Some(trust),
            Err(reason) if settings.text(name).is_some_and(is_key_material) => {
                settings.refuse_unshown(name, &reason);
                None
            }
            Err(reason) => {
                settings.refuse(name, &reason);
                None
            }
        }
    }

    /// The configuration of the client's side of TLS.
    pub(super) fn client_config(&self) -> Result<ClientConfig, String> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?;
        let verifier: Arc<dyn ServerCertVerifier> = match self {
            Self::Public => {
                let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
                return Ok(builder.with_root_certificates(roots).with_no_client_auth());
            }
            Self::Authorities(authorities) => {
                let roots = Arc::new(roots(authorities)?);
                let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider);
                Arc::new(AuthorityVerifier {
                    authorities: authorities.clone(),
                    verifier: verifier.build().map_err(|error| error.to_string())?,
                })
            }
            Self::Fingerprint(fingerprint) => Arc::new(FingerprintVerifier {
                fingerprint: *fingerprint,
                provider,
            }),
        };
        Ok(builder
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth())
    }
}

/// Whether a value is not a path: PEM text is long, and may be a key, and so may base64 without its lines.
fn is_key_material(text: &str) -> bool {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    // DER begins with 0x30: "M" in base64.
    text.contains("-----")
        || text.len() > 255
        || text.starts_with('M') && text.len() >= 48 && text.bytes().all(is_base64)
}

fn roots(authorities: &[CertificateDer<'static>]) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for (position, authority) in (1..).zip(authorities) {
        roots
            .add(authority.clone())
            .map_err(|error| format!("certificate {position} is invalid: {error}"))?;
    }
    Ok(roots)
}

/// Reads the certificates of a PEM text, or of the file that it names.
fn read_authorities(text: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let file;
    let pem = if text.contains("-----") {
        text
    } else {
        file = fs::read(text).map_err(|error| {
            format!("must be certificates in PEM form ({BEGIN}) or the path of a file with some: {error}")
        })?;
        std::str::from_utf8(&file).map_err(|_| "is a file without PEM text".to_owned())?
    };
    if pem.contains("PRIVATE KEY-----") {
        return Err("contains a private key; only certificates belong here".to_owned());
    }
    let authorities = certificates(pem)?;
    roots(&authorities)?;
    Ok(authorities)
}

/// The certificates of a PEM text. Its lines may have become one, with spaces or `\n` between them, as
/// happens in the environment of a container.
fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let pem = pem.replace("\\n", "\n");
    let blocks = pem.split(BEGIN).skip(1);
    let certificates: Vec<_> = (1..)
        .zip(blocks)
        .map(|(position, block)| {
            let (body, _) = block
                .split_once(END)
                .ok_or_else(|| format!("certificate {position} has no line {END}"))?;
            let body: String = body.split_whitespace().collect();
            let der = STANDARD
                .decode(body)
                .map_err(|error| format!("certificate {position} is not base64: {error}"))?;
            Ok(CertificateDer::from(der))
        })
        .collect::<Result<_, String>>()?;
    if certificates.is_empty() {
        return Err(format!("has no certificate in PEM form ({BEGIN})"));
    }
    Ok(certificates)
}

/// Reads a SHA-256 in hexadecimal digits, with or without colons. OpenSSL prints a name before it.
fn read_fingerprint(text: &str) -> Result<[u8; 32], String> {
    let digits = text.rsplit('=').next().unwrap_or_default();
    let digits: Vec<u8> = digits
        .bytes()
        .filter(|byte| !matches!(byte, b':' | b' '))
        .collect();
    if digits.len() == 40 && digits.iter().all(u8::is_ascii_hexdigit) {
        return Err("is a SHA-1; the SHA-256 has 64 hexadecimal digits".to_owned());
    }
    let wrong = || "must be a SHA-256: 64 hexadecimal digits, with or without colons".to_owned();
    let mut fingerprint = [0; 32];
    if digits.len() != 64 {
        return Err(wrong());
    }
    for (byte, pair) in fingerprint.iter_mut().zip(digits.chunks(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
        // `from_str_radix` takes a sign.
        if pair.starts_with('+') {
            return Err(wrong());
        }
        *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
    }
    Ok(fingerprint)
}

/// Accepts what private authorities signed, and their own certificates: a server may use a certificate
/// that it signed itself.
#[derive(Debug)]
struct AuthorityVerifier {
    authorities: Vec<CertificateDer<'static>>,
    verifier: Arc<WebPkiServerVerifier>,
}

impl ServerCertVerifier for AuthorityVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let result = self.verifier.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        // Its times are checked before its issuer.
        let is_of_issuer = matches!(&result, Err(error) if !is_out_of_time(error));
        if is_of_issuer && self.authorities.iter().any(|known| known == end_entity) {
            verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
            return Ok(ServerCertVerified::assertion());
        }
        result
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

/// Accepts a chain with a pinned certificate, as Elastic's clients do with `ca_fingerprint`: the name of
/// the host does not matter. Unlike some of them, it also requires that the pinned certificate signed
/// the server's: certificates are public, so that anybody can present one.
#[derive(Debug)]
struct FingerprintVerifier {
    fingerprint: [u8; 32],
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for FingerprintVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let is_pinned =
            |certificate: &&CertificateDer<'_>| Sha256::digest(certificate)[..] == self.fingerprint;
        if is_pinned(&end_entity) {
            return Ok(ServerCertVerified::assertion());
        }
        let Some(pinned) = intermediates.iter().find(is_pinned) else {
            let presented = std::iter::once(end_entity).chain(intermediates);
            let presented = presented.map(|it| hex::text(&Sha256::digest(it))).collect();
            let other = OtherError(Arc::new(OtherFingerprints { presented }));
            return Err(CertificateError::Other(other).into());
        };
        let mut roots = RootCertStore::empty();
        roots.add(pinned.clone().into_owned())?;
        verify_server_cert_signed_by_trust_anchor(
            &ParsedCertificate::try_from(end_entity)?,
            &roots,
            intermediates,
            now,
            self.provider.signature_verification_algorithms.all,
        )?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// No certificate of a chain has the pinned fingerprint.
#[derive(Debug)]
struct OtherFingerprints {
    presented: Vec<String>,
}

impl fmt::Display for OtherFingerprints {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "the cluster presents the certificates {}",
            self.presented.join(" and ")
        )
    }
}

impl std::error::Error for OtherFingerprints {}

#[cfg(test)]
mod tests;
