//! Says what is wrong with the address of a cluster, and what to set: by the error of a request that got
//! no answer, or by an answer that no cluster gives. Functions of values.

use std::{error::Error, io};

use reqwest::{
    Url,
    header::{CONTENT_TYPE, HeaderMap, LOCATION},
};

use super::{
    address,
    config::ElasticsearchConfig,
    proxy::ClusterProxy,
    response,
    tls::{self, TlsTrust},
};

/// Why a request got no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SendFailure {
    /// What happened on the way, in words.
    pub(super) reason: String,
    /// Whether the settings are wrong, so that another try fails too.
    pub(super) is_permanent: bool,
}

impl SendFailure {
    /// A failure that another try does not change.
    pub(super) fn permanent(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            is_permanent: true,
        }
    }
}

/// Where requests are sent, for messages.
#[derive(Clone, Debug)]
pub(super) struct ClusterTarget {
    url: Url,
    trust: TlsTrust,
    proxy: Option<ClusterProxy>,
}

impl ClusterTarget {
    pub(super) fn new(config: &ElasticsearchConfig) -> Self {
        Self {
            url: config.url.clone(),
            trust: config.trust.clone(),
            proxy: config.proxy.clone(),
        }
    }

    /// What the error of a request means.
    pub(super) fn failure(&self, error: reqwest::Error) -> SendFailure {
        let error = error.without_url();
        if let Some(problem) = cause::<rustls::Error>(&error).and_then(|tls| self.tls_problem(tls))
        {
            return SendFailure::permanent(problem);
        }
        let words = with_causes(&error);
        let reason = response::quoted(&words);
        let (advice, is_permanent) = match &self.proxy {
            Some(proxy) => self.proxy_advice(proxy, &words),
            None => (self.direct_advice(&error, &words), false),
        };
        SendFailure {
            reason: format!("{reason}; {advice}"),
            is_permanent,
        }
    }

    /// What to do about a failure on the way through a proxy, and whether another try fails too.
    fn proxy_advice(&self, proxy: &ClusterProxy, words: &str) -> (String, bool) {
        let name = proxy.name();
        let host = self.url.host_str().unwrap_or_default();
        if words.contains("proxy authorization required") {
            let advice = format!("{}, or add {host} to NO_PROXY", proxy.login_advice());
            return (advice, true);
        }
        let port = self.url.port_or_known_default().unwrap_or_default();
        let advice = if words.contains("tunnel error: unsuccessful") {
            format!("{proxy} opens no connection to {host}:{port}: allow it there")
        } else if words.contains("underlying connection") && words.contains("InvalidContentType") {
            format!("{proxy} answers without TLS: set {name} to an http:// URL")
        } else {
            format!("requests go through {proxy}: check {name}")
        };
        (format!("{advice}, or add {host} to NO_PROXY"), false)
    }

    /// What to do about a failure on the direct way.
    fn direct_advice(&self, error: &reqwest::Error, words: &str) -> String {
        let scheme = self.url.scheme();
        if scheme == "http" && is_other_protocol(words) {
            return self.if_it_expects_https();
        }
        if scheme == "https" && words.contains("handshake eof") {
            let other = address::with_scheme(&self.url, "http");
            return format!("if it does not use TLS, set ELASTICSEARCH_URL={other}");
        }
        let advice = if words.contains("dns error") {
            "check the host in ELASTICSEARCH_URL, which has no address here"
        } else if error.is_timeout() {
            "check that firewalls and security groups let requests to ELASTICSEARCH_URL through, and the \
             load of the cluster"
        } else if error.is_connect() {
            "check that the cluster runs, and the host and the port in ELASTICSEARCH_URL"
        } else {
            "check the cluster and what is between it and this machine"
        };
        advice.to_owned()
    }

    fn tls_problem(&self, error: &rustls::Error) -> Option<String> {
        if matches!(error, rustls::Error::InvalidMessage(_)) && self.proxy.is_none() {
            let other = address::with_scheme(&self.url, "http");
            return Some(format!(
                "it answers without TLS: set ELASTICSEARCH_URL={other}, or turn TLS on in the cluster"
            ));
        }
        tls::certificate_problem(error, &self.trust)
    }

    fn if_it_expects_https(&self) -> String {
        let other = address::with_scheme(&self.url, "https");
        format!("if it expects HTTPS, set ELASTICSEARCH_URL={other}")
    }

    /// What an answer says about the address, if no Elasticsearch or OpenSearch gave it. `url` is that of
    /// the request.
    pub(super) fn hint(
        &self,
        url: &Url,
        status: u16,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Option<String> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if headers.contains_key("kbn-name") {
            return Some(
                "this is Kibana: set ELASTICSEARCH_URL to the address of Elasticsearch, which often \
                 has the port 9200"
                    .to_owned(),
            );
        }
        if headers.contains_key("osd-name") {
            return Some(
                "this is OpenSearch Dashboards: set ELASTICSEARCH_URL to the address of OpenSearch, \
                 which often has the port 9200"
                    .to_owned(),
            );
        }
        // Through a tunnel the cluster itself answers.
        let proxy = self.proxy.as_ref().filter(|_| self.url.scheme() == "http");
        let way = proxy.map_or_else(String::new, |proxy| {
            format!("; it came through {proxy}: check {}", proxy.name())
        });
        if let 300..400 = status {
            let location = text(LOCATION.as_str()).unwrap_or_default();
            return Some(self.redirect(url, location) + &way);
        }
        if let (407, Some(proxy)) = (status, proxy) {
            return Some(proxy.login_advice());
        }
        let begin = String::from_utf8_lossy(body.get(..2_000).unwrap_or(body));
        if status == 400 && self.url.scheme() == "http" && speaks_of_https(&begin) {
            return Some(self.if_it_expects_https());
        }
        let is_json = text(CONTENT_TYPE.as_str()).is_none_or(|kind| kind.contains("json"));
        if is_json || body.is_empty() {
            return None;
        }
        match status {
            200..300 | 400 | 404 | 405 => Some(format!(
                "this is no answer of Elasticsearch or OpenSearch: check the host, the port and the path \
                 of ELASTICSEARCH_URL{way}"
            )),
            403 => Some(format!(
                "this is no answer of Elasticsearch or OpenSearch, but of something before it, such as a \
                 proxy or a firewall, which must let requests through{way}"
            )),
            _ => proxy.map(|_| format!("{}{way}", response::reason(body))),
        }
    }

    /// What a redirect says. The address to set is the new one without the path of the request.
    fn redirect(&self, url: &Url, location: &str) -> String {
        let new = url.join(location).ok().filter(|_| !location.is_empty());
        let Some(new) = new.filter(|new| matches!(new.scheme(), "http" | "https")) else {
            return "it redirects to no valid address: check the host, the port and the path of \
                    ELASTICSEARCH_URL"
                .to_owned();
        };
        let own = address::shown(&self.url);
        let requested = address::shown(url);
        let path = requested.strip_prefix(&own).unwrap_or_default();
        let new = address::shown(&new);
        let base = new.strip_suffix(path).unwrap_or(&new);
        format!(
            "it redirects to {new}, and redirects are not followed: set ELASTICSEARCH_URL to the \
             cluster's own address, perhaps {base}"
        )
    }
}

/// Whether an error means that the other side did not understand HTTP.
fn is_other_protocol(words: &str) -> bool {
    [
        "connection closed before message completed",
        "invalid HTTP version parsed",
        "Connection reset by peer",
    ]
    .iter()
    .any(|sign| words.contains(sign))
}

/// Whether a text is how nginx, Go and others answer plain HTTP on a port for HTTPS.
fn speaks_of_https(text: &str) -> bool {
    [
        "sent to HTTPS port",
        "HTTP request to an HTTPS server",
        "requires TLS",
    ]
    .iter()
    .any(|sign| text.contains(sign))
}

/// An error of a type among the causes of another. `io::Error` hides its own from `source`.
fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(this) = next {
        if let Some(found) = this.downcast_ref::<T>() {
            return Some(found);
        }
        next = match this.downcast_ref::<io::Error>() {
            Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
            None => this.source(),
        };
    }
    None
}

/// An error of the client with its causes: "error sending request" alone says nothing.
fn with_causes(error: &reqwest::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(this) = cause {
        let text = this.to_string();
        if !words.ends_with(&text) {
            words.push_str(": ");
            words.push_str(&text);
        }
        cause = this.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    use super::{ClusterTarget, ElasticsearchConfig};
    use crate::env::{Settings, names};

    fn hint(
        address: &str,
        status: u16,
        headers: &[(&'static str, &str)],
        body: &str,
    ) -> Option<String> {
        let mut settings = Settings::from_pairs([(names::ELASTICSEARCH_URL, address)]);
        let config = ElasticsearchConfig::read(&mut settings).expect("a cluster");
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                let value = HeaderValue::from_str(value).expect("a value");
                (HeaderName::from_static(name), value)
            })
            .collect();
        let url = format!("{}/_bulk?a=b", address.trim_end_matches('/'));
        let url = url.parse().expect("a URL");
        ClusterTarget::new(&config).hint(&url, status, &headers, body.as_bytes())
    }

    #[test]
    fn an_answer_that_no_cluster_gives_has_a_hint() {
        let html = ("content-type", "text/html");
        let own = "http://h:9200/es";
        for (status, headers, body, words) in [
            (
                302,
                vec![("kbn-name", "kibana"), ("location", "/login")],
                "",
                "this is Kibana",
            ),
            (
                404,
                vec![("osd-name", "x")],
                "{}",
                "this is OpenSearch Dashboards",
            ),
            (
                301,
                vec![("location", "https://u:hunter2@h/es/_bulk?t=hunter2")],
                "",
                "perhaps https://h/es",
            ),
            (
                307,
                vec![("location", "/other")],
                "",
                "redirects to http://h:9200/other",
            ),
            (308, vec![("location", "ftp://h/")], "", "check the host"),
            (302, vec![html], "<html>", "check the host"),
            (403, vec![html], "<html>Forbidden", "of something before it"),
            (
                400,
                vec![html],
                "The plain HTTP request was sent to HTTPS port",
                "set ELASTICSEARCH_URL=https://h:9200/es",
            ),
            (
                200,
                vec![html],
                "<html>Welcome",
                "check the host, the port and the path",
            ),
            (
                404,
                vec![("content-type", "text/plain")],
                "404 page not found",
                "check the host",
            ),
        ] {
            let hint = hint(own, status, &headers, body).expect(words);
            assert!(hint.contains(words), "{hint}");
            assert!(!hint.contains("hunter2"), "{hint}");
        }
    }

    #[test]
    fn an_answer_of_a_cluster_or_of_a_busy_proxy_has_none() {
        let json = ("content-type", "application/vnd.elasticsearch+json");
        let html = ("content-type", "text/html");
        for (status, headers, body) in [
            (200, vec![json], "{}"),
            (404, vec![json], "{}"),
            (200, vec![], "{}"),
            (502, vec![html], "<html>Bad Gateway"),
            (429, vec![html], "<html>"),
            (401, vec![html], "<html>"),
        ] {
            assert_eq!(
                hint("http://h", status, &headers, body),
                None,
                "{status} {body}"
            );
        }
    }
}
