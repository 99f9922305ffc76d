//! A function as Lambda runs it: the process of its binary, and a Runtime API that gives it events. A test
//! can kill the process at any time.
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::{
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread::{self, JoinHandle},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use crate::http_server::{FakeResponse, HttpRequest, HttpServer};

/// How an invocation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvocationEnd {
    /// With a response, as JSON.
    Answered(String),
    /// With an error, as JSON.
    Failed(String),
    /// The process ended, was killed, or did not answer in time.
    Died,
}

/// A function. Its process starts with the first event, and again after it died.
#[derive(Debug)]
pub struct LambdaFunction {
    binary: PathBuf,
    settings: Vec<(String, String)>,
    timeout: Duration,
    process: Option<FunctionProcess>,
    printed: Arc<Mutex<Vec<u8>>>,
    invocations: u64,
}

#[derive(Debug)]
struct FunctionProcess {
    child: Child,
    exchange: Arc<Exchange>,
    readers: Vec<JoinHandle<()>>,
    /// One for each process: a request of a dead process must not take an event.
    _api: HttpServer,
}

/// What the Runtime API and the test exchange.
#[derive(Debug, Default)]
struct Exchange {
    state: Mutex<ExchangeState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct ExchangeState {
    event: Option<RuntimeEvent>,
    end: Option<InvocationEnd>,
}

#[derive(Debug)]
struct RuntimeEvent {
    id: u64,
    deadline: SystemTime,
    payload: String,
}

impl LambdaFunction {
    /// A function with these environment variables and no others.
    #[must_use]
    pub fn new(binary: &Path, settings: &[(&str, &str)], timeout: Duration) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self {
            binary: binary.to_path_buf(),
            settings: settings.iter().map(owned).collect(),
            timeout,
            process: None,
            printed: Arc::default(),
            invocations: 0,
        }
    }

    /// Gives the function an event, and kills its process after `kill_after` unless it has answered.
    ///
    /// # Panics
    ///
    /// If the binary cannot be run.
    pub fn invoke(&mut self, payload: &str, kill_after: Option<Duration>) -> InvocationEnd {
        /// How much longer than its deadline a function gets.
        const GRACE: Duration = Duration::from_secs(1);
        self.invocations += 1;
        let event = RuntimeEvent {
            id: self.invocations,
            deadline: SystemTime::now() + self.timeout,
            payload: payload.to_owned(),
        };
        if self.process.is_none() {
            self.process = Some(self.start());
        }
        let process = self.process.as_mut().expect("a process");
        let exchange = Arc::clone(&process.exchange);
        let mut state = exchange.lock();
        state.event = Some(event);
        exchange.changed.notify_all();
        let started = Instant::now();
        let most = kill_after.unwrap_or(self.timeout + GRACE);
        loop {
            if let Some(end) = state.end.take() {
                return end;
            }
            let has_ended = process
                .child
                .try_wait()
                .is_ok_and(|status| status.is_some());
            let left = most.saturating_sub(started.elapsed());
            if has_ended || left.is_zero() {
                drop(state);
                self.end();
                return InvocationEnd::Died;
            }
            let wait = left.min(Duration::from_millis(50));
            let (changed, _) = exchange
                .changed
                .wait_timeout(state, wait)
                .expect("no panic");
            state = changed;
        }
    }

    /// Everything that the processes of the function printed. Ends the current one.
    ///
    /// # Panics
    ///
    /// If a thread panicked.
    pub fn printed(&mut self) -> String {
        self.end();
        let printed = self.printed.lock().expect("no panic");
        String::from_utf8_lossy(&printed).into_owned()
    }

    fn start(&self) -> FunctionProcess {
        let exchange = Arc::<Exchange>::default();
        let answering = Arc::clone(&exchange);
        let api = HttpServer::start(move |request| answering.answer(request));
        let address = api.url.trim_start_matches("http://");
        let mut child = Command::new(&self.binary)
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", "bongsu-function")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_REGION", "ap-northeast-2")
            .env("RUST_BACKTRACE", "1")
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot run {}: {error}", self.binary.display()));
        let stdout = child.stdout.take().map(|pipe| self.read(pipe));
        let stderr = child.stderr.take().map(|pipe| self.read(pipe));
        FunctionProcess {
            child,
            exchange,
            readers: stdout.into_iter().chain(stderr).collect(),
            _api: api,
        }
    }

    fn read(&self, mut pipe: impl Read + Send + 'static) -> JoinHandle<()> {
        let printed = Arc::clone(&self.printed);
        thread::spawn(move || {
            let mut bytes = [0; 16 * 1024];
            while let Ok(count @ 1..) = pipe.read(&mut bytes) {
                let read = bytes.get(..count).unwrap_or_default();
                printed.lock().expect("no panic").extend_from_slice(read);
            }
        })
    }

    fn end(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It may have ended already.
            let _ended = process.child.kill();
            let _ended = process.child.wait();
            for reader in process.readers {
                let _ended = reader.join();
            }
        }
    }
}

impl Drop for LambdaFunction {
    fn drop(&mut self) {
        self.end();
    }
}

impl Exchange {
    fn lock(&self) -> MutexGuard<'_, ExchangeState> {
        self.state.lock().expect("no panic")
    }

    /// Answers a request of the process.
    fn answer(&self, request: &HttpRequest) -> FakeResponse {
        if request.path.ends_with("/invocation/next") {
            return self.next();
        }
        let end = match request.path.rsplit('/').next() {
            Some("response") => InvocationEnd::Answered(request.body.clone()),
            _ => InvocationEnd::Failed(request.body.clone()),
        };
        self.lock().end = Some(end);
        self.changed.notify_all();
        FakeResponse::new(202, "{}")
    }

    /// The next event, as soon as there is one.
    fn next(&self) -> FakeResponse {
        let mut state = self.lock();
        let event = loop {
            match state.event.take() {
                Some(event) => break event,
                None => state = self.changed.wait(state).expect("no panic"),
            }
        };
        let deadline = event.deadline.duration_since(UNIX_EPOCH);
        let deadline = deadline.expect("after 1970").as_millis();
        FakeResponse::Answer {
            status: 200,
            headers: vec![
                format!("Lambda-Runtime-Aws-Request-Id: request-{}", event.id),
                format!("Lambda-Runtime-Deadline-Ms: {deadline}"),
                "Lambda-Runtime-Invoked-Function-Arn: \
                 arn:aws:lambda:ap-northeast-2:123456789012:function:bongsu-function"
                    .to_owned(),
            ],
            body: event.payload,
        }
    }
}
