//! Which addresses may receive secrets: what is sent to them is encrypted, or never leaves the machine.

use std::net::Ipv4Addr;

use url::{Host, Url};

/// Whether what is sent to an address stays private: it is encrypted, or never leaves the machine.
#[must_use]
pub fn is_private(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_here(url))
}

/// Whether an address is on this machine.
#[must_use]
pub fn is_here(url: &Url) -> bool {
    match url.host() {
        // The host of a scheme that the URL standard does not know stays a name.
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse().is_ok_and(|ip: Ipv4Addr| ip.is_loopback())
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_here, is_private};

    #[test]
    fn only_an_encrypted_address_and_one_on_this_machine_are_private() {
        for (url, private) in [
            ("https://slack.com/api/", true),
            ("http://slack.com/api/", false),
            ("http://localhost:9/api/", true),
            ("http://127.0.0.1:9/", true),
            ("http://[::1]:9/", true),
            ("http://localhost.example.com/", false),
            ("http://127.0.0.1.example.com/", false),
            ("ftp://localhost/", false),
        ] {
            assert_eq!(is_private(&url.parse().expect("a URL")), private, "{url}");
        }
        assert!(is_here(&"smtp://127.0.0.1:25".parse().expect("a URL")));
        assert!(!is_here(&"smtp://10.0.0.1:25".parse().expect("a URL")));
    }
}
