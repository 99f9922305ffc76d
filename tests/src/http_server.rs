//! An HTTP server that a test controls: for answers, delays and cut connections that no real server
//! produces on demand.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read, Write},
    net::{IpAddr, Ipv4Addr, TcpListener},
    sync::{Arc, Mutex},
    thread,
};

use flate2::read::GzDecoder;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A received request.
#[derive(Clone, Debug)]
pub struct HttpRequest {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The target: the path with the query, or a whole URL if the client takes this for a proxy.
    pub path: String,
    /// The headers by their lower-case names.
    pub headers: BTreeMap<String, String>,
    /// The decompressed body as text.
    pub body: String,
    /// The body as received, for protocols that are not text.
    pub bytes: Vec<u8>,
    /// The length of the body on the wire, in bytes.
    pub sent_bytes: usize,
}

impl HttpRequest {
    /// Reads the body as JSON lines.
    ///
    /// # Panics
    ///
    /// If a line is not JSON, or the last line has no end.
    #[must_use]
    pub fn lines(&self) -> Vec<serde_json::Value> {
        assert!(self.body.ends_with('\n'), "the last line must end");
        let read = |line| serde_json::from_str(line).expect("a line of JSON");
        self.body.lines().map(read).collect()
    }
}

/// The answer to a request.
#[derive(Clone, Debug)]
pub enum FakeResponse {
    /// A response with a text body.
    Answer {
        /// The HTTP status.
        status: u16,
        /// Additional header lines, such as `Retry-After: 1`.
        headers: Vec<String>,
        /// The body.
        body: String,
    },
    /// A response with a binary body.
    Bytes {
        /// The HTTP status.
        status: u16,
        /// Additional header lines, such as `Content-Type: application/cbor`.
        headers: Vec<String>,
        /// The body.
        body: Vec<u8>,
    },
    /// Half a response: the connection is closed after half of the body.
    Half {
        /// The HTTP status.
        status: u16,
        /// The whole body.
        body: Vec<u8>,
    },
    /// No response: the connection is closed after the request was read.
    Cut,
}

impl FakeResponse {
    /// A response without additional headers.
    #[must_use]
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self::Answer {
            status,
            headers: Vec::new(),
            body: body.into(),
        }
    }
}

/// A server on its own port that runs until the process ends.
#[derive(Debug)]
pub struct HttpServer {
    /// The URL of the server.
    pub url: String,
    requests: Arc<Mutex<Vec<HttpRequest>>>,
}

impl HttpServer {
    /// Starts a server that answers each request with `answer`.
    ///
    /// # Panics
    ///
    /// If no port is free.
    #[must_use]
    pub fn start(answer: impl Fn(&HttpRequest) -> FakeResponse + Send + Sync + 'static) -> Self {
        Self::start_at(Ipv4Addr::LOCALHOST.into(), answer)
    }

    /// Starts a server at an address of this machine.
    ///
    /// # Panics
    ///
    /// If no port is free.
    #[must_use]
    pub fn start_at(
        address: IpAddr,
        answer: impl Fn(&HttpRequest) -> FakeResponse + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((address, 0)).expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        Self::run(url, listener, answer, None)
    }

    /// Starts a server with TLS, under the name `localhost`.
    ///
    /// # Panics
    ///
    /// If no port is free.
    #[must_use]
    pub fn start_with_tls(
        config: Arc<ServerConfig>,
        answer: impl Fn(&HttpRequest) -> FakeResponse + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        Self::run(
            format!("https://localhost:{port}"),
            listener,
            answer,
            Some(config),
        )
    }

    fn run(
        url: String,
        listener: TcpListener,
        answer: impl Fn(&HttpRequest) -> FakeResponse + Send + Sync + 'static,
        tls: Option<Arc<ServerConfig>>,
    ) -> Self {
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                let answer = Arc::clone(&answer);
                let tls = tls.clone();
                thread::spawn(move || match tls {
                    None => serve(stream, &kept, answer.as_ref()),
                    Some(config) => {
                        let connection = ServerConnection::new(config).expect("a connection");
                        let stream = StreamOwned::new(connection, stream);
                        serve(stream, &kept, answer.as_ref());
                    }
                });
            }
        });
        Self { url, requests }
    }

    /// Forgets the requests so far.
    ///
    /// # Panics
    ///
    /// If a thread of the server panicked.
    pub fn forget(&self) {
        self.requests.lock().expect("no panic").clear();
    }

    /// Returns the requests so far, in order.
    ///
    /// # Panics
    ///
    /// If a thread of the server panicked.
    #[must_use]
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.requests.lock().expect("no panic").clone()
    }
}

/// Answers one request and closes the connection.
fn serve(
    mut stream: impl Read + Write,
    requests: &Mutex<Vec<HttpRequest>>,
    answer: &(impl Fn(&HttpRequest) -> FakeResponse + ?Sized),
) {
    let Some(request) = read(&mut stream) else {
        return;
    };
    let response = answer(&request);
    requests.lock().expect("no panic").push(request);
    let mut sent = usize::MAX;
    let (status, headers, body) = match response {
        FakeResponse::Answer {
            status,
            mut headers,
            body,
        } => {
            if !headers.iter().any(|line| line.starts_with("Content-Type")) {
                headers.push("Content-Type: application/json".to_owned());
            }
            (status, headers, body.into_bytes())
        }
        FakeResponse::Bytes {
            status,
            headers,
            body,
        } => (status, headers, body),
        FakeResponse::Half { status, body } => {
            sent = body.len() / 2;
            (status, Vec::new(), body)
        }
        FakeResponse::Cut => return,
    };
    let headers: Vec<&str> = headers.iter().flat_map(|line| [line, "\r\n"]).collect();
    let headers = headers.concat();
    // The client may have closed the connection.
    let _gone = write!(
        stream,
        "HTTP/1.1 {status} Answer\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n",
        body.len()
    );
    let sent = body.get(..sent).unwrap_or(&body);
    let _gone = stream.write_all(sent);
    let _gone = stream.flush();
}

fn read(stream: &mut impl Read) -> Option<HttpRequest> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let method = words.next()?.to_owned();
    let path = words.next()?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or("0", String::as_str);
    let mut sent = vec![0; length.parse().ok()?];
    reader.read_exact(&mut sent).ok()?;
    let sent_bytes = sent.len();
    let body = if headers
        .get("content-encoding")
        .is_some_and(|name| name == "gzip")
    {
        let mut text = String::new();
        GzDecoder::new(sent.as_slice())
            .read_to_string(&mut text)
            .expect("gzip of UTF-8");
        text
    } else {
        String::from_utf8_lossy(&sent).into_owned()
    };
    Some(HttpRequest {
        method,
        path,
        headers,
        body,
        bytes: sent,
        sent_bytes,
    })
}
