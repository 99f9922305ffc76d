//! Measures how long a cluster takes to answer an analysis, beside each of its aggregations alone.
//!
//! ```sh
//! cargo run -p bongsu-tests --example analysis
//! ```
//!
//! The first argument is the number of documents. The requests are written to `target/analysis-N.ndjson`;
//! the second argument is a directory with such files of another version, which are measured in turn with
//! them. Wall times are medians, processor times means.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "it prints what it measures, and stops at a failure"
)]

use std::{
    env, fs,
    time::{Duration, Instant},
};

use bongsu_tests::{
    http_server::{FakeResponse, HttpServer},
    servers::{self, Server},
};
use jiff::Timestamp;
use reqwest::Client;
use serde_json::{Value, json};
use shared::{
    deadline::Deadline,
    env::{Settings, names},
    log_store::{
        LogStore as _,
        elasticsearch::{ElasticsearchConfig, ElasticsearchStore},
        facts::AnalysisQuestion,
    },
    model::{service::ServiceName, window::Window},
};
use shared_tests::log_store::million::{INTERVAL, document};
use tokio::time::sleep;

/// How many documents a call stores.
const CALL: usize = 5_000;
/// How often each request is sent. The median counts.
const RUNS: usize = 9;
const SERVICE: &str = "shop";
/// Where copies of the requests are written to.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target");

fn store(settings: &[(&str, &str)]) -> ElasticsearchStore {
    let mut settings = Settings::from_pairs(settings.iter().copied());
    let config = ElasticsearchConfig::read(&mut settings).expect("a cluster");
    ElasticsearchStore::new(&config).expect("a store")
}

fn soon() -> Deadline {
    Deadline::after(Duration::from_mins(5))
}

/// The instant of a document, which may be one before the first.
fn instant(start: Timestamp, number: i64) -> Timestamp {
    let interval = i64::try_from(INTERVAL.as_millis()).expect("short");
    Timestamp::from_millisecond(start.as_millisecond() + number * interval).expect("an instant")
}

fn question(start: Timestamp, window: Window) -> AnalysisQuestion {
    AnalysisQuestion {
        known_since: start,
        error_patterns: 10,
        timeline_parts: 15,
        ..AnalysisQuestion::new(service(), window)
    }
}

fn service() -> ServiceName {
    SERVICE.parse().expect("a service")
}

/// Stores the documents, unless an earlier run on the same server did.
async fn fill(server: &Server, count: u64, start: Timestamp) {
    let path = format!("logs-{SERVICE}-*/_count");
    let stored = server.request("GET", &path, None).await;
    if stored["count"] == json!(count) {
        return;
    }
    let store = store(&server.settings());
    store.prepare(soon()).await.expect("prepared");
    for first in (0..count).step_by(CALL) {
        let numbers = first..count.min(first + CALL as u64);
        let documents: Vec<_> = numbers.map(|number| document(number, start)).collect();
        let outcome = store.index(&service(), &documents, soon()).await;
        assert_eq!(outcome.expect("stored").created, documents.len() as u64);
    }
    store.refresh(&service(), soon()).await.expect("refreshed");
    settle(server).await;
}

/// Waits until the server no longer merges segments, which takes processor time too.
async fn settle(server: &Server) {
    loop {
        let merges = server.request("GET", "_stats/merge", None).await;
        if merges["_all"]["total"]["merges"]["current"] == json!(0) {
            return;
        }
        sleep(Duration::from_secs(1)).await;
    }
}

/// The lines of the request that a store sends for a question.
async fn request(question: &AnalysisQuestion) -> Vec<Value> {
    let server = HttpServer::start(|_| FakeResponse::new(400, "{}"));
    let store = store(&[(names::ELASTICSEARCH_URL, &server.url)]);
    let _refused = store.analyse(question, soon()).await;
    let requests = server.requests();
    let request = requests.iter().find(|it| it.path.contains("_msearch"));
    request.expect("a search").lines()
}

/// A request to measure.
struct MeasuredRequest {
    /// The aggregation, or `None` for a whole analysis.
    aggregation: Option<String>,
    body: String,
    took: Vec<Duration>,
    /// The processor time of the server.
    used: Vec<Duration>,
}

impl MeasuredRequest {
    fn new(aggregation: Option<String>, lines: &[Value]) -> Self {
        // Only headers have an index; answers must not come from the cache.
        let line = |line: &Value| {
            let mut line = line.clone();
            if line.get("index").is_some() {
                line["request_cache"] = json!(false);
            }
            format!("{line}\n")
        };
        Self {
            aggregation,
            body: lines.iter().map(line).collect(),
            took: Vec::new(),
            used: Vec::new(),
        }
    }
}

/// In milliseconds. The system counts processor time in steps of ten.
fn mean(times: &[Duration]) -> f64 {
    times.iter().sum::<Duration>().as_secs_f64() * 1e3 / times.len() as f64
}

/// In milliseconds.
fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    let middle = times.get(times.len() / 2).copied().unwrap_or_default();
    middle.as_secs_f64() * 1e3
}

/// An analysis, and each aggregation of each of its searches alone.
fn whole_and_single(lines: &[Value]) -> Vec<MeasuredRequest> {
    let mut measured = vec![MeasuredRequest::new(None, lines)];
    for (number, search) in lines.chunks(2).enumerate() {
        let [header, body] = search else {
            panic!("a search has two lines");
        };
        let aggregations = body["aggs"].as_object().into_iter().flatten();
        for (name, aggregation) in aggregations {
            let mut body = body.clone();
            body["aggs"] = json!({ name: aggregation });
            let name = format!("search {}, {name}", number + 1);
            measured.push(MeasuredRequest::new(Some(name), &[header.clone(), body]));
        }
    }
    measured
}

async fn send(client: &Client, server: &Server, body: &str) {
    let mut request = client
        .post(format!("{}/_msearch", server.url))
        .header("content-type", "application/x-ndjson")
        .body(body.to_owned());
    if let Some((user, password)) = &server.login {
        request = request.basic_auth(user, Some(password.expose()));
    }
    let answer = request.send().await.expect("an answer");
    let answer = answer.text().await.expect("a body");
    assert!(!answer.contains("\"error\":"), "{answer}");
}

/// Sends all requests in turn, so that what else the machine does slows all of them.
async fn measure(server: &Server, versions: &mut [Vec<MeasuredRequest>]) {
    let client = Client::new();
    for run in 0..=RUNS {
        for request in versions.iter_mut().flatten() {
            let used = server.processor_time().unwrap_or_default();
            let started = Instant::now();
            send(&client, server, &request.body).await;
            // The first run is for the server's compiler.
            if run > 0 {
                request.took.push(started.elapsed());
                let after = server.processor_time().unwrap_or_default();
                request.used.push(after.saturating_sub(used));
            }
        }
    }
}

fn report(requests: &mut [MeasuredRequest]) {
    println!("    wall  processor");
    let mut whole = [0.0; 2];
    let mut slowest = [0.0_f64; 2];
    for request in requests {
        let [took, used] = [median(&mut request.took), mean(&request.used)];
        let name = request.aggregation.as_deref().unwrap_or("analysis");
        println!("{took:>5.0} ms  {used:>6.0} ms  {name}");
        if request.aggregation.is_none() {
            whole = [took, used];
        } else {
            slowest = [slowest[0].max(took), slowest[1].max(used)];
        }
    }
    let [took, used] = [whole[0] / slowest[0], whole[1] / slowest[1]];
    println!("{took:>8.2}  {used:>9.2}  times its slowest aggregation");
}

#[tokio::main]
async fn main() {
    let mut arguments = env::args().skip(1);
    let count: u64 = arguments
        .next()
        .map_or(1_000_000, |count| count.parse().expect("a number"));
    let other = arguments.next();
    let server = servers::elasticsearch().expect("a server");
    let start: Timestamp = "2026-11-24T00:00:00Z".parse().expect("an instant");
    let started = Instant::now();
    fill(server, count, start).await;
    println!("{count} documents stored in {:.0?}", started.elapsed());

    let end = i64::try_from(count).expect("a number");
    for (case, name, first) in [
        (1, "the window has all documents", 0),
        (
            2,
            "the window has one half, the window before the other",
            end / 2,
        ),
    ] {
        let window = Window::new(instant(start, first), instant(start, end)).expect("a window");
        let lines = request(&question(start, window)).await;
        let mut versions = vec![whole_and_single(&lines)];
        let file = |directory: &str| format!("{directory}/analysis-{case}.ndjson");
        let whole = versions[0].first().expect("the analysis");
        fs::write(file(FOLDER), &whole.body).expect("written");
        if let Some(directory) = &other {
            let body = fs::read_to_string(file(directory)).expect("requests");
            let lines = body.lines().map(serde_json::from_str);
            let lines: Result<Vec<Value>, _> = lines.collect();
            versions.push(whole_and_single(&lines.expect("JSON")));
        }
        measure(server, &mut versions).await;
        for (requests, version) in versions
            .iter_mut()
            .zip(["this version", "the other version"])
        {
            println!("\n{name}, {version}:");
            report(requests);
        }
    }
}
