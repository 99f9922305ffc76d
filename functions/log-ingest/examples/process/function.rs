//! The function as a process, between a stand-in for Lambda's runtime API
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>) and one for a cluster that accepts
//! every document.

use std::{
    fs,
    io::Read as _,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use flate2::read::GzDecoder;

use crate::http::{SinkAnswer, SinkRequest, serve};

/// What the function asked of the runtime API.
enum RuntimeCall {
    /// It waits for an event.
    Next(Instant),
    /// It answered: when, and the error if it failed.
    Answer(Instant, Option<String>),
}

/// A cluster that stores nothing.
pub(crate) struct Sink {
    address: SocketAddr,
    /// How many documents each request had.
    requests: Arc<Mutex<Vec<usize>>>,
}

impl Sink {
    /// A cluster that answers bulk requests after a while.
    pub(crate) fn new(delay: Duration) -> Self {
        let requests = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&requests);
        let address = serve(move |request| {
            let (count, answer) = accepted(&request);
            if let Some(count) = count {
                noted.lock().expect("not poisoned").push(count);
                thread::sleep(delay);
            }
            answer
        });
        Self { address, requests }
    }

    /// How many documents each request had since the last call.
    pub(crate) fn take_requests(&self) -> Vec<usize> {
        std::mem::take(&mut *self.requests.lock().expect("not poisoned"))
    }
}

/// The number of documents of a bulk request, and the answer.
fn accepted(request: &SinkRequest) -> (Option<usize>, SinkAnswer) {
    let header = vec![("x-elastic-product", "Elasticsearch".to_owned())];
    if !request.path.contains("_bulk") {
        let body = match request.method.as_str() {
            "GET" | "HEAD" if request.path != "/" => return (None, (404, header, b"{}".to_vec())),
            "GET" => r#"{"version":{"number":"8.19.0","build_flavor":"default"}}"#,
            _ => r#"{"acknowledged":true}"#,
        };
        return (None, (200, header, body.into()));
    }
    let mut text = Vec::new();
    if request.is_gzip {
        let mut decoder = GzDecoder::new(request.body.as_slice());
        decoder.read_to_end(&mut text).expect("gzip");
    } else {
        text.clone_from(&request.body);
    }
    let count = text.split(|byte| *byte == b'\n').count() / 2;
    let items = vec![r#"{"create":{"status":201}}"#; count].join(",");
    let body = format!(r#"{{"errors":false,"items":[{items}]}}"#);
    (Some(count), (200, header, body.into_bytes()))
}

/// What one invocation took.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
}

/// A running function.
pub(crate) struct MeasuredFunction {
    process: Child,
    calls: Receiver<RuntimeCall>,
    events: Sender<String>,
    started: Instant,
    /// From the start of the process to its first call.
    pub(crate) ready: Duration,
}

impl MeasuredFunction {
    /// Starts a build of the function.
    pub(crate) fn start(binary: &Path, sink: &Sink) -> Self {
        let (called, calls) = channel();
        let (events, waiting) = channel::<String>();
        let (called, waiting) = (Mutex::new(called), Mutex::new(waiting));
        let runtime = serve(move |request| {
            let note = |call| {
                // After the end of the measurement nobody listens.
                let _ = called.lock().expect("not poisoned").send(call);
            };
            if request.path.ends_with("/invocation/next") {
                note(RuntimeCall::Next(Instant::now()));
                let event = waiting.lock().expect("not poisoned").recv();
                return (200, invocation(), event.unwrap_or_default().into_bytes());
            }
            let is_answer = request.path.ends_with("/response");
            let error = (!is_answer).then(|| String::from_utf8_lossy(&request.body).into_owned());
            note(RuntimeCall::Answer(Instant::now(), error));
            (202, Vec::new(), b"{}".to_vec())
        });
        let started = Instant::now();
        let process = Command::new(binary)
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", runtime.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "bongsu-log-ingest")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/bongsu-log-ingest")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "1")
            .env("AWS_REGION", "us-east-1")
            .env("ELASTICSEARCH_URL", format!("http://{}", sink.address))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the function starts");
        let mut function = Self {
            process,
            calls,
            events,
            started,
            ready: Duration::ZERO,
        };
        function.ready = function.next().duration_since(started);
        function
    }

    /// Waits until the function waits for an event.
    fn next(&self) -> Instant {
        match self.calls.recv_timeout(Duration::from_mins(1)) {
            Ok(RuntimeCall::Next(at)) => at,
            _ => panic!("the function does not ask for an event: is it log-ingest?"),
        }
    }

    /// Gives it an event. From the first one on, the times are those since the process started.
    pub(crate) fn invoke(&mut self, event: &str, is_first: bool) -> Cost {
        let before = if is_first { Duration::ZERO } else { self.cpu() };
        let sent = if is_first {
            self.started
        } else {
            Instant::now()
        };
        self.events
            .send(event.to_owned())
            .expect("the function runs");
        let answered = match self.calls.recv_timeout(Duration::from_mins(5)) {
            Ok(RuntimeCall::Answer(at, None)) => at,
            Ok(RuntimeCall::Answer(_, Some(error))) => panic!("the invocation failed: {error}"),
            _ => panic!("the function does not answer"),
        };
        self.next();
        Cost {
            wall: answered.duration_since(sent),
            cpu: self.cpu().saturating_sub(before),
        }
    }

    /// The processor time of all threads, as Linux counts it.
    fn cpu(&self) -> Duration {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.process.id())).expect("Linux");
        let of_task = |task: fs::DirEntry| {
            let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<u64>().ok()
        };
        Duration::from_nanos(tasks.flatten().filter_map(of_task).sum())
    }

    /// The most memory that it had, in megabytes.
    pub(crate) fn peak_memory(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.expect("Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok());
        kilobytes.expect("a size") / 1024.0
    }
}

impl Drop for MeasuredFunction {
    fn drop(&mut self) {
        // It waits for an event for ever.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The headers of an invocation that may take 60 seconds.
fn invocation() -> Vec<(&'static str, String)> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let deadline = now.expect("a clock") + Duration::from_mins(1);
    vec![
        (
            "lambda-runtime-aws-request-id",
            "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned(),
        ),
        (
            "lambda-runtime-deadline-ms",
            deadline.as_millis().to_string(),
        ),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:123456789012:function:bongsu-log-ingest".to_owned(),
        ),
    ]
}
