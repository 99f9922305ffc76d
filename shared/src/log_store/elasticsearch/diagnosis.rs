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
        let mut reason = response::quoted(&words);
        if let Some(proxy) = &self.proxy {
            let name = proxy.name();
            let host = self.url.host_str().unwrap_or_default();
            reason = format!(
                "{reason}; requests go through {proxy}: check {name}, or add {host} to NO_PROXY"
            );
        } else if self.url.scheme() == "http" && is_other_protocol(&words) {
            reason = format!("{reason}; {}", self.if_it_expects_https());
        } else if self.url.scheme() == "https" && words.contains("handshake eof") {
            let other = address::with_scheme(&self.url, "http");
            reason = format!("{reason}; if it does not use TLS, set ELASTICSEARCH_URL={other}");
        }
        SendFailure {
            reason,
            is_permanent: false,
        }
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
        if let (300..400, Some(location)) = (status, text(LOCATION.as_str())) {
            return Some(self.redirect(url, location));
        }
        if let (407, Some(proxy)) = (status, &self.proxy) {
            let name = proxy.name();
            return Some(format!(
                "{proxy} requires a login: set {name} to http://user:password@host:port"
            ));
        }
        let begin = String::from_utf8_lossy(body.get(..2_000).unwrap_or(body));
        if status == 400 && self.url.scheme() == "http" && speaks_of_https(&begin) {
            return Some(self.if_it_expects_https());
        }
        let is_json = text(CONTENT_TYPE.as_str()).is_none_or(|kind| kind.contains("json"));
        let may_be_the_address = matches!(status, 200..300 | 400 | 404 | 405);
        if is_json || !may_be_the_address || body.is_empty() {
            return None;
        }
        let way = self.proxy.as_ref();
        let way = way.map_or_else(String::new, |proxy| format!("; it came through {proxy}"));
        Some(format!(
            "this is no answer of Elasticsearch or OpenSearch: check the host, the port and the path of \
             ELASTICSEARCH_URL{way}"
        ))
    }

    /// What a redirect says. The address to set is the new one without the path of the request.
    fn redirect(&self, url: &Url, location: &str) -> String {
        let Ok(new) = url.join(location) else {
            return "it redirects to an invalid address".to_owned();
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
