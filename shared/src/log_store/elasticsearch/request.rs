//! A request to the cluster, as a value.

use std::io::Write as _;

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use reqwest::{
    Method, Url,
    header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT},
};

const AGENT: &str = concat!("bongsu/", env!("CARGO_PKG_VERSION"));

/// A request to the cluster.
#[derive(Clone, Debug)]
pub(super) struct ClusterRequest<'a> {
    method: Method,
    path: &'a str,
    query: &'a [(&'static str, String)],
    body: Option<Bytes>,
    lines: bool,
}

impl<'a> ClusterRequest<'a> {
    /// A request without a body, for a path of the API: those of the crate `elasticsearch` begin with a
    /// slash.
    pub(super) fn new(method: Method, path: &'a str) -> Self {
        Self {
            method,
            path,
            query: &[],
            body: None,
            lines: false,
        }
    }

    /// The same with these parameters.
    pub(super) fn query(self, query: &'a [(&'static str, String)]) -> Self {
        Self { query, ..self }
    }

    /// The same with a JSON body.
    pub(super) fn json(self, body: Bytes) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }

    /// The same with a body of JSON lines, which is sent compressed.
    pub(super) fn lines(self, body: Bytes) -> Self {
        Self {
            body: Some(body),
            lines: true,
            ..self
        }
    }

    /// The request as it is sent to a cluster at `base`, which ends with a slash.
    ///
    /// # Errors
    ///
    /// If it cannot be written, with the reason.
    pub(super) fn encode(&self, base: &Url) -> Result<reqwest::Request, String> {
        // A path such as `a:b` would otherwise be read as a URL with a scheme.
        let url = base
            .join(&format!("./{}", self.path.trim_start_matches('/')))
            .map_err(|error| error.to_string())?;
        let mut request = reqwest::Request::new(self.method.clone(), url);
        if !self.query.is_empty() {
            request.url_mut().query_pairs_mut().extend_pairs(self.query);
        }
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(body) = &self.body {
            let body = self.encode_body(body, headers)?;
            *request.body_mut() = Some(body.into());
        }
        Ok(request)
    }

    fn encode_body(&self, body: &Bytes, headers: &mut HeaderMap) -> Result<Bytes, String> {
        if !self.lines {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            return Ok(body.clone());
        }
        let lines = HeaderValue::from_static("application/x-ndjson");
        headers.insert(CONTENT_TYPE, lines);
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        compressed(body).map_err(|error| error.to_string())
    }
}

/// A body as it is sent: level 1 takes milliseconds and leaves a tenth of a log.
fn compressed(body: &Bytes) -> std::io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    encoder.write_all(body)?;
    encoder.finish().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use reqwest::Method;

    use super::ClusterRequest;

    #[test]
    fn a_request_keeps_the_prefix_of_the_address() {
        for (base, path, url) in [
            ("http://h:9200/", "/_bulk", "http://h:9200/_bulk"),
            ("https://h/es/", "_bulk", "https://h/es/_bulk"),
            (
                "https://h/es/",
                "logs-a-*,b:c/_refresh",
                "https://h/es/logs-a-*,b:c/_refresh",
            ),
            (
                "http://[::1]:9200/",
                "a@custom",
                "http://[::1]:9200/a@custom",
            ),
        ] {
            let request = ClusterRequest::new(Method::GET, path);
            let request = request.encode(&base.parse().expect("a URL"));
            assert_eq!(request.expect("a request").url().as_str(), url);
        }
    }
}
