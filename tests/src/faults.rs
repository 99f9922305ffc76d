//! A fault proxy before a real cluster: bulk requests fail in every way in which they fail in production.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use reqwest::{Method, blocking::Client};
use serde_json::{Value, json};

use crate::http_server::{FakeResponse, HttpRequest, HttpServer};

/// How a bulk request fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClusterFault {
    /// The connection is closed before the cluster gets the request.
    Reset,
    /// HTTP 429 with `Retry-After`.
    Busy,
    /// HTTP 503.
    Unavailable,
    /// HTTP 413, if the request has more than one document.
    TooLarge,
    /// The cluster executes the request; the connection is closed before the response.
    Lost,
    /// The cluster executes the request; the connection is closed within the response.
    Half,
    /// The cluster executes the request; the response comes after the function's deadline.
    Late,
    /// The cluster gets two thirds of the documents; the others are refused with 429.
    Partial,
    /// The response takes a second longer.
    Slow,
}

impl ClusterFault {
    /// Every fault.
    pub const ALL: [Self; 9] = [
        Self::Reset,
        Self::Busy,
        Self::Unavailable,
        Self::TooLarge,
        Self::Lost,
        Self::Half,
        Self::Late,
        Self::Partial,
        Self::Slow,
    ];

    /// Its name in a report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reset => "connection reset",
            Self::Busy => "429",
            Self::Unavailable => "503",
            Self::TooLarge => "413",
            Self::Lost => "response lost",
            Self::Half => "response cut off",
            Self::Late => "response after the deadline",
            Self::Partial => "partial failure",
            Self::Slow => "slow response",
        }
    }

    /// False where a request cannot fail in this way: one document is never too large, and has no
    /// other beside it that could be stored.
    fn applies(self, request: &HttpRequest) -> bool {
        !matches!(self, Self::TooLarge | Self::Partial) || request.body.lines().count() > 2
    }
}

/// A cluster behind a fault proxy, which runs until the process ends.
#[derive(Debug)]
pub struct FaultyCluster {
    server: HttpServer,
    counts: Arc<Mutex<BTreeMap<&'static str, u64>>>,
}

#[derive(Debug)]
struct FaultProxy<P> {
    client: Client,
    target: String,
    /// How long a late response takes.
    late: Duration,
    plan: P,
    requests: AtomicU64,
    counts: Arc<Mutex<BTreeMap<&'static str, u64>>>,
}

impl FaultyCluster {
    /// Starts a proxy before the URL `target`. `plan` chooses the fault of each bulk request by its
    /// number, from 0. Other requests are forwarded.
    ///
    /// # Panics
    ///
    /// If no port is free.
    #[must_use]
    pub fn start(
        target: &str,
        late: Duration,
        plan: impl Fn(u64) -> Option<ClusterFault> + Send + Sync + 'static,
    ) -> Self {
        let counts = Arc::<Mutex<BTreeMap<_, _>>>::default();
        // A blocking client must not be made in async code. Another test checks certificates.
        let client = thread::spawn(|| {
            let client = Client::builder().no_proxy();
            client.danger_accept_invalid_certs(true).build()
        });
        let proxy = FaultProxy {
            client: client.join().expect("no panic").expect("a client"),
            target: target.trim_end_matches('/').to_owned(),
            late,
            plan,
            requests: AtomicU64::new(0),
            counts: Arc::clone(&counts),
        };
        Self {
            server: HttpServer::start(move |request| proxy.answer(request)),
            counts,
        }
    }

    /// The URL of the proxy.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.server.url
    }

    /// Forgets the requests so far, which hold every document.
    pub fn forget(&self) {
        self.server.forget();
    }

    /// The number of faults by name.
    ///
    /// # Panics
    ///
    /// If a thread of the proxy panicked.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.counts.lock().expect("no panic").clone()
    }
}

impl<P: Fn(u64) -> Option<ClusterFault>> FaultProxy<P> {
    fn answer(&self, request: &HttpRequest) -> FakeResponse {
        if !request.path.contains("_bulk") {
            return self.forward(request, None);
        }
        let number = self.requests.fetch_add(1, Ordering::SeqCst);
        let fault = (self.plan)(number);
        let Some(fault) = fault.filter(|fault| fault.applies(request)) else {
            return self.forward(request, None);
        };
        let mut counts = self.counts.lock().expect("no panic");
        *counts.entry(fault.name()).or_default() += 1;
        drop(counts);
        match fault {
            ClusterFault::Reset => FakeResponse::Cut,
            ClusterFault::Busy => FakeResponse::Answer {
                status: 429,
                headers: vec!["Retry-After: 1".to_owned()],
                body: "{}".to_owned(),
            },
            ClusterFault::Unavailable => FakeResponse::new(503, "unavailable"),
            ClusterFault::TooLarge => FakeResponse::new(413, "too large"),
            ClusterFault::Lost => {
                self.forward(request, None);
                FakeResponse::Cut
            }
            ClusterFault::Half => match self.forward(request, None) {
                FakeResponse::Bytes { status, body, .. } => FakeResponse::Half { status, body },
                other => other,
            },
            ClusterFault::Late => {
                let response = self.forward(request, None);
                thread::sleep(self.late);
                response
            }
            ClusterFault::Partial => self.partly(request),
            ClusterFault::Slow => {
                thread::sleep(Duration::from_secs(1));
                self.forward(request, None)
            }
        }
    }

    /// Sends the request to the cluster, with `body` instead of its own if there is one.
    fn forward(&self, request: &HttpRequest, body: Option<String>) -> FakeResponse {
        let method = Method::from_bytes(request.method.as_bytes()).expect("a method");
        let mut forwarded = self
            .client
            .request(method, format!("{}{}", self.target, request.path));
        for (name, value) in &request.headers {
            let is_kept = matches!(name.as_str(), "authorization" | "content-type");
            if is_kept || (name == "content-encoding" && body.is_none()) {
                forwarded = forwarded.header(name, value);
            }
        }
        let body = body.map_or_else(|| request.bytes.clone(), String::into_bytes);
        let response = forwarded.body(body).send();
        let read = response.and_then(|response| {
            let status = response.status().as_u16();
            Ok((status, response.bytes()?))
        });
        match read {
            Ok((status, body)) => FakeResponse::Bytes {
                status,
                headers: vec!["Content-Type: application/json".to_owned()],
                body: body.to_vec(),
            },
            Err(_) => FakeResponse::Cut,
        }
    }

    /// Refuses every third document.
    fn partly(&self, request: &HttpRequest) -> FakeResponse {
        let lines: Vec<&str> = request.body.lines().collect();
        let pairs: Vec<&[&str]> = lines.chunks(2).collect();
        let is_refused = |position: usize| position % 3 == 1;
        let kept: String = pairs
            .iter()
            .enumerate()
            .filter(|(position, _)| !is_refused(*position))
            .flat_map(|(_, pair)| pair.iter().flat_map(|line| [*line, "\n"]))
            .collect();
        let response = self.forward(request, Some(kept));
        let FakeResponse::Bytes { status, body, .. } = &response else {
            return response;
        };
        let Ok(mut answer) = serde_json::from_slice::<Value>(body) else {
            return response;
        };
        let Some(items) = answer.get_mut("items").and_then(Value::as_array_mut) else {
            return response;
        };
        let refused = json!({"create": {"status": 429, "error": {
            "type": "es_rejected_execution_exception", "reason": "the queue is full",
        }}});
        let mut stored = std::mem::take(items).into_iter();
        *items = (0..pairs.len())
            .filter_map(|position| {
                if is_refused(position) {
                    Some(refused.clone())
                } else {
                    stored.next()
                }
            })
            .collect();
        if let Some(errors) = answer.get_mut("errors") {
            *errors = true.into();
        }
        FakeResponse::new(*status, answer.to_string())
    }
}
