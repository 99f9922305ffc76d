//! A Slack on this machine: it checks every request against what Slack documents and refuses, keeps
//! the messages, and answers what a test sets.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::http_server::{FakeResponse, HttpRequest, HttpServer};

mod form;
pub mod limits;
mod mrkdwn;

use limits::{Breach, check};

/// The token that may do everything.
pub const TOKEN: &str = "xoxb-1-test";

/// The name of the one channel that there is.
pub const CHANNEL: &str = "#alerts";

/// Its id.
pub const CHANNEL_ID: &str = "C0ALERTS00";

/// The path of the one webhook that there is, which writes to the same channel.
pub const WEBHOOK: &str = "/services/T0/B0/secret";

/// A message as it is now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PostedMessage {
    /// Its `ts`.
    pub ts: String,
    /// The `ts` of the message that it answers.
    pub thread: Option<String>,
    /// Its text.
    pub text: String,
    /// Its attachments.
    pub attachments: Value,
    /// How often it was changed.
    pub edits: u32,
    /// Whether it is shown in the channel although it is in a thread.
    pub is_broadcast: bool,
    /// The pictures that were shared with it, or in its thread.
    pub files: Vec<Vec<u8>>,
}

/// What a call is answered in place of the truth.
#[derive(Clone, Debug)]
pub enum Fault {
    /// `ok: false` with this code; nothing is done.
    Code(&'static str),
    /// The same, but it is done.
    DoneBut(&'static str),
    /// 429 with `Retry-After`, in seconds.
    RateLimited(u64),
    /// This status with this body.
    Says(u16, &'static str),
    /// `ok: true` without a `ts`, although it is done.
    WithoutPlace,
    /// The connection is cut; nothing is done.
    HangUp,
    /// The connection is cut after it is done.
    DoneAndHangUp,
    /// There is no answer, ever.
    Never,
}

#[derive(Debug, Default)]
struct SlackServerState {
    /// Every call without a fault of its own gets this one.
    outage: Option<Fault>,
    /// Messages that come faster are refused.
    pace: Duration,
    last_message: Option<Instant>,
    faults: BTreeMap<String, VecDeque<Fault>>,
    calls: Vec<(String, Value)>,
    messages: Vec<PostedMessage>,
    uploads: BTreeMap<String, Upload>,
    problems: Vec<String>,
}

#[derive(Debug)]
struct Upload {
    length: usize,
    bytes: Option<Vec<u8>>,
}

/// A Slack that runs until the process ends.
#[derive(Debug)]
pub struct SlackServer {
    server: HttpServer,
    state: Arc<Mutex<SlackServerState>>,
}

impl SlackServer {
    /// Starts one.
    #[must_use]
    pub fn start() -> Self {
        let state = Arc::new(Mutex::new(SlackServerState::default()));
        let shared = Arc::clone(&state);
        let server = HttpServer::start(move |request| answer(&shared, request));
        Self { server, state }
    }

    /// The value of `SLACK_API_URL`.
    #[must_use]
    pub fn api(&self) -> String {
        format!("{}/api/", self.server.url)
    }

    /// The value of `SLACK_WEBHOOK_URL`.
    #[must_use]
    pub fn webhook(&self) -> String {
        format!("{}{WEBHOOK}", self.server.url)
    }

    /// The next call of a method that has no fault yet gets this one. The method of the webhook is
    /// `webhook`, that of an upload `upload`.
    pub fn fail(&self, method: &str, fault: Fault) {
        self.with(|state| {
            let faults = state.faults.entry(method.to_owned()).or_default();
            faults.push_back(fault);
        });
    }

    /// Every call gets this fault from now on; `None`: it works again.
    pub fn break_down(&self, fault: Option<Fault>) {
        self.with(|state| state.outage = fault);
    }

    /// Messages and changes that follow each other faster are answered 429, as Slack does after one a
    /// second.
    pub fn limit(&self, pace: Duration) {
        self.with(|state| state.pace = pace);
    }

    /// The messages that are there.
    #[must_use]
    pub fn messages(&self) -> Vec<PostedMessage> {
        self.with(|state| state.messages.clone())
    }

    /// The methods that were called, with their arguments.
    #[must_use]
    pub fn calls(&self) -> Vec<(String, Value)> {
        self.with(|state| state.calls.clone())
    }

    /// Somebody deletes everything.
    pub fn clear(&self) {
        self.with(|state| state.messages.clear());
    }

    /// Holds that every request was one that Slack takes.
    ///
    /// # Panics
    ///
    /// When one was not.
    pub fn assert_well_used(&self) {
        let problems = self.with(|state| state.problems.clone());
        assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
    }

    fn with<T>(&self, act: impl FnOnce(&mut SlackServerState) -> T) -> T {
        act(&mut self.state.lock().expect("no panic"))
    }
}

fn no(code: &str) -> FakeResponse {
    FakeResponse::new(200, json!({"ok": false, "error": code}).to_string())
}

fn answer(state: &Mutex<SlackServerState>, request: &HttpRequest) -> FakeResponse {
    let method = method(request);
    let fault = {
        let mut state = state.lock().expect("no panic");
        let faults = state.faults.get_mut(&method);
        let fault = faults.and_then(VecDeque::pop_front);
        fault
            .or_else(|| state.outage.clone())
            .or_else(|| state.too_fast(&method))
    };
    let is_done = matches!(
        fault,
        None | Some(Fault::DoneBut(_) | Fault::DoneAndHangUp | Fault::WithoutPlace)
    );
    // The request is checked whatever is answered.
    let response = state
        .lock()
        .expect("no panic")
        .take(&method, request, is_done);
    match fault {
        None => response,
        Some(Fault::Code(code) | Fault::DoneBut(code)) => no(code),
        Some(Fault::RateLimited(seconds)) => FakeResponse::Answer {
            status: 429,
            headers: vec![format!("Retry-After: {seconds}")],
            body: json!({"ok": false, "error": "ratelimited"}).to_string(),
        },
        Some(Fault::Says(status, body)) => FakeResponse::new(status, body),
        Some(Fault::WithoutPlace) => FakeResponse::new(200, r#"{"ok":true}"#),
        Some(Fault::HangUp | Fault::DoneAndHangUp) => FakeResponse::Cut,
        Some(Fault::Never) => {
            thread::sleep(Duration::from_mins(10));
            FakeResponse::Cut
        }
    }
}

/// What is called.
fn method(request: &HttpRequest) -> String {
    let path = request.path.as_str();
    match path.strip_prefix("/api/") {
        Some(method) => method.to_owned(),
        None if path == WEBHOOK => "webhook".to_owned(),
        None if path.starts_with("/upload/") => "upload".to_owned(),
        None => path.to_owned(),
    }
}

impl SlackServerState {
    /// The answer to a message that comes too early.
    fn too_fast(&mut self, method: &str) -> Option<Fault> {
        if !method.starts_with("chat.") || self.pace.is_zero() {
            return None;
        }
        let now = Instant::now();
        let last = self.last_message.replace(now);
        let is_early = last.is_some_and(|last| now.duration_since(last) < self.pace);
        is_early.then_some(Fault::RateLimited(1))
    }

    /// Checks a request, and does what it wants if `is_done`.
    fn take(&mut self, method: &str, request: &HttpRequest, is_done: bool) -> FakeResponse {
        if method == "upload" {
            return self.upload(request, is_done);
        }
        let read = if method == "files.getUploadURLExternal" {
            form::read(request)
        } else {
            json_of(request)
        };
        let arguments = match read {
            Ok(arguments) => arguments,
            Err(problem) => return self.refuse(method, "invalid_post_type", &problem),
        };
        self.calls.push((method.to_owned(), arguments.clone()));
        let authorization = request.headers.get("authorization").map(String::as_str);
        let expected = (method != "webhook").then(|| format!("Bearer {TOKEN}"));
        if authorization != expected.as_deref() {
            return self.refuse(method, "invalid_auth", "a wrong Authorization");
        }
        let breaches = check(method, &arguments);
        if let Some(Breach { code, .. }) = breaches.first() {
            let response = no(code);
            let found = breaches.iter().map(|breach| format!("{method}: {breach}"));
            self.problems.extend(found);
            return response;
        }
        if !is_done {
            return no("not_done");
        }
        match method {
            "chat.postMessage" => self.post(&arguments),
            "chat.update" => self.update(&arguments),
            "files.getUploadURLExternal" => self.promise_upload(&arguments, request),
            "files.completeUploadExternal" => self.share(&arguments),
            "webhook" => {
                self.push(&arguments, None);
                FakeResponse::new(200, "ok")
            }
            _ => self.refuse(method, "unknown_method", "no method of Slack's"),
        }
    }

    fn refuse(&mut self, method: &str, code: &str, problem: &str) -> FakeResponse {
        self.problems.push(format!("{method}: {problem}"));
        no(code)
    }

    fn push(&mut self, arguments: &Value, thread: Option<&str>) -> String {
        let ts = format!("1700000000.{:06}", self.messages.len() + 1);
        self.messages.push(PostedMessage {
            ts: ts.clone(),
            thread: thread.map(str::to_owned),
            text: text(arguments, "text").to_owned(),
            attachments: arguments["attachments"].clone(),
            is_broadcast: arguments["reply_broadcast"] == true,
            ..PostedMessage::default()
        });
        ts
    }

    fn post(&mut self, arguments: &Value) -> FakeResponse {
        let channel = text(arguments, "channel");
        if ![CHANNEL, CHANNEL_ID].contains(&channel) {
            return no("channel_not_found");
        }
        let thread = arguments["thread_ts"].as_str();
        if thread.is_some_and(|thread| self.find(thread).is_none()) {
            return no("thread_not_found");
        }
        let ts = self.push(arguments, thread);
        let said = json!({"ok": true, "channel": CHANNEL_ID, "ts": ts, "message": {}});
        FakeResponse::new(200, said.to_string())
    }

    fn update(&mut self, arguments: &Value) -> FakeResponse {
        // A name is not taken here.
        if text(arguments, "channel") != CHANNEL_ID {
            return no("channel_not_found");
        }
        let (ts, new) = (text(arguments, "ts"), text(arguments, "text").to_owned());
        let attachments = arguments["attachments"].clone();
        let Some(message) = self.find(ts) else {
            return no("message_not_found");
        };
        message.edits += 1;
        message.text = new;
        message.attachments = attachments;
        let said = json!({"ok": true, "channel": CHANNEL_ID, "ts": ts});
        FakeResponse::new(200, said.to_string())
    }

    fn find(&mut self, ts: &str) -> Option<&mut PostedMessage> {
        self.messages.iter_mut().find(|message| message.ts == ts)
    }

    fn promise_upload(&mut self, arguments: &Value, request: &HttpRequest) -> FakeResponse {
        let id = format!("F{:09}", self.uploads.len() + 1);
        let host = request.headers.get("host").map_or("", String::as_str);
        let length = text(arguments, "length").parse().unwrap_or(0);
        let upload = Upload {
            length,
            bytes: None,
        };
        self.uploads.insert(id.clone(), upload);
        let url = format!("http://{host}/upload/{id}");
        let said = json!({"ok": true, "upload_url": url, "file_id": id});
        FakeResponse::new(200, said.to_string())
    }

    fn upload(&mut self, request: &HttpRequest, is_done: bool) -> FakeResponse {
        if request.headers.contains_key("authorization") {
            return self.refuse(
                "upload",
                "",
                "the token was sent to the address of an upload",
            );
        }
        let id = request.path.trim_start_matches("/upload/");
        let Some(upload) = self.uploads.get_mut(id) else {
            return FakeResponse::new(404, "not found");
        };
        if upload.length != request.bytes.len() {
            let problem = "as many bytes were sent as were not announced";
            return self.refuse("upload", "", problem);
        }
        if is_done {
            upload.bytes = Some(request.bytes.clone());
        }
        FakeResponse::new(200, format!("OK - {}", request.bytes.len()))
    }

    fn share(&mut self, arguments: &Value) -> FakeResponse {
        if text(arguments, "channel_id") != CHANNEL_ID {
            return no("invalid_channel");
        }
        let id = arguments.pointer("/files/0/id").and_then(Value::as_str);
        let id = id.unwrap_or_default();
        let bytes = self.uploads.get(id).and_then(|upload| upload.bytes.clone());
        let Some(bytes) = bytes else {
            return no("file_not_found");
        };
        let Some(message) = self.find(text(arguments, "thread_ts")) else {
            return no("thread_not_found");
        };
        message.files.push(bytes);
        FakeResponse::new(200, json!({"ok": true, "files": [{"id": id}]}).to_string())
    }
}

fn text<'a>(arguments: &'a Value, name: &str) -> &'a str {
    arguments[name].as_str().unwrap_or_default()
}

/// The arguments of a call in JSON.
fn json_of(request: &HttpRequest) -> Result<Value, String> {
    let kind = request.headers.get("content-type").map(String::as_str);
    if kind != Some("application/json; charset=utf-8") {
        return Err(format!("the content type {kind:?}"));
    }
    let text = std::str::from_utf8(&request.bytes).map_err(|error| error.to_string())?;
    serde_json::from_str(text).map_err(|error| error.to_string())
}
