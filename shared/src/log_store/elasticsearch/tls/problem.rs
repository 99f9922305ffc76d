//! Says what is wrong with a cluster's certificate, and what to set.

use rustls::{CertificateError, Error};

use super::TlsTrust;

/// What is wrong with the cluster's certificate, and what to set. `None` for errors of other kinds.
pub(in super::super) fn certificate_problem(error: &Error, trust: &TlsTrust) -> Option<String> {
    const HOW: &str = "set ELASTICSEARCH_CA to the certificate of its authority (PEM text or a file), \
                       or ELASTICSEARCH_CA_FINGERPRINT to that certificate's SHA-256, which \
                       Elasticsearch prints on its first start and `openssl x509 -noout -fingerprint \
                       -sha256 -in http_ca.crt` prints again";
    let is_out_of_time = is_out_of_time(error);
    let Error::InvalidCertificate(error) = error else {
        return None;
    };
    if is_out_of_time {
        let advice = "renew its certificate, or correct this machine's clock";
        return Some(format!("{advice}: {error}"));
    }
    Some(match (error, trust) {
        (
            CertificateError::NotValidForNameContext {
                expected,
                presented,
            },
            _,
        ) => format!(
            "its certificate is not for {}, but for {}: set ELASTICSEARCH_URL to one of these names, \
             or ELASTICSEARCH_CA_FINGERPRINT, with which the name does not matter",
            expected.to_str(),
            presented
                .iter()
                .map(|it| name(it))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        (_, TlsTrust::Public) => {
            format!("its certificate is not signed by a public authority ({error}): {HOW}")
        }
        (_, TlsTrust::Authorities(_)) => format!(
            "its certificate is not signed by an authority in ELASTICSEARCH_CA ({error}): {HOW}"
        ),
        (CertificateError::Other(other), TlsTrust::Fingerprint(_)) => {
            format!(
                "no certificate has the fingerprint in ELASTICSEARCH_CA_FINGERPRINT; {}: {HOW}",
                other.0
            )
        }
        (_, TlsTrust::Fingerprint(_)) => format!(
            "the certificate of ELASTICSEARCH_CA_FINGERPRINT did not sign the cluster's ({error}): {HOW}"
        ),
    })
}

/// Whether a certificate is expired, or not yet valid.
pub(super) fn is_out_of_time(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidCertificate(
            CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. }
        )
    )
}

/// The name in rustls's form of it: `DnsName("es.internal")`, `IpAddress(10.0.0.1)`.
fn name(presented: &str) -> &str {
    let inner = presented
        .split_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(presented).trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_presented_name_is_shown_as_people_write_it() {
        assert_eq!(name("DnsName(\"es.internal\")"), "es.internal");
        assert_eq!(name("IpAddress(10.0.0.1)"), "10.0.0.1");
        assert_eq!(name("es.internal"), "es.internal");
    }
}
