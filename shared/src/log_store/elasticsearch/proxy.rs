//! The proxy between this machine and the cluster, by the environment variables that most programs use:
//! <https://everything.curl.dev/usingcurl/proxies/env.html>.

use std::fmt;

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use super::address;
use crate::env::{Settings, names};

/// A proxy, and the setting that names it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct ClusterProxy {
    /// Its URL, with the credentials that it may need.
    url: Url,
    /// The setting that it comes from.
    name: &'static str,
}

impl fmt::Debug for ClusterProxy {
    /// Without the credentials.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

impl fmt::Display for ClusterProxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "the proxy {} of {}",
            address::shown(&self.url),
            self.name
        )
    }
}

impl ClusterProxy {
    /// The proxy for requests to `cluster`, if there is one. An invalid one is a problem in `settings`.
    pub(super) fn read(settings: &mut Settings, cluster: &Url) -> Option<Self> {
        let own = match cluster.scheme() {
            "https" => [names::HTTPS_PROXY, "https_proxy"],
            _ => [names::HTTP_PROXY, "http_proxy"],
        };
        let mut names = own.into_iter().chain(["ALL_PROXY", "all_proxy"]);
        let name = names.find(|name| settings.text(name).is_some())?;
        let text = settings.text(name)?;
        let text = if text.contains("://") {
            text.to_owned()
        } else {
            format!("http://{text}")
        };
        if is_excluded(settings, cluster) {
            return None;
        }
        match Url::parse(&text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
                Some(Self { url, name })
            }
            // Its value may hold a password, whatever is wrong with it.
            _ => {
                settings.refuse_unshown(
                    name,
                    "must be a proxy such as http://proxy.example.com:3128",
                );
                None
            }
        }
    }

    /// The setting that names it.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// What to do about a proxy that refuses requests without a login, or this one.
    pub(super) fn login_advice(&self) -> String {
        let name = self.name;
        if self.url.password().is_none() {
            return format!(
                "{self} requires a login: set {name} to http://user:password@host:port"
            );
        }
        format!(
            "{self} refuses the login: check the user and the password in {name}; encode special \
             characters as in a URL (%40 for @)"
        )
    }

    /// The proxy as the client takes it.
    pub(super) fn client_proxy(&self) -> Result<reqwest::Proxy, String> {
        reqwest::Proxy::all(self.url.clone()).map_err(|error| error.without_url().to_string())
    }
}

/// Whether `NO_PROXY` names the cluster's host.
fn is_excluded(settings: &Settings, cluster: &Url) -> bool {
    let Some(hosts) = [names::NO_PROXY, "no_proxy"]
        .iter()
        .find_map(|name| settings.text(name))
    else {
        return false;
    };
    let matcher = Matcher::builder()
        .all("http://proxy")
        .no(hosts.to_owned())
        .build();
    cluster
        .as_str()
        .parse()
        .is_ok_and(|uri| matcher.intercept(&uri).is_none())
}

#[cfg(test)]
mod tests {
    use super::ClusterProxy;
    use crate::env::{Settings, names};

    fn read(url: &str, pairs: &[(&str, &str)]) -> Result<Option<ClusterProxy>, String> {
        let mut settings = Settings::from_pairs(pairs.iter().copied());
        let proxy = ClusterProxy::read(&mut settings, &url.parse().expect("a URL"));
        settings.finish().map_err(|error| error.to_string())?;
        Ok(proxy)
    }

    #[test]
    fn the_scheme_chooses_the_proxy_and_a_host_may_be_excluded() {
        let https = (names::HTTPS_PROXY, "http://user:hunter2@secure:3128");
        let http = ("http_proxy", "plain:3128");
        let all = ("ALL_PROXY", "https://all");
        for (url, pairs, shown) in [
            (
                "https://h:9200",
                vec![https, http],
                Some("the proxy http://secure:3128 of HTTPS_PROXY"),
            ),
            (
                "http://h:9200",
                vec![https, http],
                Some("the proxy http://plain:3128 of http_proxy"),
            ),
            ("http://h:9200", vec![https], None),
            (
                "http://h:9200",
                vec![https, all],
                Some("the proxy https://all of ALL_PROXY"),
            ),
            ("https://h:9200", vec![], None),
            (
                "https://es.example.com",
                vec![https, (names::NO_PROXY, "localhost, .example.com")],
                None,
            ),
            (
                "https://es.example.org",
                vec![https, ("no_proxy", ".example.com")],
                Some("the proxy http://secure:3128 of HTTPS_PROXY"),
            ),
            (
                "https://10.1.2.3:9200",
                vec![https, (names::NO_PROXY, "10.0.0.0/8")],
                None,
            ),
            (
                "https://[::1]:9200",
                vec![https, (names::NO_PROXY, "::1")],
                None,
            ),
            ("https://h", vec![https, (names::NO_PROXY, "*")], None),
        ] {
            let proxy = read(url, &pairs).expect("valid");
            let text = proxy.as_ref().map(ToString::to_string);
            assert_eq!(text.as_deref(), shown, "{url} {pairs:?}");
            assert!(!format!("{proxy:?}").contains("hunter2"));
        }
    }

    #[test]
    fn an_invalid_proxy_is_reported_without_its_value() {
        for wrong in [
            "socks5://user:hunter2@h",
            "http://hunter2 hunter2",
            "://hunter2",
        ] {
            let error = read("https://h", &[(names::HTTPS_PROXY, wrong)]).expect_err(wrong);
            assert!(
                error.contains("must be a proxy") && !error.contains("hunter2"),
                "{error}"
            );
        }
    }
}
