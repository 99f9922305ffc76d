//! The address of a cluster, from a URL or a Cloud ID, and the addresses that a wrong one suggests.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use url::Url;

use crate::env::{Settings, names};

/// Reads the address; `None` if there is none, or if it is invalid, which is a problem in `settings`.
pub(super) fn read(settings: &mut Settings) -> Option<Url> {
    let url = settings.text(names::ELASTICSEARCH_URL).map(str::to_owned);
    let cloud_id = settings
        .text(names::ELASTICSEARCH_CLOUD_ID)
        .map(str::to_owned);
    match (url, cloud_id) {
        (None, None) => None,
        (Some(_), Some(_)) => {
            settings.refuse_unshown(
                names::ELASTICSEARCH_CLOUD_ID,
                "set either this or ELASTICSEARCH_URL, not both",
            );
            None
        }
        (Some(text), None) => read_url(settings, &text),
        (None, Some(id)) => {
            let url = cloud_url(&id);
            if url.is_none() {
                settings.refuse_unshown(
                    names::ELASTICSEARCH_CLOUD_ID,
                    "copy it whole from the deployment's page (name:letters)",
                );
            }
            url
        }
    }
}

fn read_url(settings: &mut Settings, text: &str) -> Option<Url> {
    let reason = match Url::parse(text) {
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            "must not contain credentials; set ELASTICSEARCH_USERNAME and \
             ELASTICSEARCH_PASSWORD, or ELASTICSEARCH_API_KEY"
        }
        Ok(url) if !matches!(url.scheme(), "http" | "https") => {
            "must begin with http:// or https://"
        }
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            "must have neither a query nor a fragment"
        }
        Ok(url) => return Some(url),
        Err(_) if is_bare_ipv6(text) => {
            "must have an IPv6 address in brackets, as in https://[2001:db8::1]:9200"
        }
        Err(_) => "must be a URL such as https://search.example.com:9200",
    };
    if may_hold_a_secret(text) {
        settings.refuse_unshown(names::ELASTICSEARCH_URL, reason);
    } else {
        settings.refuse(names::ELASTICSEARCH_URL, reason);
    }
    None
}

/// Whether an address that is wrong may contain credentials: all that is not a host with a port and a path.
fn may_hold_a_secret(text: &str) -> bool {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let port = rest.rsplit_once(':').map(|(_, port)| port);
    let is_port = |port: &str| {
        let port = port.split('/').next().unwrap_or_default();
        port.is_empty() || port.bytes().all(|byte| byte.is_ascii_digit())
    };
    text.contains(['@', '?', '#', '%']) || !port.is_none_or(is_port) && !is_bare_ipv6(text)
}

/// Whether a text that is no URL has an IPv6 address without brackets as its host.
fn is_bare_ipv6(text: &str) -> bool {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    host.matches(':').count() >= 2
        && host
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b':' || byte == b'.')
}

/// The URL of a deployment: `name:` and the base64 of `host[:port]$elasticsearch[:port]$kibana`, see
/// <https://www.elastic.co/docs/deploy-manage/deploy/elastic-cloud/find-cloud-id>.
fn cloud_url(id: &str) -> Option<Url> {
    let (name, data) = id.split_once(':')?;
    let decoded = String::from_utf8(STANDARD.decode(data).ok()?).ok()?;
    let mut parts = decoded.split('$').map(str::trim);
    let (host, deployment) = (parts.next()?, parts.next()?);
    if [name, host, deployment].iter().any(|part| part.is_empty()) {
        return None;
    }
    let (host, host_port) = host
        .split_once(':')
        .map_or((host, None), |(host, port)| (host, Some(port)));
    let (deployment, own_port) = deployment
        .split_once(':')
        .map_or((deployment, None), |(deployment, port)| {
            (deployment, Some(port))
        });
    let port = own_port.or(host_port).unwrap_or("443");
    Url::parse(&format!("https://{deployment}.{host}:{port}")).ok()
}

/// The same address with the other scheme, without the slash at its end.
pub(super) fn with_scheme(url: &Url, scheme: &str) -> String {
    let mut other = url.clone();
    // The port stays; if it was the scheme's own, there is nothing better to suggest.
    let _ = other.set_scheme(scheme);
    shown(&other)
}

/// An address for messages: without credentials, query, fragment and the slash at its end.
pub(super) fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_query(None);
    shown.set_fragment(None);
    shown.as_str().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{cloud_url, read, shown, with_scheme};
    use crate::env::{Settings, names};

    #[test]
    fn a_cloud_id_may_name_ports() {
        for (data, url) in [
            // eu.example$abc$def
            (
                "a:ZXUuZXhhbXBsZSRhYmMkZGVm",
                Some("https://abc.eu.example/"),
            ),
            // eu.example:9243$abc$def
            (
                "a:ZXUuZXhhbXBsZTo5MjQzJGFiYyRkZWY=",
                Some("https://abc.eu.example:9243/"),
            ),
            // eu.example:9243$abc:9244$def
            (
                "a:ZXUuZXhhbXBsZTo5MjQzJGFiYzo5MjQ0JGRlZg==",
                Some("https://abc.eu.example:9244/"),
            ),
            ("a:###", None),
            ("ZXUuZXhhbXBsZSRhYmMkZGVm", None),
            // eu.example
            ("a:ZXUuZXhhbXBsZQ==", None),
        ] {
            assert_eq!(
                cloud_url(data).as_ref().map(url::Url::as_str),
                url,
                "{data}"
            );
        }
    }

    #[test]
    fn an_ipv6_address_needs_brackets() {
        let read = |url| {
            let mut settings = Settings::from_pairs([(names::ELASTICSEARCH_URL, url)]);
            let url = read(&mut settings);
            (url, settings.finish().err().map(|error| error.to_string()))
        };
        let (url, problem) = read("http://[::1]:9200");
        assert_eq!(
            (url.as_ref().map(shown), problem),
            (Some("http://[::1]:9200".to_owned()), None)
        );
        for wrong in [
            "http://::1:9200",
            "https://2001:db8::1",
            "https://2001:db8::1:9200/es",
        ] {
            let (_, problem) = read(wrong);
            let problem = problem.expect("a problem");
            assert!(problem.contains("in brackets"), "{problem}");
        }
    }

    #[test]
    fn a_wrong_address_is_shown_unless_it_may_hold_a_secret() {
        for (wrong, is_shown) in [
            ("localhost:9200", true),
            ("search.example.com", true),
            ("ftp://search.example.com:9200/es", true),
            ("https://2001:db8::1", true),
            ("https://", true),
            ("https://h:9200/?api_key=hunter2", false),
            ("https://h:9200/#hunter2", false),
            ("https://elastic:hunter2", false),
            ("elastic:hunter2@h", false),
            ("https://elastic:hunter2%40h:9200", false),
            ("https://elastic:hunter2/@h:9200", false),
        ] {
            let mut settings = Settings::from_pairs([(names::ELASTICSEARCH_URL, wrong)]);
            assert_eq!(read(&mut settings), None, "{wrong}");
            let error = settings.finish().expect_err(wrong).to_string();
            assert_eq!(error.contains(wrong), is_shown, "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
        let mut settings = Settings::from_pairs([(names::ELASTICSEARCH_CLOUD_ID, "a:hunter2")]);
        assert_eq!(read(&mut settings), None);
        let error = settings.finish().expect_err("no Cloud ID").to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn an_address_is_shown_without_what_may_be_secret() {
        let url = "https://user:hunter2@h:9200/es/?token=hunter2#x"
            .parse()
            .expect("a URL");
        assert_eq!(shown(&url), "https://h:9200/es");
        assert_eq!(with_scheme(&url, "http"), "http://h:9200/es");
    }
}
