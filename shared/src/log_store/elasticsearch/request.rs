//! A request to the cluster, as a value.

use bytes::Bytes;
use reqwest::{
    Method, Url,
    header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, USER_AGENT},
};

use super::packed_lines::PackedLines;

const AGENT: &str = concat!("bongsu/", env!("CARGO_PKG_VERSION"));

/// A request to the cluster.
#[derive(Clone, Debug)]
pub(super) struct ClusterRequest<'a> {
    method: Method,
    path: &'a str,
    query: &'a [(&'static str, String)],
    body: Option<RequestBody>,
}

#[derive(Clone, Debug)]
enum RequestBody {
    Json(Bytes),
    Lines(PackedLines),
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
        }
    }

    /// The same with these parameters.
    pub(super) fn query(self, query: &'a [(&'static str, String)]) -> Self {
        Self { query, ..self }
    }

    /// The same with a JSON body.
    pub(super) fn json(self, body: Bytes) -> Self {
        Self {
            body: Some(RequestBody::Json(body)),
            ..self
        }
    }

    /// The same with a body of JSON lines.
    pub(super) fn lines(self, lines: &PackedLines) -> Self {
        Self {
            body: Some(RequestBody::Lines(lines.clone())),
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
        match &self.body {
            None => {}
            Some(RequestBody::Json(json)) => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                *request.body_mut() = Some(json.clone().into());
            }
            Some(RequestBody::Lines(lines)) => {
                let media_type = HeaderValue::from_static("application/x-ndjson");
                headers.insert(CONTENT_TYPE, media_type);
                headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                *request.body_mut() = Some(lines.bytes().clone().into());
            }
        }
        Ok(request)
    }
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
